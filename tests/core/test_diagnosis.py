"""Which mistake it is: a sentence names a mistake only where the answer shows it."""

import numpy as np
import pytest

from autograder.core.exercise import exercise
from autograder.core.grading import grade_exercise
from autograder.core.making import make_exercise_key
from autograder.core.mixtures import _together
from autograder.core.parts import DictOf
from tests.core.toy import _slopes, bias_pulled, no_penalty, penalty_without_n, slopes
from tests.core.verdicts import outcome_of, verdict

SEEDS = [1, 2, 3]


def found_in(name, function, seed=1):
    return verdict(name, function, seed=seed).misconception


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("wrong", [no_penalty, bias_pulled, penalty_without_n])
def test_a_single_misconception_is_recognised(wrong, seed):
    assert found_in("slopes", wrong, seed) == wrong.__name__


def test_a_misconception_is_recognised_in_single_precision():
    def single(x, y, w, lambd):
        slopes = no_penalty(x, y, w, lambd)
        return {name: slope.astype(np.float32) for name, slope in slopes.items()}

    assert found_in("slopes", single) == "no_penalty"


def test_the_same_exception_in_every_case_is_recognised():
    assert found_in("slopes", lambda x, y, w, lambd: w @ y) == "needs_square_arrays"


@pytest.mark.parametrize(
    "stop", [lambda x, y, w, lambd: int("w"), lambda x, y, w, lambd: x + y, lambda: None]
)
def test_another_exception_is_not_taken_for_it(stop):
    assert found_in("slopes", stop) is None


def a_tenth_too_steep(x, y, w, lambd):
    return {name: 1.1 * slope for name, slope in slopes.reference(x, y, w, lambd).items()}


def bias_a_tenth_too_steep(x, y, w, lambd):
    right = slopes.reference(x, y, w, lambd)
    return right | {"db": 1.1 * right["db"]}


def zeros(x, y, w, lambd):
    return {"dw": np.zeros_like(w), "db": np.zeros((2, 1))}


def known_in_one_case_only(x, y, w, lambd):
    return (no_penalty if x.shape[1] == 5 else a_tenth_too_steep)(x, y, w, lambd)


def overwrites_w(x, y, w, lambd):
    right = slopes.reference(x, y, w, lambd)
    w += 1
    return right


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "wrong",
    [a_tenth_too_steep, bias_a_tenth_too_steep, zeros, known_in_one_case_only, overwrites_w],
)
def test_an_unknown_mistake_is_not_taken_for_a_known_one(wrong, seed):
    assert found_in("slopes", wrong, seed) is None


def test_a_mistake_in_some_parts_only_is_named_with_these_parts():
    def half(x, y, w, lambd):
        right = slopes.reference(x, y, w, lambd)
        return right | {"dw": 2 * right["dw"]}

    report = verdict("slopes", half)
    assert report.misconception == "twice_as_steep"
    assert report.message == "Take half the squared error. Here it shows in dw alone."


def test_a_mistake_that_shows_wherever_it_can_names_no_part():
    assert verdict("slopes", no_penalty).message == "Add the penalty's slope."


# --- two at once ------------------------------------------------------------------------------


def by_part(x, y, w, lambd):
    return _slopes(x, y, w, 0, lambd)


def added(x, y, w, lambd):
    right = slopes.reference(x, y, w, lambd)
    one, other = penalty_without_n(x, y, w, lambd), twice_as_steep(x, y, w, lambd)
    return {name: one[name] + other[name] - right[name] for name in right}


def twice_as_steep(x, y, w, lambd):
    return {name: 2 * slope for name, slope in slopes.reference(x, y, w, lambd).items()}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("wrong", "pair"),
    [
        (by_part, "no_penalty+bias_pulled"),
        (added, "penalty_without_n+twice_as_steep"),
    ],
)
def test_two_misconceptions_are_recognised_by_part_and_as_a_sum(wrong, pair, seed):
    assert found_in("slopes", wrong, seed) == pair


def test_two_misconceptions_are_recognised_as_a_product():
    def product(x, y, w, lambd):
        return {name: 2 * slope for name, slope in no_penalty(x, y, w, lambd).items()}

    assert found_in("slopes", product) == "no_penalty+twice_as_steep"


