"""`autograder export`: result records, and the files that an LMS takes."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from autograder.cli.lms_options import EXTENSIONS
from autograder.cli.progress import bar
from autograder.core.errors import ExplainedError
from autograder.course.layout import Course, CourseError
from autograder.gradebook.course_config import course_directory, load_config
from autograder.lms.roster import FILE

EXIT_OK, EXIT_ATTENTION = 0, 1

FOR_ALL = ("result", "csv", "xlsx")
PACKAGES = ("gradescope", "coursera")
NEED_SHEET = {
    "moodle-worksheet": "Moodle's grading worksheet",
    "canvas-csv": "Canvas's exported gradebook",
    "blackboard-csv": "Blackboard's gradebook file",
}
FOLDER = "exports"


class ExportError(ExplainedError):
    """The export cannot be made as it was asked for; the message says what to give."""


@dataclass(frozen=True)
class Wanted:
    """What is to be exported, and where to."""

    course: Course
    format: str
    assignments: Sequence[str]
    graded: Path
    students: Path
    to: Path
    sheet: Path | None
    column: str | None
    comment_column: str | None


def wanted(options: argparse.Namespace, course: Course, assignments: Sequence[str]) -> Wanted:
    """Check what was asked for and fill in the defaults. Raises ExportError or CourseError."""
    name: str = options.format
    if name not in FOR_ALL and len(assignments) != 1:
        raise ExportError(
            f"{name} is of one assignment: name it, one of {', '.join(course.assignment_names())}."
        )
    if name in NEED_SHEET and options.sheet is None:
        raise ExportError(
            f"{name} fills {NEED_SHEET[name]}: download it there, and give it with --sheet. "
            "Its columns and numbers cannot be guessed."
        )
    graded = options.graded or course.root / "graded"
    file = f"{assignments[0] if len(assignments) == 1 else 'all'}-{name}{EXTENSIONS[name]}"
    to = options.to or graded / FOLDER / file
    if options.sheet is not None and to.exists() and to.samefile(options.sheet):
        raise ExportError(
            f"{to} is the downloaded table itself. Name another file with --to, so that the "
            "download is kept."
        )
    return Wanted(
        course=course,
        format=name,
        assignments=assignments,
        graded=graded,
        students=_students(options, course),
        to=to,
        sheet=options.sheet,
        column=options.column,
        comment_column=options.comment_column,
    )


def _students(options: argparse.Namespace, course: Course) -> Path:
    """Return the file that says who is who. Raises ExportError where one was named in vain."""
    named: Path | None = options.students
    if named is not None and not named.is_file():
        raise ExportError(f"{named} is no file; expected the {FILE} that `collect` wrote.")
    directory = course_directory(load_config(course.root)).submitted_directory
    return named or course.root / directory / FILE


def export_command(options: argparse.Namespace, course: Course, console: Console) -> int:
    """Export, and say what is in the file and what is not; exit code 1 for the latter."""
    known = course.assignment_names()
    for name in options.assignments:
        if name not in known:
            raise CourseError(f"There is no assignment {name!r}; there are {', '.join(known)}.")
    chosen = options.assignments or (known if options.format in FOR_ALL else [])
    asked = wanted(options, course, chosen)
    if asked.format in PACKAGES:
        from autograder.hosted.package import Contents, build

        contents = Contents(course, asked.format, asked.assignments[0], options.visibility)
        with bar(console, f"{contents.assignment}: hidden keys") as advance:
            lines = build(contents, asked.to, jobs=os.cpu_count() or 1, progress=advance)
        attention: list[str] = []
    else:
        from autograder.cli.exporting import export_results

        lines, attention = export_results(asked)
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if attention:
        console.print("\nNot in the file as it should be:", markup=False, highlight=False)
    for line in attention:
        console.print(f"  * {line}", markup=False, highlight=False, soft_wrap=True)
    return EXIT_ATTENTION if attention else EXIT_OK
