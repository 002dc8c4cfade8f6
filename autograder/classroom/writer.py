"""The one process that writes: the gradebook, autograded notebooks, pages and results.

It also knows what of them is still true, so that a second run grades the rest only.
"""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from traitlets.config import Config

from autograder.classroom.grading import Graded
from autograder.classroom.results import FILE, append_result, load_results, write_results
from autograder.classroom.running import UNSAFE
from autograder.classroom.submissions import Found
from autograder.core.report import TIMED_OUT, Report
from autograder.core.words import SOURCE
from autograder.course.layout import Course
from autograder.feedback.labels import BY_LANGUAGE
from autograder.feedback.overview import overview_page
from autograder.feedback.page import feedback_page
from autograder.gradebook.course_config import course_directory, load_config
from autograder.gradebook.writing import (
    ensure_assignment,
    has_grades,
    no_submission,
    write_grades,
)
from autograder.kernel.scratch import remove_half_written, write_by_rename
from autograder.kernel.session import Limits
from autograder.notebook.intake import IntakeError, fingerprint, read_bytes


class ClassWriter:
    """Writes what a run gives, a submission at a time.

    output: where results.jsonl, pages and overview go. own_gradebook: gradebook.db and autograded/
    go there too, in place of the course's own.
    """

    def __init__(self, course: Course, output: Path, *, own_gradebook: bool) -> None:
        self.output = output
        self.reports = load_results(output / FILE)
        self._course = course
        self._config = _config(course, output if own_gradebook else None)
        autograded = course_directory(self._config).autograded_directory
        remove_half_written(output, course.root / autograded)

    def prepare(self, assignment: str) -> None:
        """Make sure that the gradebook knows the assignment."""
        ensure_assignment(self._config, assignment)

    def is_done(self, item: Found, limits: Limits, *, sandboxed: bool = True) -> bool:
        """Tell whether this very file was graded with today's exercises, limits and time stamp.

        What was written then has to be there still: the scores, the notebook and the page.
        sandboxed: whether a result that was made without a sandbox does not count.
        """
        report = self.reports.get((item.assignment, item.student))
        if report is None or report.score is None or _timed_out(report):
            return False
        facts = report.facts
        return (
            facts.get("submission_sha256") == _fingerprint(item)
            and _same_settings(facts, item, limits)
            and not (sandboxed and facts.get("sandbox") == UNSAFE)
            and str(facts.get("receipt", "")).endswith(self._course.fingerprint(item.assignment))
            and (self.output / page_path(report)).is_file()
            and has_grades(
                self._config,
                Graded(report).scores,
                assignment=item.assignment,
                student=item.student,
            )
        )

    def write(self, item: Found, graded: Graded) -> None:
        """Write one submission: gradebook first, then its page, then its record."""
        names = {"assignment": item.assignment, "student": item.student}
        if graded.notebook is None:
            no_submission(self._config, timestamp=item.timestamp, **names)
        else:
            write_grades(
                self._config, graded.notebook, graded.scores, timestamp=item.timestamp, **names
            )
        self.note(item, graded)

    def note(self, item: Found, graded: Graded) -> None:
        """Write the page and the record."""
        page = self.output / page_path(graded.report)
        page.parent.mkdir(parents=True, exist_ok=True)
        labels = BY_LANGUAGE[str(graded.report.facts.get("language", SOURCE))]
        write_by_rename(page, feedback_page(graded.report, graded.sources, labels=labels))
        self.record(item, graded.report)

    def record(self, item: Found, report: Report) -> None:
        """Write the record alone."""
        self.reports[item.assignment, item.student] = report
        append_result(self.output / FILE, report)

    def finish(self) -> None:
        """Sort the records and draw the overview."""
        write_results(self.output / FILE, self.reports.values())
        reports = [self.reports[key] for key in sorted(self.reports)]
        if reports:
            title = "Who got what, and why"
            page = overview_page(reports, title, page_of=lambda report: str(page_path(report)))
            write_by_rename(self.output / "overview.html", page)


def _config(course: Course, own_folder: Path | None) -> Config:
    """Return nbgrader's configuration. own_folder: where gradebook and notebooks go instead."""
    config = load_config(course.root)
    if own_folder is not None:
        folder = own_folder.resolve()
        config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
        config.CourseDirectory.autograded_directory = str(folder / "autograded")
    return config


def _fingerprint(item: Found) -> str | None:
    try:
        return fingerprint(read_bytes(item.path))
    except IntakeError:
        return None


def _same_settings(facts: Mapping[str, Any], item: Found, limits: Limits) -> bool:
    return facts.get("limits") == asdict(limits) and facts.get("timestamp") == item.timestamp


def _timed_out(report: Report) -> bool:
    return any(exercise.status == TIMED_OUT for exercise in report.exercises)


def page_path(report: Report) -> Path:
    """Return where a submission's page lies, relative to the output folder."""
    return Path("pages") / report.student / f"{report.assignment}.html"
