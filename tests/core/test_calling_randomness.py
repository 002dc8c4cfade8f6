"""The global random state around a call, and arguments that another function gives."""

import random

import numpy as np
import pytest

from autograder.core.calling import perform
from autograder.core.outcome import Call, Raised, Returned
from autograder.core.values import FromCall, Rng


def forward(A, rng):
    return A * 2, {"drawn": rng.random()}


def backward(cache, scale):
    return cache["drawn"] * scale


def draw():
    return [np.random.rand(), random.random()]


def test_global_randomness_is_the_same_for_the_same_seed():
    first, again = (perform(Call("draw", (), global_seed=7), draw) for _ in range(2))
    assert first == again


def test_global_randomness_differs_from_one_repetition_to_the_next():
    first, second = perform(Call("draw", (), times=2, global_seed=7), draw)
    assert first.value != second.value


def test_global_randomness_is_left_as_it_was():
    np.random.seed(3)
    random.seed(3)
    expected = draw()
    np.random.seed(3)
    random.seed(3)
    perform(Call("draw", (), times=4), draw)
    assert draw() == expected


def test_an_argument_may_come_from_another_function_of_the_notebook():
    asked = FromCall("forward", (np.ones(1), Rng(5)), 1)
    (result,) = perform(Call("backward", (asked, 10.0)), backward)
    assert result == Returned(np.random.default_rng(5).random() * 10.0)


@pytest.mark.parametrize("asked", [FromCall("gone", (), 0), FromCall("forward", (1.0,), 0)])
def test_where_the_other_function_fails_the_call_has_raised(asked):
    (result,) = perform(Call("backward", (asked, 10.0)), backward)
    assert isinstance(result, Raised)
