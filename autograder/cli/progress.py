"""Progress on the terminal: a bar with rate and time to go, and who is graded; lines elsewhere."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from autograder.core.report import STATUSES, Report

NAMES_SHOWN = 4
SPEED_SECONDS = 300.0  # over which the rate is taken: a submission may take a minute


@contextlib.contextmanager
def bar(console: Console, title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar; the yielded function takes (done, total)."""
    with _progress(console) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


class RateColumn(ProgressColumn):
    """How many are done in a minute."""

    def render(self, task: Task) -> Text:
        """Return the rate, or nothing while there is none."""
        speed = task.finished_speed or task.speed
        return Text("" if not speed else f"{60 * speed:.3g}/min")


class BarWithLine(Progress):
    """Bars, and a line of text below them."""

    line = ""

    def get_renderables(self) -> Iterator[RenderableType]:
        """Yield the bars and the line (rich asks for them)."""
        yield from super().get_renderables()
        if self.line:
            yield Text(self.line, style="dim")


def _progress(console: Console) -> BarWithLine:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        RateColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    return BarWithLine(
        *columns,
        console=console,
        disable=not console.is_terminal,
        speed_estimate_period=SPEED_SECONDS,
    )


class ClassProgress:
    """The progress of a class's run (see `autograder.classroom.run.Progress`).

    quiet: show nothing at all.
    """

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self.console = console
        self.counts: Counter[str] = Counter()
        self._quiet = quiet
        self._lines = not console.is_terminal and not quiet
        self._progress = _progress(Console(quiet=True) if quiet else console)
        self._tasks: dict[str, TaskID] = {}
        self._done = self._total = 0

    def __enter__(self) -> "ClassProgress":
        """Start showing."""
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop showing."""
        self._progress.line = ""
        self._progress.stop()

    def keys(self, assignment: str, done: int, total: int) -> None:
        """Show how many hidden keys exist; nothing where all did."""
        title = f"{assignment}: Keras computes hidden keys"
        if title not in self._tasks and done == total:
            return
        self._update(title, completed=done, total=total)
        if self._lines and done == total:
            self.console.print(f"{title}: {total}")

    def start(self, total: int) -> None:
        """Show how many submissions will be graded."""
        self._total = total
        if total:
            self._update("Grading", completed=0, total=total)

    def begun(self, students: Sequence[str]) -> None:
        """Show who is graded now."""
        names = ", ".join(students[:NAMES_SHOWN])
        more = f" and {len(students) - NAMES_SHOWN} more" if len(students) > NAMES_SHOWN else ""
        counts = ", ".join(
            f"{self.counts[status]} {status.replace('_', ' ')}"
            for status in STATUSES
            if self.counts[status]
        )
        self._progress.line = f"Now {names}{more}." + (f" Exercises: {counts}." if counts else "")

    def graded(self, report: Report) -> None:
        """Count one submission."""
        self._done += 1
        self.counts.update(exercise.status for exercise in report.exercises)
        self._update("Grading", completed=self._done, total=self._total)
        if self._lines:
            score = "-" if report.score is None else f"{report.score:g}"
            self.console.print(
                f"{self._done}/{self._total} {report.assignment} {report.student}: "
                f"{score} of {report.max_score:g}",
                highlight=False,
                markup=False,
            )

    def say(self, text: str) -> None:
        """Show a sentence above the bar."""
        if not self._quiet:
            self.console.print(text, highlight=False, markup=False)

    def _update(self, title: str, **fields: object) -> None:
        if title not in self._tasks:
            self._tasks[title] = self._progress.add_task(title, total=None)
        self._progress.update(self._tasks[title], **fields)  # type: ignore[arg-type]  # rich's own fields, by name
