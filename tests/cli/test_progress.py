"""Progress: a bar with a line below it on a terminal, plain lines elsewhere, nothing if quiet."""

import io

from rich.console import Console

from autograder.classroom.work import Done, Graded
from autograder.cli.grading import without_notebook
from autograder.cli.profile import profile, stage_times
from autograder.cli.progress import ClassProgress
from autograder.core.report import PASSED, TIMED_OUT, ExerciseReport, Report


def report(student: str, *statuses: str) -> Report:
    exercises = tuple(
        ExerciseReport(f"e{number}", 1.0, 2.0, status, "") for number, status in enumerate(statuses)
    )
    return Report("dropout", exercises, student)


def shown(*, terminal: bool, quiet: bool = False) -> str:
    file = io.StringIO()
    console = Console(file=file, force_terminal=terminal, width=120, color_system=None)
    with ClassProgress(console, quiet=quiet) as progress:
        progress.keys("dropout", 0, 2)
        progress.keys("dropout", 2, 2)
        progress.start(2)
        progress.begun(["[ada]", "bob", "cy", "dan", "eve", "fay"])
        progress._progress.refresh()
        progress.graded(report("[ada]", PASSED, TIMED_OUT))
        progress.begun(["bob"])
        progress._progress.refresh()
        progress.say("The cluster has no worker [now].")
    return file.getvalue()


def test_a_terminal_shows_who_is_graded_and_counts_by_status() -> None:
    text = shown(terminal=True)
    assert "Now [ada], bob, cy, dan and 2 more." in text
    assert "Now bob. Exercises: 1 passed, 1 timed out." in text
    assert "1/2" in text
    assert "The cluster has no worker [now]." in text


def test_elsewhere_each_submission_is_a_line() -> None:
    assert shown(terminal=False).splitlines() == [
        "dropout: Keras computes hidden keys: 2",
        "1/2 dropout [ada]: 2 of 4",
        "The cluster has no worker [now].",
    ]


def test_quiet_shows_nothing() -> None:
    assert shown(terminal=False, quiet=True) == shown(terminal=True, quiet=True) == ""


def done(student: str, **seconds: float) -> Done:
    return Done(Graded(report(student, PASSED), sources={"f": "text"}), seconds)


def test_the_profile_adds_up_each_stage() -> None:
    found = [done("ada", cells=3.0, calls=1.0), done("eve", cells=5.0), done("bob", calls=1.0)]
    assert list(stage_times(found)) == [("cells", 8.0, 4.0, 0.8), ("calls", 2.0, 1.0, 0.2)]


def test_the_profile_shows_the_slowest_submissions() -> None:
    console = Console(file=io.StringIO(), record=True, width=100)
    console.print(profile([done("ada", cells=3.0, calls=1.0), done("eve", cells=5.0, read=0.5)]))
    text = console.export_text()
    assert text.index("cells") < text.index("calls") < text.index("read")
    assert text.index("eve") < text.index("ada")
    assert "5.50" in text


def test_a_profile_of_nothing_says_so() -> None:
    console = Console(file=io.StringIO(), record=True, width=100)
    console.print(profile([]))
    assert "Nothing was graded" in console.export_text()


def test_a_profile_keeps_no_notebook_of_a_class() -> None:
    kept = without_notebook(done("ada", cells=1.0))
    assert (kept.graded.notebook, kept.graded.sources) == (None, {})
    assert kept.seconds == {"cells": 1.0}
