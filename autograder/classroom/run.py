"""Grade a class: a map of `grade_submission` over an executor, and one writer.

Workers run notebooks and return reports; this process alone writes the gradebook, the pages and
results.jsonl, a submission at a time.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.keys import build_pool
from autograder.classroom.grading import Graded, Submission, grade_submission, not_gradable
from autograder.classroom.results import FILE, append_result, load_results, write_results
from autograder.classroom.submissions import Found
from autograder.core.report import TIMED_OUT, Report
from autograder.core.words import english
from autograder.course.layout import Course
from autograder.feedback.overview import overview_page
from autograder.feedback.page import feedback_page
from autograder.gradebook.course_config import load_config
from autograder.gradebook.writing import ensure_assignment, no_submission, write_grades
from autograder.kernel.session import Limits
from autograder.notebook.intake import IntakeError, fingerprint, read_bytes

KILLED = "its worker process was killed twice"


@dataclass(frozen=True)
class RunSettings:
    """How a class is graded.

    output: where results.jsonl, pages and overview go. own_gradebook: write gradebook.db and
    autograded/ into `output` too, and leave the course's own alone. force: grade again what has a
    result already. receipt: use the hidden key that it names.
    """

    course: Course
    output: Path
    own_gradebook: bool = False
    jobs: int = 1
    force: bool = False
    receipt: str | None = None
    limits: Limits = field(default_factory=Limits)


@dataclass
class Progress:
    """What a run tells its caller while it goes on; every call may do nothing."""

    keys: Callable[[str, int, int], None] = lambda assignment, done, total: None
    start: Callable[[int], None] = lambda total: None
    graded: Callable[[Report], None] = lambda report: None


def run_class(found: Sequence[Found], settings: RunSettings, progress: Progress) -> list[Report]:
    """Grade these submissions; return their reports, ordered by assignment and student.

    A submission whose file and exercises have not changed since the last run keeps its result.
    Ctrl-C leaves everything that was graded in place; the next run goes on from there.
    """
    settings.output.mkdir(parents=True, exist_ok=True)
    writer = _Writer(settings)
    for assignment in dict.fromkeys(item.assignment for item in found):
        build_pool(
            settings.course,
            assignment,
            jobs=settings.jobs,
            progress=_keys_progress(progress, assignment),
        )
        writer.prepare(assignment)
    todo = [item for item in found if not writer.is_done(item)]
    progress.start(len(todo))
    try:
        for item, graded in _grade_all(todo, settings):
            progress.graded(_written(writer, item, graded, settings))
    finally:
        writer.finish()
    wanted = {(item.assignment, item.student) for item in found}
    return [writer.reports[key] for key in sorted(wanted) if key in writer.reports]


def _written(writer: "_Writer", item: Found, graded: Graded, settings: RunSettings) -> Report:
    """Write one submission; where that fails, the class goes on, and a person looks at this one."""
    try:
        writer.write(item, graded)
        return graded.report
    except Exception as error:
        failed = _failed(_submission(item, settings), f"it could not be written: {error!r}")
        writer.note(item, failed)
        return failed.report


def _keys_progress(progress: Progress, assignment: str) -> Callable[[int, int], None]:
    return lambda done, total: progress.keys(assignment, done, total)


def _submission(item: Found, settings: RunSettings) -> Submission:
    return Submission(
        root=settings.course.root,
        assignment=item.assignment,
        student=item.student,
        path=item.path,
        receipt=settings.receipt,
        limits=settings.limits,
    )


def _grade_all(todo: Sequence[Found], settings: RunSettings) -> Iterator[tuple[Found, Graded]]:
    """Yield each graded submission as it is finished."""
    if settings.jobs <= 1 or len(todo) <= 1:
        for item in todo:
            yield item, grade_submission(_submission(item, settings))
        return
    left = list(todo)
    for item, graded in _in_parallel(left, settings, settings.jobs):
        left.remove(item)
        yield item, graded
    for item in left:  # a worker was killed, and its fellows were lost with it: one at a time now
        alone = list(_in_parallel([item], settings, 1))
        yield (
            alone[0]
            if alone
            else (
                item,
                _failed(_submission(item, settings), KILLED),
            )
        )


def _in_parallel(
    todo: Sequence[Found], settings: RunSettings, jobs: int
) -> Iterator[tuple[Found, Graded]]:
    """Yield what the workers finish; end early where one of them is killed."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as executor:
        running = {
            executor.submit(grade_submission, _submission(item, settings)): item for item in todo
        }
        try:
            for future in as_completed(running):
                item = running[future]
                try:
                    graded = future.result()
                except BrokenProcessPool:
                    return
                except Exception as error:
                    graded = _failed(_submission(item, settings), repr(error))
                yield item, graded
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _failed(submission: Submission, reason: str) -> Graded:
    """Return a report without a score, for a trouble of ours."""
    return not_gradable(submission, english.grader_trouble(), reason=reason)


