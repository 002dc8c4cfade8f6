"""Dropout of one layer: `dropout_forward` and `dropout_backward`."""

import keras_dropout
import numpy as np

from autograder.core.exercise import exercise
from autograder.core.parts import Array, Mask, TupleOf

KEPT = [[1], [0], [1], [0]]


def activations(rng, shape):
    """Draw activations of both signs, none of them near 0, with three decimals."""
    sign = rng.choice([-1, 1], size=shape)
    return np.round(sign * rng.uniform(0.1, 2, size=shape), 3)


# --- dropout_forward -------------------------------------------------------------------------


@exercise(points=20, returns=TupleOf(Array("A_dropped"), Mask("D", share="keep_prob")))
def dropout_forward(A, keep_prob, rng):
    """Drop random units and rescale those that are kept."""
    return keras_dropout.dropout_forward(A, keep_prob, rng)


@dropout_forward.twin
def dropout_given_the_mask(A, keep_prob, D):
    return A * D / keep_prob, D


@dropout_forward.case(public_only=True)
def worked_example(rng):
    """the worked example: four units, keep_prob = 0.5"""
    return dict(A=np.array([[0.2], [0.6], [0.4], [0.9]]), keep_prob=0.5)


@dropout_forward.case
def few_units_kept(rng):
    return dict(A=activations(rng, (9, 8)), keep_prob=0.3)


@dropout_forward.case
def many_units_and_examples(rng):
    return dict(A=activations(rng, (60, 50)), keep_prob=0.6)


@dropout_forward.case
def most_units_kept(rng):
    return dict(A=activations(rng, (40, 70)), keep_prob=0.86)


@dropout_forward.case(float32=True)
def single_precision(rng):
    return dict(A=activations(rng, (30, 40)), keep_prob=0.3)


@dropout_forward.case(weight=0)
def all_units_kept(rng):
    """keep_prob = 1, where nothing is dropped"""
    return dict(A=activations(rng, (4, 7)), keep_prob=1.0)


@dropout_forward.misconception(credit=0.5)
def no_rescale_forward(A, keep_prob, D):
    """Divide the kept activations by keep_prob: without it they are keep_prob times too small on
    average. Masking alone is vanilla dropout, right only together with a scaling at prediction;
    this course uses inverted dropout, which leaves prediction as it is."""
    return A * D, D


@dropout_forward.misconception(credit=0.3)
def multiplied_by_keep_prob(A, keep_prob, D):
    """Divide by keep_prob in place of multiplying: fewer units carry the signal, so those that are
    kept have to become larger."""
    return A * D * keep_prob, D


@dropout_forward.misconception(credit=0.3)
def scaled_by_the_other_probability(A, keep_prob, D):
    """Divide by keep_prob in place of 1 - keep_prob: the mask shrinks the mean to the share of
    units that is KEPT."""
    return A * D / (1 - keep_prob), D


@dropout_forward.misconception(credit=0.3)
def rescaled_twice(A, keep_prob, D):
    """Divide by keep_prob once: two divisions make the expected activation 1/keep_prob too
    large."""
    return A * D / keep_prob**2, D


@dropout_forward.misconception(credit=0.3)
def divided_by_one_half(A, keep_prob, D):
    """Divide by the argument keep_prob in place of a fixed 0.5, so that every probability works."""
    return A * D / 0.5, D


@dropout_forward.misconception(credit=0.3)
def divided_by_080(A, keep_prob, D):
    """Divide by the argument keep_prob in place of a fixed 0.8, so that every probability works."""
    return A * D / 0.8, D


@dropout_forward.misconception(credit=0.5)
def divided_by_the_share_kept(A, keep_prob, D):
    """Divide by keep_prob in place of the share that this mask happens to keep: the mean has to be
    right over many draws, and the gradient uses keep_prob too."""
    return A * D / np.mean(D), D


@dropout_forward.misconception(credit=0.2)
def dropped_units_kept(A, keep_prob, D):
    """Multiply A by D in place of 1 - D: the mask is 1 where a unit stays."""
    return A * (1 - D) / keep_prob, D


@dropout_forward.misconception(credit=0.2)
def mask_not_applied(A, keep_prob, D):
    """Multiply A by the mask D: here the mask is drawn, and A is divided by keep_prob without
    it."""
    return A / keep_prob, D


@dropout_forward.misconception(credit=0.1)
def returns_A_unchanged(A, keep_prob, D):
    """Return the dropped and rescaled activations: here the result is A itself."""
    return A + 0 * D, D


