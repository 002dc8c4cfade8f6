import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.core.values import (
    Foreign,
    FromCall,
    arrays_in,
    copy_value,
    describe,
    is_plain_array,
    map_arrays,
    same_value,
    significant,
)

arrays = npst.arrays(st.sampled_from(["f8", "f4", "i8", "?"]), npst.array_shapes(max_side=3))
leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3), arrays
)
plain = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=3), inner, max_size=3),
    ),
    max_leaves=8,
)


@given(plain)
def test_a_copy_is_the_same_value(value):
    assert same_value(copy_value(value), value)


@given(plain)
def test_a_copy_shares_no_array_with_the_original(value):
    pairs = zip(arrays_in(value), arrays_in(copy_value(value)), strict=True)
    assert not any(np.shares_memory(one, other) for one, other in pairs)


@given(arrays)
def test_a_changed_element_makes_another_value(array):
    changed = array.copy()
    changed.flat[0] = not changed.flat[0]
    assert not same_value(array, changed)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        ([1], (1,)),
        (np.zeros(2), np.zeros((2, 1))),
        (np.zeros(2), np.zeros(2, dtype=np.float32)),
        ({"a": 1}, {"b": 1}),
        ([1], [1, 2]),
        (None, 0),
        (np.float64(1), 1.0),
    ],
)
def test_values_of_another_type_shape_or_dtype_differ(one, other):
    assert not same_value(one, other)


def test_nan_is_the_same_as_nan():
    assert same_value([float("nan"), np.array([np.nan])], [float("nan"), np.array([np.nan])])


@pytest.mark.parametrize("dtype", ["?", "i1", "u8", "f2", "f4", "f8"])
def test_an_array_of_real_numbers_is_plain(dtype):
    assert is_plain_array(np.zeros(2, dtype))


@pytest.mark.parametrize("dtype", ["O", "c8", "c16", "U3", "S3", "M8[s]", "m8[s]", "f4,i4", "g"])
def test_an_array_of_anything_else_is_not_plain(dtype):
    assert not is_plain_array(np.zeros(2, dtype))


def test_a_subclass_of_ndarray_is_not_plain():
    assert not is_plain_array(np.zeros(2).view(np.recarray))


def test_arrays_within_a_call_for_arguments_are_changed_too():
    value = FromCall("forward", (np.ones(2), 3), 1)
    changed = map_arrays(value, lambda array: array * 2)
    assert changed.arguments[0].tolist() == [2, 2]


@given(npst.arrays("f8", 4, elements=st.floats(-1e9, 1e9)))
def test_rounding_to_significant_digits_changes_a_value_by_less_than_its_ninth_digit(array):
    assert np.allclose(significant(array), array, rtol=1e-8, atol=0)


@given(npst.arrays("f8", 4, elements=st.floats(-1e9, 1e9)))
def test_rounding_twice_is_rounding_once(array):
    assert np.array_equal(significant(significant(array)), significant(array))


def test_rounding_hides_the_last_bits_in_which_processors_differ():
    assert significant(np.array([0.1 + 0.2]))[0] == 0.3


@pytest.mark.parametrize("between", [1.234567885, -7.000000015, 23.45678905])
def test_values_between_two_roundings_go_the_same_way_on_every_processor(between):
    computed = np.nextafter(between, [-np.inf, between, np.inf])
    assert len(set(significant(computed).tolist())) == 1


@pytest.mark.parametrize("dtype", ["f4", "i8", "?"])
def test_arrays_of_another_dtype_are_not_rounded(dtype):
    array = np.ones(3, dtype)
    assert significant(array) is array


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "None"),
        (True, "the truth value True"),
        (2, "a number"),
        (np.array(2.0), "a number"),
        (np.zeros((3, 4)), "an array of shape (3, 4)"),
        ("text", "a string"),
        ([1, 2], "a list of 2"),
        ((1,), "a tuple of 1"),
        ({"a": 1, "b": 2}, "a dict with 2 entries"),
        (Foreign("complex array"), "a complex array"),
        (Foreign("object array"), "an object array"),
    ],
)
def test_a_value_is_named_in_a_few_words(value, words):
    assert describe(value) == words
