"""The table and the bars in a terminal."""

from io import StringIO

import pytest
from rich.console import Console

from autograder.feedback.terminal import overview_lines, summary_table
from tests.feedback.samples import lost, one_of_each, open_, passed, report


def printed(*things, width: int = 100, colours: bool = False) -> str:
    console = Console(width=width, file=StringIO(), force_terminal=colours)
    for thing in things:
        console.print(thing)
    return console.file.getvalue()


def line_of(output: str, start: str) -> str:
    (line,) = [line for line in output.splitlines() if line.strip().startswith(start)]
    return line


def test_a_class_fits_into_a_hundred_columns_and_a_line_each():
    students = [f"student-{number:02}" for number in range(45)]
    output = printed(summary_table([report(student) for student in students]))
    assert max(map(len, output.splitlines())) <= 100
    assert sum("student-" in line for line in output.splitlines()) == 45


def test_a_line_says_who_got_what_and_why():
    exercises = (passed("f"), lost("predict", "failed", "m", 0.5, misconception="threshold"))
    line = line_of(printed(summary_table([report("ada", exercises=exercises)])), "ada")
    assert line.split() == ["ada", "15/20", "✓", "✗5", "2", "threshold"]


@pytest.mark.parametrize("exercise", one_of_each(), ids=lambda exercise: exercise.status)
def test_the_legend_explains_every_mark(exercise):
    output = printed(summary_table([report(exercises=(exercise,))]))
    assert f"dropout:  1\N{NO-BREAK SPACE}{exercise.name}" in output
    assert "? Waits for a person" in output


def test_a_sentence_tells_why_where_no_misconception_is_known():
    exercise = lost("predict", "crashed", "predict stops with NameError: name 'A' is not defined.")
    assert "1 stops with NameError" in printed(summary_table([report(exercises=(exercise,))]))


def test_a_missing_score_is_no_zero():
    line = line_of(printed(summary_table([report(exercises=(open_("predict"),))])), "ada")
    assert "?/10" in line
    assert "waits for a person" in line


def test_trouble_is_told_in_its_line():
    troubled = report(exercises=(open_("f"),), trouble="The notebook is not valid JSON.")
    assert "The notebook is not valid JSON." in printed(summary_table([troubled]))


def test_assignments_keep_apart():
    reports = [report("ada"), report("ada", assignment="l2", exercises=(passed("l2_cost"),))]
    output = printed(summary_table(reports))
    assert "dropout:  1\N{NO-BREAK SPACE}dropout_forward" in output
    assert "l2:  1\N{NO-BREAK SPACE}l2_cost" in output


def test_a_name_brings_neither_markup_nor_control_characters():
    hostile = lost("[bold]f[/]", "failed", "\x1b[2J[red]m[/red]\x07", misconception="[link=x]y")
    reports = [report("[blink]eve[/]\x1b[2J", exercises=(hostile,))]
    output = printed(summary_table(reports), *overview_lines(reports), colours=True)
    assert "[blink]eve[/]" in output
    assert "[2J" not in output
    assert "\x07" not in output


def test_the_overview_draws_scores_and_misconceptions():
    wrong = lost("predict", "failed", "m", misconception="threshold")
    reports = [report(name, exercises=(wrong,)) for name in "abc"]
    output = printed(*overview_lines(reports))
    assert "3 █" in line_of(output, "0–9 %")
    assert "threshold  predict" in output


def test_a_class_without_mistakes_says_so():
    output = printed(*overview_lines([report(exercises=(passed("f"),))]))
    assert "No known misconception was recognised." in output


def test_a_class_without_reports_has_an_empty_table():
    assert "Student" in printed(summary_table([]), *overview_lines([]))
