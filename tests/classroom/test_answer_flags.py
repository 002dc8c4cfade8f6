"""Answers that might carry hidden arguments are flagged; those of honest crashes are not."""

import numpy as np
import pytest

from autograder.classroom.answer_flags import flags_of_answers
from autograder.core.outcome import Died, ExerciseOutcome, Raised, Result, Returned, TimedOut
from autograder.core.values import Foreign
from autograder.kernel.jupyter import TOO_MUCH


def flags(result: Result) -> list[str]:
    return flags_of_answers({"f": ExerciseOutcome("f", results={"a": (result, result)})})


@pytest.mark.parametrize(
    ("result", "flag"),
    [
        (Raised("Own", "text"), "f: raises an exception of its own, 'Own'"),
        (
            Raised("ValueError", "secret", 2, "raise ValueError(x)"),
            "f: raises an exception with a text of its own, 'secret'",
        ),
        (Raised("ValueError", "secret"), "f: raises an exception with a text of its own, 'secret'"),
        (Returned([1, Foreign("secret", "")]), "f: returns a value of another type, 'secret'"),
        (Returned({"k" * 50: 1}), f"f: returns a dict with a long key, {'k' * 40!r}"),
        (Died(TOO_MUCH), f"f: {TOO_MUCH}"),
    ],
)
def test_what_may_carry_an_argument_is_flagged_once(result: Result, flag: str):
    assert flags(result) == [flag]


@pytest.mark.parametrize(
    "result",
    [
        Raised("KeyError", "3", 2, "x = cache[3]"),
        Raised("ValueError", "matmul: no such luck", 2, "A @ B"),
        Raised("NotImplementedError", "", 2, "raise NotImplementedError()"),
        Returned(np.zeros(3)),
        Returned(Foreign("complex number", "is not a real number")),
        Died("exit status 3"),
        TimedOut(3),
    ],
)
def test_an_honest_answer_is_not(result: Result):
    assert flags(result) == []
