"""Two attempts of one person, graded at the same time: the better one's score is what is sent.

SQLite lets one transaction write at a time; in PostgreSQL neither sees what the other will keep.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from autograder.database import Database, queue
from autograder.database.tables import Attempt, Link
from autograder.service.engine import Task
from autograder.service.standing import settle
from autograder.service.verdicts import record_json
from tests.database.rows import MINUTE, NOW, Class, a_class
from tests.service.world import address, report_of

pytestmark = pytest.mark.xdist_group("postgresql")


@pytest.fixture
def students(postgresql_url: str) -> Class:
    database = Database(postgresql_url)
    database.upgrade()
    yield a_class(database, 1)
    database.close()


def keep(session: Any, students: Class, attempt: Attempt, score: float, later: float) -> None:
    """What a grader does in its transaction when it has a result."""
    report = report_of(Task("dropout", "s-1", attempt.number, b"", ""), {"score": score})
    now = NOW + later * MINUTE
    queue.finish(
        session, attempt.id, f"grader {attempt.number}",
        record=record_json(report, attempt.received_at, now), page="", score=score,
        max_score=10.0, now=now,
    )  # fmt: skip
    link = session.get_one(Link, students.link.id)
    settle(session, attempt.user_id, link, address=address, now=now)


def is_somebody_waiting(students: Class) -> bool:
    question = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with students.database.engine.connect() as connection:
        return connection.exec_driver_sql(question).scalar() > 0


def test_the_better_score_is_sent_whoever_comes_last(students: Class):
    better, worse = students.hand_in("better"), students.hand_in("worse")
    students.claim("grader 1")
    students.claim("grader 2")
    done = Event()

    def keep_the_worse() -> None:
        try:
            with students.database.transaction() as session:
                keep(session, students, worse, 3.0, later=2)
        finally:
            done.set()

    with ThreadPoolExecutor(1) as thread:
        with students.database.transaction() as session:
            keep(session, students, better, 9.0, later=1)
            session.flush()
            other = thread.submit(keep_the_worse)
            while not is_somebody_waiting(students) and not done.wait(0.01):
                pass
        other.result()
    assert students.row().score_given == 9.0
