"""`autograder collect`: what an LMS gave for download, laid out for grading."""

import argparse
from pathlib import Path

from rich.console import Console

from autograder.core.errors import ExplainedError
from autograder.course.layout import Course, CourseError
from autograder.gradebook.course_config import course_directory, load_config
from autograder.lms.choosing import Collected, Rules
from autograder.lms.collecting import collect
from autograder.lms.comments import clean
from autograder.lms.roster import FILE, load_roster, save_roster
from autograder.lms.sheet_ids import SheetIds, sheet_ids
from autograder.lms.sources import read_source
from autograder.notebook.intake import MAX_BYTES

EXIT_OK, EXIT_ATTENTION = 0, 1


class CollectError(ExplainedError):
    """The options do not go together; the message says what to give."""


def collect_command(options: argparse.Namespace, course: Course, console: Console) -> int:
    """Collect, and say what was done; exit code 1 where a person has to see to something."""
    rules = _rules(options, course)
    directory = course_directory(load_config(course.root)).submitted_directory
    submitted = options.submitted or course.root / directory
    roster = load_roster(submitted / FILE)
    faults = 0
    for path in options.sources:
        done = collect(read_source(path), submitted, roster, rules)
        save_roster(roster, submitted / FILE)
        faults += len(done.faults)
        refused = ["", "Not taken:", *(f"  * {fault}" for fault in done.faults)]
        for line in lines(path, submitted, done) + (refused if done.faults else []):
            console.print(clean(line), markup=False, highlight=False, soft_wrap=True)
    return EXIT_ATTENTION if faults else EXIT_OK


def _rules(options: argparse.Namespace, course: Course) -> Rules:
    """Return how to collect. Raises CourseError, CollectError or SheetError."""
    name: str = options.assignment
    if name not in course.assignment_names():
        known = ", ".join(course.assignment_names())
        raise CourseError(f"There is no assignment {name!r}; there are {known}.")
    course.require_released(name)
    if options.file_dates and options.timezone is None:
        raise CollectError("--file-dates needs --timezone: a file's date says no zone.")
    known_by = SheetIds()
    if options.sheet is not None:
        known_by = sheet_ids(options.sheet.read_bytes(), str(options.sheet), options.timezone)
    return Rules(
        assignment=name,
        names=[path.name for path in course.released_notebooks(name).values()],
        limit=MAX_BYTES,
        zone=options.timezone if options.file_dates else None,
        times=known_by.times,
        ids=known_by.ids,
    )


def lines(source: Path | str, submitted: Path, done: Collected) -> list[str]:
    """Return what to say about one source."""
    counts = {"new": done.new, "newer than before": done.newer, "unchanged": done.same,
              "older than what is there": done.older}  # fmt: skip
    said = ", ".join(f"{len(names)} {what}" for what, names in counts.items() if names)
    found = [f"{source}: {said or 'nothing was taken'}; in {submitted}"]
    moved = done.newer + done.older
    if moved:
        found.append(f"The earlier work of {', '.join(moved)} is kept in {submitted / '.earlier'}.")
    if done.late:
        found.append(f"Late, by the LMS's mark: {', '.join(done.late)}.")
    return found + done.notes
