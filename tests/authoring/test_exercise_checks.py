"""What checks exercises is checked: a fault is planted for each check, and it is caught."""

import itertools
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from autograder.authoring import checks
from autograder.authoring.check_course import check_exercise
from autograder.authoring.checks import EXERCISE_CHECKS
from autograder.authoring.faults import CourseFault, faults_of
from autograder.authoring.subject import SEEDS, Subject, run_check
from autograder.core.exercise import Exercise
from autograder.core.outcome import Returned
from tests.authoring.planted_faults import PLANTED, style_in_place, too_few_styles
from tests.authoring.toy_exercises import drop, scale

CHECKS = {check.__name__: check for check in EXERCISE_CHECKS}


def faults(check: str, made: Exercise) -> list[CourseFault]:
    return faults_of(lambda: run_check(CHECKS[check], Subject(made)))


def test_a_sound_exercise_has_no_fault():
    assert check_exercise(Subject(scale())) == []


def test_a_sound_exercise_with_masks_lacks_only_right_styles():
    assert [fault.what for fault in check_exercise(Subject(drop()))] == [
        "It has 1 right styles; expected at least 5."
    ]


def test_what_answers_print_is_held_back(capfd: pytest.CaptureFixture[str]):
    made = scale()

    @made.right_style
    def with_prints(A, keep_prob):
        print("A is", A)
        print("keep_prob is", keep_prob, file=sys.stderr)
        return A * keep_prob

    assert check_exercise(Subject(made)) == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("plant", "check", "advice"),
    PLANTED,
    ids=[f"{plant.__name__}-{check}" for plant, check, _ in PLANTED],
)
def test_a_planted_fault_is_caught(plant: Callable[[Exercise], None], check: str, advice: str):
    made = scale()
    plant(made)
    found = faults(check, made)
    assert len(found) == 1
    assert advice in found[0].how_to_mend
    assert "scale" in found[0].where


# --- faults that only an exercise with masks, or the engine, can have


def test_a_key_that_cannot_be_made_is_one_fault():
    made = drop()
    made.given_masks = lambda A, keep_prob, D: (A * D, D)
    found = [fault for fault in check_exercise(Subject(made)) if "No answer key" in fault.what]
    assert len(found) == 1
    assert "compare the twin" in found[0].how_to_mend


def test_a_right_style_whose_mask_is_faulty_in_some_draws_is_caught():
    made, turns = drop(), itertools.count()

    @made.right_style
    def faulty_later(A, keep_prob, rng):
        D = rng.random(A.shape) < (keep_prob if next(turns) < 40 else 0.5)
        return A * D / keep_prob, D

    found = faults("check_right_style_passes_whatever_it_draws", made)
    assert [fault.where.split()[0] for fault in found] == ["drop.faulty_later"]


def test_a_symptom_that_small_arrays_do_not_show_is_caught():
    made = drop()

    def small_layer(rng):
        return {"A": rng.normal(size=(3, 2)), "keep_prob": 0.45}

    made.cases = {"few_units_kept": replace(made.cases["few_units_kept"], make=small_layer)}
    found = faults("check_misconception_is_recognised_whatever_it_draws", made)
    assert ["arrays larger" in fault.how_to_mend for fault in found] == [True]


def test_a_reference_that_answers_differently_each_time_is_caught():
    made, turns = scale(), itertools.count()

    def scale_(A, keep_prob):
        """Multiply the activations by keep_prob."""
        return A * (keep_prob + (next(turns) > 17))

    made.reference = scale_
    found = faults("check_reference_earns_full_points", made)
    assert len(found) == 1
    assert "what the reference returns" in found[0].how_to_mend


def test_a_share_that_the_grader_does_not_keep_is_caught():
    made = Subject(scale())
    key = made.key(SEEDS[0])
    stricter = replace(key.misconceptions["divides"], credit=0.25)
    key.misconceptions["divides"] = stricter
    found = faults_of(lambda: run_check(CHECKS["check_misconception_loses_its_share"], made))
    assert ["expected 5 points" in fault.what for fault in found] == [True]


def test_a_stub_that_the_engine_takes_for_an_answer_is_caught(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(
        "autograder.authoring.no_answer_checks.find_definition", lambda name, cells: None
    )
    found = faults("check_unwritten_solution_is_not_attempted", scale())
    assert ["expected not_attempted" in fault.what for fault in found] == [True]


# --- exemptions


def test_an_exemption_frees_the_exercise():
    made = scale()
    too_few_styles(made)
    made.exempt("check_there_are_five_right_styles", "there is hardly another way")
    assert check_exercise(Subject(made)) == []


def test_an_exemption_of_one_item_frees_that_item_only():
    made = scale()
    style_in_place(made)

    @made.right_style
    def also_secretly(A, keep_prob):
        A *= keep_prob
        return A

    check = "check_right_style_says_when_it_changes_arguments"
    made.exempt(check, "seen in many notebooks", item="secretly")
    assert [fault.where.split()[0] for fault in faults(check, made)] == ["scale.also_secretly"]


@pytest.mark.parametrize("item", [None, "np_multiply"])
def test_an_exemption_that_nothing_needs_is_a_fault(item: str | None):
    made = scale()
    made.exempt("check_right_style_earns_full_points", "it failed once", item=item)
    found = faults("check_right_style_earns_full_points", made)
    assert ["Remove the exemption" in fault.how_to_mend for fault in found] == [True]


# --- the checks as a whole


def test_every_check_is_listed():
    modules = [vars(checks)[name] for name in vars(checks) if name.endswith("_checks")]
    written = {
        name for module in [checks, *modules] for name in vars(module) if name.startswith("check_")
    }
    listed = [check.__name__ for check in (*checks.EXERCISE_CHECKS, *checks.ASSIGNMENT_CHECKS)]
    assert sorted(listed) == sorted(written)


def test_every_check_of_exercises_has_a_planted_fault():
    elsewhere = {
        "check_reference_earns_full_points",
        "check_right_style_passes_whatever_it_draws",
        "check_misconception_is_recognised_whatever_it_draws",
        "check_misconception_loses_its_share",
        "check_unwritten_solution_is_not_attempted",
    }
    assert CHECKS.keys() - {check for _, check, _ in PLANTED} == elsewhere


def test_results_are_made_once_for_all_checks():
    made, calls = scale(), itertools.count()

    def counted(A, keep_prob):
        next(calls)
        return A * keep_prob

    under_check = Subject(made)
    first = under_check.results(counted, SEEDS[0])
    assert under_check.results(counted, SEEDS[0]) is first
    assert next(calls) == 4  # two cases, each called twice
    assert isinstance(first["small_layer"][0], Returned)
