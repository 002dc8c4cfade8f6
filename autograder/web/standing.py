"""What came of a person's attempts at a link: which counts, and what the LMS shows of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from autograder.database.tables import Attempt, Link, Outbox, Result, User
from autograder.service import policies
from autograder.service.policies import Rules, rules_of

WAITS = "waits"


@dataclass(frozen=True)
class Tried:
    """An attempt as pages show it. lost: points taken off for being late."""

    row: Attempt
    score: float | None
    max_score: float
    rules: Rules

    @property
    def known(self) -> policies.Attempt:
        """Return what policies ask about."""
        row = self.row
        return policies.Attempt(
            row.number, row.received_at, row.state, self.score, self.max_score
        )

    @property
    def state(self) -> str:
        """The attempt's state; `waits` where it is graded and a person has to look."""
        graded = self.row.state == policies.GRADED
        return WAITS if graded and self.score is None else self.row.state

    @property
    def runs(self) -> bool:
        """Whether a grader has it, or will."""
        return self.row.state in policies.RUNNING

    @property
    def points(self) -> float | None:
        """The points that are left; None while there are none."""
        return policies.points(self.rules, self.known)

    @property
    def lost(self) -> float:
        """The points that being late costs."""
        return policies.late_points(self.rules, self.known)


@dataclass(frozen=True)
class Standing:
    """A person's attempts at one link, the oldest first."""

    rules: Rules
    tried: list[Tried]

    @cached_property
    def counting(self) -> Tried | None:
        """The attempt that counts."""
        found = policies.counting(self.rules, [each.known for each in self.tried])
        numbers = {each.row.number: each for each in self.tried}
        return numbers[found.number] if found else None

    @property
    def used(self) -> int:
        """How many attempts count as used."""
        return sum(each.known.costs for each in self.tried)

    @property
    def last_at(self) -> datetime | None:
        """When something was handed in last."""
        return max((each.row.received_at for each in self.tried), default=None)

    def refusal(self, now: datetime, per_hour: int) -> policies.Refusal | None:
        """Return why the person may not hand in now, or None."""
        known = [each.known for each in self.tried]
        return policies.refusal(self.rules, known, now, per_hour=per_hour)


@dataclass(frozen=True)
class Row:
    """A person in an instructor's table. sent: the score on its way to the LMS, if any."""

    user: User
    standing: Standing
    sent: Outbox | None


def of_person(session: Session, user_id: int, link: Link) -> Standing:
    """Return the standing of one person."""
    return _standings(session, link, Attempt.user_id == user_id).get(
        user_id, Standing(rules_of(link), [])
    )


def of_class(session: Session, link: Link) -> list[Row]:
    """Return everybody who has handed in, by name, then by pseudonym."""
    standings = _standings(session, link)
    here = select(User).join(Attempt).where(Attempt.link_id == link.id).distinct()
    sent = select(Outbox).where(
        Outbox.link_id == link.id, Outbox.lineitem_url == link.lineitem_url
    )
    by_user = {row.user_id: row for row in session.scalars(sent)}
    rows = [
        Row(user, standings[user.id], by_user.get(user.id)) for user in session.scalars(here)
    ]
    return sorted(rows, key=lambda row: ((row.user.name or "").casefold(), row.user.pseudonym))


def _standings(
    session: Session, link: Link, *where: ColumnElement[bool]
) -> Mapping[int, Standing]:
    rules = rules_of(link)
    found: Iterable[tuple[Attempt, float | None, float | None]] = session.execute(
        select(Attempt, Result.score, Result.max_score)
        .outerjoin(Result, Result.attempt_id == Attempt.id)
        .where(Attempt.link_id == link.id, *where)
        .order_by(Attempt.number)
    ).tuples()
    standings: dict[int, Standing] = {}
    for row, score, max_score in found:
        standing = standings.setdefault(row.user_id, Standing(rules, []))
        standing.tried.append(Tried(row, score, max_score or 0.0, rules))
    return standings
