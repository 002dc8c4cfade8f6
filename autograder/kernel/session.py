"""A notebook becomes outcomes: run its cells, ask its functions, survive whatever they do."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from autograder.core.outcome import (
    Call,
    Definition,
    ExerciseOutcome,
    NotRun,
    Raised,
    Result,
    TimedOut,
)
from autograder.core.sources import find_definition, located
from autograder.kernel.clock import stage
from autograder.kernel.interface import CellRun, Failure, Kernel, NoAnswerError
from autograder.kernel.messages import Found
from autograder.kernel.wire import Room

Plan = Mapping[str, Sequence[tuple[str, tuple[Call, ...]]]]
"""The cases to ask for, by exercise: each with its name and its calls."""

CELLS_SHARE = 0.6
ALL_OUTPUTS = 10  # times what is kept of one cell
AGAIN_SECONDS = 5.0


@dataclass(frozen=True)
class CodeCell:
    """A cell to run. index: its position in the notebook."""

    index: int
    source: str


@dataclass(frozen=True)
class Limits:
    """How much a notebook may use.

    cell_seconds, call_seconds, notebook_seconds: wall-clock time; the last one is for everything,
    repetitions after a crash included, and at most 60 % of it is spent on cells before the first
    question, so that there is time left for the functions. cpu_seconds: processor time of one
    process. memory_bytes: what it may allocate. output_bytes: how much of a cell's outputs is kept.
    answer_bytes: how much all answers of an exercise may take in the grader. file_bytes,
    folder_bytes: of a file, and of all files in a folder. cpu_seconds and the sizes of files hold
    in the sandbox only.
    """

    cell_seconds: float = 60.0
    call_seconds: float = 20.0
    notebook_seconds: float = 600.0
    cpu_seconds: float = 900.0
    memory_bytes: int = 5 * 2**30
    output_bytes: int = 10**6
    answer_bytes: int = 64 * 2**20
    file_bytes: int = 64 * 2**20
    folder_bytes: int = 64 * 2**20


@dataclass(frozen=True)
class NotebookOutcome:
    """What a notebook did.

    cells: each cell's first run, by its index; its error is what kept the cell from defining
    anything in the end, also where that befell a later run. exercises: every exercise of the plan,
    by name.
    trouble: the grader's own, or None. starts: how many processes it took.
    """

    cells: dict[int, CellRun] = field(default_factory=dict)
    exercises: dict[str, ExerciseOutcome] = field(default_factory=dict)
    trouble: str | None = None
    starts: int = 0


def interrogate(
    cells: Sequence[CodeCell],
    plan: Plan,
    *,
    start: Callable[[], Kernel],
    limits: Limits | None = None,
) -> NotebookOutcome:
    """Run the cells in order and ask for the plan's cases; nothing is raised.

    start: makes a kernel that is not started yet. A cell that hangs is interrupted; one that cannot
    be, or that ends the process, is left out and the others are run again. A call that hangs or
    ends the process decides its exercise's remaining cases; the other exercises are asked in a new
    process.
    """
    session = _Session(cells, plan, start, limits or Limits())
    trouble = None
    try:
        session.run()
    except Exception as error:  # whatever fails out here is not the student's failure
        trouble = str(error) or type(error).__name__
        session.give_up(trouble)
    return NotebookOutcome(session.runs, session.exercises, trouble, session.starts)


class _Session:
    """The state of one interrogation."""

    def __init__(
        self, cells: Sequence[CodeCell], plan: Plan, start: Callable[[], Kernel], limits: Limits
    ) -> None:
        self.runs: dict[int, CellRun] = {}
        self.exercises: dict[str, ExerciseOutcome] = {}
        self.starts = 0
        self._cells, self._plan, self._start, self._limits = cells, plan, start, limits
        self._deadline = time.monotonic() + limits.notebook_seconds
        self._left_out: set[int] = set()
        self._slow: set[int] = set()
        self._found: dict[str, Found] = {}
        self._room = ALL_OUTPUTS * limits.output_bytes

    def run(self) -> None:
        remaining = list(self._plan)
        while True:
            with self._kernel() as kernel:
                with stage("cells"):
                    usable = self._run_cells(kernel)
                if usable:
                    with stage("calls"):
                        self._ask(kernel, remaining)
                    if not remaining:
                        return

    @contextmanager
    def _kernel(self) -> Iterator[Kernel]:
        self.starts += 1
        kernel = self._start()
        try:
            with stage("kernel start"):
                kernel.start()
            yield kernel
        finally:
            with stage("kernel end"):
                kernel.close()

    def _run_cells(self, kernel: Kernel) -> bool:
        """Run the cells; tell whether the process is still of use."""
        kept_back = 0.0 if self._found else 1 - CELLS_SHARE
        reserve = self._limits.notebook_seconds * kept_back
        for cell in self._cells:
            if cell.index in self._left_out:
                continue
            if self._left(reserve) <= 0:
                before = self.runs.get(cell.index, CellRun())
                out_of_time = before.error or TimedOut(self._limits.notebook_seconds)
                self.runs[cell.index] = replace(before, error=out_of_time)
                continue
            run = self._run_cell(kernel, cell, self._left(reserve))
            if run.lost:
                self.runs[cell.index] = replace(self.runs[cell.index], error=run.error, lost=True)
                self._left_out.add(cell.index)
                return False
        return True

    def _run_cell(self, kernel: Kernel, cell: CodeCell, left: float) -> CellRun:
        """Run a cell; one that was interrupted before does not get its whole time again."""
        most = AGAIN_SECONDS if cell.index in self._slow else self._limits.cell_seconds
        run = kernel.run_cell(cell.source, min(most, self._limits.cell_seconds, left))
        if cell.index not in self.runs:
            self.runs[cell.index] = self._within_room(run)
        if isinstance(run.error, TimedOut):
            self._slow.add(cell.index)
        return run

    def _within_room(self, run: CellRun) -> CellRun:
        """Leave out a cell's outputs where those of all cells are too many."""
        self._room -= len(json.dumps(run.outputs))
        return run if self._room >= 0 else replace(run, outputs=())

    def _left(self, reserve: float = 0.0) -> float:
        return self._deadline - reserve - time.monotonic()

    def _ask(self, kernel: Kernel, remaining: list[str]) -> None:
        """Ask for exercises, and take them off the list, until the process is of no more use."""
        try:
            self._found |= kernel.define(remaining, self._seconds())
        except NoAnswerError as error:
            for name in remaining:
                self._unanswered(name, self._whose(error.failure))
            remaining.clear()
        while remaining:
            name = remaining.pop(0)
            definition = self._definition(name)
            results, failure = self._results(kernel, name, definition)
            self.exercises[name] = ExerciseOutcome(name, definition, results)
            if failure is not None:
                return

    def _seconds(self) -> float:
        return min(self._limits.call_seconds, max(self._left(), 0.0))

    def _whose(self, failure: Failure) -> Failure:
        """Name the limit that was met: the notebook's, where it has no time left at all."""
        if isinstance(failure, TimedOut) and self._left() <= 0:
            return TimedOut(self._limits.notebook_seconds)
        return failure

    def _results(
        self, kernel: Kernel, name: str, definition: Definition
    ) -> tuple[dict[str, tuple[Result, ...]], Failure | None]:
        """Return the results by case, and what made the process useless, if anything did."""
        results: dict[str, tuple[Result, ...]] = {}
        failure: Failure | None = None
        if definition.status != "found" or definition.unwritten:
            return results, None
        room = Room(self._limits.answer_bytes)
        for case, calls in self._plan[name]:
            if failure is None:
                try:
                    results[case] = self._case(kernel, calls, room)
                    continue
                except NoAnswerError as error:
                    failure = self._whose(error.failure)
            results[case] = (failure,)
        return results, failure

    def _case(self, kernel: Kernel, calls: Sequence[Call], room: Room) -> tuple[Result, ...]:
        results = [result for call in calls for result in kernel.call(call, self._seconds(), room)]
        sources = [cell.source for cell in self._cells]
        return tuple(
            located(result, sources) if isinstance(result, Raised) else result for result in results
        )

    def _definition(self, name: str, failure: Failure | None = None) -> Definition:
        """Say what the process said of a name, beside what stands in the notebook's text.

        failure: why the process said nothing.
        """
        found = self._found.get(name, Found("missing"))
        written = find_definition(name, [cell.source for cell in self._cells])
        if written is None:
            return Definition(found.status, failure, type_name=found.type_name)
        run = self.runs.get(self._cells[written.cell].index, CellRun())
        return Definition(
            found.status,
            run.error or failure,
            written.text,
            written.unwritten,
            found.type_name,
        )

    def _unanswered(self, name: str, failure: Failure) -> None:
        results = self._all_cases(name, failure)
        self.exercises[name] = ExerciseOutcome(name, self._definition(name, failure), results)

    def give_up(self, reason: str) -> None:
        """Say of every exercise that was not asked for yet that it was not run."""
        for name in self._plan:
            if name not in self.exercises:
                results = self._all_cases(name, NotRun(reason))
                self.exercises[name] = ExerciseOutcome(name, Definition(), results)

    def _all_cases(self, name: str, result: Result) -> dict[str, tuple[Result, ...]]:
        return {case: (result,) for case, _ in self._plan[name]}
