"""Progress on the terminal: a bar with count, rate and time to go; plain lines elsewhere."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from autograder.core.report import Report


@contextlib.contextmanager
def bar(console: Console, title: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar; the yielded function takes (done, total)."""
    with _progress(console) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    return Progress(*columns, console=console, disable=not console.is_terminal)


class ClassProgress:
    """The progress of a class's run (see `autograder.classroom.run.Progress`)."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.progress = _progress(console)
        self.counts: Counter[str] = Counter()
        self.tasks: dict[str, object] = {}
        self.done = self.total = 0

    def __enter__(self) -> "ClassProgress":
        """Start showing."""
        self.progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop showing."""
        self.progress.stop()

    def keys(self, assignment: str, done: int, total: int) -> None:
        """Show how many hidden keys exist; nothing where all did."""
        title = f"{assignment}: Keras computes hidden keys"
        if title not in self.tasks and done == total:
            return
        self._update(title, done, total)
        if not self.console.is_terminal and done == total:
            self.console.print(f"{title}: {total}")

    def start(self, total: int) -> None:
        """Show how many submissions will be graded."""
        self.total = total
        if total:
            self._update("Grading", 0, total)

    def graded(self, report: Report) -> None:
        """Count one submission."""
        self.done += 1
        state = "needs a person" if report.score is None else "graded"
        self.counts[state] += 1
        self._update("Grading", self.done, self.total)
        if not self.console.is_terminal:
            score = "-" if report.score is None else f"{report.score:g}"
            self.console.print(
                f"{self.done}/{self.total} {report.assignment} {report.student}: "
                f"{score} of {report.max_score:g}",
                highlight=False,
            )

    def _update(self, title: str, done: int, total: int) -> None:
        if title not in self.tasks:
            self.tasks[title] = self.progress.add_task(title, total=total)
        self.progress.update(self.tasks[title], completed=done, total=total)  # type: ignore[arg-type]  # rich's TaskID is an int
