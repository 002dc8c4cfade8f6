from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.core.checking import examine
from autograder.core.making import make_exercise_key
from autograder.core.program import record
from autograder.core.unseen import (
    BATCH,
    MAX_BITS,
    all_masks,
    bits_in,
    explaining,
    matching,
    table,
    weights,
)
from tests.core import toy
from tests.core.verdicts import key_of, outcome_of, verdict

SHAPES = {"D1": (2, 2), "D2": (1, 3)}
A = 1.7 ** np.arange(4).reshape(2, 2)


def twin(D1, D2):
    return {"total": np.sum(A * D1), "row": D2 * np.array([[1.0, 2, 4]])}


PROGRAM = record(
    twin, {}, {name: np.ones(shape) for name, shape in SHAPES.items()}, lambda parts: parts
)
ROWS, MASKS = table(PROGRAM, SHAPES)

drawn = st.integers(0, 2 ** bits_in(SHAPES) - 1)


def test_every_assignment_is_tried_once():
    flat = np.concatenate([mask.reshape(len(mask), -1) for mask in MASKS.values()], axis=1)
    assert len(np.unique(flat, axis=0)) == len(flat) == 2**7


def test_many_assignments_come_in_batches():
    sizes = [len(masks["D"]) for masks in all_masks({"D": (1, 13)})]
    assert sizes == [BATCH, BATCH]


def test_more_hidden_draws_than_can_be_tried_are_refused():
    with pytest.raises(ValueError, match=f"at most {MAX_BITS}"):
        next(all_masks({"D": (1, MAX_BITS + 1)}))


@given(drawn)
def test_what_masks_give_is_explained_by_them_alone(index):
    parts = twin(MASKS["D1"][index], MASKS["D2"][index])
    found, missing = explaining(ROWS, parts, False)
    assert (found.tolist(), missing) == ([index], None)


@given(drawn, st.floats(1.001, 1.5))
def test_a_wrong_value_is_explained_by_no_masks(index, factor):
    if not MASKS["D1"][index].any():
        return
    parts = twin(MASKS["D1"][index] * factor, MASKS["D2"][index])
    sums = ROWS["total"]
    if np.min(np.abs(sums - parts["total"])) > 1e-4:
        assert explaining(ROWS, parts, False)[1] == "total"


def test_parts_that_only_different_masks_give_are_explained_by_none():
    parts = {"row": ROWS["row"][5], "again": ROWS["row"][90]}
    rows = {"row": ROWS["row"], "again": ROWS["row"]}
    assert explaining(rows, parts, False)[1] == "again"


def test_a_value_of_another_size_matches_no_assignment():
    assert not matching(ROWS["total"], np.ones(3), False).any()


def test_an_assignment_that_gives_infinity_matches_no_number():
    assert not matching(np.array([[np.inf], [1.0]]), np.array(7.0), False).any()


@given(st.floats(0, 1))
def test_the_probabilities_of_all_assignments_sum_to_one(keep_prob):
    assert weights(MASKS, keep_prob).sum() == pytest.approx(1)


def test_the_probability_of_an_assignment_is_that_of_its_draws():
    chance = weights({"D": np.array([[[1, 1, 0]]])}, 0.75)
    assert chance.tolist() == [0.75 * 0.75 * 0.25]


# --- functions that keep their masks to themselves --------------------------------------------


def average(A, keep_prob, n, draw):
    return np.mean([np.sum(A * draw()) / keep_prob for _ in range(n)])


