"""Find submissions in nbgrader's submitted layout: <student>/<assignment>/<assignment>.ipynb."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.core.errors import ExplainedError
from autograder.course.layout import Course
from autograder.notebook.intake import IntakeError, read_bytes
from autograder.notebook.languages import worked_in

MAX_STAMP = 100


class SubmittedError(ExplainedError):
    """The folder holds nothing to grade; the message says what was expected."""


@dataclass(frozen=True)
class Found:
    """One submission on disk: its notebook, in whichever language the student worked.

    timestamp: the text of timestamp.txt, or None.
    """

    student: str
    assignment: str
    path: Path
    timestamp: str | None


def find_submissions(
    course: Course, folder: Path, assignments: Sequence[str], students: Sequence[str] = ()
) -> list[Found]:
    """Return the submissions of these assignments, ordered by assignment and student.

    students: only these; all where empty. A student's folder without the notebook counts: its
    missing file is reported when it is read. Raises SubmittedError where there is nothing.
    """
    if not folder.is_dir():
        raise SubmittedError(
            f"{folder} is not a folder. Submissions are expected as "
            "<student>/<assignment>/<assignment>.ipynb in it; name another with --submitted."
        )
    found = [
        _found(course, student, assignment)
        for assignment in assignments
        for student in sorted(folder.iterdir())
        if not student.name.startswith(".")
        and _is_handed_in(student / assignment)
        and (not students or readable_name(student.name) in students)
    ]
    if not found:
        wanted = f" of {', '.join(students)}" if students else ""
        raise SubmittedError(
            f"{folder} holds no submission{wanted} for {', '.join(assignments)}. Expected "
            "<student>/<assignment>/<assignment>.ipynb."
        )
    return found


def _is_handed_in(folder: Path) -> bool:
    """Tell whether a student's folder is there; one that nobody can look into counts too."""
    try:
        return folder.is_dir()
    except OSError:
        return True


def readable_name(name: str) -> str:
    """Return a folder's name as a student's.

    Bytes that are no text, and signs that cannot be seen or act on a terminal, become escapes.
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text
    )


def _found(course: Course, student: Path, assignment: str) -> Found:
    folder = student / assignment
    path = worked_in(folder, course.released_notebooks(assignment))
    return Found(
        readable_name(student.name), assignment, path, _timestamp(folder / "timestamp.txt")
    )


def _timestamp(file: Path) -> str | None:
    """Return when the work was handed in, or None where the text says no time."""
    try:
        text = read_bytes(file, MAX_STAMP).decode("utf-8", "replace").strip()
        parse_utc(text)
    except (IntakeError, ValueError, OverflowError):
        return None
    return text
