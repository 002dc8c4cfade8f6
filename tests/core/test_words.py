"""What students read: what was found, what was expected, what to do."""

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import core
from autograder.core.grading import grade_exercise
from autograder.core.outcome import Died, ExerciseOutcome, NotRun, Raised, Returned, TimedOut
from autograder.core.words import english
from autograder.core.words.en import SENTENCES
from autograder.core.words.en_errors import HINTS, hint
from tests.core import strange
from tests.core.revealing import REVEALING
from tests.core.verdicts import key_of, verdict

KINDS = set()
for path in Path(core.__file__).parent.glob("*.py"):
    KINDS |= set(re.findall(r'(?:Finding|Broken)\(\s*"(\w+)"', path.read_text(encoding="utf-8")))


def test_kinds_of_findings_are_known():
    assert {"wrong_value", "raised", "mask_share", "unexplained"} <= KINDS


@pytest.mark.parametrize("kind", sorted(KINDS - {"not_run"}))
def test_every_kind_of_finding_has_a_sentence(kind):
    assert kind in SENTENCES


# --- what bad input gets ----------------------------------------------------------------------


def message(value, name="scale"):
    return verdict(name, lambda *arguments: value).message


@pytest.mark.parametrize("name", strange.FOREIGN)
def test_a_strange_result_is_called_by_its_name(name):
    value, type_name = strange.FOREIGN[name]
    report = verdict("scale", lambda A, factor: value, public=True)
    assert (report.status, type_name in report.message) == ("failed", True)


@pytest.mark.parametrize("name", strange.FOREIGN)
def test_a_strange_part_of_a_result_is_called_by_its_name(name):
    value, type_name = strange.FOREIGN[name]
    report = verdict("masked_scale", lambda A, keep_prob, rng: (A, value), public=True)
    assert report.message.startswith("D of masked_scale is a")
    assert type_name in report.message


def test_in_a_hidden_case_only_known_types_are_called_by_their_name():
    assert message(1 + 2j).startswith("A_scaled of scale is a complex number, which is not a real")
    assert message(strange.of_package("torch", "Secret")).startswith(
        "A_scaled of scale is a value of another type, which is not"
    )
    assert message(strange.FOREIGN["ten to the ninth elements"][0]).startswith(
        "A_scaled of scale is an array of too many elements, which is far larger"
    )


@pytest.mark.parametrize(
    "value",
    [strange.cyclic_list(), strange.cyclic_dict(), strange.nested(5000), strange.Text("real")],
)
def test_a_structure_in_place_of_an_array_fails_with_a_sentence(value):
    assert verdict("scale", lambda A, factor: value).message.startswith("A_scaled of scale is a")


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("scale", None, "scale returns None; expected a result. End the function with a return"),
        ("scale", "text", "A_scaled of scale is a string; expected an array"),
        ("scale", [[1.0]], "A_scaled of scale is a list of 1; expected a NumPy array. Compute"),
        ("scale", (np.ones(1),), "is a tuple of 1; expected a NumPy array. Return the array alone"),
        ("scale", 1 + 2j, "A_scaled of scale is a complex number, which is not a real number"),
        ("scale", np.array([None]), "A_scaled of scale is an object array, which does not hold"),
        ("scale", np.ones((7, 3)), "A_scaled of scale has shape (7, 3); expected (3, 7)"),
        ("scale", np.ones((7, 3)), "It is transposed"),
        ("scale", np.full((3, 7), np.nan), "A_scaled of scale has nan in 21 places"),
        (
            "masked_scale",
            (1,),
            "The result of masked_scale has 1 entries; expected 2: A_dropped, D",
        ),
        ("masked_scale", np.ones(1), "expected a tuple of A_dropped, D. Return all of them"),
        ("masked_scale", (np.ones((30, 20)), None), "D of masked_scale is None"),
        ("slopes", np.ones(1), "slopes returns an array of shape (1,); expected a dict"),
        ("slopes", {"dw": np.ones(1)}, "has no key db. Add it"),
        ("slopes", {}, "has no key dw. Add it"),
        ("noisy_total", np.ones(3), "is an array of shape (3,); expected one number"),
        ("noisy_totals", [1.0, None] * 30, "otals of noisy_totals are None"),
        ("noisy_totals", [1.0], "Totals of noisy_totals have 1 entry; expected 60"),
    ],
)
def test_a_result_of_another_kind_is_told_with_what_was_expected(name, value, sentence):
    assert sentence in message(value, name)


