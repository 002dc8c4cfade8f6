import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from autograder.core.comparing import compare, distance, summarise_draws, tolerance

WANTED = np.array([[1.0, -2.0], [3.0, 4.0]])

matrices = npst.arrays("f8", (2, 3), elements=st.floats(-1e6, 1e6))


@given(matrices)
def test_a_value_equals_itself(array):
    assert compare("A", array, array.copy(), False) is None


@given(matrices)
def test_a_value_equals_itself_in_single_precision(array):
    assert compare("A", array, array.astype(np.float32), False) is None


@pytest.mark.parametrize("factor", [1 + 9e-7, 1 - 9e-7])
def test_double_precision_is_right_to_a_millionth(factor):
    assert compare("A", WANTED, WANTED * factor, False) is None


@pytest.mark.parametrize("factor", [1 + 1.1e-6, 1 - 1.1e-6])
def test_double_precision_is_wrong_beyond_a_millionth(factor):
    assert compare("A", WANTED, WANTED * factor, False) is not None


def test_single_precision_of_the_result_widens_the_tolerance():
    got = (WANTED * (1 + 2e-5)).astype(np.float32)
    assert compare("A", WANTED, got, False) is None


def test_single_precision_of_the_arguments_widens_the_tolerance():
    assert compare("A", WANTED, WANTED * (1 + 2e-5), True) is None


def test_single_precision_is_wrong_beyond_its_tolerance():
    assert compare("A", WANTED, WANTED * (1 + 4e-5), True) is not None


def test_the_tolerance_is_relative_to_the_largest_magnitude():
    assert tolerance(WANTED, WANTED, False) == pytest.approx(4e-6)


def test_an_infinite_element_makes_no_other_one_right():
    wanted = np.array([np.inf, 1.0])
    assert compare("A", wanted, np.array([np.inf, 2.0]), False) is not None


def test_a_finite_value_is_never_right_where_infinity_is_expected():
    assert compare("A", np.array([np.inf]), np.array([5.0]), False) is not None


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_wrong(bad):
    assert compare("A", WANTED, np.where(WANTED == 3, bad, WANTED), False).facts["index"] == (1, 0)


@pytest.mark.parametrize("got", [WANTED.astype(int), [[1, -2], [3, 4]]])
def test_integers_are_numbers(got):
    assert compare("A", WANTED, got, False) is None


def test_truth_values_are_zero_and_one():
    assert compare("labels", np.array([[1, 0]]), np.array([[True, False]]), False) is None


@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_one_number_has_no_shape(shape):
    assert compare("cost", np.array(0.5), np.full(shape, 0.5), False) is None


def test_another_shape_is_told():
    found = compare("A", WANTED, np.ones((2, 3)), False)
    assert (found.kind, found.facts["found"]) == ("wrong_shape", (2, 3))


def test_a_difference_tells_the_index_of_the_largest_one_and_both_values():
    got = WANTED.copy()
    got[0, 1], got[1, 1] = 5, 4.5
    facts = compare("A", WANTED, got, False).facts
    assert (facts["index"], facts["found"], facts["expected"]) == ((0, 1), 5, -2)


def test_a_difference_tells_how_many_elements_are_wrong():
    got = np.where(WANTED > 2, 0, WANTED)
    facts = compare("A", WANTED, got, False).facts
    assert (facts["wrong"], facts["size"]) == (2, 4)


@pytest.mark.parametrize("ratio", [2, 0.5, -1, 0.3])
def test_a_constant_factor_is_told(ratio):
    assert compare("A", WANTED, WANTED * ratio, False).facts["ratio"] == pytest.approx(ratio)


def test_a_constant_factor_is_told_where_elements_are_zero():
    wanted = np.array([0.0, 2.0, 4.0])
    assert compare("A", wanted, wanted * 3, False).facts["ratio"] == 3


def test_where_factors_differ_none_is_told():
    assert compare("A", WANTED, WANTED + 1, False).facts["ratio"] is None


def test_where_all_is_expected_to_be_zero_no_factor_is_told():
    assert compare("A", np.zeros(3), np.ones(3), False).facts["ratio"] is None


def test_texts_are_equal_to_the_letter():
    assert compare("shapes", "(5, 3)", "(5, 3)", False) is None


@pytest.mark.parametrize("got", ["(3, 5)", np.array(3.0)])
def test_another_text_is_told(got):
    assert compare("shapes", "(5, 3)", got, False).kind == "wrong_text"


@given(matrices, st.floats(1.5, 1e3))
def test_what_is_further_than_one_tolerance_is_wrong(array, far):
    got = array + far * tolerance(array, array, False)
    assert compare("A", array, got, False) is not None


@given(st.floats(1, 1e3))
def test_the_distance_counts_tolerances(far):
    got = WANTED + far * tolerance(WANTED, WANTED, False)
    assert distance(WANTED, got, False) == pytest.approx(far, rel=1e-6)


@pytest.mark.parametrize(
    "pair", [(WANTED, np.ones(3)), (WANTED, WANTED * np.nan), ("a", "b"), (WANTED, "a")]
)
def test_what_cannot_be_compared_is_infinitely_far(pair):
    assert distance(*pair, False) == np.inf


def test_random_outputs_are_summarised_by_value_and_count():
    values, counts = summarise_draws(np.array([[0, 2], [2.000001, 0], [0, 5]]))
    assert (np.round(values, 3).tolist(), counts.tolist()) == ([0, 2, 5], [3, 2, 1])


@pytest.mark.parametrize("values", [[], [np.nan, 1.0]])
def test_random_outputs_that_are_none_or_not_finite_have_no_value(values):
    assert np.isnan(summarise_draws(np.array(values))[0]).all()