class _Writer:
    """The one process that writes: the gradebook, autograded notebooks, pages and results."""

    def __init__(self, settings: RunSettings) -> None:
        self.settings = settings
        self.results = settings.output / FILE
        self.reports = load_results(self.results)
        self.config = load_config(settings.course.root)
        if settings.own_gradebook:
            output = settings.output.resolve()
            self.config.CourseDirectory.db_url = f"sqlite:///{output / 'gradebook.db'}"
            self.config.CourseDirectory.autograded_directory = str(output / "autograded")

    def prepare(self, assignment: str) -> None:
        """Make sure that the gradebook knows the assignment."""
        ensure_assignment(self.config, assignment)

    def is_done(self, item: Found) -> bool:
        """Tell whether this very file was graded with today's exercises already."""
        if self.settings.force or self.settings.receipt:
            return False
        report = self.reports.get((item.assignment, item.student))
        if report is None or report.score is None or _timed_out(report):
            return False
        try:
            content = read_bytes(item.path)
        except IntakeError:
            return False
        receipt = str(report.facts.get("receipt", ""))
        return report.facts.get("submission_sha256") == fingerprint(content) and receipt.endswith(
            self.settings.course.fingerprint(item.assignment)
        )

    def write(self, item: Found, graded: Graded) -> None:
        """Write one submission: gradebook first, then its page, then its record."""
        if graded.notebook is None:
            no_submission(self.config, assignment=item.assignment, student=item.student)
        else:
            write_grades(
                self.config,
                graded.notebook,
                graded.scores,
                assignment=item.assignment,
                student=item.student,
                timestamp=item.timestamp,
            )
        self.note(item, graded)

    def note(self, item: Found, graded: Graded) -> None:
        """Write the page and the record."""
        self._write_page(item, graded)
        self.reports[item.assignment, item.student] = graded.report
        append_result(self.results, graded.report)

    def _write_page(self, item: Found, graded: Graded) -> None:
        page = self.settings.output / page_path(graded.report)
        page.parent.mkdir(parents=True, exist_ok=True)
        scratch = page.with_name(f".{page.name}.{os.getpid()}")
        scratch.write_text(feedback_page(graded.report, graded.sources), encoding="utf-8")
        scratch.replace(page)

    def finish(self) -> None:
        """Sort the records and draw the overview."""
        write_results(self.results, self.reports.values())
        reports = [self.reports[key] for key in sorted(self.reports)]
        if reports:
            page = overview_page(
                reports, "Who got what, and why", page_of=lambda r: str(page_path(r))
            )
            (self.settings.output / "overview.html").write_text(page, encoding="utf-8")


def _timed_out(report: Report) -> bool:
    return any(exercise.status == TIMED_OUT for exercise in report.exercises)


def page_path(report: Report) -> Path:
    """Return where a submission's page lies, relative to the output folder."""
    return Path("pages") / report.student / f"{report.assignment}.html"
