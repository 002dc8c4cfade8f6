"""The teacher's guide is true: exercises, points and misconceptions are those of the course."""

import functools
import re
from pathlib import Path

import nbformat
import pytest

from autograder.core.exercise import Exercise
from autograder.course.exercises import load_exercises
from autograder.course.layout import find_course
from tests.reading_docs import ROOT, read, rows, section

COURSE = find_course(Path(__file__).parent)
ASSIGNMENTS = COURSE.assignment_names()
EXERCISE = re.compile(r"^### `(\w+)` \((\d+) points\)\n(.*?)(?=^#|\Z)", re.M | re.S)
ITEM = re.compile(r"^\* (`\w+`(?:,\s+`\w+`)*):", re.M)
FEWEST = 3


@functools.cache
def exercises(assignment: str) -> list[Exercise]:
    return load_exercises(COURSE, assignment)


def guide(assignment: str) -> str:
    """The part of the guide about an assignment."""
    parts = re.split(r"^## (.+)$", read("docs/teaching.md"), flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))[f"`{assignment}`"]


def named(text: str) -> list[str]:
    """The misconceptions that the items of a list begin with."""
    return [name for head in ITEM.findall(text) for name in re.findall(r"\w+", head)]


def faults(text: str, exercise: Exercise) -> set[str]:
    """Names that are no misconceptions of the exercise, and items that do not begin with a name."""
    unread = {line for line in re.findall(r"^\* .*", text, re.M) if not ITEM.match(line)}
    return unread | (set(named(text)) - set(exercise.misconceptions))


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_exercise_is_in_the_guide_with_its_points(assignment: str):
    found = [(name, float(points)) for name, points, _ in EXERCISE.findall(guide(assignment))]
    assert found == [(item.name, item.points) for item in exercises(assignment)]


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_every_misconception_that_the_guide_names_exists(assignment: str):
    of = {exercise.name: exercise for exercise in exercises(assignment)}
    for name, _, text in EXERCISE.findall(guide(assignment)):
        assert faults(text, of[name]) == set(), name
        assert len(named(text)) >= FEWEST, name


@pytest.mark.parametrize("item", ["* `no_rescale_forward`, `no_such_mistake`: a", "* a sentence"])
def test_a_planted_fault_is_caught(item: str):
    forward = exercises("dropout")[0]
    assert faults("* `no_rescale_forward`: a", forward) == set()
    assert faults(item, forward) != set()


def test_the_written_answers_of_the_rubric_are_those_of_the_notebooks():
    written = {}
    for assignment in ASSIGNMENTS:
        source = ROOT / "solutions" / assignment / f"{assignment}.ipynb"
        for cell in nbformat.read(source, as_version=4)["cells"]:
            found = cell["metadata"].get("nbgrader", {})
            if found.get("grade") and found.get("solution"):
                written[found["grade_id"]] = found["points"]
    table = rows(section(read("docs/teaching.md"), "A rubric"))
    documented = {row[0].strip("`"): row[1] for row in table if row[0].startswith("`")}
    assert documented == {name: f"{points:g}" for name, points in written.items()}
    automatic = sum(item.points for name in ASSIGNMENTS for item in exercises(name))
    text = section(read("docs/teaching.md"), "A rubric")
    assert f"of the {automatic + sum(written.values()):g}, {automatic:g} come from" in text
