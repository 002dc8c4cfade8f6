"""What is done after each answer, as a table and as properties. No network, no clock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti import delivery as policy
from autograder.lti.ags import Result
from autograder.lti.delivery import LONGEST_WAIT, SHORTEST_WAIT
from autograder.lti.steps import (
    SENTENCES,
    Again,
    Dead,
    Delivered,
    Delivery,
    Differs,
    Refused,
    Reply,
    Restamp,
)
from tests.lti.lms import NOW

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
COMMENT = "8 of 10 points."
chances = st.floats(0, 1, exclude_max=True)
statuses = st.sampled_from([0, 400, 401, 403, 404, 408, 410, 413, 422, 425, 429, 500, 502, 503])


def row(**changes: Any) -> Delivery:
    made = {
        "user_id": "3", "score_given": 8.0, "score_maximum": 10.0, "comment": COMMENT,
        "timestamp": NOW, "first_tried_at": NOW,
    }  # fmt: skip
    return Delivery(**made | changes)


def sent(product: str = "moodle", maximum: float | None = 100.0, **changes: Any):
    return policy.score_of(row(**changes), product, maximum)


def arrived(result: Result | None, product: str = "moodle", **changes: Any):
    made = row(**changes)
    return policy.after_arrival(result, made, policy.score_of(made, product, 100.0), product)


# --- what is sent


@pytest.mark.parametrize(
    ("maximum", "expected"),
    [(100.0, (80, 100)), (1.0, (0.8, 1)), (None, (8, 10)), (0.0, (8, 10)), (-5.0, (8, 10))],
)
def test_a_score_is_on_the_scale_of_the_line_item(maximum: float | None, expected: Any):
    score = sent(maximum=maximum)
    assert (score.score_given, score.score_maximum) == expected


@pytest.mark.parametrize(
    ("product", "comment", "before", "expected"),
    [
        ("moodle", COMMENT, None, COMMENT),
        ("moodle", COMMENT, COMMENT, COMMENT),  # Moodle clears what does not come again
        ("canvas", COMMENT, None, COMMENT),
        ("canvas", COMMENT, COMMENT, None),  # Canvas would append it
        ("canvas", COMMENT, "7 of 10 points.", COMMENT),
        ("blackboard", COMMENT, COMMENT, COMMENT),
        ("", COMMENT, COMMENT, COMMENT),
        ("moodle", "", "old", None),
        ("moodle", " \n", "old", None),
    ],
)
def test_the_rule_for_comments(product: str, comment: str, before: str | None, expected: Any):
    assert policy.comment_to_send(product, comment, before) == expected
    assert sent(product, comment=comment, comment_sent=before).comment == expected


# --- before anything is sent


def test_a_score_of_now_is_sent():
    assert policy.before_sending(row(), NOW) is None


def test_a_score_from_a_moment_ahead_waits():
    later = NOW + 4 * 60 * SECOND
    assert policy.before_sending(row(timestamp=later), NOW) == Again(later, "clock")


def test_a_score_from_the_future_stops():
    """Moodle would keep it, and refuse every other one until then."""
    later = NOW + 301 * SECOND
    assert policy.before_sending(row(timestamp=later), NOW) == Refused("clock")


@pytest.mark.parametrize(
    "changes",
    [
        {"score_given": float("nan")},
        {"score_given": float("inf")},
        {"score_maximum": 0.0},
        {"score_maximum": float("nan")},
        {"score_maximum": float("inf")},
    ],
)
def test_what_is_no_score_stops(changes: dict[str, float]):
    assert policy.before_sending(row(**changes), NOW) == Refused("no_points")


@pytest.mark.parametrize(
    ("product", "changes", "expected"),
    [
        ("moodle", {}, False),
        ("moodle", {"tries": 2}, False),  # its 409 says the same
        ("moodle", {"shown_score": 80.0, "comment_sent": COMMENT}, True),
        ("moodle", {"shown_score": 80.0, "comment_sent": "other"}, False),
        ("moodle", {"shown_score": 77.0, "comment_sent": COMMENT}, False),
        ("canvas", {"tries": 2}, True),  # a second post would be a second comment
        ("canvas", {}, False),
    ],
)
def test_what_may_stand_there_is_looked_at_first(product: str, changes: Any, expected: bool):
    made = row(**changes)
    assert policy.look_first(made, sent(product, **changes), product) == expected


# --- after it arrived


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (Result(80.0, 100.0, COMMENT), Delivered(80.0)),
        (Result(80.004, 100.0, COMMENT), Delivered(80.004)),
        (Result(0.8, 1.0, COMMENT), Delivered(80.0)),
        (Result(80.0, None, "8 of\n10 points. "), Delivered(80.0)),
        (Result(77.0, 100.0, COMMENT), Differs("overridden", 77.0)),
        (Result(100.0, 100.0, COMMENT), Differs("overridden", 100.0)),
        (Result(80.0, 100.0, "By hand."), Differs("comment", 80.0)),
        (Result(80.0, 100.0, None), Differs("comment", 80.0)),
        (Result(None, 100.0), Differs("not_shown")),
        (None, Differs("not_shown")),
    ],
)
def test_what_is_shown_is_compared(result: Result | None, expected: Delivered | Differs):
    assert arrived(result) == expected


def test_an_lms_that_does_not_tell_comments_is_believed():
    assert arrived(Result(80.0, 100.0, None), "blackboard") == Delivered(80.0)


def test_a_score_above_what_the_lms_shows_is_called_capped():
    made = row()
    score = replace(policy.score_of(made, "moodle", 100.0), score_given=80.0)
    capped = replace(score, score_maximum=80.0, score_given=79.0)
    assert policy.after_arrival(Result(80.0, 80.0, COMMENT), made, capped, "moodle") == Differs(
        "overridden", 80.0
    )


# --- conflicts


@pytest.mark.parametrize(
    ("status", "words", "expected"),
    [
        (409, "", True),
        (400, "Provided timestamp of x before last updated timestamp of y", True),
        (400, "Provided submitted_at timestamp of x in the future", False),
        (400, "Provided timestamp of x not a valid timestamp", False),
        (400, "Incorrect score", False),
        (500, "timestamp", False),
    ],
)
def test_a_conflict_is_told_from_other_refusals(status: int, words: str, expected: bool):
    assert policy.is_conflict(Reply(status, words)) == expected


def conflict(stored_at: Any, chance: float = 0.0, now: Any = NOW, **changes: Any):
    return policy.after_conflict(stored_at, row(**changes), Reply(409), now, chance)


def test_the_same_second_is_sent_again_a_second_later():
    step = conflict(NOW)
    assert step == Restamp(NOW + SECOND, NOW + SECOND)


def test_a_score_that_waited_long_gets_the_present_time():
    now = NOW + HOUR
    assert conflict(NOW + 60 * SECOND, now=now) == Restamp(now, now)


def test_a_grade_from_a_moment_ahead_is_waited_for():
    stored = NOW + 200 * SECOND
    assert conflict(stored) == Restamp(stored + SECOND, stored + SECOND)


def test_a_grade_from_the_future_stops_and_is_reported():
    assert conflict(NOW + 301 * SECOND) == Refused("future")


def test_a_conflict_for_a_day_is_given_up():
    assert conflict(NOW, now=NOW + 24 * HOUR) == Dead("conflict")


@settings(deadline=None)
@given(
    st.none() | st.integers(-10_000, 299).map(lambda s: NOW + s * SECOND),
    st.integers(-299, 3_600),
    st.integers(1, 40),
    chances,
)
def test_timestamps_strictly_grow_and_are_never_sent_early(
    stored_at: Any, age: int, tries: int, chance: float
):
    made = row(timestamp=NOW - age * SECOND, tries=tries)
    step = policy.after_conflict(stored_at, made, Reply(409), NOW, chance)
    if isinstance(step, Restamp):
        assert step.timestamp >= made.timestamp + SECOND
        assert stored_at is None or step.timestamp >= stored_at + SECOND
        assert NOW <= step.timestamp <= step.at
        assert step.timestamp <= NOW + policy.TOO_FAR_AHEAD
    else:
        assert step == Refused("future")


def test_canvas_tells_the_stored_time_in_words():
    words = "2026-11-28T08:00:00Z before last updated timestamp of 2026-11-28T09:00:05.250Z"
    expected = NOW + timedelta(seconds=5.25)
    assert policy.stored_time(None, Reply(400, words)) == expected
    assert policy.stored_time(Result(1.0, timestamp=NOW), Reply(400, words)) == NOW
    assert policy.stored_time(Result(1.0), Reply(409)) is None


# --- failures


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (400, "refused"), (401, "unauthorized"), (403, "forbidden"), (404, "gone"),
        (410, "gone"), (413, "refused"), (422, "not_a_student"), (302, "refused"),
    ],
)  # fmt: skip
def test_what_will_not_change_is_refused_at_once(status: int, reason: str):
    step = policy.after_failure(row(), Reply(status, "No."), "moodle", NOW, 0.5)
    assert step == Refused(reason, "No.")


@pytest.mark.parametrize(
    ("reply", "product", "reason"),
    [
        (Reply(500), "moodle", "locked"),
        (Reply(500), "canvas", "server"),
        (Reply(503), "moodle", "server"),
        (Reply(429), "moodle", "throttled"),
        (Reply(403, "403 Forbidden (Rate Limit Exceeded)"), "canvas", "throttled"),
        (Reply(0, "No answer."), "moodle", "no_answer"),
        (Reply(0, "Blocked.", code="keyset"), "moodle", "keyset"),
        (Reply(0, "Inactive.", code="token"), "moodle", "token"),
        (Reply(408), "moodle", "server"),
    ],
)
def test_what_may_pass_is_tried_for_a_day(reply: Reply, product: str, reason: str):
    step = policy.after_failure(row(), reply, product, NOW, 0.5)
    assert isinstance(step, Again)
    assert step.reason == reason
    later = NOW + 24 * HOUR
    assert policy.after_failure(row(), reply, product, later, 0.5) == Dead(reason, reply.words)


def test_a_locked_grade_in_moodle_is_named():
    assert "usually means a locked grade" in SENTENCES["locked"]


def test_a_wish_to_wait_is_heard():
    step = policy.after_failure(row(), Reply(429, retry_after=120.0), "canvas", NOW, 0.0)
    assert step == Again(NOW + 120 * SECOND, "throttled")


@settings(deadline=None)
@given(st.integers(-3, 10_000), chances)
def test_the_wait_is_bounded(tries: int, chance: float):
    assert SHORTEST_WAIT <= policy.back_off(tries, chance) <= LONGEST_WAIT


@settings(deadline=None)
@given(st.integers(1, 60), chances)
def test_the_wait_grows_with_the_tries(tries: int, chance: float):
    assert policy.back_off(tries, chance) <= policy.back_off(tries + 1, chance)


def test_the_jitter_is_full():
    longest = [policy.back_off(tries, 1.0) for tries in range(1, 12)]
    assert longest == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]
    assert policy.back_off(10, 0.25) == 225


@settings(deadline=None)
@given(statuses, st.sampled_from(["moodle", "canvas", ""]), st.integers(0, 30), chances)
def test_each_reason_has_a_sentence(status: int, product: str, hours: int, chance: float):
    step = policy.after_failure(row(), Reply(status), product, NOW + hours * HOUR, chance)
    assert step.reason in SENTENCES
    assert SENTENCES[step.reason].endswith(".")


def test_comments_are_not_in_what_a_log_would_show():
    assert COMMENT not in repr(row(comment_sent=COMMENT))
