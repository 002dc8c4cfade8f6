"""The queue of the graders: it is the table of attempts.

A grader claims an attempt for a while (a lease) and renews the lease while it works. Where a grader
dies, its lease runs out and another one claims the attempt. One that has cost `MOST_TRIES` graders
fails, and an instructor is told. An `owner` is one worker's own name, which no other ever has.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from autograder.database import alerts, people
from autograder.database.tables import Attempt, AttemptState, Result, Upload

MOST_TRIES = 2
IN_TURN = (Attempt.regrade, Attempt.received_at, Attempt.id)
"""Who comes first: whoever waits for a first result, then the oldest."""
ENDED = "its grader ended before it had a result"


def put(
    session: Session, *, user_id: int, link_id: int, content: bytes, file_name: str, now: datetime
) -> tuple[Attempt, bool]:
    """Accept a file, and whether it is new. The same file again is the attempt that it was.

    Args:
        session: The transaction; the file is safe when it ends.
        user_id: Who hands it in.
        link_id: Where.
        content: The file.
        file_name: What it was called there; only shown again.
        now: When it was received.
    """
    people.lock(session, user_id)
    sha256 = hashlib.sha256(content).hexdigest()
    theirs = select(Attempt).where(Attempt.user_id == user_id, Attempt.link_id == link_id)
    if (earlier := session.scalar(theirs.where(Attempt.sha256 == sha256))) is not None:
        return earlier, False
    last = session.scalar(theirs.with_only_columns(func.max(Attempt.number)))
    attempt = Attempt(
        public_id=uuid4().hex,
        user_id=user_id,
        link_id=link_id,
        number=(last or 0) + 1,
        sha256=sha256,
        file_name=file_name,
        received_at=now,
    )
    session.add(attempt)
    session.flush()
    session.add(Upload(attempt_id=attempt.id, content=content))
    return attempt, True


def claim(session: Session, owner: str, now: datetime, lease: timedelta) -> Attempt | None:
    """The next attempt, which nobody else grades until the lease ends, or None.

    Attempts that have had their tries are failed on the way.
    """
    while (attempt := session.scalar(next_one(now))) is not None:
        if attempt.tries < MOST_TRIES:
            attempt.state, attempt.tries = "grading", attempt.tries + 1
            attempt.lease_owner, attempt.lease_until = owner, now + lease
            attempt.begun_at = now
            return attempt
        fail(session, attempt, ENDED, now)
        session.flush()
    return None


def next_one(now: datetime) -> Select[Attempt]:
    """The attempt whose turn it is, passing over those that another grader is claiming now."""
    left_behind = and_(Attempt.state == "grading", Attempt.lease_until < now)
    waiting = select(Attempt).where(or_(Attempt.state == "queued", left_behind))
    return waiting.order_by(*IN_TURN).limit(1).with_for_update(skip_locked=True, key_share=True)


def held(session: Session, attempt_id: int, owner: str) -> Attempt | None:
    """The attempt, locked, if this owner still has it."""
    one = select(Attempt).where(Attempt.id == attempt_id).with_for_update(key_share=True)
    attempt = session.scalar(one, execution_options={"populate_existing": True})
    if attempt is None or attempt.state != "grading" or attempt.lease_owner != owner:
        return None
    return attempt


def renew(session: Session, attempt_id: int, owner: str, now: datetime, lease: timedelta) -> bool:
    """Keep an attempt for longer; False where it is no longer this owner's: stop grading it."""
    if (attempt := held(session, attempt_id, owner)) is None:
        return False
    attempt.lease_until = now + lease
    return True


def finish(
    session: Session,
    attempt_id: int,
    owner: str,
    *,
    record: Mapping[str, Any],
    page: str,
    score: float | None,
    max_score: float,
    now: datetime,
) -> bool:
    """Keep the result of an attempt, instead of an earlier one.

    False, and nothing kept, where the attempt is no longer this owner's. Put the score into the
    outbox in the same transaction, and only where this is True.
    """
    if (attempt := held(session, attempt_id, owner)) is None:
        return False
    result = Result(
        attempt_id=attempt_id,
        record=dict(record),
        page=page,
        score=score,
        max_score=max_score,
        graded_at=now,
    )
    session.merge(result)
    end(attempt, "graded", now)
    return True


def give_up(session: Session, attempt_id: int, owner: str, *, reason: str, now: datetime) -> bool:
    """Grading failed through no fault of the file: try once more, or let it fail.

    Args:
        session: The transaction.
        attempt_id: The attempt.
        owner: Who claimed it.
        reason: What happened, as the end of "… could not be graded: ". It names nobody.
        now: The time.

    Returns:
        Whether the attempt was still this owner's.
    """
    if (attempt := held(session, attempt_id, owner)) is None:
        return False
    if attempt.tries < MOST_TRIES:
        queue_again(attempt)
    else:
        fail(session, attempt, reason, now)
    return True


def release(session: Session, attempt_id: int, owner: str) -> bool:
    """Give an attempt back ungraded, without costing it a try: the grader is asked to stop."""
    if (attempt := held(session, attempt_id, owner)) is None:
        return False
    queue_again(attempt)
    attempt.tries -= 1
    return True


def regrade(session: Session, attempt_id: int) -> None:
    """Grade an attempt once more, from whatever state. A grader that has it loses it."""
    one = select(Attempt).where(Attempt.id == attempt_id).with_for_update(key_share=True)
    attempt = session.scalars(one, execution_options={"populate_existing": True}).one()
    queue_again(attempt)
    attempt.tries, attempt.regrade, attempt.finished_at = 0, True, None


def place(session: Session, attempt: Attempt) -> int:
    """How many attempts will be taken before this one; 0 where it does not wait."""
    if attempt.state != "queued":
        return 0
    before = tuple_(*IN_TURN) < tuple_(attempt.regrade, attempt.received_at, attempt.id)
    return count(session, before, Attempt.state == "queued")


def count(session: Session, *where: ColumnElement[bool]) -> int:
    """How many attempts these are."""
    return session.scalar(select(func.count()).select_from(Attempt).where(*where)) or 0


def states(session: Session) -> dict[AttemptState, int]:
    """How many attempts are in each state that occurs."""
    rows = session.execute(select(Attempt.state, func.count()).group_by(Attempt.state))
    return {row[0]: row[1] for row in rows}


def queue_again(attempt: Attempt) -> None:
    """Let anybody claim it."""
    attempt.state, attempt.lease_owner, attempt.lease_until = "queued", None, None


def fail(session: Session, attempt: Attempt, reason: str, now: datetime) -> None:
    """Grade it no more, and tell the instructors. An earlier result stands."""
    has_result = session.get(Result, attempt.id) is not None
    end(attempt, "graded" if has_result else "failed", now)
    text = (
        f"Attempt {attempt.number} ({attempt.public_id}) could not be graded: {reason}, "
        f"{attempt.tries} times. "
        "Grade it again, or look for the number in brackets in the grader's log."
    )
    alerts.add(session, text, now=now, link_id=attempt.link_id, attempt_id=attempt.id)


def end(attempt: Attempt, state: AttemptState, now: datetime) -> None:
    """Nothing is left to be done."""
    attempt.state, attempt.finished_at = state, now
    attempt.lease_owner, attempt.lease_until = None, None
