"""The summary lists a class; of a large one, those that have no score."""

import io
from pathlib import Path

import pytest
from rich.console import Console

from autograder.cli.grading import LISTED, show_summary
from autograder.core.report import Report
from tests.feedback.samples import passed, report

TROUBLE = "The notebook is not valid JSON."


def shown(reports: list[Report]) -> str:
    file = io.StringIO()
    show_summary(reports, Path("graded"), Console(file=file, width=100, color_system=None))
    return file.getvalue()


def a_class(size: int, *, troubled: int = 0) -> list[Report]:
    """Return so many reports, of which the last ones have no score."""
    right = [report(f"right-{number}", exercises=(passed("f"),)) for number in range(size)]
    wrong = [report(f"lost-{number}", exercises=(), trouble=TROUBLE) for number in range(troubled)]
    return right[: size - troubled] + wrong


def test_a_class_is_listed_whole():
    text = shown(a_class(LISTED))
    assert text.count("right-") == 2 * LISTED  # in the table, and with a page each
    assert "graded/pages/right-0/dropout.html" in text
    assert "submissions" not in text


@pytest.mark.parametrize(
    ("troubled", "said"),
    [
        (0, "each has a score"),
        (1, "1 without a score is listed"),
        (3, "3 without a score are listed"),
        (LISTED + 1, "201 have no score, and the first 200 of these are listed"),
    ],
)
def test_a_large_class_is_listed_as_far_as_it_has_no_score(troubled: int, said: str):
    text = shown(a_class(LISTED + 2, troubled=troubled))
    listed = min(troubled, LISTED)
    assert f"dropout: 202 submissions; {said}. The overview lists them all." in " ".join(
        text.split()
    )
    assert "right-" not in text
    assert text.count(TROUBLE) == listed
    assert text.count("graded/pages/lost-") == listed
    assert "graded/pages/STUDENT/ASSIGNMENT.html" in text


def test_each_assignment_has_its_own_measure():
    large = a_class(LISTED + 1)
    small = [report("ada", assignment="l2_regularization", exercises=(passed("f"),))]
    text = shown(large + small)
    assert "dropout: 201 submissions; each has a score." in text
    assert "graded/pages/ada/l2_regularization.html" in text
