"""Grade a class: a map of `grade_submission` over an executor, and one writer.

Workers run notebooks and return reports; this process alone writes the gradebook, the pages and
results.jsonl, a submission at a time.
"""

import functools
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.keys import build_pool, indices_for
from autograder.classroom.grading import Graded, Submission, grade_submission, not_gradable
from autograder.classroom.running import UNSAFE, sandbox_of
from autograder.classroom.submissions import Found
from autograder.classroom.writer import ClassWriter, StoppedError
from autograder.core.report import Report
from autograder.core.words import english
from autograder.course.layout import Course
from autograder.kernel.processes import end_with
from autograder.kernel.scratch import remove_forgotten
from autograder.kernel.session import Limits

KILLED = "its worker process was killed twice"


@dataclass(frozen=True)
class RunSettings:
    """How a class is graded.

    output: where results.jsonl, pages and overview go. own_gradebook: write gradebook.db and
    autograded/ into `output` too, and leave the course's own alone. force: grade again what has a
    result already. receipt: use the hidden key that it names. limits: of every assignment that has
    none of its own in `limits_of`. unsafe: run notebooks without a sandbox.
    """

    course: Course
    output: Path
    own_gradebook: bool = False
    jobs: int = 1
    force: bool = False
    receipt: str | None = None
    limits: Limits = field(default_factory=Limits)
    limits_of: Mapping[str, Limits] = field(default_factory=dict)
    unsafe: bool = False

    def limits_for(self, assignment: str) -> Limits:
        """Return the limits of an assignment."""
        return self.limits_of.get(assignment, self.limits)

    @functools.cached_property
    def sandbox(self) -> str:
        """The variant of the sandbox that holds here. Raises NoSandboxError."""
        return UNSAFE if self.unsafe else sandbox_of(self.course)

    def require_sandbox(self) -> None:
        """Raise NoSandboxError unless a sandbox holds here, or none is wanted."""
        _ = self.sandbox


@dataclass
class Progress:
    """What a run tells its caller while it goes on; every call may do nothing."""

    keys: Callable[[str, int, int], None] = lambda assignment, done, total: None
    start: Callable[[int], None] = lambda total: None
    graded: Callable[[Report], None] = lambda report: None


def run_class(found: Sequence[Found], settings: RunSettings, progress: Progress) -> list[Report]:
    """Grade these submissions; return their reports, ordered by assignment and student.

    A submission whose file, time stamp, exercises and limits have not changed since the last run
    keeps its result. Ctrl-C leaves everything that was graded in place; the next run goes on from
    there. Raises CourseError where an assignment was not released, and NoSandboxError where no
    sandbox holds.
    """
    settings.require_sandbox()  # before anything is written
    settings.output.mkdir(parents=True, exist_ok=True)
    remove_forgotten(tempfile.gettempdir(), "/tmp")
    writer = ClassWriter(settings.course, settings.output, own_gradebook=settings.own_gradebook)
    for assignment in dict.fromkeys(item.assignment for item in found):
        settings.course.require_released(assignment)
        students = {item.student for item in found if item.assignment == assignment}
        build_pool(
            settings.course,
            assignment,
            only=indices_for(settings.course, assignment, students),
            jobs=settings.jobs,
            progress=_keys_progress(progress, assignment),
        )
        writer.prepare(assignment)
    again = settings.force or settings.receipt is not None
    todo = [item for item in found if again or not _is_done(writer, item, settings)]
    progress.start(len(todo))
    try:
        for item, graded in _grade_all(todo, settings):
            progress.graded(_written(writer, item, graded, settings))
    finally:
        writer.finish()
    wanted = {(item.assignment, item.student) for item in found}
    return [writer.reports[key] for key in sorted(wanted) if key in writer.reports]


def _is_done(writer: ClassWriter, item: Found, settings: RunSettings) -> bool:
    limits = settings.limits_for(item.assignment)
    return writer.is_done(item, limits, sandboxed=not settings.unsafe)


def _written(writer: ClassWriter, item: Found, graded: Graded, settings: RunSettings) -> Report:
    """Write one submission; where that fails, the class goes on, and a person looks at this one."""
    try:
        writer.write(item, graded)
        return graded.report
    except StoppedError:  # no other could be written either
        raise
    except Exception as error:
        failed = _failed(_submission(item, settings), f"it could not be written: {error!r}")
        try:
            writer.note(item, failed)
        except Exception:  # its page is what cannot be written
            writer.record(item, failed.report)
        return failed.report


def _keys_progress(progress: Progress, assignment: str) -> Callable[[int, int], None]:
    return lambda done, total: progress.keys(assignment, done, total)


def _submission(item: Found, settings: RunSettings) -> Submission:
    return Submission(
        root=settings.course.root,
        assignment=item.assignment,
        student=item.student,
        path=item.path,
        timestamp=item.timestamp,
        receipt=settings.receipt,
        limits=settings.limits_for(item.assignment),
        sandbox=settings.sandbox,
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
    with ProcessPoolExecutor(
        jobs, mp_context=context, initializer=end_with, initargs=(os.getpid(),)
    ) as executor:
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
