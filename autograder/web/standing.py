"""What came of a person's attempts at a link: which counts, and what the LMS shows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from autograder.database import standings
from autograder.database.tables import Attempt, Link, Outbox, User
from autograder.service import policies
from autograder.service.policies import Rules, rules_of
from autograder.service.standing import settle
from autograder.web.site import site

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
        return policies.Attempt(row.number, row.received_at, row.state, self.score, self.max_score)

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
    return _standing(link, standings.of_user(session, user_id, link.id))


def of_class(session: Session, link: Link) -> list[Row]:
    """Return everybody who has handed in, by name."""
    return [
        Row(student.user, _standing(link, student.attempts), student.outbox)
        for student in standings.of_link(session, link.id)
    ]


def settle_class(session: Session, link: Link, rows: Sequence[Row] | None = None) -> None:
    """Have the scores sent that the LMS lacks: after a change of the rules or the line item."""
    session.flush()
    for row in of_class(session, link) if rows is None else rows:
        settle(session, row.user.id, link, address=site().settings.attempt_url, now=site().clock())


def _standing(link: Link, found: Sequence[standings.Standing]) -> Standing:
    rules = rules_of(link)
    tried = [Tried(each.attempt, each.score, each.max_score or 0.0, rules) for each in found]
    return Standing(rules, tried)
