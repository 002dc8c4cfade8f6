"""The grader: claims attempts from the queue, grades them, and keeps what came of it.

It renews its leases while it works. Where it is killed, they run out, and another grader begins
these attempts again. A score goes into the outbox in the transaction that keeps the result.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from autograder.classroom.work import Done, Graded
from autograder.classroom.workers import WorkerKilledError
from autograder.core.clock import utc_now
from autograder.core.errors import ExplainedError
from autograder.database import Database, alerts, queue
from autograder.database.tables import Attempt, Link, Upload, User
from autograder.lms.from_report import utc_text
from autograder.service.engine import Engine, Task
from autograder.service.naming import new_owner
from autograder.service.standing import Address, settle
from autograder.service.verdicts import page_of, record_json, troubles, whole_trouble

log = logging.getLogger(__name__)

POLL_SECONDS = 0.2
LEASE = timedelta(seconds=60)
RENEW_EVERY = timedelta(seconds=15)
FINISH_SECONDS = 20.0  # that what is at work may still take when the grader is asked to end
PAUSE_SECONDS = 2.0  # after a trouble with the database
LONGEST_REASON = 300

KILLED = "its worker process was killed"
FAILED = "the grader met an error of its own"
NOT_ALL = (
    "Some exercises of attempt {number} ({public_id}) could not be graded, twice. No score was "
    "sent. Grade it again, or look for the number in brackets in the grader's log."
)


@dataclass
class _Held:
    """An attempt that this grader holds."""

    attempt_id: int
    public_id: str
    owner: str
    last_try: bool
    renewed_at: datetime
    future: "Future[Done]"


class Grader:
    """Grades what is in the queue. address: of an attempt's page, by its public id."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        address: Address,
        *,
        clock: Callable[[], datetime] = utc_now,
        lease: timedelta = LEASE,
    ) -> None:
        self._database, self._engine, self._address = database, engine, address
        self._clock, self._lease = clock, lease
        self._name, self._claimed = new_owner(), 0
        self._held: list[_Held] = []

    def run(self, stop: threading.Event) -> None:
        """Grade until `stop` is set; then finish what is at work, or give it back.

        Raises an ExplainedError where nothing can be graded here at all.
        """
        try:
            while not stop.is_set():
                try:
                    self.step()
                except SQLAlchemyError as error:  # what was graded waits here until it is written
                    log.error("The database cannot be used: %s", type(error).__name__)
                    stop.wait(PAUSE_SECONDS)
            self._finish_soon()
        finally:
            self._give_back()
            self._engine.end()

    def step(self, seconds: float = POLL_SECONDS) -> None:
        """Claim what there is room for, keep what is finished, renew the rest.

        seconds: to wait where nothing happens.
        """
        while len(self._held) < self._engine.capacity() and self._claim():
            pass
        self._collect(seconds)
        self._renew()

    def _claim(self) -> bool:
        """Begin with the next attempt; tell whether there was one."""
        self._claimed += 1
        owner, now = f"{self._name}-{self._claimed}", self._clock()
        with self._database.transaction() as session:
            attempt = queue.claim(session, owner, now, self._lease)
            if attempt is None:
                return False
            task = _task(session, attempt)
        log.info("%s: begun, try %d", attempt.public_id, attempt.tries)
        self._held.append(
            _Held(
                attempt_id=attempt.id,
                public_id=attempt.public_id,
                owner=owner,
                last_try=attempt.tries >= queue.MOST_TRIES,
                renewed_at=now,
                future=_begun(self._engine, task),
            )
        )
        return True

    def _collect(self, seconds: float) -> None:
        if not self._held:
            time.sleep(seconds)
            return
        wait([held.future for held in self._held], timeout=seconds, return_when=FIRST_COMPLETED)
        for held in [held for held in self._held if held.future.done()]:
            self._conclude(held)
            self._held.remove(held)  # only now: a trouble with the database loses nothing

    def _conclude(self, held: _Held) -> None:
        """Keep what came of an attempt. Raises the ExplainedError that concerns all of them."""
        try:
            done = held.future.result()
        except ExplainedError:
            raise
        except WorkerKilledError:
            self._give_up(held, KILLED)
        except Exception as error:
            log.error("%s: %s", held.public_id, _shown(repr(error)))
            self._give_up(held, FAILED)
        else:
            self._keep(held, done)

    def _keep(self, held: _Held, done: Done) -> None:
        report = done.graded.report
        for reason in troubles(report):
            log.error("%s: %s", held.public_id, _shown(reason))
        if whole_trouble(report) or (troubles(report) and not held.last_try):
            self._give_up(held, FAILED)
            return
        with self._database.transaction() as session:
            kept = self._finish(session, held, done.graded)
        seconds = sum(done.seconds.values())
        log.info("%s: %s after %.1f s", held.public_id, "graded" if kept else "lost", seconds)

    def _finish(self, session: Session, held: _Held, graded: Graded) -> bool:
        attempt = queue.held(session, held.attempt_id, held.owner)
        if attempt is None:
            return False
        now, report = self._clock(), graded.report
        queue.finish(
            session,
            held.attempt_id,
            held.owner,
            record=record_json(report, attempt.received_at, now),
            page=page_of(graded),
            score=report.score,
            max_score=report.max_score,
            now=now,
        )
        if troubles(report):
            text = NOT_ALL.format(number=attempt.number, public_id=attempt.public_id)
            alerts.add(session, text, now=now, link_id=attempt.link_id, attempt_id=attempt.id)
        link = session.get_one(Link, attempt.link_id)
        settle(session, attempt.user_id, link, address=self._address, now=now)
        return True

    def _give_up(self, held: _Held, reason: str) -> None:
        log.error("%s: could not be graded: %s", held.public_id, reason)
        self._engine.start_afresh()
        with self._database.transaction() as session:
            queue.give_up(session, held.attempt_id, held.owner, reason=reason, now=self._clock())

    def _renew(self) -> None:
        now = self._clock()
        due = [held for held in self._held if now - held.renewed_at >= RENEW_EVERY]
        if not due:
            return
        with self._database.transaction() as session:
            for held in due:
                queue.renew(session, held.attempt_id, held.owner, now, self._lease)
                held.renewed_at = now

    def _finish_soon(self) -> None:
        """Wait a while for what is at work, and keep it."""
        deadline = time.monotonic() + FINISH_SECONDS
        while self._held and (seconds := deadline - time.monotonic()) > 0:
            self._collect(min(seconds, 1.0))
            self._renew()

    def _give_back(self) -> None:
        """Let others grade what is not finished; it costs them no try."""
        while self._held:
            held = self._held.pop()
            try:
                with self._database.transaction() as session:
                    queue.release(session, held.attempt_id, held.owner)
                log.info("%s: given back", held.public_id)
            except SQLAlchemyError:
                log.error("%s: left to the end of its lease", held.public_id)


def _shown(reason: str) -> str:
    """Return a reason as a line of the log: what a notebook made up writes no lines of its own."""
    return ascii(reason)[1 : LONGEST_REASON + 1]


def _task(session: Session, attempt: Attempt) -> Task:
    return Task(
        assignment=session.get_one(Link, attempt.link_id).assignment,
        student=session.get_one(User, attempt.user_id).pseudonym,
        attempt=attempt.number,
        content=session.get_one(Upload, attempt.id).content,
        timestamp=str(utc_text(attempt.received_at)),
    )


def _begun(engine: Engine, task: Task) -> "Future[Done]":
    """Begin to grade; what fails at that is the future's."""
    try:
        return engine.begin(task)
    except Exception as error:
        failed: Future[Done] = Future()
        failed.set_exception(error)
        return failed
