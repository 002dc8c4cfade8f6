import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.core.calling import Plainer, perform
from autograder.core.outcome import Call, Died, Raised, Returned
from autograder.core.values import (
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_TEXT,
    Foreign,
    Rng,
    is_plain_array,
    same_value,
)
from tests.core import strange


def returned(value):
    """What arrives where a function returns this value."""
    (result,) = perform(Call("f", ()), lambda: value)
    assert isinstance(result, Returned)
    return result.value


def result_of(function, *arguments):
    (result,) = perform(Call("f", arguments), function)
    return result


def foreign_in(value):
    if isinstance(value, list | tuple):
        return any(map(foreign_in, value))
    if isinstance(value, dict):
        return any(map(foreign_in, value.values()))
    return isinstance(value, Foreign)


# --- values that cross ------------------------------------------------------------------------


@pytest.mark.parametrize("name", strange.FOREIGN)
def test_what_is_not_plain_is_named_and_stays_behind(name):
    value, type_name = strange.FOREIGN[name]
    assert returned(value).type_name == type_name


@given(npst.arrays(st.sampled_from(["?", "i1", "u8", "f2", "f4", "f8"]), npst.array_shapes()))
def test_an_array_of_real_numbers_arrives_unchanged(array):
    assert same_value(returned(array), array)


@pytest.mark.parametrize("value", [None, True, 3, -(2**62), 2.5, "text", [1, (2.0, {"a": None})]])
def test_a_plain_value_arrives_unchanged(value):
    assert same_value(returned(value), value)


def test_a_numpy_scalar_arrives_as_an_array_of_no_axes():
    assert same_value(returned(np.float32(2)), np.array(2, dtype=np.float32))


def test_extended_precision_arrives_as_double_precision():
    assert returned(np.full(2, 0.5, dtype=np.longdouble)).dtype == np.float64


def test_extended_precision_beyond_double_arrives_as_infinity():
    assert np.isinf(returned(np.longdouble("1e4000")))


def test_a_subclass_of_ndarray_arrives_as_an_array_whatever_it_answers():
    found = returned(np.arange(3.0).view(strange.Arrays))
    assert is_plain_array(found)
    assert found.tolist() == [0, 1, 2]


def test_a_matrix_arrives_as_an_array():
    with pytest.warns(PendingDeprecationWarning):
        matrix = np.matrix([[1.0, 2.0]])
    assert is_plain_array(returned(matrix))


def test_a_subclass_of_str_arrives_as_exactly_its_own_text():
    found = returned(strange.Text("real"))
    assert (type(found), found) == (str, "real")


def test_a_subclass_of_dict_arrives_as_a_dict():
    assert type(returned(strange.Dict(a=1))) is dict


def test_a_key_that_is_a_subclass_of_str_arrives_as_a_str():
    (key,) = returned({strange.Text("dW1"): 1})
    assert (type(key), key) == (str, "dW1")


def test_a_key_that_is_no_text_arrives_as_its_representation():
    assert returned({3: 1}) == {"3": 1}


def test_a_key_that_cannot_be_represented_is_the_functions_own_fault():
    assert result_of(lambda: {strange.Unreadable(): 1}).type_name == "ValueError"


def test_text_that_utf_8_cannot_write_is_escaped():
    assert returned("\ud800").encode("utf-8") == b"\\ud800"


def test_long_text_is_cut():
    assert len(returned("x" * (MAX_TEXT + 1))) == MAX_TEXT


@pytest.mark.parametrize(
    "value",
    [strange.cyclic_list(), strange.cyclic_dict(), strange.nested(5_000), strange.wide(4)],
    ids=["cyclic list", "cyclic dict", "nested", "wide"],
)
def test_a_structure_without_bounds_is_cut_off(value):
    assert foreign_in(returned(value))


def test_a_structure_within_the_bounds_is_carried_whole():
    assert not foreign_in(returned(strange.nested(MAX_DEPTH)))


def test_the_elements_of_all_arrays_together_are_bounded():
    many = [np.broadcast_to(np.float32(1), MAX_ELEMENTS // 4)] * 5
    assert [foreign_in(item) for item in returned(many)] == [False] * 4 + [True]


def test_what_is_returned_can_be_changed_later_without_changing_what_arrived():
    array = np.zeros(2)
    found = Plainer().plain([array])
    array += 1
    assert found[0].tolist() == [0, 0]


# --- how a function ends ----------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit, BaseException])
def test_any_exception_is_reported_as_raised(error):
    def stops():
        raise error("why")

    found = result_of(stops)
    assert (found.type_name, found.text) == (error.__name__, "why")


def test_an_exception_tells_the_line_it_came_from():
    def stops():
        return [][1]

    found = result_of(stops)
    assert (found.code, found.function) == ("return [][1]", "stops")


def test_an_exception_whose_text_cannot_be_read_has_none():
    def stops():
        raise strange.UnspeakableError

    found = result_of(stops)
    assert (found.type_name, found.text) == ("UnspeakableError", "")


def test_leaving_the_process_is_dying():
    def stops():
        raise SystemExit(3)

    assert result_of(stops) == Died("the code calls exit (3)")


def test_endless_recursion_is_raised():
    def stops():
        return stops()

    assert result_of(stops).type_name == "RecursionError"


@pytest.mark.parametrize("function", [lambda A: A, lambda: 0, lambda A, b, c: 0, dict, 3, None])
def test_a_function_that_takes_other_arguments_has_raised_a_type_error(function):
    found = result_of(function, 1, 2)
    assert (found.type_name, found.line) == ("TypeError", None)


class Callable:
    def __call__(self, value):
        return value


@pytest.mark.parametrize(
    "function", [functools.partial(lambda one, value: value, 0), Callable(), int, max.__call__]
)
def test_anything_callable_can_be_called(function):
    assert isinstance(result_of(function, 3), Returned | Raised)


# --- arguments --------------------------------------------------------------------------------


def test_arguments_changed_in_place_are_told_by_position():
    def changes(A, b, parameters):
        A += 1
        parameters["W"] = 3

    assert result_of(changes, np.ones(2), np.ones(2), {"W": np.ones(1)}).changed == (0, 2)


def test_arguments_put_back_as_they_were_are_unchanged():
    def changes(A):
        A += 1
        A -= 1

    assert result_of(changes, np.ones(2)).changed == ()


def test_an_argument_turned_into_something_unreadable_is_changed():
    def changes(parameters):
        parameters[strange.Unreadable()] = 1

    assert result_of(changes, {"W": 1.0}).changed == (0,)


def test_the_callers_own_arguments_stay_as_they_were():
    array = np.ones(2)

    def changes(A):
        A += 1

    result_of(changes, array)
    assert array.tolist() == [1, 1]


def test_each_repetition_gets_fresh_arguments_and_the_same_generator():
    def draws(A, rng):
        A += rng.random()
        return A

    one, other = perform(Call("f", (np.zeros(1), Rng(5)), times=2), draws)
    rng = np.random.default_rng(5)
    assert [one.value[0], other.value[0]] == [rng.random(), rng.random()]
