"""The ladder: the first rung that breaks is what a student reads."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.core.checking import examine
from autograder.core.finding import Remark
from autograder.core.key import Behaviour
from autograder.core.outcome import Died, NotRun, Raised, Returned, TimedOut
from autograder.core.values import Foreign
from tests.core.toy import masked_scale, slopes, three_arrays
from tests.core.verdicts import key_of, outcome_of

MASKED, SLOPES = key_of("masked_scale"), key_of("slopes")
CASE = MASKED.cases["few_kept"]
RIGHT = outcome_of(MASKED, masked_scale.reference).results["few_kept"]
SLOPES_CASE = SLOPES.cases["five_examples"]
RIGHT_SLOPES = outcome_of(SLOPES, slopes.reference).results["five_examples"][0].value


def finding_of(*results):
    return examine(MASKED, CASE, results).finding


def slopes_finding(value, changed=()):
    return examine(SLOPES, SLOPES_CASE, [Returned(value, changed)] * 2).finding


def changed_values(change):
    """The right results, each with its parts changed."""
    return [Returned(change(*result.value)) for result in RIGHT]


def test_right_results_have_no_finding():
    assert finding_of(*RIGHT) is None


@pytest.mark.parametrize(
    ("result", "kind"),
    [
        (Raised("ValueError", "why"), "raised"),
        (TimedOut(3), "timed_out"),
        (Died("killed"), "died"),
        (NotRun("no kernel"), "not_run"),
        (None, "not_run"),
        (Returned(None), "returned_nothing"),
        (Returned(Foreign("generator")), "foreign"),
    ],
)
@pytest.mark.parametrize("position", [0, 3, -1])
def test_a_call_that_gives_nothing_breaks_the_case_wherever_it_stands(result, kind, position):
    results = list(RIGHT)
    results[position] = result
    assert finding_of(*results).kind == kind


@pytest.mark.parametrize("count", range(len(RIGHT)))
def test_missing_results_prove_nothing(count):
    assert finding_of(*RIGHT[:count]).kind == "not_run"


def test_results_of_calls_that_were_not_made_prove_nothing():
    assert finding_of(*RIGHT, RIGHT[-1]).kind == "not_run"


def test_an_exception_in_place_of_the_remaining_results_is_an_exception():
    assert finding_of(RIGHT[0], Raised("ValueError", "why")).kind == "raised"


LADDER = {
    "wrong_length": lambda A, D: (A,),
    "part_is_none": lambda A, D: (A, None),
    "list_for_array": lambda A, D: (A.tolist(), D),
    "wrong_shape": lambda A, D: (A.T, D),
    "not_finite": lambda A, D: (np.where(D, np.nan, A), D),
    "mask_not_binary": lambda A, D: (A, D * 3),
    "mask_prescaled": lambda A, D: (A, D / 0.3),
    "mask_elsewhere": lambda A, D: (D, A),
    "wrong_value": lambda A, D: (A * 1.01, D),
}


@pytest.mark.parametrize("kind", LADDER)
def test_each_rung_breaks_by_its_own_fault(kind):
    assert finding_of(*changed_values(LADDER[kind])).kind == kind


@pytest.mark.parametrize(
    ("lower", "upper"),
    [
        ("wrong_shape", "wrong_value"),
        ("not_finite", "mask_prescaled"),
        ("mask_prescaled", "wrong_value"),
    ],
)
def test_the_lower_of_two_rungs_is_told(lower, upper):
    def both(A, D):
        return LADDER[lower](*LADDER[upper](A, D))

    assert finding_of(*changed_values(both)).kind == lower


def test_a_value_that_is_wrong_in_a_later_repetition_only_is_wrong():
    results = list(RIGHT)
    A, D = results[4].value
    results[4] = Returned((A + D, D))
    assert finding_of(*results).kind == "wrong_value"


def test_results_that_differ_for_the_same_seed_ignore_the_generator():
    assert finding_of(*RIGHT[:-1], RIGHT[1]).kind == "mask_ignores_rng"


def test_masks_are_counted_over_all_repetitions_but_the_last():
    kept, size = examine(MASKED, CASE, RIGHT).kept["D"]
    masks = [result.value[1] for result in RIGHT[:-1]]
    assert (kept, size) == (sum(int(mask.sum()) for mask in masks), sum(map(np.size, masks)))


def test_values_are_judged_with_the_students_own_faulty_mask():
    def all_kept(A, D):
        return CASE.calls[0].arguments[0] / 0.3, np.ones_like(D)

    examined = examine(MASKED, CASE, changed_values(all_kept))
    assert (examined.finding.kind, examined.values) == ("mask_share", None)


@pytest.mark.parametrize("dtype", [bool, int, np.uint8, np.float32, float])
def test_a_mask_may_have_any_dtype(dtype):
    assert finding_of(*changed_values(lambda A, D: (A, D.astype(dtype)))) is None


def test_an_argument_that_has_to_stay_was_changed():
    finding = slopes_finding(RIGHT_SLOPES, changed=(2,))
    assert (finding.kind, finding.facts) == ("changed_argument", {"argument": "w"})


def test_another_argument_that_was_changed_earns_a_remark():
    examined = examine(SLOPES, SLOPES_CASE, [Returned(RIGHT_SLOPES, (0,))] * 2)
    assert (examined.finding, examined.remarks) == (None, (Remark("changed", ("x",)),))


def test_a_wrong_value_is_told_before_a_changed_argument():
    wrong = RIGHT_SLOPES | {"dw": RIGHT_SLOPES["dw"] + 1}
    assert slopes_finding(wrong, changed=(2,)).kind == "wrong_value"


def test_another_value_at_the_second_call_is_a_fault_of_its_own():
    other = RIGHT_SLOPES | {"db": RIGHT_SLOPES["db"] + 1}
    finding = examine(SLOPES, SLOPES_CASE, [Returned(RIGHT_SLOPES), Returned(other)]).finding
    assert (finding.kind, finding.part) == ("differs_between_calls", "db")


def test_arrays_in_another_order_are_told_from_arrays_of_another_shape():
    key = key_of("three_arrays")
    (case,) = key.cases.values()
    first, second, third = outcome_of(key, three_arrays.reference).results[case.name][0].value
    finding = examine(key, case, [Returned((second, third, first))] * 2).finding
    assert (finding.kind, finding.part) == ("wrong_order", "first")
    finding = examine(key, case, [Returned((first.T, second, third))] * 2).finding
    assert finding.kind == "wrong_shape"


def test_single_precision_is_right():
    value = {name: slope.astype(np.float32) for name, slope in RIGHT_SLOPES.items()}
    assert slopes_finding(value) is None


def test_keys_in_another_case_are_right_with_a_remark():
    value = {name.upper(): slope for name, slope in RIGHT_SLOPES.items()}
    remarks = examine(SLOPES, SLOPES_CASE, [Returned(value)] * 2).remarks
    assert remarks == (Remark("renamed", ("DW", "dw")), Remark("renamed", ("DB", "db")))


def test_a_key_without_expected_values_proves_nothing():

    empty = replace(SLOPES_CASE, expected=Behaviour())
    with pytest.raises(ValueError, match="has no expected values"):
        examine(SLOPES, empty, [Returned(RIGHT_SLOPES)] * 2)


def test_a_key_that_lacks_a_part_proves_nothing():

    half = replace(SLOPES_CASE, expected=Behaviour(parts={"dw": RIGHT_SLOPES["dw"]}))
    with pytest.raises(KeyError):
        examine(SLOPES, half, [Returned(RIGHT_SLOPES)] * 2)
