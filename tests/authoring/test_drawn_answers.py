"""A misconception that takes masks answers as a student's function with it would."""

import numpy as np
import pytest

from autograder.authoring.subject import SEEDS, Subject
from autograder.core.exercise import Exercise, exercise
from autograder.core.parts import Array, Numbers
from tests.authoring.toy_exercises import drop


def total(judged: str) -> Exercise:
    """Drop units without returning the mask; repeated n times where the case says so."""
    returns = Numbers("totals") if judged == "each" else Array("total")

    def once(A, keep_prob, D):
        return np.sum(A * D) / keep_prob

    def total(A, keep_prob, n, rng):
        """Add up the activations that dropout leaves."""
        drawn = [once(A, keep_prob, rng.random(A.shape) < keep_prob) for _ in range(n)]
        return drawn if judged == "each" else np.array([[np.mean(drawn)]])

    made = exercise(points=5, returns=returns)(total)

    @made.twin
    def given_mask(A, keep_prob, n, D):
        return [once(A, keep_prob, D)] if judged == "each" else once(A, keep_prob, D)

    @made.unseen_masks(share="keep_prob")
    def shapes(A, keep_prob, n):
        return {"D": A.shape}

    @made.case(judged=judged, repeats=None if judged == "unseen" else "n")
    def small_layer(rng):
        n = {"unseen": 1, "each": 12, "mean": 400}[judged]
        return {"A": rng.uniform(1, 2, size=(2, 4)), "keep_prob": 0.6, "n": n}

    @made.misconception(credit=0.5)
    def no_rescale(A, keep_prob, n, D):
        """Divide by keep_prob as well: the expectation is smaller otherwise."""
        return [np.sum(A * D)] if judged == "each" else np.sum(A * D)

    return made


@pytest.mark.parametrize("judged", ["unseen", "each", "mean"])
def test_masks_that_are_not_returned_are_drawn(judged: str):
    subject = Subject(total(judged))
    (item,) = subject.exercise.misconceptions.values()
    assert {report.misconception for report in subject.reports_on(item)} == {"no_rescale"}


def test_masks_that_are_returned_are_those_of_the_reference():
    subject = Subject(drop())
    item = subject.exercise.misconceptions["no_rescale"]
    answers = subject.answers(item, SEEDS[0])["few_units_kept"]
    reference = subject.results(subject.exercise.reference, SEEDS[0])["few_units_kept"]
    assert [np.array_equal(a.value[1], r.value[1]) for a, r in zip(answers, reference, strict=True)]
    assert {report.misconception for report in subject.reports_on(item)} == {"no_rescale"}
