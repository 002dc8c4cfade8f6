"""What a bridge asks of an LMS: who is there, what was handed in, what stands; and what it gives.

`moodle_rest` and `canvas_rest` are the two that have it. Ids are texts; times are aware.
"""

import hashlib
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from autograder.lms.record import ResultRecord

ROUNDING = 0.006  # LMSs keep five decimals or two
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Target:
    """The assignment in the LMS. maximum: points. notes: what a person should know of it."""

    title: str
    maximum: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attached:
    """A file that was handed in. url: where it lies; asked for with the token. size: bytes."""

    name: str
    url: str
    size: int
    stamp: str = ""


@dataclass(frozen=True)
class Work:
    """What a student has handed in last. user: the LMS's id."""

    user: str
    attempt: int
    submitted_at: datetime | None
    files: tuple[Attached, ...] = ()
    late: bool = False

    @property
    def stamp(self) -> str:
        """Another one whenever something else was handed in."""
        return f"{self.attempt} {self.submitted_at and self.submitted_at.isoformat()}"

    @property
    def files_stamp(self) -> str:
        """Another one whenever there is something else to download."""
        return " ".join([self.stamp, *sorted(f"{file.name} {file.stamp}" for file in self.files)])


@dataclass(frozen=True)
class Comment:
    """A comment by the token's user. attempt: of the work that it is on; files: their names."""

    text: str
    id: str | None = None
    attempt: int | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """What stands in the LMS for a student.

    grade: points as entered, None where there is none. at: when it was given. comments: those of
    the token's user; None where that cannot be told. leave: why a bridge must not touch it.
    """

    grade: float | None = None
    at: datetime | None = None
    comments: tuple[Comment, ...] | None = None
    leave: str | None = None

    def has_comment(self, text: str) -> bool | None:
        """Tell whether a comment reads like that; None where it cannot be told."""
        if self.comments is None:
            return None
        return any(plain(comment.text) == plain(text) for comment in self.comments)


@dataclass(frozen=True)
class Feedback:
    """What a student is to get. grade: points of the LMS's scale, as text.

    comment: HTML for Moodle, plain text for Canvas. page: the feedback file.
    """

    grade: str
    comment: str
    page: bytes | None
    page_name: str

    def digest(self, work: Work) -> str:
        """Return a name for this feedback on this work."""
        page = hashlib.sha256(self.page or b"").hexdigest()
        text = "\0".join([self.grade, self.comment, page, self.page_name, work.stamp])
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class Sent:
    """What a bridge has sent for a student.

    digest: of the feedback and the work. was: the grade that stood before. at: when the LMS gave
    ours; None until it was read back. comment_id, comment_attempt, page: Canvas's comment, the
    attempt that it is on, and the file beside it. stale_comment: one of ours that was replaced and
    still has to be removed.
    """

    digest: str
    grade: float
    was: float | None = None
    at: datetime | None = None
    comment_id: str | None = None
    comment_attempt: int | None = None
    page: str | None = None
    stale_comment: str | None = None


class Lms(Protocol):
    """A site with one assignment chosen. Every method raises CallError."""

    name: str

    def open(self) -> Target:
        """Check token, rights and assignment."""

    def students(self) -> Mapping[str, dict[str, str]]:
        """Return what the LMS calls each student of the course, by user id."""

    def works(self) -> Sequence[Work]:
        """Return what was handed in, the last of each student."""

    def more_ids(self, user: str) -> dict[str, str]:
        """Return what the LMS says of a student only when asked for this one."""

    def download(self, file: Attached, limit: int) -> bytes:
        """Return a file of at most `limit` bytes."""

    def comment_of(self, record: ResultRecord) -> str:
        """Return the comment as this LMS takes it; what a student may have written is escaped."""

    def page_name(self, assignment: str, page: bytes) -> str:
        """Return what to call the feedback file."""

    def standings(self) -> Mapping[str, Standing]:
        """Return what stands for everyone, as far as one question tells."""

    def look(self, user: str, standing: Standing) -> Standing:
        """Return what stands for a student in full. standing: from `standings`."""

    def push(self, work: Work, feedback: Feedback, standing: Standing, sent: Sent | None) -> Sent:
        """Give grade, comment and file. sent: the last time."""


def same_grade(one: float | None, other: float | None) -> bool:
    """Tell whether two grades are the same at two decimals, or both are none."""
    if one is None or other is None:
        return one is other
    return abs(one - other) < ROUNDING


def plain(text: str) -> str:
    """Return a comment as it reads: without tags, entities, and runs of spaces.

    An LMS may hang its own tags around a comment, or leave some out.
    """
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
