import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.core.finding import Broken, Finding, Remark
from autograder.core.parts import (
    Array,
    DictOf,
    Draws,
    Mask,
    Number,
    Numbers,
    Text,
    TupleOf,
    collect,
    from_json,
    leaves,
    masks_of,
    to_json,
)
from autograder.core.taking_apart import take_apart
from autograder.core.values import Foreign

PAIR = TupleOf("A", Mask("D", share="keep_prob"))
SLOPES = DictOf("dW1", "db1")
TRAINED = TupleOf(DictOf("W1", "b1", name="parameters"), Numbers("costs"))


def broken(part, value) -> Finding:
    with pytest.raises(Broken) as caught:
        take_apart(part, value)
    return caught.value.finding


names = st.text("abcW1", min_size=1, max_size=3)
kinds = st.sampled_from([Array, Number, Numbers, Draws, Text, lambda name: Mask(name, "share")])
trees = st.recursive(
    st.builds(lambda kind, name: kind(name), kinds, names),
    lambda inner: st.builds(
        lambda group, members: group(*members),
        st.sampled_from([TupleOf, DictOf]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


@given(trees)
def test_a_tree_survives_json(tree):
    assert from_json(json.loads(json.dumps(to_json(tree)))) == tree


def test_leaves_come_in_the_order_of_the_declaration():
    assert [leaf.name for leaf in leaves(TRAINED)] == ["W1", "b1", "costs"]


def test_masks_are_found_among_the_leaves():
    assert [leaf.name for leaf in masks_of(PAIR)] == ["D"]


def test_a_list_is_as_good_as_a_tuple():
    assert take_apart(PAIR, [np.ones(2), np.zeros(2)]).keys() == {"A", "D"}


def test_a_nested_value_is_taken_apart():
    found = take_apart(TRAINED, ({"W1": np.ones(1), "b1": np.zeros(1)}, [0.5, 0.25]))
    assert found["costs"].tolist() == [0.5, 0.25]


def test_keys_beyond_those_asked_for_are_ignored():
    value = {"dW1": np.ones(1), "db1": np.ones(1), "dZ1": Foreign("anything"), "x": "text"}
    assert take_apart(SLOPES, value).keys() == {"dW1", "db1"}


def test_a_key_in_another_case_is_read_with_a_remark():
    remarks: list[str] = []
    take_apart(SLOPES, {"dw1": np.ones(1), "db1": np.ones(1)}, remarks)
    assert remarks == [Remark("renamed", ("dw1", "dW1"))]


def test_the_key_as_it_is_asked_for_wins_over_one_in_another_case():
    found = take_apart(SLOPES, {"dw1": np.zeros(1), "dW1": np.ones(1), "db1": np.ones(1)})
    assert found["dW1"].tolist() == [1]


@pytest.mark.parametrize(
    "value", [0.5, 1, np.array(0.5), np.array([0.5]), np.array([[0.5]]), np.array(1, dtype="f4")]
)
def test_a_number_may_come_in_any_dress(value):
    assert take_apart(Number("cost"), value)["cost"].shape == ()


def test_a_number_of_single_precision_stays_so():
    assert take_apart(Number("cost"), np.array([1], dtype="f4"))["cost"].dtype == np.float32


@pytest.mark.parametrize(
    "value",
    [[0.5, 1], (0.5, 1), np.array([0.5, 1]), np.array([[0.5, 1]]), [np.array([[0.5]]), 1]],
)
def test_numbers_may_come_as_any_sequence(value):
    assert take_apart(Numbers("costs"), value)["costs"].tolist() == [0.5, 1]


def test_no_numbers_are_a_sequence_too():
    assert take_apart(Numbers("costs"), [])["costs"].shape == (0,)


@pytest.mark.parametrize(
    ("part", "value", "kind"),
    [
        (PAIR, None, "returned_nothing"),
        (PAIR, np.ones((2, 2)), "not_a_tuple"),
        (PAIR, {"A": np.ones(1)}, "not_a_tuple"),
        (PAIR, (np.ones(1),), "wrong_length"),
        (PAIR, (np.ones(1), np.ones(1), 3), "wrong_length"),
        (PAIR, (np.ones(1), None), "part_is_none"),
        (PAIR, Foreign("generator"), "foreign"),
        (PAIR, (np.ones(1), Foreign("set")), "foreign"),
        (SLOPES, (np.ones(1), np.ones(1)), "not_a_dict"),
        (SLOPES, {"dW1": np.ones(1)}, "missing_key"),
        (SLOPES, {}, "missing_key"),
        (SLOPES, {"dW1": None, "db1": None}, "part_is_none"),
        (Array("A"), [[1.0, 2.0]], "list_for_array"),
        (Array("A"), (np.ones(1),), "list_for_array"),
        (Array("A"), 1.0, "wrong_type"),
        (Array("A"), "text", "wrong_type"),
        (Array("A"), {"A": 1}, "wrong_type"),
        (Array("A"), Foreign("complex array"), "foreign"),
        (Number("cost"), "text", "wrong_type"),
        (Number("cost"), True, "wrong_type"),
        (Number("cost"), [0.5], "wrong_type"),
        (Number("cost"), np.ones(2), "array_for_number"),
        (Number("cost"), np.ones((1, 1, 1)), "array_for_number"),
        (Number("cost"), np.ones(0), "array_for_number"),
        (Numbers("costs"), 0.5, "wrong_type"),
        (Numbers("costs"), np.ones((2, 2)), "wrong_type"),
        (Numbers("costs"), [0.5, None], "part_is_none"),
        (Numbers("costs"), [0.5, "text"], "wrong_type"),
        (Numbers("costs"), [0.5, {}], "wrong_type"),
        (Numbers("costs"), [0.5, [0.5]], "wrong_type"),
        (Numbers("costs"), [0.5, Foreign("tensorflow tensor")], "foreign"),
        (Numbers("costs"), [0.5, np.ones(2)], "array_for_number"),
        (Text("shapes"), 3, "wrong_type"),
        (Text("shapes"), None, "part_is_none"),
    ],
)
def test_the_first_structural_fault_is_found(part, value, kind):
    assert broken(part, value).kind == kind


def test_a_fault_names_the_part():
    assert broken(TRAINED, ({"W1": np.ones(1), "b1": 3}, [1.0])).part == "b1"


def test_what_is_taken_apart_is_a_copy():
    array = np.ones(2)
    assert not np.shares_memory(take_apart(Array("A"), array)["A"], array)


def test_an_authors_value_is_collected_by_part():
    assert collect(TRAINED, ({"W1": 1, "b1": 2}, [3])) == {"W1": 1, "b1": 2, "costs": 3}
