import numpy as np
import pytest

from autograder.core.consistency import contradictions
from autograder.core.exercise import Exercise
from autograder.core.parts import Array, Mask, TupleOf
from tests.core.toy import COURSE


def double(A, keep_prob, n):
    """Double an array."""
    return 2 * A


def case(rng):
    return {"A": np.ones((2, 3)), "keep_prob": 0.5, "n": 3}


def exercise_with(**changes) -> Exercise:
    made = Exercise(double, 10, **{"returns": Array("A2")} | changes)
    made.case(case)
    return made


@pytest.mark.parametrize("name", [item.name for item in COURSE])
def test_an_exercise_of_the_toy_course_agrees_with_itself(name):
    (found,) = (item for item in COURSE if item.name == name)
    assert list(contradictions(found)) == []


def without_cases():
    return Exercise(double, 10, Array("A2"))


def values_of_a_symptom():
    made = exercise_with()
    for name in ("one", "other"):

        def wrong(A, keep_prob, n):
            """Do it right."""
            return A

        wrong.__name__ = name
        made.misconception(wrong, symptom=True, values="other")
    return made


def hidden_masks_without_shapes():
    made = exercise_with()
    made.case(weight=1, judged="unseen")(lambda rng: case(rng))
    return made


def each_without_repeats():
    made = exercise_with(unseen_shapes=lambda **case: {"D": (2, 2)}, unseen_share="keep_prob")
    made.case(judged="each")(lambda rng: case(rng))
    return made


def unknown_repeats():
    made = exercise_with(unseen_shapes=lambda **case: {"D": (2, 2)}, unseen_share="keep_prob")
    made.case(judged="each", repeats="times")(lambda rng: case(rng))
    return made


def negative_weight():
    made = exercise_with()
    made.case(weight=-1)(lambda rng: case(rng))
    return made


@pytest.mark.parametrize(
    ("exercise", "says"),
    [
        (without_cases(), "double has no case and checks nothing; write @double.case."),
        (exercise_with(keeps=("parameters",)), "keeps names 'parameters'"),
        (exercise_with(returns=TupleOf("A2", Mask("D", share="p"))), "share of mask D names 'p'"),
        (
            exercise_with(unseen_shapes=dict, unseen_share="rate"),
            "unseen_masks names 'rate', which is no parameter; there are A, keep_prob, n.",
        ),
        (unknown_repeats(), "names 'times'"),
        (values_of_a_symptom(), "values='other' names no misconception that is told by its values"),
        (hidden_masks_without_shapes(), "with @double.unseen_masks."),
        (each_without_repeats(), "judged='each' needs repeats"),
        (negative_weight(), "weight=-1; expected a number that is not below 0"),
    ],
)
def test_a_contradiction_is_named_with_what_would_fit(exercise, says):
    assert any(says in found for found in contradictions(exercise))
