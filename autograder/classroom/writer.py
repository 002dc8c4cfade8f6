"""The one process that writes: autograded notebooks, pages, records and the gradebook.

It also knows what of them is still true, so that a second run grades the rest only. The record
comes before the gradebook, and holds what the gradebook is told: where a run ends between the two,
or the gradebook is locked, the next run puts the scores there and grades nothing again.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from errno import EDQUOT, EFBIG, EIO, ENOSPC, EROFS
from functools import cache
from pathlib import Path
from typing import Any

from nbformat import v4
from traitlets.config import Config

import autograder
from autograder.classroom.gradebook_queue import GradebookQueue
from autograder.classroom.grading import Graded
from autograder.classroom.results import (
    FILE,
    Shared,
    append_result,
    load_results,
    write_results,
)
from autograder.classroom.running import UNSAFE
from autograder.classroom.submissions import Found
from autograder.core.errors import ExplainedError
from autograder.core.report import TIMED_OUT, Report
from autograder.core.words import SOURCE
from autograder.course.layout import Course
from autograder.feedback.labels import BY_LANGUAGE
from autograder.feedback.overview import overview_pieces
from autograder.feedback.page import feedback_page
from autograder.gradebook.course_config import course_directory, load_config
from autograder.gradebook.faults import UnwritableError
from autograder.kernel.scratch import remove_half_written, write_by_rename
from autograder.kernel.session import Limits
from autograder.notebook.intake import IntakeError, fingerprint, read_bytes

log = logging.getLogger(__name__)

OF_THE_DISK = {EDQUOT, EFBIG, EIO, ENOSPC, EROFS}


class StoppedError(ExplainedError):
    """Nothing more can be written, of no submission; the message says what to do."""


class ClassWriter:
    """Writes what a run gives, a submission at a time.

    output: where results.jsonl, pages and overview go. own_gradebook: gradebook.db and autograded/
    go there too, in place of the course's own. say: tells whoever waits that the gradebook is
    locked. Methods that write raise StoppedError where the disk or the gradebook takes nothing
    more; other errors are those of the one submission.
    """

    def __init__(
        self,
        course: Course,
        output: Path,
        *,
        own_gradebook: bool,
        say: Callable[[str], None] = log.warning,
    ) -> None:
        self.output = output
        self.reports, self._shared = load_results(output / FILE), Shared()
        config = _config(course, output if own_gradebook else None)
        self._gradebook = GradebookQueue(config, say)
        self._fingerprint_of = cache(course.fingerprint)
        autograded = course.root / course_directory(config).autograded_directory
        remove_half_written(output, *output.glob("pages/*"), *autograded.glob("*/*"))

    def prepare(self, assignment: str) -> None:
        """Make sure that the gradebook knows the assignment."""
        self._gradebook.prepare(assignment)

    def is_done(self, item: Found, limits: Limits, *, sandboxed: bool = True) -> bool:
        """Tell whether this very file was graded with today's engine, exercises and limits.

        What was written then has to be there still: the notebook and the page. Where the gradebook
        alone has lost the scores, or was never told them, they are put there now.
        sandboxed: whether a result that was made without a sandbox does not count.
        """
        report = self.reports.get((item.assignment, item.student))
        if report is None or report.score is None or _timed_out(report):
            return False
        if not self._is_current(report.facts, item, limits, sandboxed):
            return False
        files = (self.output / page_path(report), self._gradebook.path(item))
        if not all(file.is_file() for file in files):
            return False
        scores = Graded(report).scores
        with stopping(self.output):
            return self._gradebook.holds(item, scores) or self._gradebook.put_back(item, scores)

    def _is_current(
        self, facts: Mapping[str, Any], item: Found, limits: Limits, sandboxed: bool
    ) -> bool:
        return (
            facts.get("engine") == autograder.__version__
            and facts.get("limits") == asdict(limits)
            and facts.get("timestamp") == item.timestamp
            and not (sandboxed and facts.get("sandbox") == UNSAFE)
            and str(facts.get("receipt", "")).endswith(self._fingerprint_of(item.assignment))
            and facts.get("submission_sha256") == _content(item)
        )

    def write(self, item: Found, graded: Graded) -> None:
        """Write one submission: its notebook, its page, its record, and then its scores."""
        notebook = self._gradebook.path(item)
        with stopping(notebook.parent):
            if graded.notebook is None:  # an earlier one is not what was handed in last
                notebook.unlink(missing_ok=True)
            else:
                write_by_rename(notebook, v4.writes(graded.notebook) + "\n")
        self.note(item, graded)
        with stopping(self.output):
            self._gradebook.put(item, graded.scores, graded.notebook)

    def note(self, item: Found, graded: Graded) -> None:
        """Write the page and the record."""
        labels = BY_LANGUAGE[str(graded.report.facts.get("language", SOURCE))]
        page = feedback_page(graded.report, graded.sources, labels=labels)
        with stopping(self.output):
            write_by_rename(self.output / page_path(graded.report), page)
        self.record(item, graded.report)

    def record(self, item: Found, report: Report) -> None:
        """Write the record alone."""
        with stopping(self.output):
            append_result(self.output / FILE, report)
        self.reports[item.assignment, item.student] = self._shared.of(report)

    def finish(self) -> None:
        """Sort the records, draw the overview, and write what waits for the gradebook.

        Raises LockedError where another program holds the gradebook and does not let it go.
        """
        reports = [self.reports[key] for key in sorted(self.reports)]
        with stopping(self.output):
            write_results(self.output / FILE, reports)
            if reports:
                title = "Who got what, and why"
                page = overview_pieces(reports, title, lambda report: str(page_path(report)))
                write_by_rename(self.output / "overview.html", page)
            self._gradebook.finish()


@contextmanager
def stopping(folder: Path) -> Iterator[None]:
    """Raise StoppedError for what is wrong with the disk or the gradebook as a whole."""
    again = "Then run the same command again: what was graded is kept, and the rest is graded."
    try:
        yield
    except UnwritableError as error:
        raise StoppedError(f"{error} {again}") from error
    except OSError as error:
        if error.errno not in OF_THE_DISK:
            raise
        raise StoppedError(
            f"Nothing more can be written to {folder}: {os.strerror(error.errno)}. Make room "
            f"there. {again}"
        ) from error


def _config(course: Course, own_folder: Path | None) -> Config:
    """Return nbgrader's configuration. own_folder: where gradebook and notebooks go instead."""
    config = load_config(course.root)
    if own_folder is not None:
        folder = own_folder.resolve()
        config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
        config.CourseDirectory.autograded_directory = str(folder / "autograded")
    return config


def _content(item: Found) -> str | None:
    try:
        return fingerprint(read_bytes(item.path))
    except IntakeError:
        return None


def _timed_out(report: Report) -> bool:
    return any(exercise.status == TIMED_OUT for exercise in report.exercises)


def page_path(report: Report) -> Path:
    """Return where a submission's page lies, relative to the output folder."""
    return Path("pages") / report.student / f"{report.assignment}.html"