WAYS = {
    "random": lambda rng, shape, keep: rng.random(shape) < keep,
    "above the drop": lambda rng, shape, keep: rng.random(shape) > 1 - keep,
    "binomial": lambda rng, shape, keep: rng.binomial(1, keep, size=shape),
    "choice": lambda rng, shape, keep: rng.choice([0, 1], size=shape, p=[1 - keep, keep]),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("way", WAYS)
def test_any_right_way_of_drawing_explains_a_single_total(way, seed):
    def total(A, keep_prob, rng):
        return np.sum(A * WAYS[way](rng, A.shape, keep_prob) / keep_prob)

    assert verdict("noisy_total", total, seed=seed).status == "passed"


@pytest.mark.parametrize("way", WAYS)
def test_any_right_way_of_drawing_explains_each_of_many_totals(way):
    def totals(A, keep_prob, n, rng):
        return [np.sum(A * WAYS[way](rng, A.shape, keep_prob)) / keep_prob for _ in range(n)]

    assert verdict("noisy_totals", totals).status == "passed"


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("way", WAYS)
def test_any_right_way_of_drawing_has_the_right_mean(way, seed):
    def mean(A, keep_prob, n, rng):
        return average(A, keep_prob, n, lambda: WAYS[way](rng, A.shape, keep_prob))

    assert verdict("mean_total", mean, seed=seed).status == "passed"


def test_a_known_mistake_is_recognised_without_its_masks():
    def total(A, keep_prob, rng):
        return np.sum(A * (rng.random(A.shape) < keep_prob))

    assert verdict("noisy_total", total).misconception == "total_not_rescaled"


def slightly_off(A, keep_prob, n, rng):
    return [1.001 * total for total in toy.noisy_totals.reference(A, keep_prob, n, rng)]


def off_once(A, keep_prob, n, rng):
    totals = toy.noisy_totals.reference(A, keep_prob, n, rng)
    return [*totals[:-1], totals[-1] + 0.01]


def one_mask_for_all(A, keep_prob, n, rng):
    return toy.noisy_totals.reference(A, keep_prob, 1, rng) * n


def normal_draws(A, keep_prob, n, rng):
    keeps = [rng.standard_normal(A.shape) < 0.2 for _ in range(n)]
    return [np.sum(A * keep) / keep_prob for keep in keeps]


def own_generator(A, keep_prob, n, rng):
    return toy.noisy_totals.reference(A, keep_prob, n, np.random.default_rng())


@pytest.mark.parametrize(
    ("totals", "finding"),
    [
        (slightly_off, "unexplained"),
        (off_once, "unexplained"),
        (one_mask_for_all, "mask_repeats"),
        (normal_draws, "mask_share"),
        (own_generator, "mask_ignores_rng"),
    ],
)
def test_a_fault_of_many_totals_is_found(totals, finding):
    assert verdict("noisy_totals", totals).finding == finding


def too_large(A, keep_prob, n, rng):
    return 1.2 * toy.mean_total.reference(A, keep_prob, n, rng)


def one_pass(A, keep_prob, n, rng):
    return toy.noisy_total.reference(A, keep_prob, rng)


def median_of_passes(A, keep_prob, n, rng):
    return np.median([toy.noisy_total.reference(A, keep_prob, rng) for _ in range(n)])


def no_masks(A, keep_prob, n, rng):
    return np.sum(A) / keep_prob


def own_passes(A, keep_prob, n, rng):
    return toy.mean_total.reference(A, keep_prob, n, np.random.default_rng())


@pytest.mark.parametrize(
    ("mean", "finding"),
    [
        (too_large, "unexplained"),
        (one_pass, "single_pass"),
        (own_passes, "mask_ignores_rng"),
        (no_masks, "mask_repeats"),
    ],
)
def test_a_fault_of_a_mean_is_found(mean, finding):
    assert verdict("mean_total", mean).finding == finding


def test_a_median_in_place_of_a_mean_is_told_apart_from_a_single_pass():
    made = replace(toy.mean_total, cases={})  # few are kept: the median lies far below the mean

    @made.case(judged="mean", repeats="n")
    def two_thousand_times(rng):
        return {"A": toy.powers(rng), "keep_prob": 0.2, "n": 2000}

    key = make_exercise_key(made, 1, public=False)
    case = key.cases["two_thousand_times"]
    kinds = [
        examine(key, case, outcome_of(key, function).results[case.name]).finding.kind
        for function in (one_pass, median_of_passes)
    ]
    assert kinds == ["single_pass", "median_of_passes"]


def test_a_mean_that_is_slightly_too_large_is_found_by_its_mean():
    key = key_of("mean_total")
    results = outcome_of(key, too_large).results["two_hundred_times"]
    examined = examine(key, key.cases["two_hundred_times"], results)
    assert examined.finding.kind == "wrong_mean"
