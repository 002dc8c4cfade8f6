"""Grading fails closed: what was not proved right earns nothing, and our trouble is no verdict."""

from dataclasses import replace

import numpy as np
import pytest

from autograder.core import grading
from autograder.core.grading import grade, grade_exercise
from autograder.core.key import Behaviour
from autograder.core.making import make_answer_key
from autograder.core.outcome import (
    Definition,
    Died,
    ExerciseOutcome,
    NotRun,
    Raised,
    Returned,
    TimedOut,
)
from tests.core.toy import COURSE, scale, tall, wide
from tests.core.verdicts import key_of, outcome_of, verdict

KEY = key_of("scale")
RIGHT = outcome_of(KEY, scale.reference)


def graded(results, key=KEY, **definition):
    outcome = ExerciseOutcome("scale", Definition(**definition), dict(results))
    return grade_exercise(key, outcome, reveal=False)


def with_result(result, case="wide"):
    return graded(RIGHT.results | {case: (result, result)})


@pytest.mark.parametrize("name", [item.name for item in COURSE])
def test_the_reference_earns_full_points(name):
    (found,) = (item for item in COURSE if item.name == name)
    report = verdict(name, found.reference)
    assert (report.status, report.score) == ("passed", found.points)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", [item.name for item in COURSE])
def test_the_reference_earns_full_points_whatever_the_seed(name, seed):
    (found,) = (item for item in COURSE if item.name == name)
    assert verdict(name, found.reference, seed=seed).status == "passed"


# --- our own trouble --------------------------------------------------------------------------


def test_no_outcome_is_not_graded():
    report = grade_exercise(KEY, None, reveal=False)
    assert (report.status, report.score) == ("not_gradable", None)


def test_no_results_are_not_graded():
    report = graded({})
    assert (report.status, report.score) == ("not_gradable", None)


@pytest.mark.parametrize("case", ["wide", "tall"])
def test_a_case_without_results_is_not_graded(case):
    results = {name: found for name, found in RIGHT.results.items() if name != case}
    assert (graded(results).status, graded(results).score) == ("not_gradable", None)


@pytest.mark.parametrize("case", ["wide", "tall"])
def test_a_call_that_was_not_made_is_not_graded(case):
    report = with_result(NotRun("the kernel did not start"), case)
    assert (report.status, report.score) == ("not_gradable", None)


def test_why_nothing_could_be_graded_is_said_for_the_instructor():
    report = with_result(NotRun("the kernel did not start"))
    assert report.trouble == "the kernel did not start"
    assert "the kernel" not in report.message


def test_a_call_that_was_not_made_counts_more_than_a_wrong_value():
    results = {"wide": (Returned(np.zeros((3, 7))),), "tall": (NotRun("why"),)}
    assert graded(results).status == "not_gradable"


@pytest.mark.parametrize(
    "error", [KeyError("x"), RecursionError(), MemoryError(), AssertionError()]
)
@pytest.mark.parametrize("where", ["examine", "diagnose"])
def test_an_exception_of_ours_is_not_graded(monkeypatch, where, error):
    def stops(*arguments):
        raise error

    monkeypatch.setattr(grading, where, stops)
    report = with_result(Returned(np.zeros((3, 7))))
    assert (report.status, report.score) == ("not_gradable", None)


def test_a_key_without_a_case_is_not_graded():
    assert graded({}, replace(KEY, cases={})).status == "not_gradable"


def test_a_key_without_expected_values_is_not_graded():
    cases = {name: replace(case, expected=Behaviour()) for name, case in KEY.cases.items()}
    assert graded(RIGHT.results, replace(KEY, cases=cases)).status == "not_gradable"


def test_results_under_another_name_earn_nothing():
    results = {name.upper(): found for name, found in RIGHT.results.items()}
    assert graded(results).score is None


def test_a_notebook_that_makes_numpy_strict_does_not_disturb_the_grader():
    with np.errstate(all="raise"):
        assert verdict("masked_scale", lambda A, keep_prob, rng: (A, A != 0)).status == "failed"


# --- the five kinds of "no" -------------------------------------------------------------------


