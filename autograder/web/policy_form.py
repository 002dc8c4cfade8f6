"""The form in which a teacher writes the rules of an assignment."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from autograder.feedback.text import name_of
from autograder.service.policies import BEST, FIRST, LAST, Rules
from autograder.web.words.interface import TeacherWords

MOST_ATTEMPTS = 1_000
MOST_MINUTES = 10_080  # a week
FORM = "%Y-%m-%dT%H:%M"


class PolicyFormError(Exception):
    """Nothing was saved. faults: a sentence for each field that is not right."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def shown(rules: Rules) -> dict[str, str]:
    """Return the rules as the fields of the form."""
    return {
        "due_at": _time_text(rules.due_at),
        "closes_at": _time_text(rules.closes_at),
        "late_penalty_per_day": f"{rules.late_penalty_per_day * 100:g}",
        "late_penalty_cap": f"{rules.late_penalty_cap * 100:g}",
        "keep": rules.keep,
        "attempts_allowed": str(rules.attempts_allowed or ""),
        "cool_down_minutes": f"{rules.cool_down_seconds / 60:g}",
    }


def read(form: Mapping[str, str], words: TeacherWords, before: Rules) -> Rules:
    """Return the rules that the form's fields say. Times are in UTC. Raises PolicyFormError.

    before: those that the form showed, to the minute. A time that was left alone keeps its seconds.
    """
    reading = _Reading(form, words)
    attempts = reading.number("attempts_allowed", words.allowed, 0, MOST_ATTEMPTS, whole=True)
    rules = Rules(
        due_at=reading.time("due_at", words.due_at, before.due_at),
        closes_at=reading.time("closes_at", words.closes_at, before.closes_at),
        late_penalty_per_day=reading.number("late_penalty_per_day", words.late_per_day, 0, 100)
        / 100,
        late_penalty_cap=reading.number("late_penalty_cap", words.late_cap, 0, 100) / 100,
        keep=reading.keep(),
        attempts_allowed=int(attempts) or None,
        cool_down_seconds=round(
            reading.number("cool_down_minutes", words.cool_down, 0, MOST_MINUTES) * 60
        ),
    )
    if rules.due_at and rules.closes_at and rules.closes_at < rules.due_at:
        reading.faults.append(words.faults["order"])
    if reading.faults:
        raise PolicyFormError(reading.faults)
    return rules


class _Reading:
    """Fields of a form; what is wrong with one is kept, and the next is read."""

    def __init__(self, form: Mapping[str, str], words: TeacherWords) -> None:
        self._form, self._words = form, words
        self.faults: list[str] = []

    def time(self, field: str, label: str, before: datetime | None) -> datetime | None:
        """Return a time of the form 2027-01-31T23:59; None for an empty field."""
        text = self._form.get(field, "").strip()
        if not text:
            return None
        try:
            found = datetime.fromisoformat(text)
            found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            self._fault("time", label, text)
            return None
        return before if _time_text(found) == _time_text(before) else found

    def number(
        self, field: str, label: str, least: float, most: float, *, whole: bool = False
    ) -> float:
        """Return a number between two bounds; `least` for an empty field."""
        text = self._form.get(field, "").strip()
        try:
            found = float(text.replace(",", ".") or least)
        except ValueError:
            found = math.nan
        if not least <= found <= most or (whole and found % 1):
            self._fault("number", label, text, least=f"{least:g}", most=f"{most:g}")
            return least
        return found

    def keep(self) -> str:
        """Return which attempt counts."""
        found = self._form.get("keep", BEST)
        if found not in {BEST, LAST, FIRST}:
            self.faults.append(self._words.faults["keep"])
        return found

    def _fault(self, key: str, label: str, text: str, **values: str) -> None:
        sentence = self._words.faults[key]
        self.faults.append(sentence.format(field=label, value=name_of(text), **values))


def _time_text(time: datetime | None) -> str:
    return f"{time.astimezone(UTC):{FORM}}" if time else ""
