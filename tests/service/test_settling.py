"""An attempt is graded while a teacher changes the policy: neither is forgotten."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from autograder.database.tables import Link
from autograder.service import standing
from autograder.service.grader import Grader
from autograder.service.standing import counting_record, settle
from tests.database.conftest import database as database  # a fixture, on either server
from tests.database.conftest import postgresql as postgresql
from tests.database.conftest import postgresql_url as postgresql_url
from tests.database.conftest import sqlite_url as sqlite_url
from tests.database.conftest import url as url
from tests.service.conftest import World
from tests.service.grading import graded
from tests.service.world import NOON, FakeEngine, address, hand_in, outbox_rows

A_WHILE = 1.0  # enough for the grader to overtake, if nothing keeps it from that


def test_the_score_on_its_way_is_the_one_that_counts(world: World, monkeypatch: pytest.MonkeyPatch):
    """The teacher's transaction has read the attempts, and the grader comes in between."""
    graded(world, score=5.0)
    hand_in(world.database, world.user, world.link, NOON + timedelta(minutes=20), score=8.0)
    has_read, is_graded = threading.Event(), threading.Event()

    def read_and_wait(*arguments: Any) -> Any:
        found = counting_record(*arguments)
        if threading.current_thread() is teacher:
            has_read.set()
            is_graded.wait(A_WHILE)
        return found

    def change_policy() -> None:
        with world.database.transaction() as session:
            link = session.get_one(Link, world.link)
            link.due_at, link.late_penalty_per_day = NOON, 0.1
            now = NOON + timedelta(hours=1)
            settle(session, world.user, link, address=address, now=now)

    monkeypatch.setattr(standing, "counting_record", read_and_wait)
    teacher = threading.Thread(target=change_policy)
    teacher.start()
    has_read.wait()
    Grader(world.database, FakeEngine(), address, clock=world.clock).step(0.0)
    is_graded.set()
    teacher.join()
    with world.database.reading() as session:
        link = session.get_one(Link, world.link)
        counting = counting_record(session, world.user, link, address)
    assert counting is not None
    attempt, record = counting
    assert (attempt.number, record.score) == (2, 7.0)
    (row,) = outbox_rows(world.database)
    assert (row.attempt_id, row.score_given) == (attempt.id, record.score)