def test_the_credit_of_a_pair_is_the_product_of_both():
    assert verdict("slopes", by_part).score == pytest.approx(8 * 0.5 * 0.6)


def test_the_message_of_a_pair_says_both_sentences():
    assert verdict("slopes", by_part).message == "Add the penalty's slope. Leave the bias alone."


def test_a_misconception_in_one_part_alone_is_not_said_to_be_two():
    def bias_twice_as_steep(x, y, w, lambd):
        right = slopes.reference(x, y, w, lambd)
        return right | {"db": 2 * right["db"]}

    assert found_in("slopes", bias_twice_as_steep) == "twice_as_steep"


def test_a_mistake_that_would_show_in_a_case_that_is_right_is_not_the_mistake():
    def sometimes(x, y, w, lambd):
        return (no_penalty if x.shape[1] == 5 else slopes.reference)(x, y, w, lambd)

    assert found_in("slopes", sometimes) is None


def test_the_closest_of_several_pairs_is_named():
    """Two pairs fit: negating everything changes a third part, which is right here."""

    @exercise(points=9, returns=DictOf("one", "two", "three"))
    def thirds(x):
        """Return x three times."""
        return {"one": x, "two": x, "three": x}

    @thirds.case
    def small(rng):
        return {"x": rng.normal(size=4)}

    @thirds.misconception
    def all_negative(x):
        """Leave the signs alone."""
        return {"one": -x, "two": x + 1, "three": -x}

    @thirds.misconception
    def first_negative(x):
        """Leave the sign of the first alone."""
        return {"one": -x, "two": x, "three": x}

    @thirds.misconception
    def second_doubled(x):
        """Do not double the second."""
        return {"one": x, "two": 2 * x, "three": x}

    key = make_exercise_key(thirds, 1, public=False)
    outcome = outcome_of(key, lambda x: {"one": -x, "two": 2 * x, "three": x})
    report = grade_exercise(key, outcome, reveal=False)
    assert report.misconception == "first_negative+second_doubled"


def test_the_closest_of_several_mistakes_is_named_and_loses_its_share():
    def bias_alone(x, y, w, lambd):
        right = slopes.reference(x, y, w, lambd)
        return right | {"db": twice_as_steep(x, y, w, lambd)["db"]}

    report = verdict("slopes", bias_alone)
    assert report.misconception == "twice_as_steep"
    assert report.score == pytest.approx(8 * (1 - (1 - 0.3) / 2))


# --- masks ------------------------------------------------------------------------------------


def masked(draw, change):
    """A masked scale that draws and changes as these functions say."""

    def function(A, keep_prob, rng):
        D = draw(A, keep_prob, rng)
        return change(A * D, keep_prob), D

    return function


def uniform(A, keep_prob, rng):
    return rng.uniform(size=A.shape) > 1 - keep_prob


def normal(A, keep_prob, rng):
    return rng.normal(size=A.shape) < keep_prob


def above(A, keep_prob, rng):
    return rng.random(A.shape) >= keep_prob


def rescaled(A, keep_prob):
    return A / keep_prob


def by_the_drop(A, keep_prob):
    return A / (1 - keep_prob)


def unscaled(A, keep_prob):
    return A


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("draw", "change", "misconception"),
    [
        (uniform, unscaled, "not_rescaled"),
        (uniform, by_the_drop, "scaled_by_the_drop"),
        (normal, rescaled, "normal_draws"),
        (above, by_the_drop, "swapped"),
        (normal, unscaled, "not_rescaled+normal_draws"),
        (normal, by_the_drop, "scaled_by_the_drop+normal_draws"),
        (normal, lambda A, keep_prob: 1.1 * A, None),
        (uniform, lambda A, keep_prob: 1.1 * A, None),
        (above, rescaled, None),
        (lambda A, keep_prob, rng: rng.random(A.shape) < 0.5, rescaled, None),
    ],
)
def test_a_mistake_of_mask_and_value_is_recognised(draw, change, misconception, seed):
    assert found_in("masked_scale", masked(draw, change), seed) == misconception


def test_a_product_of_infinities_explains_nothing():
    right, one, other = np.array([0.0, 2.0]), np.array([3.0, 4.0]), np.array([5.0, 6.0])
    assert all(np.isfinite(both).all() for both in _together(right, one, other))
