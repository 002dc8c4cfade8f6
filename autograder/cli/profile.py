"""`autograder grade --profile`: where the time went, by stage, and the slowest submissions."""

from collections.abc import Iterator, Sequence
from statistics import median

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from autograder.classroom.work import Done
from autograder.feedback.text import name_of

SLOWEST = 5


def profile(done: Sequence[Done]) -> RenderableType:
    """Return two tables: the time of each stage, and the submissions that took longest.

    The times are those of all workers, added up: at two workers, a minute of the clock holds two.
    """
    if not done:
        return Text("Nothing was graded, so there is no time to show.")
    return Group(_stages(done), _slowest(done))


def _stages(done: Sequence[Done]) -> Table:
    table = Table(title="Where the time went")
    table.add_column("Stage")
    for title in ("Seconds in all", "Median", "Share"):
        table.add_column(title, justify="right")
    for name, total, middle, share in stage_times(done):
        table.add_row(name, f"{total:.2f}", f"{middle:.3f}", f"{100 * share:.0f} %")
    return table


def stage_times(done: Sequence[Done]) -> Iterator[tuple[str, float, float, float]]:
    """Yield each stage: seconds in all, the median of the submissions that had it, and its share.

    The longest come first.
    """
    times: dict[str, list[float]] = {}
    for item in done:
        for name, seconds in item.seconds.items():
            times.setdefault(name, []).append(seconds)
    whole = sum(map(sum, times.values())) or 1.0
    for name in sorted(times, key=lambda name: -sum(times[name])):
        yield name, sum(times[name]), median(times[name]), sum(times[name]) / whole


def _slowest(done: Sequence[Done]) -> Table:
    table = Table(title="The slowest submissions")
    for title in ("Student", "Assignment"):
        table.add_column(title)
    table.add_column("Seconds", justify="right")
    table.add_column("Most of it")
    for item in sorted(done, key=lambda item: -sum(item.seconds.values()))[:SLOWEST]:
        longest = max(item.seconds, key=lambda name: item.seconds[name], default="")
        report = item.graded.report
        seconds = f"{sum(item.seconds.values()):.2f}"
        table.add_row(name_of(report.student), report.assignment, seconds, longest)
    return table
