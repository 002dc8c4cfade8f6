"""Who handed in what at a link, and what came of it. Pages and records are not read for it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from autograder.database.tables import Attempt, Outbox, Result, User


@dataclass(frozen=True)
class Standing:
    """An attempt with its points, None where it has none (yet)."""

    attempt: Attempt
    score: float | None
    max_score: float | None


@dataclass(frozen=True)
class Student:
    """A person at a link: their attempts in order, and what was sent to the LMS."""

    user: User
    attempts: Sequence[Standing]
    outbox: Outbox | None


def with_points() -> Select[Attempt, float | None, float | None]:
    """Attempts in order, each with its points."""
    points = select(Attempt, Result.score, Result.max_score)
    return points.outerjoin(Result, Result.attempt_id == Attempt.id).order_by(Attempt.number)


def standing(row: Row[Attempt, float | None, float | None]) -> Standing:
    """A row of `with_points`."""
    return Standing(row[0], row[1], row[2])


def of_user(session: Session, user_id: int, link_id: int) -> list[Standing]:
    """A person's attempts at a link, the first one first."""
    theirs = with_points().where(Attempt.user_id == user_id, Attempt.link_id == link_id)
    return [standing(row) for row in session.execute(theirs)]


def of_link(session: Session, link_id: int) -> list[Student]:
    """Everybody who has handed in at a link, by name and then in the order in which they came."""
    attempts = defaultdict(list)
    for row in session.execute(with_points().where(Attempt.link_id == link_id)):
        attempts[row[0].user_id].append(standing(row))
    sent = session.scalars(select(Outbox).where(Outbox.link_id == link_id))
    outbox = {row.user_id: row for row in sent}
    theirs = select(Attempt.user_id).where(Attempt.link_id == link_id)
    users = session.scalars(select(User).where(User.id.in_(theirs)))
    in_order = sorted(users, key=lambda user: ((user.name or "").casefold(), user.id))
    return [Student(user, attempts[user.id], outbox.get(user.id)) for user in in_order]


def by_public_id(session: Session, public_id: str) -> Attempt | None:
    """The attempt that an address names. Whether the reader may see it is not asked here."""
    return session.scalar(select(Attempt).where(Attempt.public_id == public_id))
