"""Scores on their way to an LMS: one row for a person and a line item, and the newest score wins.

A sender claims a row for a while, sends it outside of any transaction, and records what came of it.
Whatever it finds out about a score that was replaced meanwhile is forgotten.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from autograder.database import people
from autograder.database.tables import Link, Outbox, OutboxState, Platform

AT_ONE_LMS = 3

MOST_SHARES = 50  # that are remembered of a row


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of sending a score."""

    state: OutboxState  # "waiting": to be sent again at `next_at`
    reason: str = ""  # a code
    detail: str = ""  # the LMS's words
    next_at: datetime | None = None
    restamped_at: datetime | None = None  # the timestamp to send next time
    shown_score: float | None = None  # what the LMS shows
    comment_sent: str | None = None  # None: no comment arrived


def put(
    session: Session,
    user_id: int,
    link: Link,
    attempt_id: int,
    *,
    score_given: float,
    score_maximum: float,
    comment: str,
    timestamp: datetime,
    submitted_at: datetime,
) -> bool:
    """Have a score sent to the link's line item; False where a score as new or newer is there.

    Args:
        session: The transaction.
        user_id: Whose score.
        link: Where it was earned.
        attempt_id: By which attempt.
        score_given: Points.
        score_maximum: Points of how many.
        comment: A short text.
        timestamp: When the score came to be: of two scores the one with the later time wins.
        submitted_at: When the attempt was received.

    Raises:
        ValueError: The link has no line item.
    """
    if link.lineitem_url is None:
        raise ValueError("the link has no line item: the LMS wants no score for it")
    people.lock(session, user_id)
    theirs = select(Outbox).where(
        Outbox.user_id == user_id, Outbox.lineitem_url == link.lineitem_url
    )
    row = session.scalar(theirs.with_for_update(), execution_options={"populate_existing": True})
    if row is None:
        row = Outbox(
            user_id=user_id,
            link_id=link.id,
            lineitem_url=link.lineitem_url,
            attempt_id=attempt_id,
            score_given=score_given,
            score_maximum=score_maximum,
            comment=comment,
            timestamp=timestamp,
            submitted_at=submitted_at,
            next_at=timestamp,
        )
        session.add(row)
        return True
    if timestamp <= row.timestamp:
        return False
    row.link_id, row.attempt_id = link.id, attempt_id
    row.score_given, row.score_maximum, row.comment = score_given, score_maximum, comment
    row.timestamp, row.submitted_at = timestamp, submitted_at
    start_again(row, timestamp)
    return True


def start_again(row: Outbox, now: datetime) -> None:
    """Let the row be sent as if it never was. Its lease stays: no one overtakes who is sending."""
    row.state, row.reason, row.detail = "waiting", "", ""
    row.restamped_at = row.first_tried_at = row.delivered_at = None
    row.tries, row.next_at = 0, now


def resend(session: Session, outbox_id: int, now: datetime) -> None:
    """Send a score once more, whatever came of it: an instructor asks for it."""
    one = select(Outbox).where(Outbox.id == outbox_id).with_for_update()
    start_again(session.scalars(one, execution_options={"populate_existing": True}).one(), now)


def due_rows(now: datetime) -> Select[Outbox]:
    """What waits, is due, and is sent by nobody, the longest due first.

    Not to an LMS that may not launch us any more, nor to one to which `AT_ONE_LMS` are being sent:
    it may be slow, and the others' scores must not wait for it.
    """
    sent = select(Link.platform_id).join(Outbox, Outbox.link_id == Link.id)
    sent = sent.where(Outbox.lease_until >= now).group_by(Link.platform_id)
    busy = sent.having(func.count() >= AT_ONE_LMS)
    active = select(Platform.id).where(Platform.active, Platform.id.not_in(busy))
    links = select(Link.id).where(Link.platform_id.in_(active))
    free = or_(Outbox.lease_until.is_(None), Outbox.lease_until < now)
    waiting = select(Outbox).where(Outbox.state == "waiting", Outbox.next_at <= now, free)
    waiting = waiting.where(Outbox.link_id.in_(links))
    return waiting.order_by(Outbox.next_at, Outbox.id)


def due(session: Session, now: datetime, limit: int) -> Sequence[Outbox]:
    """What `claim` would give, to look at."""
    return session.scalars(due_rows(now).limit(limit)).all()


def claim(session: Session, owner: str, now: datetime, lease: timedelta) -> Outbox | None:
    """The next row to send, which nobody else sends until the lease ends, or None.

    Make the lease longer than all requests for one row may take together.
    """
    row = session.scalar(due_rows(now).limit(1).with_for_update(skip_locked=True))
    if row is not None:
        row.lease_owner, row.lease_until = owner, now + lease
        row.tries += 1
        row.sent_shares = _shares_with(row)
        row.first_tried_at = row.first_tried_at or now
    return row


def _shares_with(row: Outbox) -> list[float]:
    """What was sent and is about to be, which may arrive even where no answer comes back."""
    known = row.sent_shares or []
    share = row.score_given / row.score_maximum if row.score_maximum > 0 else math.nan
    if share in known or not math.isfinite(share):
        return known
    return [*known, share][-MOST_SHARES:]


def record(session: Session, sent: Outbox, owner: str, outcome: Outcome, now: datetime) -> bool:
    """Write down what came of a row, and let it go.

    Args:
        session: The transaction.
        sent: The row as `claim` gave it.
        owner: Who claimed it.
        outcome: What came of it.
        now: The time.

    Returns:
        False where the row is another's now, was erased, or has a newer score, which then waits;
        and where an instructor had it sent again meanwhile.
    """
    one = select(Outbox).where(Outbox.id == sent.id).with_for_update()
    sending = sent.timestamp, sent.tries  # before the row is read again: it may be the same object
    row = session.scalar(one, execution_options={"populate_existing": True})
    if row is None or row.lease_owner != owner:
        return False
    row.lease_owner = row.lease_until = None
    if outcome.comment_sent is not None:
        row.comment_sent = outcome.comment_sent
    if (row.timestamp, row.tries) != sending:
        return False
    row.state, row.reason, row.detail = outcome.state, outcome.reason, outcome.detail
    row.next_at = outcome.next_at or now
    row.restamped_at, row.shown_score = outcome.restamped_at, outcome.shown_score
    row.delivered_at = now if outcome.state in {"delivered", "differs"} else None
    return True


def states(session: Session) -> dict[OutboxState, int]:
    """How many rows are in each state that occurs."""
    rows = session.execute(select(Outbox.state, func.count()).group_by(Outbox.state))
    return {row[0]: row[1] for row in rows}
