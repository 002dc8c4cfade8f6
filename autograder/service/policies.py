"""What an assignment's policy says: who may hand in now, what being late costs, what counts.

Pure: times are aware and come in, attempts come in, and an answer goes out.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

BEST, LAST, FIRST = "best", "last", "first"
QUEUED, GRADING, GRADED, FAILED = "queued", "grading", "graded", "failed"
RUNNING = (QUEUED, GRADING)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
PER_HOUR = 6
CLOCKS_DIFFER = timedelta(minutes=1)

CLOSED = "closed"
NO_ATTEMPT_LEFT = "no_attempt_left"
ONE_AT_WORK = "one_at_work"
TOO_MANY_THIS_HOUR = "too_many_this_hour"
COOLING_DOWN = "cooling_down"


@dataclass(frozen=True)
class Rules:
    """The policy of one assignment in one course; the names are those of a `Link`'s columns.

    due_at: what comes later is late, and loses `late_penalty_per_day` (a share of the maximum, for
    each day that was begun), at most `late_penalty_cap`. closes_at: nothing is taken later. keep:
    which attempt counts. attempts_allowed: None for any number. cool_down_seconds: between two.
    """

    due_at: datetime | None = None
    closes_at: datetime | None = None
    late_penalty_per_day: float = 0.0
    late_penalty_cap: float = 1.0
    keep: str = BEST
    attempts_allowed: int | None = None
    cool_down_seconds: int = 0


def rules_of(link: Any) -> Rules:
    """Return the policy that stands in the columns of a link."""
    return Rules(**{field.name: getattr(link, field.name) for field in fields(Rules)})


@dataclass(frozen=True)
class Attempt:
    """What a policy knows of an attempt.

    score: None where there is none: it waits, or it could not be graded.
    """

    number: int
    received_at: datetime
    state: str
    score: float | None = None
    max_score: float = 0.0

    @property
    def costs(self) -> bool:
        """Whether it is one of those that are allowed: what could not be graded costs none."""
        return self.state in RUNNING or self.score is not None


@dataclass(frozen=True)
class Refusal:
    """Why nothing is taken now. until: when to try again; number: the bound that was met."""

    reason: str
    until: datetime | None = None
    number: int | None = None


def refusal(
    rules: Rules, attempts: Sequence[Attempt], now: datetime, *, per_hour: int = PER_HOUR
) -> Refusal | None:
    """Return why a student may not hand in now, the reason that lasts longest first, or None.

    attempts: those of this student here, in any order. per_hour: attempts an hour, whatever came
    of them. A file that was handed in before is no new attempt: ask only about others.
    """
    if rules.closes_at is not None and now > rules.closes_at:
        return Refusal(CLOSED)
    if attempts_left(rules, attempts) == 0:
        return Refusal(NO_ATTEMPT_LEFT, number=rules.attempts_allowed)
    if any(attempt.state in RUNNING for attempt in attempts):
        return Refusal(ONE_AT_WORK)
    # Times further ahead are of a clock that was set back, and must not keep somebody out.
    received = [each.received_at for each in attempts if each.received_at <= now + CLOCKS_DIFFER]
    return _too_soon(rules, sorted(received), now, per_hour)


def _too_soon(
    rules: Rules, received: Sequence[datetime], now: datetime, per_hour: int
) -> Refusal | None:
    """Return why it is too soon after those that were received, oldest first."""
    if len(received) >= per_hour and now < received[-per_hour] + HOUR:
        return Refusal(TOO_MANY_THIS_HOUR, received[-per_hour] + HOUR, per_hour)
    if received:
        until = received[-1] + timedelta(seconds=rules.cool_down_seconds)
        if now < until:
            return Refusal(COOLING_DOWN, until, rules.cool_down_seconds)
    return None


def attempts_left(rules: Rules, attempts: Sequence[Attempt]) -> int | None:
    """Return how many more attempts are allowed; None for any number."""
    if rules.attempts_allowed is None:
        return None
    return max(rules.attempts_allowed - sum(attempt.costs for attempt in attempts), 0)


def is_late(rules: Rules, received_at: datetime) -> bool:
    """Tell whether something that was received then is late."""
    return rules.due_at is not None and received_at > rules.due_at


def late_share(rules: Rules, received_at: datetime) -> float:
    """Return which share of the maximum is lost, from 0 to 1: so much for each day begun."""
    if rules.due_at is None or received_at <= rules.due_at:
        return 0.0
    days = math.ceil((received_at - rules.due_at) / DAY)
    return min(max(days * rules.late_penalty_per_day, 0.0), max(rules.late_penalty_cap, 0.0), 1.0)


def late_points(rules: Rules, attempt: Attempt) -> float:
    """Return the points that an attempt loses, at most those that it has."""
    lost = late_share(rules, attempt.received_at) * attempt.max_score
    return min(lost, max(attempt.score or 0.0, 0.0))


def points(rules: Rules, attempt: Attempt) -> float | None:
    """Return an attempt's points less the late penalty; None where it has no score."""
    return None if attempt.score is None else attempt.score - late_points(rules, attempt)


def counting(rules: Rules, attempts: Sequence[Attempt]) -> Attempt | None:
    """Return the attempt that counts, late penalties considered; None where none has a score.

    Under `best`, where two are worth the same it is the earlier one: so nothing that comes later
    can lower a grade, and an equal one changes nothing.
    """
    scored = sorted(
        (attempt for attempt in attempts if attempt.score is not None),
        key=lambda attempt: attempt.number,
    )
    if not scored:
        return None
    if rules.keep == FIRST:
        return scored[0]
    if rules.keep == LAST:
        return scored[-1]
    return max(scored, key=lambda attempt: _worth(rules, attempt))  # the first of the greatest


def _worth(rules: Rules, attempt: Attempt) -> float:
    """Return the share of the maximum: an exercise more may have come between two attempts."""
    earned = points(rules, attempt) or 0.0
    return earned / attempt.max_score if attempt.max_score > 0 else 0.0
