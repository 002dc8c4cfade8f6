"""Policies: what holds for every student, every clock and every order of attempts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.service import policies
from autograder.service.policies import (
    Attempt,
    Refusal,
    Rules,
    attempts_left,
    counting,
    is_late,
    late_points,
    late_share,
    points,
    refusal,
    rules_of,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

times = st.timedeltas(min_value=-30 * DAY, max_value=30 * DAY).map(lambda delta: NOON + delta)
shares = st.floats(0, 1)
rules = st.builds(
    Rules,
    due_at=st.none() | times,
    closes_at=st.none() | times,
    late_penalty_per_day=shares,
    late_penalty_cap=shares,
    keep=st.sampled_from(["best", "last", "first"]),
    attempts_allowed=st.none() | st.integers(0, 5),
    cool_down_seconds=st.integers(0, 7200),
)
attempts = st.builds(
    Attempt,
    number=st.integers(1, 9),
    received_at=times,
    state=st.sampled_from(["queued", "grading", "graded", "failed"]),
    score=st.none() | st.floats(0, 10),
    max_score=st.just(10.0),
)
histories = st.lists(attempts, max_size=8, unique_by=lambda attempt: attempt.number)


def graded(number: int, score: float | None, at: datetime = NOON) -> Attempt:
    return Attempt(number, at, "graded", score, 10.0)


def test_a_first_attempt_is_taken():
    assert refusal(Rules(), [], NOON) is None


@given(rules, histories, times)
def test_where_nothing_forbids_it_a_later_moment_before_closing_forbids_nothing_either(
    rules, history, now
):
    later = now + HOUR
    history = [attempt for attempt in history if attempt.received_at <= now]
    if refusal(rules, history, now) is None and (not rules.closes_at or later <= rules.closes_at):
        assert refusal(rules, history, later) is None


@given(rules, histories, times)
def test_where_a_refusal_says_until_when_nothing_of_that_kind_holds_then(rules, history, now):
    rules = replace(rules, closes_at=None)
    history = [attempt for attempt in history if attempt.received_at <= now]
    refused = refusal(rules, history, now)
    if refused is not None and refused.until is not None:
        assert refused.until > now
        assert refusal(rules, history, refused.until) in (None, *_later_reasons(rules, history))


def _later_reasons(rules: Rules, history: list[Attempt]) -> list[Refusal]:
    """After the hour is over, the cool-down may still hold."""
    until = max(attempt.received_at for attempt in history) + timedelta(
        seconds=rules.cool_down_seconds
    )
    return [Refusal("cooling_down", until, rules.cool_down_seconds)]


@given(histories, times)
def test_no_order_of_attempts_changes_an_answer(history, now):
    some = Rules(attempts_allowed=3, cool_down_seconds=600)
    backwards = history[::-1]
    assert refusal(some, history, now) == refusal(some, backwards, now)
    for keep in ("best", "last", "first"):
        chosen = replace(some, keep=keep)
        assert counting(chosen, history) == counting(chosen, backwards)


def test_after_closing_nothing_is_taken_and_at_that_very_moment_it_is():
    rules = Rules(closes_at=NOON)
    assert refusal(rules, [], NOON) is None
    assert refusal(rules, [], NOON + timedelta(seconds=1)) == Refusal("closed")


def test_one_attempt_is_at_work_at_a_time():
    for state in ("queued", "grading"):
        assert refusal(Rules(), [Attempt(1, NOON - DAY, state)], NOON) == Refusal("one_at_work")


def test_the_number_of_attempts_is_bounded():
    rules = Rules(attempts_allowed=2)
    history = [graded(1, 3.0, NOON - 2 * DAY), graded(2, 4.0, NOON - DAY)]
    assert refusal(rules, history, NOON) == Refusal("no_attempt_left", number=2)
    assert attempts_left(rules, history) == 0
    assert attempts_left(rules, history[:1]) == 1


@pytest.mark.parametrize("lost", [Attempt(1, NOON - DAY, "failed"), graded(1, None, NOON - DAY)])
def test_what_could_not_be_graded_costs_no_attempt(lost: Attempt):
    assert attempts_left(Rules(attempts_allowed=1), [lost]) == 1
    assert refusal(Rules(attempts_allowed=1), [lost], NOON) is None


def test_six_an_hour_whatever_came_of_them():
    history = [Attempt(n, NOON + n * timedelta(minutes=1), "failed") for n in range(1, 7)]
    now = NOON + timedelta(minutes=30)
    assert refusal(Rules(), history, now) == Refusal(
        "too_many_this_hour", NOON + timedelta(minutes=61), 6
    )
    assert refusal(Rules(), history[:5], now) is None
    assert refusal(Rules(), history, now, per_hour=7) is None


def test_a_clock_that_is_set_back_keeps_nobody_out():
    rules = Rules(cool_down_seconds=600)
    ahead = [graded(number, 3.0, NOON + DAY) for number in range(1, 8)]
    assert refusal(rules, ahead, NOON) is None
    assert refusal(rules, [*ahead, graded(8, 3.0, NOON)], NOON) is not None
    assert refusal(replace(rules, attempts_allowed=7), ahead, NOON) is not None


def test_a_request_that_began_a_moment_earlier_cools_down_too():
    rules = Rules(cool_down_seconds=600)
    assert refusal(rules, [graded(1, 3.0, NOON + timedelta(seconds=5))], NOON) is not None


def test_a_cool_down_says_when_it_is_over():
    rules = Rules(cool_down_seconds=600)
    history = [graded(1, 3.0, NOON)]
    now = NOON + timedelta(seconds=599)
    until = NOON + timedelta(seconds=600)
    assert refusal(rules, history, now) == Refusal("cooling_down", until, 600)
    assert refusal(rules, history, until) is None


@given(rules, times)
def test_the_late_share_is_a_share_below_the_cap(rules, received_at):
    share = late_share(rules, received_at)
    assert 0.0 <= share <= rules.late_penalty_cap
    assert share == 0.0 or is_late(rules, received_at)


@given(rules, times, st.timedeltas(timedelta(), 5 * DAY))
def test_later_never_costs_less(rules, received_at, more):
    assert late_share(rules, received_at) <= late_share(rules, received_at + more)


def test_each_day_that_was_begun_counts():
    rules = Rules(due_at=NOON, late_penalty_per_day=0.1, late_penalty_cap=0.25)
    assert late_share(rules, NOON) == 0.0
    assert late_share(rules, NOON + timedelta(microseconds=1)) == 0.1
    assert late_share(rules, NOON + DAY) == 0.1
    assert late_share(rules, NOON + DAY + timedelta(seconds=1)) == 0.2
    assert late_share(rules, NOON + 9 * DAY) == 0.25


@given(rules, attempts)
def test_points_stay_between_nothing_and_what_was_earned(rules, attempt):
    left = points(rules, attempt)
    if attempt.score is None:
        assert left is None
    else:
        assert 0.0 <= left <= attempt.score
        assert left == attempt.score - late_points(rules, attempt)


@given(rules, histories)
def test_an_attempt_counts_where_one_has_a_score(rules, history):
    chosen = counting(rules, history)
    scored = [attempt for attempt in history if attempt.score is not None]
    assert (chosen is None) == (not scored)
    assert chosen is None or chosen in scored


@given(rules, histories, attempts)
def test_under_best_one_attempt_more_lowers_nothing(rules, history, another):
    rules = replace(rules, keep="best")
    another = replace(another, number=10)
    before, after = counting(rules, history), counting(rules, [*history, another])
    if before is not None:
        assert after is not None
        assert points(rules, after) >= points(rules, before)
        if points(rules, after) == points(rules, before):
            assert after == before


def test_last_and_first_go_by_number():
    history = [graded(2, 9.0), graded(1, 3.0), graded(3, 5.0), Attempt(4, NOON, "failed")]
    assert counting(Rules(keep="last"), history) == graded(3, 5.0)
    assert counting(Rules(keep="first"), history) == graded(1, 3.0)
    assert counting(Rules(keep="best"), history) == graded(2, 9.0)


def test_best_looks_at_what_is_left_after_the_penalty():
    rules = Rules(due_at=NOON, late_penalty_per_day=0.5)
    on_time, late = graded(1, 6.0, NOON), graded(2, 9.0, NOON + HOUR)
    assert counting(rules, [on_time, late]) == on_time
    assert points(rules, late) == 4.0


def test_rules_are_read_off_a_link():
    columns = {
        "due_at": NOON,
        "closes_at": None,
        "late_penalty_per_day": 0.1,
        "late_penalty_cap": 0.5,
        "keep": "last",
        "attempts_allowed": 3,
        "cool_down_seconds": 60,
    }
    assert rules_of(SimpleNamespace(**columns, title="ignored")) == Rules(**columns)


def test_every_reason_is_named_once():
    reasons = [
        policies.CLOSED,
        policies.NO_ATTEMPT_LEFT,
        policies.ONE_AT_WORK,
        policies.TOO_MANY_THIS_HOUR,
        policies.COOLING_DOWN,
    ]
    assert len(set(reasons)) == len(reasons)