@dropout_forward.misconception(symptom=True, credit=0.3)
def randn_for_rand(A, keep_prob, rng):
    """Draw from the uniform distribution with rng.random(A.shape): normal numbers (randn, normal,
    standard_normal) lie below keep_prob with another probability, for example 0.62 in place of
    0.3."""
    D = rng.standard_normal(A.shape) < keep_prob
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.4)
def kept_above_keep_prob(A, keep_prob, rng):
    """Keep a unit where the random number is below keep_prob: above it lies the share
    1 - keep_prob."""
    D = rng.random(A.shape) > keep_prob
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.2)
def randn_above_keep_prob(A, keep_prob, rng):
    """Keep a unit where rng.random(A.shape) is below keep_prob: here normal numbers are drawn, and
    those above keep_prob are kept."""
    D = rng.standard_normal(A.shape) > keep_prob
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.4, values="scaled_by_the_other_probability")
def keep_drop_swapped(A, keep_prob, rng):
    """Read keep_prob as the probability to KEEP a unit: here mask and scale fit each other, and
    both take it for the probability to drop one."""
    D = rng.random(A.shape) < 1 - keep_prob
    return A * D / (1 - keep_prob), D


@dropout_forward.misconception(symptom=True, credit=0.3)
def half_of_the_units_kept(A, keep_prob, rng):
    """Compare the random numbers with the argument keep_prob in place of a fixed 0.5, so that every
    probability works."""
    D = rng.random(A.shape) < 0.5
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.3)
def eighty_percent_kept(A, keep_prob, rng):
    """Compare the random numbers with the argument keep_prob in place of a fixed 0.8, so that every
    probability works."""
    D = rng.random(A.shape) < 0.8
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.3)
def mask_shared_by_examples(A, keep_prob, rng):
    """Draw the mask with the full shape of A: one column for all examples drops the same units in
    each of them, so the batch trains one sub-network in place of many."""
    D = rng.random((A.shape[0], 1)) < keep_prob
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.3)
def one_column_repeated(A, keep_prob, rng):
    """Draw a random number for every element of A: a column that is repeated drops the same units
    in every example, so the batch trains one sub-network in place of many."""
    D = np.tile(rng.random((A.shape[0], 1)) < keep_prob, (1, A.shape[1]))
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.3)
def mask_shared_by_units(A, keep_prob, rng):
    """Draw the mask with the full shape of A: one row for all units switches the whole layer on or
    off for an example."""
    D = rng.random((1, A.shape[1])) < keep_prob
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.3)
def one_row_repeated(A, keep_prob, rng):
    """Draw a random number for every element of A: a row that is repeated switches the whole layer
    on or off for an example."""
    D = np.tile(rng.random((1, A.shape[1])) < keep_prob, (A.shape[0], 1))
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.2)
def one_draw_for_all(A, keep_prob, rng):
    """Draw rng.random(A.shape), one number for each element: a single draw keeps or drops the whole
    layer at once."""
    D = rng.random() < keep_prob
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.4)
def exact_count_dropped(A, keep_prob, rng):
    """Decide for each element on its own, rng.random(A.shape) < keep_prob: dropping an exact number
    makes the units depend on each other."""
    D = rng.permutation(A.size).reshape(A.shape) < round(keep_prob * A.size)
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.4)
def own_seed_inside(A, keep_prob, rng):
    """Draw from the rng that is passed in, and set no seed inside: with a fixed seed every call
    drops the same units, so that dropout trains a single sub-network."""
    D = np.random.default_rng(1).random(A.shape) < keep_prob
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.6)
def rng_ignored(A, keep_prob, rng):
    """Draw from rng, as in rng.random(A.shape): np.random and a generator made inside ignore the
    caller's seed, so that a run cannot be repeated."""
    D = np.random.rand(*A.shape) < keep_prob
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True)
def mask_not_thresholded(A, keep_prob, rng):
    """Compare the random numbers with keep_prob, D = rng.random(A.shape) < keep_prob: a mask says
    keep (1) or drop (0), and nothing between or above."""
    D = rng.random(A.shape)
    return A * D / keep_prob, D


@dropout_forward.misconception(symptom=True, credit=0.7)
def mask_prescaled(A, keep_prob, rng):
    """Return the mask as 0 and 1, and divide A by keep_prob on a line of its own: this mask carries
    the division already, and the backward pass would divide once more."""
    D = (rng.random(A.shape) < keep_prob) / keep_prob
    return A * D, D


@dropout_forward.misconception(symptom=True)
def mask_not_returned(A, keep_prob, rng):
    """Return the mask too, as in return A_dropped, D: the backward pass needs to know which units
    were dropped."""
    return A * (rng.random(A.shape) < keep_prob) / keep_prob


# --- dropout_backward ------------------------------------------------------------------------


@exercise(points=15, returns=Array("dA_prev"))
def dropout_backward(dA, D, keep_prob):
    """Send the gradient back through the units that dropout kept."""
    return keras_dropout.dropout_gradient(dA, D, keep_prob)


