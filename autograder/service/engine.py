"""The engine of the command line, kept warm: one submission after the other, as they come."""

import pickle
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from autograder.authoring.keys import outdated_keys
from autograder.classroom.packing import Supplies, packed
from autograder.classroom.preprocessors import GradeExercises
from autograder.classroom.run import RunSettings, submission_of, workers_for
from autograder.classroom.submissions import Found
from autograder.classroom.versions import versions_here
from autograder.classroom.work import Done
from autograder.core.errors import ExplainedError
from autograder.core.words import SOURCE
from autograder.course.layout import Course
from autograder.gradebook.course_config import load_config
from autograder.kernel.scratch import remove_forgotten
from autograder.notebook.intake import IntakeError, parse_notebook


class NotReadyError(ExplainedError):
    """The course is not ready to be graded; the message says what is missing, and what to do."""


@dataclass(frozen=True)
class Task:
    """A submission to grade. student: the pseudonym. timestamp: when it was received, as text."""

    assignment: str
    student: str
    attempt: int
    content: bytes
    timestamp: str


class Engine(Protocol):
    """Grades submissions, several at once."""

    def capacity(self) -> int:
        """Return how many submissions are graded at once."""

    def begin(self, task: Task) -> "Future[Done]":
        """Begin to grade. The future raises where the engine failed, not where the work is bad."""

    def start_afresh(self) -> None:
        """Read again what submissions share: something failed, and that may be why."""

    def end(self) -> None:
        """End at once, whatever is at work."""


class ClassroomEngine:
    """The workers of `autograder grade`, in the same sandbox and with the same hidden keys.

    A hidden key that is missing is made when it is needed, and everybody waits for it meanwhile:
    ask `require_ready` first. Raises NoSandboxError where no sandbox holds.
    """

    def __init__(
        self, course: Course, jobs: int, say: Callable[[str], None] = lambda text: None
    ) -> None:
        remove_forgotten(tempfile.gettempdir(), "/tmp")
        self._course, self._settings = course, run_settings(course, jobs)
        self._settings.require_sandbox()
        self._workers = workers_for(self._settings, jobs, say)
        self._supplies = Supplies(course, self._workers.share)

    def capacity(self) -> int:
        """Return the number of workers."""
        return self._workers.count()

    def begin(self, task: Task) -> "Future[Done]":
        """Read the submission, choose its hidden key, and hand both to the next free worker."""
        released = self._course.released_notebooks(task.assignment)
        path = released[language_of(task.content, released)]
        found = Found(task.student, task.assignment, path, task.timestamp)
        submission = replace(submission_of(found, self._settings), attempt=task.attempt)
        work, *parts = packed(submission, self._supplies, task.content)
        return self._workers.submit(
            self._workers.grade, versions_here(), pickle.dumps(work), *parts
        )

    def start_afresh(self) -> None:
        """Hand everything over again, where a tidy system removed it from the temporary folder."""
        self._supplies.forget()

    def end(self) -> None:
        """End the workers at once."""
        self._workers.shutdown(cancel_futures=True)
        remove_forgotten(tempfile.gettempdir(), "/tmp")


def run_settings(course: Course, jobs: int) -> RunSettings:
    """Return how `autograder grade` would grade the course here; always in a sandbox."""
    configured = GradeExercises(config=load_config(course.root))
    return RunSettings(
        course=course,
        output=course.root / "graded",
        jobs=jobs,
        limits=configured.limits(),
        limits_of={name: configured.limits(name) for name in configured.of_assignment},
    )


def require_ready(course: Course) -> None:
    """Raise NotReadyError unless there is a released assignment, and each has its hidden keys."""
    if lines := missing(course):
        raise NotReadyError(" ".join(lines))


def released_names(course: Course) -> list[str]:
    """Return the names of the assignments that students can get."""
    return [name for name in course.assignment_names() if course.released_notebook(name).is_file()]


def missing(course: Course) -> list[str]:
    """Say what the course lacks before it can be graded, a sentence each."""
    names = released_names(course)
    if not names:
        return [f"{course.root} has no released assignment. Make them by: autograder release"]
    without = [name for name in names if outdated_keys(course, name)]
    if not without:
        return []
    return [
        f"Hidden answer keys are missing or outdated: {', '.join(without)}. Make them by: "
        f"autograder keys {' '.join(without)}"
    ]


def language_of(content: bytes, released: dict[str, Path]) -> str:
    """Return the language in which a notebook was worked in, whatever its file is called.

    It is the one of the released notebooks that shares most of its cells. Where that is equal, or
    nothing can be read, it is the source's.
    """
    if len(released) < 2:
        return SOURCE
    try:
        own = _texts(content)
        shared = {name: len(own & _texts(path.read_bytes())) for name, path in released.items()}
    except IntakeError:
        return SOURCE
    return max(shared, key=lambda name: (shared[name], name == SOURCE))


def _texts(content: bytes) -> set[str]:
    return {cell["source"] for cell in parse_notebook(content)["cells"]}
