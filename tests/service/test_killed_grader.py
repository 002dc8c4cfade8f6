"""A grader killed with SIGKILL, on both databases: nothing is lost, and nothing is kept twice."""

import subprocess
import sys
from datetime import timedelta

import pytest

from autograder.core.clock import utc_now
from autograder.database.tables import Result
from autograder.service.grader import LEASE, Grader
from tests.database.conftest import database as database  # a fixture, on either server
from tests.database.conftest import postgresql as postgresql
from tests.database.conftest import postgresql_url as postgresql_url
from tests.database.conftest import sqlite_url as sqlite_url
from tests.database.conftest import url as url
from tests.service.conftest import World
from tests.service.world import Clock, FakeEngine, address, attempt_of, hand_in, outbox_rows


def kill_at(world: World, where: str) -> None:
    """Start a grader, and kill it where it says that it is."""
    command = [sys.executable, "-m", "tests.service.world", world.database.url.render_as_string(
        hide_password=False), where]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == where
        process.kill()


@pytest.mark.parametrize("where", ["claimed", "graded"])
def test_before_the_result_is_kept_another_grader_begins_again(world: World, where: str):
    attempt_id = hand_in(world.database, world.user, world.link, score=6.0,
                         waits=where == "claimed")  # fmt: skip
    kill_at(world, where)
    attempt = attempt_of(world.database, attempt_id)
    assert (attempt.state, attempt.tries) == ("grading", 1)
    assert outbox_rows(world.database) == []
    engine = FakeEngine()
    clock = Clock(utc_now() + LEASE + timedelta(seconds=1))
    grader = Grader(world.database, engine, address, clock=clock)
    grader.step(0.0)
    engine.finish()
    grader.step(0.0)
    attempt = attempt_of(world.database, attempt_id)
    assert (attempt.state, attempt.tries) == ("graded", 2)
    assert [row.score_given for row in outbox_rows(world.database)] == [6.0]


def test_killed_twice_it_is_nobody_s_fault(world: World):
    attempt_id = hand_in(world.database, world.user, world.link, score=6.0, waits=True)
    kill_at(world, "claimed")
    clock = Clock(utc_now() + LEASE + timedelta(seconds=1))
    lost = Grader(world.database, FakeEngine(), address, clock=clock)
    lost.step(0.0)  # and it is never heard of again
    clock.go_on(minutes=5)
    Grader(world.database, FakeEngine(), address, clock=clock).step(0.0)
    assert attempt_of(world.database, attempt_id).state == "failed"
    assert outbox_rows(world.database) == []


def test_after_the_result_is_kept_the_score_is_on_its_way(world: World):
    attempt_id = hand_in(world.database, world.user, world.link, score=6.0)
    kill_at(world, "kept")
    assert attempt_of(world.database, attempt_id).state == "graded"
    with world.database.reading() as session:
        assert session.get_one(Result, attempt_id).score == 6.0
    assert [row.state for row in outbox_rows(world.database)] == ["waiting"]
    engine = FakeEngine()
    clock = Clock(utc_now() + LEASE + timedelta(seconds=1))
    Grader(world.database, engine, address, clock=clock).step(0.0)
    assert engine.tasks == []
