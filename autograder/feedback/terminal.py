"""Reports in a terminal: who got what and why, at a hundred columns."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from autograder.core.report import CRASHED, FAILED, NOT_GRADABLE, STATUSES, ExerciseReport, Report
from autograder.feedback.labels import ENGLISH, Labels, status_word
from autograder.feedback.looks import look_of
from autograder.feedback.tally import (
    MisconceptionTally,
    by_assignment,
    exercise_names,
    losses,
    score_bins,
    share_of,
    tally_misconceptions,
)
from autograder.feedback.text import name_of, points, shorten, spans

BAR_WIDTH = 24
LONGEST_REASON = 400
CAPTION_WIDTH = 96


def summary_table(reports: Sequence[Report], labels: Labels = ENGLISH) -> Table:
    """Return a line a submission: student, score, a mark an exercise, what cost most.

    Exercises are numbered; the caption says which number is which, for every assignment.
    """
    groups = by_assignment(reports)
    most = max((len(exercise_names(group)) for group in groups.values()), default=0)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0), expand=True)
    table.caption, table.caption_justify = _caption(groups, labels), "left"
    table.add_column(labels.student, no_wrap=True, max_width=20)
    table.add_column(labels.score, justify="right", no_wrap=True)
    for number in range(1, most + 1):
        table.add_column(str(number), no_wrap=True)
    table.add_column(labels.main_remark, no_wrap=True, ratio=1)
    for assignment, group in groups.items():
        _add_rows(table, group, most, assignment if len(groups) > 1 else None, labels)
    return table


def _add_rows(
    table: Table, reports: Sequence[Report], most: int, heading: str | None, labels: Labels
) -> None:
    names = exercise_names(reports)
    if heading is not None:
        table.add_row(Text(name_of(heading), style="bold"))
    for report in reports:
        verdicts = {exercise.name: exercise for exercise in report.exercises}
        marks = [_mark(verdicts.get(name)) for name in names]
        padding = [Text()] * (most - len(names))
        student = Text(name_of(report.student), overflow="ellipsis")
        table.add_row(student, _score(report), *marks, *padding, _reasons(report, names, labels))
    table.add_section()


def _score(report: Report) -> Text:
    share = share_of(report)
    if share is None or report.score is None:
        return Text(f"?/{points(report.max_score)}", style=look_of(NOT_GRADABLE).ansi)
    style = "green" if share == 1 else ""
    return Text(f"{points(report.score)}/{points(report.max_score)}", style=style)


def _mark(exercise: ExerciseReport | None) -> Text:
    """Return an icon, with the points beside it where only a part was earned."""
    if exercise is None:
        return Text("·", style="dim")
    look = look_of(exercise.status)
    part = exercise.score and exercise.score < exercise.max_score
    return Text(look.icon + (points(exercise.score or 0) if part else ""), style=look.ansi)


def _reasons(report: Report, names: Sequence[str], labels: Labels) -> Text:
    """Return what cost points, the dearest exercise first; a table cuts off what is too long."""
    if report.trouble:
        return Text(_line(report.trouble), overflow="ellipsis")
    said = Text(overflow="ellipsis")
    for exercise in losses(report):
        said.append(f"{names.index(exercise.name) + 1} ", style="dim")
        said.append(_reason(exercise, labels), style="bold" if exercise.misconception else "")
        said.append("  ")
    said.rstrip()
    return said


def _reason(exercise: ExerciseReport, labels: Labels) -> str:
    """Return the misconception, else the sentence, unless the status says as much."""
    if exercise.misconception:
        return name_of(exercise.misconception)
    if exercise.status in (FAILED, CRASHED):
        return _line(exercise.message).removeprefix(f"{exercise.name} ")
    return status_word(labels, exercise.status).lower()


def _line(text: str) -> str:
    return shorten(" ".join("".join(span.text for span in spans(text)).split()), LONGEST_REASON)


def _caption(groups: dict[str, list[Report]], labels: Labels) -> Text:
    """Return which number is which exercise, and what the icons mean."""
    lines = []
    for assignment, group in groups.items():
        names = enumerate(exercise_names(group), start=1)
        numbered = [Text(f"{number}\N{NO-BREAK SPACE}{name_of(name)}") for number, name in names]
        lines += _filled([Text(f"{name_of(assignment)}:"), *numbered])
    signs = [
        Text.assemble((look_of(status).icon, look_of(status).ansi), f" {labels.status[status]}")
        for status in STATUSES
    ]
    return Text("\n").join(lines + _filled(signs))


def _filled(items: Sequence[Text]) -> list[Text]:
    """Put items side by side into lines of at most `CAPTION_WIDTH`, and tear none apart."""
    lines: list[Text] = []
    for item in items:
        if lines and len(lines[-1]) + 2 + len(item) <= CAPTION_WIDTH:
            lines[-1].append("  ").append_text(item)
        else:
            lines.append(item.copy())
    return lines


def overview_lines(
    reports: Sequence[Report], most: int = 10, labels: Labels = ENGLISH
) -> list[Text]:
    """Return the scores and the `most` common misconceptions as lines with bars."""
    lines: list[Text] = []
    for assignment, group in by_assignment(reports).items():
        lines += [Text(name_of(assignment), style="bold"), Text(labels.scores)]
        lines += _score_lines(group, labels)
        tallies = tally_misconceptions(group)[:most]
        lines.append(Text(labels.misconceptions if tallies else labels.no_misconceptions))
        lines += [_misconception_line(tally, tallies[0].count) for tally in tallies]
    return lines


def _score_lines(reports: Sequence[Report], labels: Labels) -> list[Text]:
    bins, missing = score_bins(reports)
    most = max(*bins, missing, 1)
    names = [f"{start}–{start + 9} %" for start in range(0, 100, 10)] + ["100 %"]
    lines = [_bar_line(f"{name:>8}", count, most) for name, count in zip(names, bins, strict=True)]
    if missing:
        lines.append(_bar_line(f"{labels.no_score:>8}", missing, most))
    return lines


def _misconception_line(tally: MisconceptionTally, most: int) -> Text:
    line = _bar_line(" " * 3, tally.count, most)
    line.pad_right(BAR_WIDTH + 12 - len(line))
    line.append(name_of(tally.name), style="bold").append(f"  {name_of(tally.exercise)}")
    line.no_wrap, line.overflow = True, "ellipsis"
    return line


def _bar_line(name: str, count: int, most: int) -> Text:
    width = max(round(BAR_WIDTH * count / most), bool(count))
    return Text.assemble(f"  {name} {count:>4} ", ("█" * width, "cyan"))
