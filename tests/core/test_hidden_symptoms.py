"""Where masks are hidden, chance decides which test shows a mistake first: its name must not."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.core.checking import Examination, examine
from autograder.core.diagnosis import diagnose
from autograder.core.exercise import exercise
from autograder.core.finding import Finding
from autograder.core.grading import grade_exercise
from autograder.core.key import Behaviour, CaseKey, ExerciseKey, MisconceptionKey
from autograder.core.making import make_exercise_key
from autograder.core.parts import DictOf, Mask, Number, Numbers, Part, TupleOf
from tests.core import toy
from tests.core.verdicts import outcome_of

HIDDEN = TupleOf(DictOf("W1", "W2"), Numbers("costs"))
RETURNED = TupleOf("A_dropped", Mask("D1", share="keep_prob"))
SHARED = Finding("mask_shared_by_examples", "D1", {"in_a_call": True})
ELSEWHERE = Finding("mask_shared_by_examples", "D2", {"in_a_call": True})
SAME_UNIT = Finding("mask_draws_depend", "D2", {"same_unit": True})
TWO_UNITS = Finding("mask_draws_depend", "D2", {"same_unit": False})


def share(count: int, size: int) -> Finding:
    """A finding of too many that are kept, where 0.4 is expected."""
    facts = {"share": count / size, "keep_prob": 0.4, "count": count, "size": size}
    return Finding("mask_share", "D1", facts)


def mean(kind: str, found: float, *, medians: bool) -> Finding:
    """A finding of a mean whose spread is 0.01."""
    return Finding(kind, "W1", {"mean": [found], "spread": [0.01], "medians": medians})


def is_recognised(wanted: Finding, found: Finding, returns: Part = HIDDEN) -> bool:
    """Whether a mistake that shows as `wanted` in the key is seen in an answer with `found`."""
    case = CaseKey("case", "a case", 1.0, "unseen", (), Behaviour(), unseen={"D1": (2, 3)})
    case.wrong["mistake"] = Behaviour(finding=wanted)
    known = {"mistake": MisconceptionKey("mistake", "Draw anew.", 0.5, symptom=True)}
    key = ExerciseKey("train", "", 10.0, ("X", "rng"), returns, (), known, {"case": case})
    return diagnose(key, [Examination(case, found, kept={"D1": (60, 100)})]) is not None


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (SHARED, ELSEWHERE),
        (SHARED, SAME_UNIT),
        (SAME_UNIT, SHARED),
        (SHARED, share(130, 216)),  # as if 43 of 72 had been drawn
        (mean("wrong_mean", 0.5, medians=True), mean("median_of_passes", 0.6, medians=True)),
        (mean("median_of_passes", 0.5, medians=True), mean("wrong_mean", 0.6, medians=True)),
        (mean("wrong_mean", 0.5, medians=False), mean("wrong_mean", 0.55, medians=False)),
    ],
)
def test_a_mistake_is_recognised_whatever_shows_it_first(wanted: Finding, found: Finding):
    assert is_recognised(wanted, found)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (SHARED, Finding("mask_repeats")),
        (SHARED, Finding("mask_ignores_rng", "W1")),
        (SHARED, TWO_UNITS),
        (SHARED, share(600, 1000)),  # too far even if a third of them had been drawn
        (TWO_UNITS, SHARED),
        (Finding("mask_repeats"), SHARED),
        (share(60, 100), SHARED),
        (Finding("unexplained", "W1"), Finding("unexplained", "W2")),
        (mean("wrong_mean", 0.5, medians=False), mean("wrong_mean", 0.6, medians=True)),
        (mean("median_of_passes", 0.5, medians=True), mean("wrong_mean", 0.9, medians=True)),
    ],
)
def test_another_fault_is_not_taken_for_it(wanted: Finding, found: Finding):
    assert not is_recognised(wanted, found)


def test_a_public_key_that_says_less_of_means_is_still_one():
    few = Finding("wrong_mean", "W1", {"mean": [0.5], "spread": [0.01]})
    assert is_recognised(few, mean("wrong_mean", 0.55, medians=True))
    none = Finding("median_of_passes", "W1", {"count": 1000})
    assert is_recognised(none, mean("median_of_passes", 0.5, medians=True))
    assert not is_recognised(none, mean("wrong_mean", 0.5, medians=True))


def test_masks_that_are_returned_are_seen_as_they_are():
    assert is_recognised(SHARED, SHARED, RETURNED)
    assert not is_recognised(SHARED, ELSEWHERE, RETURNED)


def two_totals(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    return np.sum(A * D), np.sum(2 * A * D)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_unexplained_is_the_first_part_that_is_so_in_any_draw(seed: int):
    made = exercise(points=6, returns=TupleOf(Number("first"), Number("second")))(two_totals)
    made.twin(lambda A, keep_prob, D: (np.sum(A * D), np.sum(2 * A * D)))
    made.unseen_masks(share="keep_prob")(lambda A, keep_prob: {"D": A.shape})

    @made.case(judged="unseen")
    def nine_elements(rng):
        return {"A": toy.powers(rng), "keep_prob": 0.6}

    def sometimes_wrong(A, keep_prob, rng):
        first, second = two_totals(A, keep_prob, rng)
        return first + (rng.random() < 0.3) / 3, second + 1 / 3

    key = make_exercise_key(made, seed, public=False)
    results = outcome_of(key, sometimes_wrong).results["nine_elements"]
    finding = examine(key, key.cases["nine_elements"], results).finding
    assert finding is not None
    assert (finding.kind, finding.part) == ("unexplained", "first")


def test_a_share_that_small_cases_show_by_chance_is_known_by_its_name_in_all_of_them():
    made = replace(toy.noisy_total, cases={}, misconceptions={})

    @made.case(judged="unseen")
    def hardly_seen(rng):
        return {"A": toy.powers(rng), "keep_prob": 0.58}

    @made.case(judged="unseen")
    def surely_seen(rng):
        return {"A": toy.powers(rng), "keep_prob": 0.8}

    @made.misconception(symptom=True, credit=0.4)
    def kept_above(A, keep_prob, rng):
        """Keep an element where the random number is below keep_prob."""
        return np.sum(A * (rng.random(A.shape) > keep_prob)) / keep_prob

    def the_same(A, keep_prob, rng):
        rng.random(5)
        return kept_above(A, keep_prob, rng)

    shown = set()
    for seed in range(20):
        key = make_exercise_key(made, seed, public=False)
        report = grade_exercise(key, outcome_of(key, the_same), reveal=False)
        assert report.misconception == "kept_above"
        shown.add(report.case)
    assert shown == {"hardly_seen", "surely_seen"}
