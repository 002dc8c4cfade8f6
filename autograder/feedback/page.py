"""One self-contained page a submission: every exercise's verdict with the code beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from autograder.core.report import ExerciseReport, Report
from autograder.feedback.block import out_of, points_of
from autograder.feedback.charts import score_bar
from autograder.feedback.code import code_lines
from autograder.feedback.labels import ENGLISH, Labels, meaning_of, status_word
from autograder.feedback.rendering import render
from autograder.feedback.text import name_of


@dataclass(frozen=True)
class Section:
    """What the page says about one exercise. code: escaped lines, or None without a source.

    same_as: the number of the section that shows this very code already, from 1, or None.
    """

    exercise: ExerciseReport
    word: str
    points: str
    out_of: str
    meaning: str | None
    code: Markup | None
    lines_left_out: int
    same_as: int | None

    @property
    def summary(self) -> str:
        """Name, status and points in one line."""
        return f"{name_of(self.exercise.name)}: {self.word}, {self.points}"


def feedback_page(
    report: Report,
    sources: Mapping[str, str],
    notebook_title: str = "",
    labels: Labels = ENGLISH,
) -> str:
    """Return the page of a submission, as HTML5 without any outside resource.

    sources: the student's code by the exercise's name; missing ones are said to be missing.
    notebook_title: the heading; the assignment's name where it is empty.
    """
    first = _first_shown(report.exercises, sources)
    sections = [_section(exercise, report, sources, labels, first) for exercise in report.exercises]
    return render(
        "page.html",
        report=report,
        labels=labels,
        title=notebook_title or report.assignment,
        score=score_line(report, labels),
        sections=sections,
        bar=score_bar(report, [section.summary for section in sections]),
    )


def _first_shown(
    exercises: Sequence[ExerciseReport], sources: Mapping[str, str]
) -> dict[str, tuple[int, str]]:
    """Return, by its text, number and name of the first exercise whose code it is."""
    first: dict[str, tuple[int, str]] = {}
    for number, exercise in enumerate(exercises, 1):
        first.setdefault(sources.get(exercise.name, ""), (number, exercise.name))
    return first


def _section(
    exercise: ExerciseReport,
    report: Report,
    sources: Mapping[str, str],
    labels: Labels,
    first: Mapping[str, tuple[int, str]],
) -> Section:
    source = sources.get(exercise.name, "")
    number, shown = first[source]
    above = bool(source.strip()) and shown != exercise.name
    code, left_out = code_lines(source) if source.strip() and not above else (None, 0)
    meaning = meaning_of(labels, exercise.status, name_of(exercise.name))
    return Section(
        exercise,
        word=status_word(labels, exercise.status),
        points=points_of(exercise, labels),
        out_of=out_of(exercise.score, exercise.max_score, labels),
        # Where the whole submission is in trouble, the page says once what happens next.
        meaning=None if report.trouble else meaning,
        code=code,
        lines_left_out=left_out,
        same_as=number if above else None,
    )


def score_line(report: Report, labels: Labels) -> str:
    """Return the score in words; without one, what has been earned so far."""
    if report.score is not None or report.trouble:
        return labels.points.format(out_of=out_of(report.score, report.max_score, labels))
    so_far = out_of(_so_far(report.exercises), report.max_score, labels)
    return labels.points_so_far.format(out_of=so_far)


def _so_far(exercises: Sequence[ExerciseReport]) -> float:
    return sum(exercise.score or 0.0 for exercise in exercises)
