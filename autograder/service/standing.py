"""What stands in the database of a student's attempts, and the score that the LMS is to show."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.database import outbox, people, standings
from autograder.database.tables import Attempt, Link, Outbox, Result
from autograder.lms.comments import comment_text
from autograder.lms.record import ResultRecord, from_json
from autograder.service import policies
from autograder.service.policies import Rules, rules_of

A_MOMENT = timedelta(milliseconds=1)
FRESH = {"populate_existing": True}  # as it stands in the database now, not as it was read before

Address = Callable[[str], str]
"""From an attempt's public id to the address of its page."""


def attempts_of(session: Session, user_id: int, link_id: int) -> list[policies.Attempt]:
    """Return what a policy has to know of a student's attempts at a link, the first one first."""
    return [
        policies.Attempt(
            each.attempt.number,
            each.attempt.received_at,
            each.attempt.state,
            each.score,
            each.max_score or 0.0,
        )
        for each in standings.of_user(session, user_id, link_id)
    ]


def record_of(result: Result) -> ResultRecord:
    """Return the record of a result, without a late penalty."""
    return from_json(json.dumps(result.record), f"the result of attempt {result.attempt_id}")


def with_penalty(record: ResultRecord, rules: Rules, received_at: datetime) -> ResultRecord:
    """Return a record with what being late costs by these rules."""
    attempt = policies.Attempt(
        record.attempt, received_at, policies.GRADED, record.score, record.max_score
    )
    late = policies.is_late(rules, received_at)
    due_at = rules.due_at or received_at
    return replace(
        record,
        score=policies.points(rules, attempt),
        late_penalty=policies.late_points(rules, attempt),
        late=late,
        late_seconds=(received_at - due_at).total_seconds() if late else 0.0,
    )


def counting_record(
    session: Session, user_id: int, link: Link, address: Address
) -> tuple[Attempt, ResultRecord] | None:
    """Return the attempt that counts at a link and its record, penalty taken off, or None."""
    rules = rules_of(link)
    counting = policies.counting(rules, attempts_of(session, user_id, link.id))
    if counting is None:
        return None
    attempt, result = session.execute(
        select(Attempt, Result)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(
            Attempt.user_id == user_id,
            Attempt.link_id == link.id,
            Attempt.number == counting.number,
        ),
        execution_options=FRESH,
    ).one()
    record = with_penalty(record_of(result), rules, attempt.received_at)
    return attempt, replace(record, feedback_url=address(attempt.public_id))


def settle(session: Session, user_id: int, link: Link, *, address: Address, now: datetime) -> bool:
    """Have the score that counts sent to the LMS, where it is another one than was put last.

    Call it where an attempt was graded, and where a link's policy or line item changed. Two that
    do so at once come in turn, and the second sees what the first did. Returns whether there is
    something to send.
    """
    session.flush()
    people.lock(session, user_id)
    session.refresh(link)
    found = counting_record(session, user_id, link, address) if link.lineitem_url else None
    if found is None:
        return False
    attempt, record = found
    if record.score is None:
        return False
    before = session.scalar(
        select(Outbox).where(Outbox.user_id == user_id, Outbox.lineitem_url == link.lineitem_url),
        execution_options=FRESH,
    )
    comment = comment_text(record)
    if before is not None:
        last = before.attempt_id, before.score_given, before.score_maximum, before.comment
        if last == (attempt.id, record.score, record.max_score, comment):
            return False
        now = max(now, before.timestamp + A_MOMENT)  # whatever the clock did: this one is newer
    return outbox.put(
        session,
        user_id,
        link,
        attempt.id,
        score_given=record.score,
        score_maximum=record.max_score,
        comment=comment,
        timestamp=now,
        submitted_at=attempt.received_at,
    )