def test_a_function_of_other_parameters_is_told_to_keep_the_given_ones():
    public, hidden = (verdict("scale", lambda A: A, public=public) for public in (True, False))
    assert public.message.startswith("scale does not accept the arguments it is called with: ")
    assert hidden.message.startswith("scale does not accept the arguments it is called with. Keep")


def test_keys_are_listed_for_public_cases():
    found = verdict("slopes", lambda x, y, w, lambd: {"dw": w}, public=True)
    assert "has no key db; it has dw. Add it" in found.message


@pytest.mark.parametrize(
    "strange_function",
    [lambda A, factor: (x for x in A), type("C", (), {"__init__": lambda s, *a: None})],
)
def test_a_generator_a_class_or_an_iterator_fails_with_a_sentence(strange_function):
    assert verdict("scale", strange_function).status == "failed"


# --- the kinds of "no" ------------------------------------------------------------------------


def with_every_result(result):
    key = key_of("scale")
    outcome = ExerciseOutcome("scale", results=dict.fromkeys(key.cases, (result, result)))
    return grade_exercise(key, outcome, reveal=False).message


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        (
            Raised("KeyError", "'w1'", 3, "W = parameters['w1']"),
            "scale stops with KeyError: 'w1' at",
        ),
        (Raised("KeyError", "'w1'"), "Check the key's spelling"),
        (
            Raised("ValueError", "operands could not be broadcast together with shapes (3,7) (7,)"),
            "scale stops with ValueError: operands could not be broadcast together. The two arrays",
        ),
        (
            Raised("NameError", "name 'np' is not defined", 2, "return np.zeros(3)"),
            "scale stops with NameError: name 'np' is not defined at line 2",
        ),
        (
            Raised("ValueError", "keep_prob is 0.5", 2, "raise ValueError(text)"),
            "(raise ValueError(text)). check(scale) shows its text for public cases",
        ),
        (Raised("Own", "text"), "scale stops with an exception that is none of Python's. check("),
        (Raised("NotImplementedError", ""), "scale is not written yet"),
        (TimedOut(10), "scale was still running after 10 s and was stopped"),
        (Died("killed"), "The Python process ended while scale ran (killed)"),
        (NotRun("no kernel"), "The notebook is not at fault"),
        (Returned(np.zeros((3, 7))), "A_scaled of scale is wrong in 21 of 21 elements"),
    ],
)
def test_each_kind_of_no_says_what_happened(result, sentence):
    assert sentence in with_every_result(result)


@pytest.mark.parametrize(
    ("factor", "words"),
    [(2, "twice the expected value"), (0.5, "half the expected value"), (-1, "the negative of")],
)
def test_a_common_factor_is_named(factor, words):
    wrong = lambda A, by: factor * A * by  # noqa: E731 - a student's function
    assert words in verdict("scale", wrong).message


def test_a_public_report_shows_what_was_found_and_expected():
    report = verdict("scale", lambda A, factor: A + factor, public=True)
    assert re.search(
        r"A_scaled\[\d, \d\] is [\d.]+; expected [\d.]+ \(difference", report.details[1]
    )


def test_a_public_report_gives_a_line_that_repeats_the_case():
    report = verdict("scale", lambda A, factor: A + factor, public=True)
    assert report.details[-1].endswith('from autograder import case; scale(*case("scale", "wide"))')


# --- tone -------------------------------------------------------------------------------------


def every_message():
    yield from (english.passed(key_of("scale")), english.unwritten(key_of("scale")))
    yield english.missing(key_of("scale"))
    yield english.not_a_function(key_of("scale"), "ndarray")
    yield english.grader_trouble()
    for error in (Raised("NameError", "x", 1, "x"), Raised("Error", ""), TimedOut(9), Died()):
        yield english.cell_stopped(key_of("scale"), error)
    for name, function in REVEALING:
        yield from (verdict(name, function, public=public).message for public in (True, False))
    yield from HINTS.values()


@pytest.mark.parametrize("text", sorted(set(every_message())))
def test_a_message_speaks_of_the_code_in_whole_sentences(text):
    assert not re.search(r"\b(you|your|just|simply|obviously|of course)\b", text, re.IGNORECASE)
    assert re.search(r"[.)]$", text)


@given(st.text(), st.text(max_size=300))
def test_a_hint_exists_or_is_empty_for_any_exception(type_name, text):
    assert hint(Raised(type_name, text)) == ""


@given(st.text(max_size=400))
def test_any_exception_text_becomes_one_bounded_line(text):
    found = with_every_result(Raised("ValueError", text))
    assert (found.count("\n"), len(found) < 700) == (0, True)
