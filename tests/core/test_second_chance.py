"""A function with a cache of its own layout is judged by what it does with that."""

import numpy as np
import pytest

from autograder.core.calling import perform
from autograder.core.exercise import exercise
from autograder.core.grading import grade_exercise
from autograder.core.making import make_exercise_key
from autograder.core.outcome import ExerciseOutcome
from autograder.core.parts import Array
from autograder.core.values import FromCall


@exercise(points=4, returns=Array("dA"))
def back(dA, cache):
    """Multiply dA by A, the only entry of the cache."""
    (A,) = cache if isinstance(cache, tuple) else cache["layout"]
    return dA * A


@back.case
def given(rng):
    """the assignment's cache"""
    A = rng.normal(size=(2, 3))
    return {"dA": rng.normal(size=A.shape), "cache": (A,)}


@back.case
def own(rng):
    """the notebook's own cache"""
    A = rng.normal(size=(2, 3))
    return {"dA": rng.normal(size=A.shape), "cache": FromCall("forward", (A,), 1)}


@pytest.fixture(scope="module")
def key():
    """The key; its reference asks for `forward` where it was written: here."""
    globals()["forward"] = lambda A: (A.sum(), (A,))
    return make_exercise_key(back, 1, public=False)


def report(key, cache, body):
    """Grade the `back` of a notebook that keeps this cache."""
    namespace = {"np": np}
    exec(
        f"def forward(A):\n    return A.sum(), {cache}\ndef back(dA, cache):\n    {body}", namespace
    )
    results = {
        name: tuple(r for call in case.calls for r in perform(call, namespace["back"]))
        for name, case in key.cases.items()
    }
    return grade_exercise(key, ExerciseOutcome("back", results=results), reveal=False)


def test_the_assignments_layout_is_right_without_a_remark(key):
    found = report(key, "(A,)", "return dA * cache[0]")
    assert (found.status, found.score, found.remarks) == ("passed", 4, ())


def test_another_layout_is_right_with_a_remark(key):
    found = report(key, '{"A": A}', 'return dA * cache["A"]')
    assert (found.status, found.score) == ("passed", 4)
    assert "their layout differs" in found.remarks[0]


def test_a_mistake_in_another_layout_is_told_as_it_is(key):
    found = report(key, '{"A": A}', 'return 2 * dA * cache["A"]')
    assert (found.status, found.score) == ("failed", 0)
    assert found.message == (
        "dA of back is twice the expected value in every element "
        "(hidden case: the notebook's own cache)."
    )
    assert "stops with the arguments in the assignment's layout" in found.remarks[0]


def test_an_answer_that_stops_either_way_is_a_crash(key):
    found = report(key, '{"A": A}', 'return dA * cache["B"]')
    assert found.status == "crashed"


def test_other_values_in_the_cache_are_right_where_they_fit(key):
    found = report(key, "(A / 2,)", "return 2 * dA * cache[0]")
    assert (found.status, len(found.remarks)) == ("passed", 1)
