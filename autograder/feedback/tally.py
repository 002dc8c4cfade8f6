"""Counts over the reports of a class."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from autograder.core.report import STATUSES, ExerciseReport, Report
from autograder.core.words import SOURCE

BINS = 10


@dataclass(frozen=True)
class ExerciseTally:
    """One exercise over a class. mean: of the scores that exist, as a share of the points."""

    name: str
    counts: Mapping[str, int]
    mean: float | None


@dataclass(frozen=True)
class MisconceptionTally:
    """How many submissions show one misconception, and the sentence that their authors read."""

    exercise: str
    name: str
    count: int
    sentence: str


def by_assignment(reports: Iterable[Report]) -> dict[str, list[Report]]:
    """Return the reports of each assignment, in the order in which they come."""
    groups: dict[str, list[Report]] = {}
    for report in reports:
        groups.setdefault(report.assignment, []).append(report)
    return groups


def share_of(report: Report) -> float | None:
    """Return the score as a share of the points, 0 to 1, or None where there is no score."""
    score = report.score
    if score is None or report.max_score <= 0:
        return None
    return min(1.0, max(0.0, score / report.max_score))


def median_share(reports: Iterable[Report]) -> float | None:
    """Return the median of the shares that exist, or None."""
    shares = [share for share in map(share_of, reports) if share is not None]
    return median(shares) if shares else None


def score_bins(reports: Iterable[Report]) -> tuple[list[int], int]:
    """Count scores by steps of ten percent, full points last on their own; and missing ones."""
    bins, missing = [0] * (BINS + 1), 0
    for share in map(share_of, reports):
        if share is None:
            missing += 1
        else:
            bins[int(share * BINS + 1e-9)] += 1
    return bins, missing


def exercise_names(reports: Iterable[Report]) -> list[str]:
    """Return every exercise's name once, in the order of the reports."""
    return list(dict.fromkeys(e.name for report in reports for e in report.exercises))


def tally_exercises(reports: Sequence[Report]) -> list[ExerciseTally]:
    """Count the statuses of each exercise."""
    return [_tally(name, reports) for name in exercise_names(reports)]


def _tally(name: str, reports: Sequence[Report]) -> ExerciseTally:
    verdicts = [e for report in reports for e in report.exercises if e.name == name]
    found = Counter(verdict.status for verdict in verdicts)
    shares = [e.score / e.max_score for e in verdicts if e.score is not None and e.max_score > 0]
    counts = {status: found[status] for status in STATUSES}
    return ExerciseTally(name, counts, mean(shares) if shares else None)


def tally_misconceptions(reports: Iterable[Report]) -> list[MisconceptionTally]:
    """Count each misconception, the commonest first; two at once count for both.

    Its sentence is that of a submission that shows it alone, in the language of the overview, where
    there is one.
    """
    counts: Counter[tuple[str, str]] = Counter()
    sentences: dict[tuple[str, str], tuple[tuple[bool, int], str]] = {}
    for report, exercise in ((r, e) for r in reports for e in r.exercises if e.misconception):
        names = str(exercise.misconception).split("+")
        translated = report.facts.get("language", SOURCE) != SOURCE
        said = (translated, len(names)), exercise.message
        for name in names:
            key = exercise.name, name
            counts[key] += 1
            sentences[key] = min(sentences.get(key, said), said, key=lambda one: one[0])
    return [
        MisconceptionTally(exercise, name, count, sentences[exercise, name][1])
        for (exercise, name), count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def losses(report: Report) -> list[ExerciseReport]:
    """Return the exercises without full points: those without a score, then by points lost."""
    lost = [e for e in report.exercises if e.score is None or e.score < e.max_score]
    return sorted(lost, key=_points_lost, reverse=True)


def _points_lost(exercise: ExerciseReport) -> float:
    return float("inf") if exercise.score is None else exercise.max_score - exercise.score
