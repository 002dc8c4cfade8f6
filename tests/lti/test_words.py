"""What an LMS says is shown in its own words, and no secret with them."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.words import LONGEST, READ, lms_words, without
from tests.lti.lms import answer, claims, pem, signed


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("<html><head><title>x</title></head><p>Locked &amp; <b>shut</b></p>", "Locked & shut"),
        ({"error": "invalid_scope"}, "invalid_scope"),
        ({"error": {"code": 400, "message": "Bad user"}}, "Bad user"),
        ({"errors": [{"message": "one"}, {"message": "two"}]}, "one; two"),
        ({"errors": {"type": "unprocessable_entity", "message": "Not a student"}}, "Not a student"),
        ({"error": "a", "error_description": "b"}, "a: b"),
        ("", ""),
        ("plain\n text", "plain text"),
    ],
)
def test_the_words_are_found(content: Any, expected: str):
    assert lms_words(answer(content, 400)) == expected


@pytest.mark.parametrize("content", ["[]", "{}", "-", "<p> </p>"])
def test_an_answer_without_a_word_says_nothing(content: str):
    assert lms_words(answer(content, 500)) == ""


@settings(deadline=None)
@given(st.text(max_size=400))
def test_words_are_short_and_in_one_line(text: str):
    words = lms_words(answer(text, 400))
    assert len(words) <= LONGEST
    assert words == "" or words.isprintable()


def test_what_no_database_takes_is_left_out():
    assert lms_words(answer('{"error": "a\\u0000b\\ud800c"}', 400)) == "abc"


@settings(deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_a_signed_token_is_hidden_wherever_it_stands(before: str, after: str):
    token = signed(claims())
    words = lms_words(answer(f"{before} {token} {after}", 400))
    assert not any(part in words for part in token.split("."))


def test_a_private_key_is_hidden():
    words = lms_words(answer(f"cannot read {pem('tool')}", 500))
    assert not any(
        line in words for line in pem("tool").splitlines() if len(line) > 30 and " " not in line
    )


@settings(deadline=None)
@given(st.text("abc", min_size=1, max_size=30), st.text("xyz &<{", max_size=50))
def test_a_secret_that_was_sent_is_hidden(secret: str, around: str):
    shown = without(answer(f"{around}{secret}{around}{secret}", 400), secret).text
    assert shown == f"{around}…{around}…"


def test_a_time_is_not_taken_for_a_secret():
    said = "timestamp of 2026-11-28T09:00:00.123Z before 2026-11-28T09:00:01.456Z"
    assert lms_words(answer(said, 400)) == said


@pytest.mark.parametrize("content", ["<script " * 120_000, '{"error": ' * 480 + '"x"' + "}" * 480])
def test_an_answer_made_to_take_long_takes_no_time(content: str):
    """The first took an hour of the sender's, in which no other score was sent."""
    assert len(lms_words(answer(content, 500))) <= LONGEST


@pytest.mark.parametrize("depth", [480, 900, 100_000])
def test_an_answer_nested_deep_is_read_as_a_page(depth: int):
    assert lms_words(answer("[" * depth + "]" * depth, 500)) == ""


def test_what_comes_late_in_a_page_is_not_looked_at():
    assert lms_words(answer("." * READ + "late", 500)) == ""
