"""A score says only what every LMS takes in the same way."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.scores import CANVAS_SUBMISSION, Score, in_iso, scaled
from tests.lti.lms import NOW

PAGE = "https://kit.example.org/a/attempt/1"


def score(**changes) -> Score:
    made = {"user_id": "3", "score_given": 8.0, "score_maximum": 10.0, "timestamp": NOW}
    return Score(**made | changes)


def body(product: str = "moodle", **changes) -> dict:
    return json.loads(score(**changes).body(product))


def test_a_score_for_moodle_holds_this_and_nothing_else():
    assert body(comment="Good.", submitted_at=NOW - timedelta(hours=1)) == {
        "userId": "3",
        "scoreGiven": 8.0,
        "scoreMaximum": 10.0,
        "comment": "Good.",
        "timestamp": "2026-11-28T09:00:00.000+00:00",
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "submission": {"submittedAt": "2026-11-28T08:00:00.000+00:00"},
    }


@pytest.mark.parametrize("comment", [None, "", "  \n"])
def test_an_empty_comment_is_not_sent(comment: str | None):
    assert "comment" not in body(comment=comment)


@settings(deadline=None)
@given(st.sampled_from(["moodle", "canvas", ""]), st.floats(0, 10), st.none() | st.text())
def test_every_score_is_final(product: str, given_: float, comment: str | None):
    sent = body(product, score_given=given_, comment=comment)
    assert (sent["gradingProgress"], sent["activityProgress"]) == ("FullyGraded", "Completed")
    assert sent["scoreGiven"] == given_


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 10.5])
def test_a_score_that_is_no_share_of_the_maximum_is_never_sent(value: float):
    with pytest.raises(ValueError, match="score_given"):
        score(score_given=value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, -1.0])
def test_a_maximum_must_be_a_number_above_0(value: float):
    with pytest.raises(ValueError, match="score_maximum"):
        score(score_maximum=value)


@pytest.mark.parametrize("name", ["timestamp", "submitted_at"])
def test_a_time_without_offset_is_never_sent(name: str):
    with pytest.raises(ValueError, match="aware"):
        score(**{name: datetime(2026, 11, 28, 9)})


@settings(deadline=None)
@given(st.datetimes(datetime(1971, 1, 2), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_times_go_out_in_utc_with_milliseconds(naive: datetime, minutes: int):
    time = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    text = in_iso(time)
    assert text.endswith("+00:00")
    assert len(text) == len("2026-11-28T09:00:00.000+00:00")
    assert timedelta(0) <= time - datetime.fromisoformat(text) < timedelta(milliseconds=1)


# --- Canvas


def test_canvas_is_told_that_this_is_no_new_submission():
    """Without a word on it, each score would count as an attempt there."""
    assert body("canvas")[CANVAS_SUBMISSION]["new_submission"] is False


def test_canvas_is_told_to_keep_what_a_teacher_set():
    assert body("canvas")[CANVAS_SUBMISSION]["prioritize_non_tool_grade"] is True


def test_canvas_gets_the_feedback_page_and_the_time_of_submission():
    sent = body("canvas", submitted_at=NOW, feedback_url=PAGE)
    assert sent[CANVAS_SUBMISSION] == {
        "new_submission": False,
        "prioritize_non_tool_grade": True,
        "submission_type": "online_url",
        "submission_data": PAGE,
        "submitted_at": "2026-11-28T09:00:00.000+00:00",
    }


def test_canvas_gets_no_time_of_submission_that_it_would_refuse():
    sent = body("canvas", submitted_at=NOW + timedelta(seconds=61), feedback_url=PAGE)
    assert "submitted_at" not in sent[CANVAS_SUBMISSION]


def test_nobody_else_is_told_what_is_canvass():
    assert CANVAS_SUBMISSION not in body("moodle", feedback_url=PAGE)


# --- scale


@settings(deadline=None)
@given(st.floats(0, 1e6), st.floats(1e-3, 1e6), st.floats(1e-3, 1e6))
def test_a_scaled_score_fits_the_line_item(given_: float, maximum: float, item_maximum: float):
    points = scaled(given_, maximum, item_maximum)
    assert 0 <= points <= item_maximum
    assert Score(user_id="3", score_given=points, score_maximum=item_maximum, timestamp=NOW)
    if given_ <= maximum:
        assert points == pytest.approx(given_ / maximum * item_maximum, abs=1e-5)


@settings(deadline=None)
@given(st.integers(0, 100), st.integers(0, 100))
def test_more_points_are_never_fewer_after_scaling(one: int, other: int):
    low, high = sorted([one, other])
    assert scaled(low, 100, 30) <= scaled(high, 100, 30)


def test_a_full_score_is_the_whole_maximum():
    assert scaled(12, 12, 33.333333333) == 33.333333333


def test_utc_is_utc():
    assert in_iso(NOW) == in_iso(NOW.astimezone(UTC))