@dropout_backward.case(public_only=True)
def worked_example_backward(rng):
    """the worked example's mask, keep_prob = 0.5"""
    return dict(dA=np.array([[1.0], [-2.0], [3.0], [0.5]]), D=np.array(KEPT), keep_prob=0.5)


@dropout_backward.case
def boolean_mask(rng):
    """a mask of True and False"""
    return dict(dA=activations(rng, (6, 5)), D=_mask(rng, (6, 5), 0.3), keep_prob=0.3)


@dropout_backward.case
def integer_mask(rng):
    """a mask of integers 0 and 1"""
    D = _mask(rng, (9, 12), 0.6).astype(np.int64)
    return dict(dA=activations(rng, D.shape), D=D, keep_prob=0.6)


@dropout_backward.case
def float_mask(rng):
    """a mask of floats 0.0 and 1.0"""
    D = _mask(rng, (11, 8), 0.86).astype(np.float64)
    return dict(dA=activations(rng, D.shape), D=D, keep_prob=0.86)


@dropout_backward.case(float32=True)
def single_precision_gradient(rng):
    D = _mask(rng, (7, 10), 0.4).astype(np.float64)
    return dict(dA=activations(rng, D.shape), D=D, keep_prob=0.4)


def _mask(rng, shape, keep_prob):
    """Draw a mask that is not all 0 or all 1, whose share kept is not keep_prob by accident."""
    while True:
        D = rng.random(shape) < keep_prob
        if D.any() and not D.all() and abs(D.mean() - keep_prob) > 1e-3:
            return D


@dropout_backward.misconception(credit=0.5)
def no_rescale_backward(dA, D, keep_prob):
    """Divide the gradient by keep_prob too: the forward pass scaled the kept units by 1/keep_prob,
    so their gradient carries the same factor."""
    return dA * D


@dropout_backward.misconception(credit=0.3)
def no_mask_backward(dA, D, keep_prob):
    """Multiply the gradient by the mask D: a unit that was dropped had no part in the cost, so its
    gradient is 0."""
    return dA / keep_prob


@dropout_backward.misconception
def returns_dA_unchanged(dA, D, keep_prob):
    """Apply the mask and the division by keep_prob to the gradient, as in the forward pass: here dA
    comes back unchanged."""
    return dA * 1


@dropout_backward.misconception(credit=0.4)
def divided_twice_backward(dA, D, keep_prob):
    """Divide by keep_prob once: the forward pass divides once, and so does its gradient."""
    return dA * D / keep_prob / keep_prob


@dropout_backward.misconception(credit=0.4)
def multiplied_by_keep_prob_backward(dA, D, keep_prob):
    """Divide by keep_prob in place of multiplying: the gradient carries the same factor 1/keep_prob
    as the forward pass."""
    return dA * D * keep_prob


@dropout_backward.misconception(credit=0.4)
def one_minus_keep_prob(dA, D, keep_prob):
    """Divide by keep_prob in place of 1 - keep_prob: the factor is the forward pass's, which
    divides by the probability to KEEP a unit."""
    return dA * D / (1 - keep_prob)


@dropout_backward.misconception(credit=0.3)
def divided_by_one_half_backward(dA, D, keep_prob):
    """Divide by the argument keep_prob in place of a fixed 0.5, so that every probability works."""
    return dA * D / 0.5


@dropout_backward.misconception(credit=0.3)
def divided_by_080_backward(dA, D, keep_prob):
    """Divide by the argument keep_prob in place of a fixed 0.8, so that every probability works."""
    return dA * D / 0.8


@dropout_backward.misconception(credit=0.5)
def divided_by_the_share_kept_backward(dA, D, keep_prob):
    """Divide by keep_prob in place of the share that this mask keeps: the forward pass divided by
    keep_prob, whatever the draw was."""
    return dA * D / np.mean(D)


@dropout_backward.misconception(credit=0.2)
def gradient_to_dropped_units(dA, D, keep_prob):
    """Multiply by D in place of 1 - D: the gradient flows to the units that were kept."""
    return dA * (1 - D) / keep_prob


@dropout_backward.misconception(credit=0.1)
def gradient_minus_kept(dA, D, keep_prob):
    """Keep the gradient where D is 1, dA * D / keep_prob: dA - dA * D is what remains at the
    dropped units."""
    return dA - dA * D


@dropout_backward.misconception(credit=0.0)
def mask_in_place_of_gradient(dA, D, keep_prob):
    """Multiply the mask by dA: D / keep_prob alone is the slope of the dropout, and the chain rule
    multiplies it by the gradient that comes from above."""
    return D / keep_prob


@dropout_backward.misconception(symptom=True, credit=0.3)
def mask_redrawn_backward(dA, D, keep_prob):
    """Use the mask D of the forward pass: a new random mask sends the gradient to units that had no
    part in the cost."""
    return dA * (np.random.rand(*dA.shape) < keep_prob) / keep_prob
