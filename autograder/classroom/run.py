"""Grade a class: submissions go to workers, reports come back, and one writer writes them.

Workers run notebooks and return reports; this process alone writes the gradebook, the pages and
results.jsonl, a submission at a time.
"""

import functools
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import autograder
from autograder.authoring.keys import build_pool, indices_for
from autograder.classroom.log import Log
from autograder.classroom.mapping import Grading, failed
from autograder.classroom.output_lock import alone_in
from autograder.classroom.running import UNSAFE, confidential, sandbox_of
from autograder.classroom.submissions import Found
from autograder.classroom.work import WORKERS_OWN, Done, Submission
from autograder.classroom.workers import LocalWorkers, Workers
from autograder.classroom.writer import ClassWriter, StoppedError
from autograder.core.report import Report
from autograder.course.layout import Course
from autograder.kernel.clock import measured, stage
from autograder.kernel.sandbox.box import BUBBLEWRAP
from autograder.kernel.scratch import remove_forgotten
from autograder.kernel.session import Limits


@dataclass(frozen=True)
class RunSettings:
    """How a class is graded.

    output: where results.jsonl, pages and overview go. own_gradebook: write gradebook.db and
    autograded/ into `output` too, and leave the course's own alone. force: grade again what has a
    result already. receipt: use the hidden key that it names. limits: of every assignment that has
    none of its own in `limits_of`. unsafe: run notebooks without a sandbox. jobs: worker processes
    on this machine; scheduler: the address of a Dask cluster, whose workers grade in their place.
    warm: start kernels from a server that has imported what notebooks need.
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
    scheduler: str | None = None
    warm: bool = True

    def limits_for(self, assignment: str) -> Limits:
        """Return the limits of an assignment."""
        return self.limits_of.get(assignment, self.limits)

    @functools.cached_property
    def sandbox(self) -> str:
        """The variant of the sandbox that holds here. Raises NoSandboxError."""
        return UNSAFE if self.unsafe else sandbox_of(self.course)

    def require_sandbox(self) -> None:
        """Raise NoSandboxError unless a sandbox holds where notebooks will run, or none is wanted.

        On a cluster each worker asks for itself, before its first submission.
        """
        if self.scheduler is None:
            _ = self.sandbox


@dataclass
class Progress:
    """What a run tells its caller while it goes on; every call may do nothing.

    begun: the students who are graded now. graded: a report, once it is written. timed: the same,
    with how long it took. say: a sentence for whoever waits.
    """

    keys: Callable[[str, int, int], None] = lambda assignment, done, total: None
    start: Callable[[int], None] = lambda total: None
    begun: Callable[[Sequence[str]], None] = lambda students: None
    graded: Callable[[Report], None] = lambda report: None
    timed: Callable[[Done], None] = lambda done: None
    say: Callable[[str], None] = lambda text: None


def run_class(found: Sequence[Found], settings: RunSettings, progress: Progress) -> list[Report]:
    """Grade these submissions; return their reports, ordered by assignment and student.

    A submission whose file, time stamp, exercises and limits have not changed since the last run
    keeps its result. Ctrl-C leaves everything that was graded in place; the next run goes on from
    there. Raises CourseError where an assignment was not released, NoSandboxError where no
    sandbox holds, OutputTakenError where another run writes into the output folder, SharingError
    where there is no way to the workers, and VersionsError where a worker's are others.
    """
    settings.require_sandbox()  # before anything is written
    settings.output.mkdir(parents=True, exist_ok=True)
    with alone_in(settings.output):
        return _run_class(found, settings, progress)


def _run_class(found: Sequence[Found], settings: RunSettings, progress: Progress) -> list[Report]:
    remove_forgotten(tempfile.gettempdir(), "/tmp")
    writer = ClassWriter(
        settings.course, settings.output, own_gradebook=settings.own_gradebook, say=progress.say
    )
    again = settings.force or settings.receipt is not None
    assignments = list(dict.fromkeys(item.assignment for item in found))
    for assignment in assignments:  # before workers start: it has processes of its own
        _make_keys(assignment, found, settings, progress)
    with _early_workers(found, writer, settings, again) as workers:
        for assignment in assignments:
            writer.prepare(assignment)
        todo = [item for item in found if again or not _is_done(writer, item, settings)]
        progress.start(len(todo))
        try:
            if todo:
                _grade_and_write(todo, writer, settings, progress, workers)
        finally:
            writer.finish()
    wanted = {(item.assignment, item.student) for item in found}
    return [writer.reports[key] for key in sorted(wanted) if key in writer.reports]


@contextmanager
def _early_workers(
    found: Sequence[Found], writer: ClassWriter, settings: RunSettings, again: bool
) -> Iterator[Workers | None]:
    """Start the workers of this machine while the gradebook is opened, if there is work for all."""
    new = [item for item in found if again or (item.assignment, item.student) not in writer.reports]
    if settings.scheduler is not None or len(new) < settings.jobs:
        yield None
        return
    workers = workers_for(settings, len(new), lambda text: None)
    try:
        yield workers
    finally:
        workers.shutdown(cancel_futures=True)


def _make_keys(
    assignment: str, found: Sequence[Found], settings: RunSettings, progress: Progress
) -> None:
    settings.course.require_released(assignment)
    students = {item.student for item in found if item.assignment == assignment}
    build_pool(
        settings.course,
        assignment,
        only=indices_for(settings.course, assignment, students),
        jobs=settings.jobs,
        progress=lambda done, total: progress.keys(assignment, done, total),
    )


def _is_done(writer: ClassWriter, item: Found, settings: RunSettings) -> bool:
    limits = settings.limits_for(item.assignment)
    return writer.is_done(item, limits, sandboxed=not settings.unsafe)


def _grade_and_write(
    todo: Sequence[Found],
    writer: ClassWriter,
    settings: RunSettings,
    progress: Progress,
    workers: Workers | None,
) -> None:
    log = Log(settings.output)
    log.write("run", engine=autograder.__version__, submissions=len(todo), jobs=settings.jobs,
              scheduler=settings.scheduler, warm=settings.warm)  # fmt: skip

    def say(text: str) -> None:
        log.write("note", text=text)
        progress.say(text)

    for item, done in graded_class(todo, settings, progress.begun, say, workers):
        with measured() as clock, stage("write"):
            done = _written(writer, item, done, settings)
        done = replace(done, seconds=done.seconds | clock.seconds)
        log.write("graded", **done.to_record())
        progress.graded(done.graded.report)
        progress.timed(done)
    log.write("end")


def _written(writer: ClassWriter, item: Found, done: Done, settings: RunSettings) -> Done:
    """Write one submission; where that fails, the class goes on, and a person looks at this one."""
    try:
        writer.write(item, done.graded)
        return done
    except StoppedError:  # no other could be written either
        raise
    except Exception as error:
        reason = f"it could not be written: {error!r}"
        other = failed(settings.course, submission_of(item, settings), reason)
        try:
            writer.note(item, other.graded)
        except Exception:  # its page is what cannot be written
            writer.record(item, other.graded.report)
        return replace(done, graded=other.graded, notes=(*done.notes, reason))


def graded_class(
    todo: Sequence[Found],
    settings: RunSettings,
    begun: Callable[[Sequence[str]], None] = lambda students: None,
    say: Callable[[str], None] = lambda text: None,
    workers: Workers | None = None,
) -> Iterator[tuple[Found, Done]]:
    """Yield each submission, graded, as it is finished; then its workers have ended.

    workers: those to use, if any were started. Raises what `run_class` does.
    """
    workers = workers or workers_for(settings, len(todo), say)
    finished = False
    try:
        items = {item.path: item for item in todo}
        submissions = (submission_of(item, settings) for item in todo)
        for submission, done in Grading(settings.course, workers, begun).over(submissions):
            yield items[submission.path], done
        finished = True
    finally:
        workers.shutdown(cancel_futures=not finished)
        if not finished:
            remove_forgotten(tempfile.gettempdir(), "/tmp")


def workers_for(settings: RunSettings, most: int, say: Callable[[str], None]) -> Workers:
    """Return the workers that settings ask for, at most so many on this machine.

    Raises ClusterError.
    """
    if settings.scheduler is None:
        warm = settings.warm and settings.sandbox == BUBBLEWRAP
        private = tuple(confidential(settings.course.root)) if warm else ()
        return LocalWorkers(max(1, min(settings.jobs, most)), warm=warm, confidential=private)
    from autograder.classroom.cluster import Cluster

    return Cluster(settings.scheduler, say)


def submission_of(item: Found, settings: RunSettings) -> Submission:
    """Return what there is to grade."""
    elsewhere = settings.scheduler is not None and not settings.unsafe
    return Submission(
        root=settings.course.root,
        assignment=item.assignment,
        student=item.student,
        path=item.path,
        timestamp=item.timestamp,
        receipt=settings.receipt,
        limits=settings.limits_for(item.assignment),
        sandbox=WORKERS_OWN if elsewhere else settings.sandbox,
        warm=settings.warm,
    )
