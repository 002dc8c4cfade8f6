"""What a student's function earns in the toy course."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from autograder.core.calling import perform
from autograder.core.exercise import Exercise
from autograder.core.grading import grade_exercise
from autograder.core.key import ExerciseKey
from autograder.core.making import make_exercise_key
from autograder.core.outcome import ExerciseOutcome, Result
from autograder.core.report import ExerciseReport
from autograder.core.words import Words, english
from tests.core.toy import COURSE

Function = Callable[..., Any]


@lru_cache
def key_of(name: str, seed: int = 1, public: bool = False) -> ExerciseKey:
    """The answer key of an exercise of the toy course."""
    found: Exercise = next(item for item in COURSE if item.name == name)
    return make_exercise_key(found, seed, public=public)


def outcome_of(key: ExerciseKey, function: Function) -> ExerciseOutcome:
    """What a notebook with this function does in every case."""
    results: dict[str, tuple[Result, ...]] = {
        name: tuple(result for call in case.calls for result in perform(call, function))
        for name, case in key.cases.items()
    }
    return ExerciseOutcome(key.name, results=results)


def verdict(
    name: str, function: Function, *, seed: int = 1, public: bool = False, words: Words = english
) -> ExerciseReport:
    """The report on a function, judged with a hidden or a public key."""
    key = key_of(name, seed, public)
    return grade_exercise(key, outcome_of(key, function), reveal=public, words=words)
