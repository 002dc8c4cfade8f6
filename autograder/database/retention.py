"""Deleting what somebody wants erased, and what nobody needs any longer.

Deleting an attempt deletes its file, result, page, score for the LMS and alerts with it. Nothing is
kept for statistics. Attempts go before the people and links that they belong to, as graders lock
them in that order too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, CursorResult, Delete, Select, delete, func, or_, select
from sqlalchemy.orm import Session

from autograder.database import tables
from autograder.database.tables import Alert, Attempt, Link, Outbox, User, WebSession


@dataclass(frozen=True)
class Erased:
    """How much was deleted."""

    people: int
    attempts: int


def erase_user(session: Session, user_id: int) -> Erased:
    """Delete a person, and all that they handed in."""
    attempts = deleted(session, delete(Attempt).where(Attempt.user_id == user_id))
    return Erased(deleted(session, delete(User).where(User.id == user_id)), attempts)


def erase_course(session: Session, platform_id: int, context_id: str) -> Erased:
    """Delete a course's links with all that was handed in there, and whoever was nowhere else."""
    links = select(Link.id).where(Link.platform_id == platform_id, Link.context_id == context_id)
    there = Attempt.link_id.in_(links)
    people = session.scalars(select(Attempt.user_id).where(there).distinct()).all()
    sessions = select(WebSession.user_id).where(WebSession.link_id.in_(links)).distinct()
    visitors = session.scalars(sessions).all()
    attempts = deleted(session, delete(Attempt).where(there))
    deleted(session, delete(Link).where(Link.id.in_(links)))
    return Erased(forget(session, User.id.in_([*people, *visitors])), attempts)


def purge(session: Session, before: datetime, now: datetime) -> Erased:
    """Delete what has expired, and the attempts of whoever has handed in nothing since `before`.

    A person's attempts at a link are deleted together, when the last of them is old enough: which
    of them counts never depends on what was deleted. Those that wait to be graded, or whose score
    waits to be sent, stay for now.
    """
    expire(session, before, now)
    attempts = 0
    for user_id, link_id in session.execute(old_pairs(before)).all():
        theirs = delete(Attempt).where(Attempt.user_id == user_id, Attempt.link_id == link_id)
        attempts += deleted(session, theirs)
    return Erased(forget(session, User.created_at < before), attempts)


def old_pairs(before: datetime) -> Select[int, int]:
    """Each person and link with attempts of which the last is older than this, and none waits."""
    unfinished = Attempt.state.in_(["queued", "grading"])
    unsent = Outbox.state == "waiting"
    return (
        select(Attempt.user_id, Attempt.link_id)
        .outerjoin(Outbox, Outbox.attempt_id == Attempt.id)
        .group_by(Attempt.user_id, Attempt.link_id)
        .having(func.max(Attempt.received_at) < before)
        .having(func.count().filter(or_(unfinished, unsent)) == 0)
    )


def expire(session: Session, before: datetime, now: datetime) -> None:
    """Delete what can no longer be used, and alerts and invitations from before."""
    for table in (tables.Login, tables.WebSession, tables.AccessToken):
        session.execute(delete(table).where(table.expires_at <= now))
    invitation = tables.Invitation
    session.execute(delete(invitation).where(invitation.expires_at <= before))
    session.execute(delete(Alert).where(Alert.created_at < before))


def forget(session: Session, who: ColumnElement[bool]) -> int:
    """Delete those of these people who have no attempt and no session; how many they were."""
    busy = or_(User.id.in_(select(Attempt.user_id)), User.id.in_(select(WebSession.user_id)))
    return deleted(session, delete(User).where(who, ~busy))


def people(session: Session, platform_id: int, words: str) -> Sequence[User]:
    """Those whom a platform calls so: by `sub`, email, institution's id or pseudonym."""
    names = (User.sub, User.email, User.sis_id, User.pseudonym)
    called = or_(*(name == words for name in names))
    theirs = select(User).where(User.platform_id == platform_id, called)
    return session.scalars(theirs.order_by(User.id)).all()


def deleted(session: Session, statement: Delete) -> int:
    """Run it; how many rows it deleted."""
    return cast("CursorResult[Any]", session.execute(statement)).rowcount
