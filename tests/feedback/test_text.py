"""Strangers' text: what is made visible, what is cut, what counts as code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.feedback.text import clean, name_of, points, shorten, spans


def test_control_characters_become_visible():
    assert clean("a\x00b\x07c\x7fd\x85e") == "a␀b␇c␡d\ufffde"


def test_colours_of_a_terminal_are_removed():
    assert clean("\x1b[0;31mValueError\x1b[0m: no\x1b[2J") == "ValueError: no"


def test_marks_that_turn_the_reading_direction_become_visible():
    assert clean("x\u202ey\u2066z") == "x\ufffdy\ufffdz"


def test_letters_of_any_language_stay():
    text = "שלום مرحبا 你好 🧑🏽‍🔬 naïve"
    assert clean(text) == text


@given(st.text(st.characters(codec=None)))
def test_cleaned_text_can_always_be_written(text: str):
    clean(text).encode("utf-8")


def test_a_long_message_says_how_much_was_left_out():
    assert shorten("x" * 30, 10) == "x" * 10 + "… (+20)"
    assert shorten("x" * 10, 10) == "x" * 10


def test_a_name_is_one_short_line():
    assert name_of("ada\n  lovelace") == "ada lovelace"
    assert len(name_of("x" * 10_000)) < 100


def test_backticks_mark_code():
    assert [(s.text, s.code) for s in spans("Use `A * D`, then ``A / p``.")] == [
        ("Use ", False),
        ("A * D", True),
        (", then ", False),
        ("A / p", True),
        (".", False),
    ]


def test_a_lonely_backtick_is_text():
    assert [(s.text, s.code) for s in spans("a ` b")] == [("a ` b", False)]


def test_a_line_to_paste_stands_alone():
    (before, line) = spans("To repeat it: from autograder import case; f(*case('f', 'small'))")
    assert before.text == "To repeat it: "
    assert (line.text, line.alone) == ("from autograder import case; f(*case('f', 'small'))", True)


def test_the_word_from_is_no_code():
    assert [s.code for s in spans("Draw from rng: from it alone.")] == [False]


@given(st.text())
def test_spans_lose_no_letter(text: str):
    kept = "".join(span.text for span in spans(text))
    assert kept.replace("`", "") == shorten(clean(text)).replace("`", "")


@pytest.mark.parametrize(
    ("value", "expected"), [(20.0, "20"), (7.5, "7.5"), (20 / 3, "6.67"), (0.0, "0"), (100, "100")]
)
def test_points_have_no_needless_zero(value: float, expected: str):
    assert points(value) == expected
