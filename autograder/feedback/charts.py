"""The geometry of the drawings, in the units of their SVG view boxes; templates draw them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.core.report import NOT_GRADABLE, ExerciseReport, Report
from autograder.feedback.labels import Labels
from autograder.feedback.tally import BINS, score_bins

WIDTH = 100.0
GAP = 0.4


@dataclass(frozen=True)
class Segment:
    """A piece of a bar that is `WIDTH` wide. share: how much of its height is filled, 0 to 1."""

    x: float
    width: float
    status: str
    title: str
    share: float = 1.0


def score_bar(report: Report, titles: Sequence[str]) -> list[Segment]:
    """One piece an exercise, as wide as its points; filled as far as they were earned."""
    widths = [exercise.max_score for exercise in report.exercises]
    pieces = zip(report.exercises, titles, _spread(widths), strict=True)
    return [
        Segment(x, width, exercise.status, title, _earned(exercise))
        for exercise, title, (x, width) in pieces
    ]


def _earned(exercise: ExerciseReport) -> float:
    if exercise.score is None or exercise.max_score <= 0:
        return 0.0
    return min(1.0, max(0.0, exercise.score / exercise.max_score))


def status_bar(counts: Mapping[str, int], labels: Labels) -> list[Segment]:
    """One piece a status that occurs, as wide as its count."""
    found = {status: count for status, count in counts.items() if count}
    return [
        Segment(x, width, status, f"{labels.status[status]}: {count}")
        for (status, count), (x, width) in zip(found.items(), _spread(found.values()), strict=True)
    ]


def _spread(amounts: Iterable[float]) -> list[tuple[float, float]]:
    """Return where each amount begins and how wide it is, with gaps between them."""
    amounts = list(amounts)
    total = sum(amounts)
    if total <= 0:
        return [(0.0, 0.0) for _ in amounts]
    room = WIDTH - GAP * (len(amounts) - 1)
    placed, x = [], 0.0
    for amount in amounts:
        width = room * amount / total
        placed.append((round(x, 3), round(width, 3)))
        x += width + GAP
    return placed


@dataclass(frozen=True)
class Column:
    """A column of the histogram: a range of scores, its count, its height (0 to 1).

    label: what stands below it. kind: its class in the style sheet.
    """

    range: str
    label: str
    count: int
    height: float
    kind: str = "count"


def histogram(reports: Iterable[Report], labels: Labels) -> list[Column]:
    """Scores in steps of ten percent, full points on their own, and those without a score."""
    bins, missing = score_bins(reports)
    tallest = max(*bins, missing, 1)
    columns = [
        Column(f"{start}–{start + 9} %", str(start), count, count / tallest)
        for start, count in zip(range(0, 100, 100 // BINS), bins, strict=False)
    ]
    columns.append(Column("100 %", "100", bins[-1], bins[-1] / tallest))
    if missing:
        columns.append(Column(labels.no_score, "?", missing, missing / tallest, NOT_GRADABLE))
    return columns
