"""Stages add up to the time that passed, and nothing is gathered where nobody asked."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.kernel import clock as module
from autograder.kernel.clock import measured, note, stage


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock whose hand the test moves."""
    hand = [0.0]
    monkeypatch.setattr(module.time, "perf_counter", lambda: hand[0])
    return hand


def test_a_stage_in_another_counts_for_itself_alone(now: list[float]):
    with measured() as clock:
        with stage("outer"):
            now[0] += 1
            with stage("inner"):
                now[0] += 10
            now[0] += 2
        now[0] += 100
        with stage("outer"):
            now[0] += 4
    assert clock.seconds == {"outer": 7, "inner": 10}


def test_a_stage_that_fails_is_ended(now: list[float]):
    with measured() as clock:
        with contextlib.suppress(KeyError), stage("a"):
            now[0] += 1
            raise KeyError
        now[0] += 5
        with stage("b"):
            now[0] += 1
    assert clock.seconds == {"a": 1, "b": 1}


def test_a_block_in_a_block_has_its_own(now: list[float]):
    with measured() as outer, stage("a"):
        now[0] += 1
        with measured() as inner, stage("b"):
            now[0] += 1
    assert (outer.seconds, inner.seconds) == ({"a": 2}, {"b": 1})


def test_without_a_clock_nothing_happens():
    with stage("a"):
        note("nobody hears it")
    with measured() as clock:
        pass
    assert (clock.seconds, clock.notes) == ({}, [])


def test_a_note_is_kept_once():
    with measured() as clock:
        for text in ("cold", "other", "cold"):
            note(text)
    assert clock.notes == ["cold", "other"]


Tree = st.recursive(st.just([]), lambda inner: st.lists(st.tuples(st.integers(0, 9), inner)))


@given(Tree)
def test_all_stages_together_are_the_time_in_stages(tree: list):
    hand = [0.0]

    def walk(nodes: list) -> None:
        for seconds, inner in nodes:
            with stage(f"stage {seconds % 3}"):
                hand[0] += seconds
                walk(inner)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module.time, "perf_counter", lambda: hand[0])
        with measured() as clock:
            walk(tree)
    assert sum(clock.seconds.values()) == hand[0]
