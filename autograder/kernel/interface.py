"""What the grader asks of a student's process, whichever way that process is kept apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from autograder.core.outcome import Call, Died, Raised, Result, TimedOut
from autograder.kernel.messages import Found
from autograder.kernel.wire import Room

Failure = TimedOut | Died


class KernelStartError(Exception):
    """The kernel could not be started: the grader's own trouble, never the student's."""


class NoAnswerError(Exception):
    """The student's process hung, ended, or wrote what is not read. It is of no more use.

    failure: the result of what it was asked.
    """

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


@dataclass(frozen=True)
class CellRun:
    """What running one cell gave.

    outputs: as nbformat keeps them. error: why it stopped, or None. lost: the process cannot go on
    after it, and must be closed. seconds: how long it took.
    """

    outputs: tuple[Mapping[str, Any], ...] = ()
    error: Raised | TimedOut | Died | None = None
    lost: bool = False
    seconds: float = 0.0
    execution_count: int | None = None


class Kernel(Protocol):
    """A student's process: runs cells, then says which names exist, then calls functions.

    No cell can be run after the first `define` or `call`.
    """

    def start(self) -> None:
        """Start the process. Raises KernelStartError."""

    def run_cell(self, source: str, seconds: float) -> CellRun:
        """Run a cell for at most `seconds`; nothing is raised."""

    def define(self, names: Sequence[str], seconds: float) -> dict[str, Found]:
        """Say what each name stands for. Raises NoAnswerError."""

    def call(self, call: Call, seconds: float, room: Room) -> tuple[Result, ...]:
        """Call a function: one result a repetition. room: for its answer. Raises NoAnswerError."""

    def close(self) -> None:
        """End the process and all that it started; nothing is raised, and again does no harm."""
