"""Receipts: one line that says which hidden answer key graded a submission, for the instructor.

A receipt replays the student's hidden cases exactly, also without the course's secret. It names
the seed, so it must not reach students before the assignment is closed.
"""

import hashlib
from dataclasses import asdict, dataclass, fields
from urllib.parse import quote, unquote

from autograder.course.layout import CourseError

_TITLE = "keepprob-receipt-1"


class ReceiptError(CourseError):
    """A receipt cannot be read or replayed; the message says why, and what to do."""


@dataclass(frozen=True)
class Receipt:
    """What it takes to replay a student's hidden cases.

    index, seed: of the answer key in the pool. engine: version of the autograder. fingerprint: of
    the hidden keys' sources (`Course.fingerprint`).
    """

    assignment: str
    student: str
    attempt: int
    index: int
    seed: int
    engine: str
    fingerprint: str

    def __str__(self) -> str:
        words = [f"{name}={quote(str(value), safe='')}" for name, value in asdict(self).items()]
        return " ".join([_TITLE, f"check={_check(words)}", *words])

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Read the line that `str` gives. Raises ReceiptError on anything else."""
        title, *words = text.split() or [""]
        if title != _TITLE:
            raise ReceiptError(
                f"This is not a receipt: {text[:60]!r}. Expected a line that begins with {_TITLE};"
                " it stands in results.jsonl, under `receipt`."
            )
        if not words or words[0] != f"check={_check(words[1:])}":
            raise ReceiptError("The receipt was changed or cut off. Copy the whole line again.")
        return cls._from_words(words[1:])

    @classmethod
    def _from_words(cls, words: list[str]) -> "Receipt":
        found = {name: unquote(value) for name, _, value in (word.partition("=") for word in words)}
        if list(found) != [field.name for field in fields(cls)]:
            raise ReceiptError(f"The receipt has other fields than expected: {', '.join(found)}.")
        numbers = {name: _number(name, found.pop(name)) for name in ("attempt", "index", "seed")}
        return cls(**numbers, **found)  # type: ignore[arg-type] # str and int by name, see above


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ReceiptError(f"The receipt's {name} is {text!r}. Expected a whole number.")
    return int(text)


def _check(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode()).hexdigest()[:8]
