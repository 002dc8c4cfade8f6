"""A course in an LMS, students and what they hand in; and an engine that does as the file says.

``python -m tests.service.world URL WHERE`` is a grader that says on its output where it is, and
waits there to be killed.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

from autograder.classroom.work import Done, Graded
from autograder.classroom.workers import WorkerKilledError
from autograder.core.errors import ExplainedError
from autograder.core.report import ExerciseReport, Report
from autograder.database import Database, queue
from autograder.database.tables import Attempt, Deployment, Link, Outbox, Platform, User
from autograder.service import grader
from autograder.service.engine import Task
from autograder.service.grader import Grader

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LINEITEM = "https://lms.example/mod/lti/services.php/2/lineitems/5/lineitem?type_id=1"
POINTS = 10.0


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **delta: float) -> None:
        self.now += timedelta(**delta)


def make_link(database: Database, **columns: Any) -> int:
    """Make an LMS and a link in it; return the link's number."""
    with database.transaction() as session:
        platform = Platform(
            issuer="https://lms.example", client_id="kit", name="LMS", product="moodle",
            auth_url="https://lms.example/auth", token_url="https://lms.example/token",
            keyset_url="https://lms.example/jwks", created_at=NOON,
        )  # fmt: skip
        session.add(platform)
        session.flush()
        session.add(Deployment(platform_id=platform.id, deployment_id="1"))
        found = {
            "platform_id": platform.id, "deployment_id": "1", "context_id": "7",
            "resource_link_id": "9", "assignment": "toy", "lineitem_url": LINEITEM,
            "created_at": NOON,
        }  # fmt: skip
        link = Link(**(found | columns))
        session.add(link)
        session.flush()
        return link.id


def register(
    database: Database, url: str, client_id: str, product: str, lineitem: str, scopes: list[str],
    sub: str,
) -> tuple[int, int]:  # fmt: skip
    """Make a link at a platform of the tests, and a student; return their numbers."""
    with database.transaction() as session:
        platform = Platform(
            issuer=url, client_id=client_id, name=product, product=product, auth_url=f"{url}/auth",
            token_url=f"{url}/token", keyset_url=f"{url}/keys", created_at=NOON,
        )  # fmt: skip
        session.add(platform)
        session.flush()
        link = Link(
            platform_id=platform.id, deployment_id="1", context_id="7", resource_link_id="11",
            assignment="toy", lineitem_url=lineitem, scopes=scopes, created_at=NOON,
        )  # fmt: skip
        user = User(platform_id=platform.id, sub=sub, pseudonym="s-alice", created_at=NOON)
        session.add_all([link, user])
        session.flush()
        return link.id, user.id


def make_user(database: Database, link_id: int, name: str = "ada") -> int:
    """Make a student; return the number."""
    with database.transaction() as session:
        platform_id = session.get_one(Link, link_id).platform_id
        user = User(
            platform_id=platform_id, sub=f"sub-{name}", pseudonym=f"s-{name}", created_at=NOON
        )
        session.add(user)
        session.flush()
        return user.id


def hand_in(
    database: Database, user_id: int, link_id: int, now: datetime = NOON, **what: Any
) -> int:
    """Hand in a file that says what the engine does with it; return the attempt's number."""
    content = json.dumps(what | {"at": now.isoformat()}).encode()
    return hand_in_file(database, user_id, link_id, content, now)


def hand_in_file(
    database: Database, user_id: int, link_id: int, content: bytes, now: datetime = NOON
) -> int:
    """Hand in this file; return the attempt's number."""
    with database.transaction() as session:
        attempt, _ = queue.put(
            session, user_id=user_id, link_id=link_id, content=content, file_name="toy.ipynb",
            now=now,
        )  # fmt: skip
        return attempt.id


def attempt_of(database: Database, attempt_id: int) -> Attempt:
    with database.reading() as session:
        return session.get_one(Attempt, attempt_id)


def outbox_rows(database: Database) -> list[Outbox]:
    with database.reading() as session:
        return list(session.query(Outbox).order_by(Outbox.id))


def address(public_id: str) -> str:
    return f"https://kit.example/a/attempt/{public_id}"


def report_of(task: Task, what: Mapping[str, Any]) -> Report:
    """The report that the file asks for."""
    trouble = what.get("trouble")
    exercise = ExerciseReport(
        name="double",
        score=None if trouble else float(what.get("score", 0.0)),
        max_score=POINTS,
        status="not_gradable" if trouble else "failed",
        message="Multiply by two.",
        trouble="the kernel is gone" if trouble == "exercise" else None,
    )
    of_ours = {"trouble_reason": "no room"} if trouble == "ours" else {}
    return Report(
        task.assignment,
        (exercise,),
        task.student,
        task.attempt,
        trouble="No notebook." if trouble in ("ours", "file") else None,
        facts={"engine": "0", "language": "en", "submission_sha256": "0" * 64} | of_ours,
    )


class FakeEngine:
    """Does as each file says; what `waits` is finished by `finish`. tasks: all that were begun."""

    def __init__(self, room: int = 2) -> None:
        self.room, self.tasks, self.ended, self.afresh = room, [], False, 0
        self._waiting: list[tuple[Future[Done], Done]] = []

    def capacity(self) -> int:
        return self.room

    def begin(self, task: Task) -> "Future[Done]":
        self.tasks.append(task)
        what, future = json.loads(task.content), Future()
        if what.get("raises") == "at once":
            raise OSError("the released notebook is gone")
        if "raises" in what:
            errors = {"killed": WorkerKilledError(), "own": ValueError("x"),
                      "all": ExplainedError("No sandbox holds.")}  # fmt: skip
            future.set_exception(errors[what["raises"]])
            return future
        done = Done(Graded(report_of(task, what)), {"cells": 1.0})
        if what.get("waits"):
            self._waiting.append((future, done))
        else:
            future.set_result(done)
        return future

    def finish(self) -> None:
        for future, done in self._waiting:
            future.set_result(done)
        self._waiting.clear()

    def start_afresh(self) -> None:
        self.afresh += 1

    def end(self) -> None:
        self.ended = True


def be_killed_at(where: str) -> None:
    """Have this process stop at a place, say so, and wait for its end."""

    def stop(*_: object, **__: object) -> None:
        print(where, flush=True)
        signal.pause()

    if where == "graded":  # the result is in the transaction, which has not ended
        grader.settle = stop
    if where == "kept":  # the transaction has ended
        grader.log.info = lambda text, *rest: stop() if "%s after" in text else None


def main(url: str, where: str) -> None:
    database, engine = Database(url), FakeEngine()
    if where == "claimed":
        begin = engine.begin
        engine.begin = lambda task: (print(where, flush=True), begin(task))[1]
    be_killed_at(where)
    Grader(database, engine, address).run(threading.Event())


if __name__ == "__main__":
    os.environ["PYTHONUNBUFFERED"] = "1"
    main(*sys.argv[1:])
