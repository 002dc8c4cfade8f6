"""A submission as its grader gets it: read and self-contained, so that it can be graded anywhere.

The course's secret stays where the course is: who meets which hidden key is decided there.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.core.report import Report
from autograder.kernel.session import Limits
from autograder.notebook.repair import CHECK_PREFIX

WORKERS_OWN = "the worker's own"
"""In place of a variant of the sandbox: the one that the worker finds on its machine."""


@dataclass(frozen=True)
class Submission:
    """What is to be graded: whose, which, and where it lies.

    timestamp: when it was handed in, as nbgrader writes it in timestamp.txt, or None. receipt:
    replay with the hidden key that it names. sandbox: a variant, `UNSAFE`, `WORKERS_OWN`, or None
    for the one that holds here. warm: start kernels from a server that has imported what notebooks
    need, where there is one.
    """

    root: Path
    assignment: str
    student: str
    path: Path
    timestamp: str | None = None
    attempt: int = 1
    receipt: str | None = None
    limits: Limits = field(default_factory=Limits)
    sandbox: str | None = None
    warm: bool = False


@dataclass(frozen=True)
class Trouble:
    """Why there is no score. message: for the student. reason: the grader's own words, if any."""

    message: str
    reason: str | None = None


@dataclass(frozen=True)
class Work:
    """A submission that was read, without the two parts that it shares with others.

    content: of the notebook, or None where it could not be read; `trouble` says why then. trouble
    beside a content: why there is no hidden key. released, key: the digests of the two parts.
    """

    assignment: str
    student: str
    attempt: int
    file_name: str
    language: str
    content: bytes | None
    timestamp: str | None
    limits: Limits
    sandbox: str
    warm: bool
    released: str
    key: str
    receipt: str = ""
    trouble: Trouble | None = None


@dataclass(frozen=True)
class Graded:
    """A submission's report, its notebook with the verdicts in it, and the student's functions.

    notebook: None where the submission could not be read. scores: by nbgrader's grade id.
    """

    report: Report
    notebook: NotebookNode | None = None
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def scores(self) -> dict[str, float | None]:
        """Scores by grade id; None asks for a manual score."""
        return {CHECK_PREFIX + item.name: item.score for item in self.report.exercises}


@dataclass(frozen=True)
class Done:
    """What comes back from a worker: the verdict, and beside it what depends on the machine.

    seconds: by stage. notes: for the log. worker: who did it.
    """

    graded: Graded
    seconds: dict[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    worker: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return the line of the log."""
        report = self.graded.report
        return {
            "student": report.student,
            "assignment": report.assignment,
            "score": report.score,
            "worker": self.worker,
            "seconds": {name: round(value, 4) for name, value in self.seconds.items()},
            "notes": list(self.notes),
        }
