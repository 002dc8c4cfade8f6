"""A small sound exercise with and without masks, for planting faults in."""

import numpy as np

from autograder.core.exercise import Exercise, exercise
from autograder.core.parts import Array, Mask, TupleOf

POINTS = 10


def scale() -> Exercise:
    """Multiply A by keep_prob: five right styles, two misconceptions, no mask."""

    @exercise(points=POINTS, returns=Array("scaled"))
    def scale(A, keep_prob):
        """Multiply the activations by keep_prob."""
        return A * keep_prob

    @scale.case
    def small_layer(rng):
        """a small layer"""
        return {"A": rng.normal(size=(3, 5)), "keep_prob": 0.3}

    @scale.case
    def wide_layer(rng):
        return {"A": rng.normal(size=(2, 7)), "keep_prob": 0.8}

    @scale.misconception(credit=0.5)
    def divides(A, keep_prob):
        """Multiply by keep_prob: dividing makes the activations larger."""
        return A / keep_prob

    @scale.misconception
    def swaps(A, keep_prob):
        """Multiply by keep_prob, the probability to keep: 1 - keep_prob is that to drop."""
        return A * (1 - keep_prob)

    add_styles(scale)
    return scale


def add_styles(made: Exercise) -> None:
    @made.right_style
    def in_one_line(A, keep_prob):
        return A * keep_prob

    @made.right_style
    def the_other_way_round(A, keep_prob):
        return keep_prob * A

    @made.right_style
    def np_multiply(A, keep_prob):
        return np.multiply(A, keep_prob)

    @made.right_style
    def step_by_step(A, keep_prob):
        result = A.copy()
        result *= keep_prob
        return result

    @made.right_style
    def by_its_inverse(A, keep_prob):
        return A / (1 / keep_prob)


def drop() -> Exercise:
    """Inverted dropout: the student draws the mask."""

    @exercise(points=POINTS, returns=TupleOf("A_dropped", Mask("D", share="keep_prob")))
    def drop(A, keep_prob, rng):
        """Drop random units of one layer."""
        D = rng.random(A.shape) < keep_prob
        return A * D / keep_prob, D

    @drop.twin
    def given_mask(A, keep_prob, D):
        return A * D / keep_prob, D

    @drop.case
    def few_units_kept(rng):
        return {"A": rng.normal(size=(20, 30)), "keep_prob": 0.3}

    @drop.misconception(credit=0.5)
    def no_rescale(A, keep_prob, D):
        """Divide by keep_prob as well: the expectation is smaller otherwise."""
        return A * D, D

    @drop.misconception(symptom=True)
    def drops_what_to_keep(A, keep_prob, rng):
        """Keep where the random number is below keep_prob: here the others are kept."""
        D = rng.random(A.shape) > keep_prob
        return A * D / keep_prob, D

    @drop.right_style
    def rng_uniform(A, keep_prob, rng):
        D = rng.uniform(size=A.shape) < keep_prob
        return D * A / keep_prob, D

    return drop