def raises(type_name, text="why"):
    return {name: (Raised(type_name, text),) for name in KEY.cases}


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (graded({}, unwritten=True), "not_attempted"),
        (graded({}, status="missing", type_name=""), "not_attempted"),
        (graded(raises("NotImplementedError")), "not_attempted"),
        (graded({}, status="missing", error=Raised("SyntaxError", "why", 3)), "crashed"),
        (graded({}, status="missing", error=Died("killed")), "crashed"),
        (graded({}, status="missing", error=TimedOut(60)), "timed_out"),
        (graded({}, status="not_a_function", type_name="ndarray"), "failed"),
        (graded(raises("ValueError")), "crashed"),
        (graded({name: (Died("killed"),) for name in KEY.cases}), "crashed"),
        (graded({name: (TimedOut(10),) for name in KEY.cases}), "timed_out"),
        (graded({name: (Returned(None),) for name in KEY.cases}), "failed"),
        (graded({name: (Returned(np.zeros(3)),) * 2 for name in KEY.cases}), "failed"),
    ],
)
def test_each_kind_of_no_has_its_own_status_and_earns_nothing(report, status):
    assert (report.status, report.score) == (status, 0)


def test_an_error_elsewhere_in_the_notebook_costs_nothing_where_the_function_exists():
    report = graded(RIGHT.results, status="found", error=Raised("NameError", "why"))
    assert report.status == "passed"


def test_a_placeholder_that_stops_in_one_case_only_is_a_crash():
    assert with_result(Raised("NotImplementedError", "")).status == "crashed"


# --- points -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right_case", "points"), [(wide, 10 * 3 / 4), (tall, 10 * 1 / 4)], ids=["wide", "tall"]
)
def test_an_unknown_mistake_keeps_the_weight_of_the_cases_that_are_right(right_case, points):
    report = graded(
        {
            name: found if name == right_case.__name__ else (Returned(found[0].value + 1),) * 2
            for name, found in RIGHT.results.items()
        }
    )
    assert (report.status, report.score, report.misconception) == ("failed", points, None)


@pytest.mark.parametrize(("name", "credit"), [("not_scaled", 0.5), ("scaled_twice", 0.2)])
def test_a_known_misconception_earns_the_credit_that_it_is_given(name, credit):
    assert verdict("scale", scale.misconceptions[name].wrong).score == 10 * credit


def test_a_remark_costs_nothing():
    def in_place(A, factor):
        A *= factor
        return A

    report = verdict("scale", in_place)
    assert (report.score, len(report.remarks)) == (10, 1)


# --- whole keys -------------------------------------------------------------------------------


@pytest.mark.parametrize("public", [True, False])
def test_every_exercise_of_a_key_gets_a_verdict_in_its_order(public):
    key = make_answer_key("toy", COURSE[:3], 1, public=public)
    outcomes = {"scale": outcome_of(key.exercises["scale"], scale.reference)}
    reports = grade(key, outcomes)
    assert [(report.name, report.status) for report in reports] == [
        ("scale", "passed"),
        ("masked_scale", "not_gradable"),
        ("slopes", "not_gradable"),
    ]


@pytest.mark.parametrize(("public", "lines"), [(True, 3), (False, 0)])
def test_values_are_shown_for_a_public_key_alone(public, lines):
    key = make_answer_key("toy", COURSE[:1], 1, public=public)
    wrong = outcome_of(key.exercises["scale"], lambda A, factor: A + 1)
    assert len(grade(key, {"scale": wrong})[0].details) == lines


@pytest.mark.parametrize(
    ("own", "status", "words"),
    [
        ("factor, A", "failed", "scale takes (factor, A); expected (A, factor)"),
        ("A, by", "failed", "A_scaled of scale is wrong"),
        ("A, factor", "failed", "A_scaled of scale is wrong"),
    ],
)
def test_parameters_in_another_order_are_told_first(own, status, words):
    wrong = outcome_of(KEY, lambda A, factor: A + 1)
    source = f"def scale({own}):\n    return A + 1"
    report = graded(wrong.results, source=source)
    assert report.status == status
    assert words in report.message


def test_parameters_in_another_order_cost_nothing_where_the_answer_is_right():
    report = graded(RIGHT.results, source="def scale(factor, A):\n    return A * factor")
    assert report.status == "passed"


def test_a_wrong_function_that_calls_another_wrong_one_is_told_so():
    key = make_answer_key("toy", COURSE[:3], 1, public=False)
    source = "def slopes(x, y, w, lambd):\n    return scale(masked_scale(x), slopes(y))"
    outcomes = {
        "scale": outcome_of(key.exercises["scale"], lambda A, factor: A + 1),
        "masked_scale": outcome_of(key.exercises["masked_scale"], COURSE[1].reference),
        "slopes": replace(
            outcome_of(key.exercises["slopes"], lambda *arguments: None),
            definition=Definition(source=source),
        ),
    }
    first, second, third = grade(key, outcomes)
    assert (first.status, first.remarks, second.status) == ("failed", (), "passed")
    assert third.remarks == (
        "slopes calls scale of this notebook, which is not right yet: that may be why.",
    )
