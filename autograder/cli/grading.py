"""`autograder grade`: what to grade, where to, and the summary at the end."""

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from autograder.classroom.log import FILE as LOG
from autograder.classroom.preprocessors import GradeExercises
from autograder.classroom.run import Progress, RunSettings, run_class
from autograder.classroom.submissions import find_submissions
from autograder.classroom.work import Done, Graded
from autograder.classroom.writer import page_path
from autograder.cli.options import WARM
from autograder.cli.profile import profile
from autograder.cli.progress import ClassProgress
from autograder.core.report import Report
from autograder.course.layout import Course, CourseError
from autograder.course.receipt import Receipt
from autograder.feedback.tally import by_assignment
from autograder.feedback.terminal import overview_lines, summary_table
from autograder.feedback.text import name_of
from autograder.gradebook.course_config import course_directory, load_config
from autograder.kernel.session import Limits

EXIT_OK, EXIT_ATTENTION = 0, 1
LISTED = 200
"""Submissions of an assignment that the summary has a line for each; of more, a page is better."""


def grade_command(
    options: argparse.Namespace, course: Course, assignments: Sequence[str], console: Console
) -> int:
    """Grade and show the summary; exit code 1 where a submission needs a person."""
    students = options.student
    if options.receipt:
        assignments, students = _replayed(options, assignments)
    found = find_submissions(course, submitted_folder(options, course), assignments, students)
    settings = run_settings(options, course)
    timed: list[Done] = []
    with ClassProgress(console, quiet=options.quiet) as shown:
        if note := memory_note(settings, machine_bytes()):
            shown.say(note)
        progress = Progress(
            keys=shown.keys,
            start=shown.start,
            begun=shown.begun,
            graded=shown.graded,
            timed=(lambda done: timed.append(without_notebook(done))) if options.profile else _drop,
            say=shown.say,
        )
        reports = run_class(found, settings, progress)
    if not options.quiet:
        show_summary(reports, settings.output, console)
    if options.profile:
        console.print(profile(timed))
    if options.seed_receipt:
        _show_receipts(reports, console)
    return EXIT_ATTENTION if any(report.score is None for report in reports) else EXIT_OK


def _drop(done: Done) -> None:
    """Keep nothing of what was graded."""


def without_notebook(done: Done) -> Done:
    """Return what a profile needs, so that memory does not grow with the class."""
    return replace(done, graded=Graded(done.graded.report))


def _replayed(
    options: argparse.Namespace, assignments: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Return the one assignment and student that a receipt replays."""
    receipt = Receipt.parse(options.receipt)
    if receipt.assignment not in assignments or options.student not in ([], [receipt.student]):
        raise CourseError(
            f"The receipt is that of {receipt.student} in {receipt.assignment}; leave out the "
            "assignment and --student, or name these."
        )
    if options.output is None:
        raise CourseError(
            "A replay must not replace the course's results: name a folder for it with --output."
        )
    return [receipt.assignment], [receipt.student]


def submitted_folder(options: argparse.Namespace, course: Course) -> Path:
    """Return the folder of submissions that the options name, else nbgrader's."""
    if options.submitted is not None:
        return Path(options.submitted)
    return course.root / course_directory(load_config(course.root)).submitted_directory


def run_settings(options: argparse.Namespace, course: Course) -> RunSettings:
    """Return how to grade, from the options and the course's configuration."""
    configured = GradeExercises(config=load_config(course.root))
    return RunSettings(
        course=course,
        output=options.output or course.root / "graded",
        own_gradebook=options.output is not None,
        jobs=options.jobs or os.cpu_count() or 1,
        force=options.force,
        receipt=options.receipt,
        limits=_with_options(configured.limits(), options),
        limits_of={
            name: _with_options(configured.limits(name), options)
            for name in configured.of_assignment
        },
        unsafe=options.unsafe_no_sandbox or configured.unsafe_no_sandbox,
        scheduler=options.scheduler,
        warm=options.kernels == WARM,
    )


def machine_bytes() -> int:
    """Return how much memory this machine has."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def memory_note(settings: RunSettings, machine: int) -> str:
    """Say where submissions that run at once here may use more memory than there is, or "".

    machine: its bytes.
    """
    most = max(limits.memory_bytes for limits in (settings.limits, *settings.limits_of.values()))
    if settings.scheduler is not None or settings.jobs * most <= machine:
        return ""
    return (
        f"{settings.jobs} submissions at once may use {settings.jobs * most / 2**30:.0f} GiB of "
        f"memory; this machine has {machine / 2**30:.0f} GiB. Where it runs out, the system ends "
        "submissions first, and says that their process ended. If that happens, grade them again "
        "with a smaller --jobs, or set a smaller GradeExercises.memory_bytes."
    )


def _with_options(limits: Limits, options: argparse.Namespace) -> Limits:
    """Return the limits with those that the command line names."""
    named = {"cell_seconds": options.cell_seconds, "call_seconds": options.call_seconds}
    return replace(limits, **{name: value for name, value in named.items() if value})


def show_summary(reports: Sequence[Report], output: Path, console: Console) -> None:
    """Print who got what and why, and where the pages lie; of a large class, who has no score."""
    listed: list[Report] = []
    for assignment, group in by_assignment(reports).items():
        chosen = group if len(group) <= LISTED else [item for item in group if item.score is None]
        if chosen[:LISTED]:
            console.print(summary_table(chosen[:LISTED]))
        if len(group) > LISTED:
            text = f"{len(group):,} submissions; {_without_score(len(chosen))}"
            text = f"{name_of(assignment)}: {text}. The overview lists them all.\n"
            console.print(text, highlight=False)
        listed += chosen[:LISTED]
    for line in overview_lines(reports):
        console.print(line)
    pages = [str(page_path(report)) for report in listed]
    if len(listed) < len(reports):
        pages.append("pages/STUDENT/ASSIGNMENT.html")
    console.print("\nPages (one a submission):", highlight=False)
    for page in pages:
        console.print(f"  {output / page}", highlight=False, soft_wrap=True)
    console.print(f"Overview: {output / 'overview.html'}", highlight=False, soft_wrap=True)
    console.print(f"Results:  {output / 'results.jsonl'}", highlight=False, soft_wrap=True)
    console.print(f"Log:      {output / LOG}", highlight=False, soft_wrap=True)


def _without_score(count: int) -> str:
    """Say how many have no score, and which of them are listed."""
    if count == 0:
        return "each has a score"
    if count > LISTED:
        return f"{count:,} have no score, and the first {LISTED} of these are listed"
    return f"{count} without a score {'is' if count == 1 else 'are'} listed"


def _show_receipts(reports: Sequence[Report], console: Console) -> None:
    console.print("\nReceipts (replay with: autograder grade --student NAME --receipt RECEIPT):")
    for report in reports:
        none = (
            f"{name_of(report.student)}, {report.assignment}: none, for the file could not be read"
        )
        receipt = report.facts.get("receipt", none)
        console.print(f"  {receipt}", highlight=False, soft_wrap=True)
