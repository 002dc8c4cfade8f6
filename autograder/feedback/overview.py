"""The instructor's overview of a class: scores, exercises, misconceptions, students."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from autograder.core.report import STATUSES, ExerciseReport, Report
from autograder.feedback.block import out_of, points_of
from autograder.feedback.charts import Column, Segment, histogram, status_bar
from autograder.feedback.labels import ENGLISH, Labels, status_word
from autograder.feedback.rendering import pieces
from autograder.feedback.tally import (
    ExerciseTally,
    MisconceptionTally,
    by_assignment,
    exercise_names,
    losses,
    median_share,
    share_of,
    tally_exercises,
    tally_misconceptions,
)

MOST_MISCONCEPTIONS = 15
MOST_ROWS = 250  # at a time: a browser lays out what is unfolded, and a MOOC has thousands


@dataclass(frozen=True)
class Row:
    """A student's line. cells: one verdict an exercise, None where the report has none.

    flags: where a person should look in the notebook.
    """

    report: Report
    href: str
    score: str
    share: float | None
    flags: tuple[str, ...]
    cells: tuple[ExerciseReport | None, ...]
    main: ExerciseReport | None


@dataclass(frozen=True)
class Chapter:
    """What the overview says about one assignment."""

    assignment: str
    facts: Mapping[str, str]
    columns: Sequence[Column]
    exercises: Sequence[tuple[ExerciseTally, Sequence[Segment]]]
    misconceptions: Sequence[MisconceptionTally]
    names: Sequence[str]
    rows: Sequence[Row]

    @property
    def blocks(self) -> list[Sequence[Row]]:
        """The rows in blocks of at most `MOST_ROWS`; with more than one, each is folded."""
        return [self.rows[at : at + MOST_ROWS] for at in range(0, len(self.rows), MOST_ROWS)]


def page_path(report: Report) -> str:
    """Return a page's path, seen from the overview: ``<student>/<assignment>.html``."""
    return f"{report.student}/{report.assignment}.html"


def overview_page(
    reports: Sequence[Report],
    title: str,
    page_of: Callable[[Report], str] = page_path,
    labels: Labels = ENGLISH,
) -> str:
    """Return the overview as HTML5 without any outside resource, a chapter an assignment.

    page_of: the path of a submission's page, relative to the overview's folder, not yet quoted.
    """
    return "".join(overview_pieces(reports, title, page_of, labels))


def overview_pieces(
    reports: Sequence[Report],
    title: str,
    page_of: Callable[[Report], str] = page_path,
    labels: Labels = ENGLISH,
) -> Iterator[str]:
    """Yield the overview piece by piece: that of a large class has many megabytes."""
    chapters = [
        _chapter(assignment, group, page_of, labels)
        for assignment, group in by_assignment(reports).items()
    ]
    return pieces(
        "overview.html",
        labels=labels,
        title=title,
        chapters=chapters,
        statuses=STATUSES,
        points_of=points_of,
        word_of=partial(status_word, labels),
        percent=percent,
    )


def _chapter(
    assignment: str,
    reports: Sequence[Report],
    page_of: Callable[[Report], str],
    labels: Labels,
) -> Chapter:
    names = exercise_names(reports)
    tallies = tally_exercises(reports)
    return Chapter(
        assignment,
        facts=_facts(reports, labels),
        columns=histogram(reports, labels),
        exercises=[(tally, status_bar(tally.counts, labels)) for tally in tallies],
        misconceptions=tally_misconceptions(reports)[:MOST_MISCONCEPTIONS],
        names=names,
        rows=[_row(report, names, page_of(report), labels) for report in reports],
    )


def _facts(reports: Sequence[Report], labels: Labels) -> dict[str, str]:
    middle = median_share(reports)
    return {
        labels.submissions: str(len(reports)),
        labels.median: "–" if middle is None else percent(middle),
        labels.full_points: str(sum(share_of(report) == 1 for report in reports)),
        labels.waiting: str(sum(report.score is None for report in reports)),
    }


def _row(report: Report, names: Sequence[str], path: str, labels: Labels) -> Row:
    verdicts = {exercise.name: exercise for exercise in report.exercises}
    return Row(
        report,
        href=relative_url(path),
        score=out_of(report.score, report.max_score, labels),
        share=share_of(report),
        flags=tuple(map(str, report.facts.get("flags", ()))),
        cells=tuple(verdicts.get(name) for name in names),
        main=next(iter(losses(report)), None),
    )


def percent(share: float) -> str:
    """Return a share as a whole number of percent."""
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def relative_url(path: str) -> str:
    """Return a URL that can only mean a file below the page: ``./`` first, all else quoted."""
    # A folder name of another encoding arrives as half characters, one a byte: give them back.
    return "./" + quote(path, safe="/", errors="surrogatepass")
