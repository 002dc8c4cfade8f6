"""Hidden cases stay hidden: no report on them holds a number of theirs."""

import re

import numpy as np
import pytest

from autograder.core.grading import grade_exercise
from autograder.core.outcome import Raised
from autograder.core.values import arrays_in
from autograder.core.words import Chinese, english
from autograder.core.words.hidden import told
from tests.core.revealing import REVEALING, SPELT, letters
from tests.core.verdicts import key_of, outcome_of, verdict


def hidden_numbers(key):
    """Every number of the cases that is more than a small integer."""
    values = []
    for case in key.cases.values():
        arguments = [list(call.arguments) for call in case.calls]
        values += [array.ravel() for array in arrays_in([arguments, case.expected.parts or {}])]
        values += [np.atleast_1d(v) for v in arguments[0] if isinstance(v, int | float)]
    return np.abs(np.concatenate(values).astype(float))


def reveals(token, numbers):
    """Whether a number as it is printed is one of these, in the digits that are shown."""
    digits = len(token.partition(".")[2])
    return bool(np.any(np.abs(numbers - float(token)) <= 0.5 * 10.0**-digits))


def revealed(text, key):
    """The hidden numbers in a text. Shapes and counts of elements are no secret."""
    numbers = hidden_numbers(key)
    sides = {str(side) for case in key.cases.values() for s in case.shapes.values() for side in s}
    shown = re.findall(r"\d+(?:\.\d+)?(?:e[-+]?\d+)?", text)
    telling = [token for token in shown if "." in token or len(token) > 2]
    return [token for token in telling if token not in sides and reveals(token, numbers)]


@pytest.mark.parametrize("words", [english, Chinese()], ids=["en", "zh"])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("name", "function"), REVEALING)
def test_a_hidden_report_holds_no_number_of_its_cases(name, function, seed, words):
    key = key_of(name, seed)
    report = grade_exercise(key, outcome_of(key, function), reveal=False, words=words)
    assert (report.score < report.max_score, report.details) == (True, ())
    assert revealed(report.message, key) == []


@pytest.mark.parametrize("text", ["a mean of 200 passes", "expected 0.600", "holds 0.60"])
def test_a_planted_number_of_a_case_is_found(text):
    assert revealed(text, key_of("mean_total")) != []


@pytest.mark.parametrize("text", ["shape (3, 3)", "wrong in 3 of 9", "keeps 71.3%", "0.7123"])
def test_other_numbers_are_no_secret(text):
    assert revealed(text, key_of("mean_total")) == []


def spelt(message, key):
    """Whether a message holds eight letters in a row of the arguments, spelt in letters."""
    texts = [letters(case.calls[0].arguments[0]) for case in key.cases.values()]
    return any(text[at : at + 8] in message for text in texts for at in range(len(text) - 8))


@pytest.mark.parametrize("words", [english, Chinese()], ids=["en", "zh"])
@pytest.mark.parametrize("function", SPELT)
def test_a_hidden_report_repeats_no_text_that_a_function_makes_up(function, words):
    found = verdict("scale", function, words=words)
    assert found.score < found.max_score
    assert not spelt(found.message, key_of("scale"))


@pytest.mark.parametrize(
    ("type_name", "text", "code"),
    [
        ("AttributeError", "'a.b.a' object has no attribute 'x'", "raise Error(t)  # a b x"),
        ("AttributeError", "'a.b.a' object has no attribute 'x'", "raise Error(t, 'a b x')"),
        ("NameError", "name 'a' is not defined", "raise NameError(t)  # a b c"),
        ("TypeError", 'can only concatenate OSError (not "KeyError") to list', "x + y"),
        ("TypeError", "unsupported operand type(s) for ~+?: 'int' and 'list'", "x + y"),
    ],
)
def test_no_alphabet_is_taken_from_a_students_line(type_name, text, code):
    assert told(Raised(type_name, text, 3, code)).text == ""


@pytest.mark.parametrize(
    ("type_name", "text", "code"),
    [
        ("AttributeError", "'numpy.ndarray' object has no attribute 'sun'", "A.sun()"),
        ("NameError", "name 'keep_pob' is not defined", "return A / keep_pob  # rescale"),
        ("KeyError", "'w1'", "W1 = parameters['w1']"),
        ("TypeError", "unsupported operand type(s) for ** or pow(): 'list' and 'int'", "x ** 2"),
        ("TypeError", 'can only concatenate list (not "int") to list', "x + 1"),
        ("OSError", "[Errno 27] File too large", "f.write(t)"),
    ],
)
def test_what_learners_code_stops_with_is_told(type_name, text, code):
    assert told(Raised(type_name, text, 3, code)).text == text


@pytest.mark.parametrize(
    ("shape", "words"),
    [((3, 4), "has shape (3, 4)"), ((3, 97531), "another shape"), ((1, 2, 1, 2), "another shape")],
)
def test_a_shape_is_no_message(shape, words):
    assert words in verdict("scale", lambda A, factor: np.zeros(shape)).message


def test_of_public_cases_such_texts_are_shown():
    key = key_of("scale", public=True)
    shown = [spelt(verdict("scale", function, public=True).message, key) for function in SPELT]
    assert sum(shown) >= 6
