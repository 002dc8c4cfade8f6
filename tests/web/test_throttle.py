"""How often is too often."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from autograder.web import throttle
from autograder.web.throttle import Throttle
from tests.platform.conftest import NOON

MINUTE = timedelta(minutes=1)


@given(st.lists(st.integers(0, 100), max_size=40))
def test_within_a_minute_no_more_than_three_are_admitted(waits: list[int]):
    guard, now, admitted = Throttle(3, MINUTE), NOON, []
    for wait in waits:
        now += timedelta(seconds=wait)
        if guard.admits(1, now):
            admitted.append(now)
        else:
            assert sum(now - time < MINUTE for time in admitted) == 3
        assert sum(now - time < MINUTE for time in admitted) <= 3


def test_each_is_counted_alone():
    guard = Throttle(1, MINUTE)
    assert [guard.admits(who, NOON) for who in (1, 2, 1, 2)] == [True, True, False, False]


def test_a_clock_that_is_set_back_keeps_nobody_out():
    guard = Throttle(1, MINUTE)
    assert guard.admits(1, NOON + 60 * MINUTE)
    assert guard.admits(1, NOON)
    assert not guard.admits(1, NOON)


def test_who_has_done_nothing_for_a_while_is_forgotten(monkeypatch):
    monkeypatch.setattr(throttle, "MOST_KNOWN", 10)
    guard = Throttle(1, MINUTE)
    for who in range(100):
        guard.admits(who, NOON + who * MINUTE)
    assert len(guard._times) <= 12
