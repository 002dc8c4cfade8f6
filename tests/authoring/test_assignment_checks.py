"""Faults planted in a toy assignment's notebook are caught, and said with how to mend them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring import check_course as app
from autograder.authoring.assignment_subject import AssignmentSubject
from autograder.authoring.checks import ASSIGNMENT_CHECKS
from autograder.authoring.faults import CourseFault, faults_of
from autograder.authoring.notebook_checks import normal_form
from autograder.authoring.subject import Subject
from autograder.course.layout import Course
from tests.authoring.toy_exercises import POINTS, scale

CHECKS = {check.__name__: check for check in ASSIGNMENT_CHECKS}
SOLUTION, GRADE, EXPERIMENT = 1, 2, 3


def cell(identity: str, source: str, **settings: Any) -> dict[str, Any]:
    known = {"grade": False, "solution": False, "locked": True, "task": False, "schema_version": 3}
    return {
        "cell_type": "code", "id": identity, "execution_count": None, "outputs": [],
        "metadata": {"nbgrader": known | {"grade_id": identity} | settings}, "source": [source],
    }  # fmt: skip


def cells() -> list[dict[str, Any]]:
    solution = (
        "def scale(A, keep_prob):\n"
        "    ### BEGIN SOLUTION\n"
        "    return A * factor(keep_prob)\n"
        "    ### END SOLUTION"
    )
    return [
        cell(
            "imports",
            "import math\nfrom autograder import check\n\n"
            "def factor(x):\n    return x * SCALE\n\nSCALE = 1",
        ),
        cell("scale", solution, solution=True, locked=False),
        cell("check_scale", "check(scale)", grade=True, points=POINTS),
        cell("experiment_slow", "raise RuntimeError('not when grading')"),
    ]


def write(folder: Path, content: list[dict[str, Any]]) -> Path:
    notebook = {"cells": content, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = folder / "toy.ipynb"
    path.write_text(normal_form(json.dumps(notebook)), encoding="utf-8")
    return path


def faults(check: str, path: Path) -> list[CourseFault]:
    assignment = AssignmentSubject("toy", path, {"scale": Subject(scale())})
    return faults_of(lambda: CHECKS[check](assignment))


@pytest.mark.parametrize("check", CHECKS)
def test_a_sound_notebook_has_no_fault(check: str, tmp_path: Path):
    assert faults(check, write(tmp_path, cells())) == []


def settings(content: list[Any], at: int) -> dict[str, Any]:
    found: dict[str, Any] = content[at]["metadata"]["nbgrader"]
    return found


def no_solution_cell(content: list[Any]) -> None:
    settings(content, SOLUTION)["grade_id"] = "other"


def solution_is_locked(content: list[Any]) -> None:
    settings(content, SOLUTION)["locked"] = True


def grade_cell_elsewhere(content: list[Any]) -> None:
    content[GRADE], content[EXPERIMENT] = content[EXPERIMENT], content[GRADE]


def grade_cell_tests_something(content: list[Any]) -> None:
    content[GRADE]["source"] = ["check(scale)\nassert scale(1, 1) == 1"]


def grade_cell_open(content: list[Any]) -> None:
    settings(content, GRADE)["locked"] = False


def other_points(content: list[Any]) -> None:
    settings(content, GRADE)["points"] = 11


def other_parameters(content: list[Any]) -> None:
    content[SOLUTION]["source"] = ["def scale(keep_prob, A):\n    return A * keep_prob"]


def no_function(content: list[Any]) -> None:
    content[SOLUTION]["source"] = ["scale = 1"]


def grade_cell_too_many(content: list[Any]) -> None:
    content.append(cell("check_shift", "check(shift)", grade=True, points=5))


def grade_id_twice(content: list[Any]) -> None:
    content.append(cell("imports", "pass") | {"id": "again"})


def experiment_open(content: list[Any]) -> None:
    settings(content, EXPERIMENT)["locked"] = False


def outputs(content: list[Any]) -> None:
    content[0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["1"]}]


def execution_count(content: list[Any]) -> None:
    content[0]["execution_count"] = 3


def id_twice(content: list[Any]) -> None:
    content[0]["id"] = content[1]["id"]


def wrong_solution(content: list[Any]) -> None:
    content[SOLUTION]["source"] = ["def scale(A, keep_prob):\n    return A / keep_prob"]


def broken_cell(content: list[Any]) -> None:
    content[0]["source"] = ["import a_module_that_nobody_has"]


def no_marks(content: list[Any]) -> None:
    content[SOLUTION]["source"] = ["def scale(A, keep_prob):\n    return A * factor(keep_prob)"]


def definition_within_the_marks(content: list[Any]) -> None:
    solution = "def scale(A, keep_prob):\n    return A * factor(keep_prob)"
    content[SOLUTION]["source"] = [f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION"]


def unknown_name(content: list[Any]) -> None:
    content[0]["source"] = ["from autograder import check\na_name_that_nobody_defined"]


def no_check(content: list[Any]) -> None:
    content[0]["source"] = ["import math"]


PLANTED = [
    (no_marks, "check_solutions_are_marked", "BEGIN SOLUTION"),
    (definition_within_the_marks, "check_solutions_are_marked", "below its docstring"),
    (unknown_name, "check_locked_cells_run", "without what students write"),
    (no_check, "check_locked_cells_run", "from autograder import check"),
    (no_solution_cell, "check_each_exercise_has_one_solution_cell", "the cell that defines scale"),
    (solution_is_locked, "check_each_exercise_has_one_solution_cell", "Create Assignment"),
    (grade_cell_elsewhere, "check_each_exercise_has_a_grade_cell_below", "check_scale"),
    (grade_cell_tests_something, "check_each_exercise_has_a_grade_cell_below", "exercises.py"),
    (grade_cell_open, "check_each_exercise_has_a_grade_cell_below", "Create Assignment"),
    (other_points, "check_points_agree", "the same number"),
    (other_parameters, "check_signatures_agree", "Correct the definition"),
    (no_function, "check_signatures_agree", "Correct the definition"),
    (grade_cell_too_many, "check_each_grade_cell_has_an_exercise", "remove the cell"),
    (grade_id_twice, "check_grade_ids_are_unique", "an id of its own"),
    (experiment_open, "check_experiments_are_locked", "Create Assignment"),
    (outputs, "check_notebook_has_its_normal_form", "Clear"),
    (execution_count, "check_notebook_has_its_normal_form", "Clear"),
    (id_twice, "check_notebook_has_its_normal_form", "a short id"),
    (wrong_solution, "check_notebooks_own_solutions_earn_full_points", "Correct the solution"),
    (no_function, "check_notebooks_own_solutions_earn_full_points", "Define it"),
    (broken_cell, "check_notebooks_own_solutions_earn_full_points", "from top to bottom"),
]


@pytest.mark.parametrize(
    ("plant", "check", "advice"),
    PLANTED,
    ids=[f"{plant.__name__}-{check}" for plant, check, _ in PLANTED],
)
def test_a_planted_fault_is_caught(
    plant: Callable[[list[Any]], None], check: str, advice: str, tmp_path: Path
):
    content = cells()
    plant(content)
    found = faults(check, write(tmp_path, content))
    assert len(found) == 1
    assert advice in found[0].how_to_mend
    assert found[0].where.startswith("solutions/toy/toy.ipynb")


@pytest.mark.parametrize(
    "rewrite", [lambda text: text + "\n", lambda text: text.replace('\n "', '\n  "')]
)
def test_another_form_of_the_same_notebook_is_caught(rewrite: Callable[[str], str], tmp_path: Path):
    path = write(tmp_path, cells())
    path.write_text(rewrite(path.read_text("utf-8")), encoding="utf-8")
    assert len(faults("check_notebook_has_its_normal_form", path)) == 1


@pytest.mark.parametrize("content", [None, b"{}", b"not JSON", b"\xff"])
def test_what_is_no_notebook_is_one_fault(content: bytes | None, tmp_path: Path):
    path = tmp_path / "toy.ipynb"
    if content is not None:
        path.write_bytes(content)
    assert [len(faults(check, path)) for check in CHECKS] == [1] * len(CHECKS)


# --- the whole course


def toy_course(root: Path) -> Course:
    folder = root / "solutions" / "toy"
    folder.mkdir(parents=True)
    (folder / "exercises.py").write_text(
        "from tests.authoring.toy_exercises import scale as make\n\nscale = make()\n"
    )
    write(folder, cells())
    return Course(root)


def test_a_sound_course_passes(tmp_path: Path):
    told: list[str] = []
    assert app.check_course(toy_course(tmp_path), progress=told.append) == []
    assert told == ["toy", "toy: scale", "toy: the notebook"]
    assert app.render([]) == "Every check passes."


def test_one_bad_assignment_does_not_stop_the_rest(tmp_path: Path):
    course = toy_course(tmp_path)
    broken = tmp_path / "solutions" / "broken"
    broken.mkdir()
    (broken / "exercises.py").write_text("import a_module_that_nobody_has\n")
    content = cells()
    other_points(content)
    write(tmp_path / "solutions" / "toy", content)
    found = app.check_course(course)
    assert [fault.where for fault in found] == [
        "solutions/broken", "solutions/toy/toy.ipynb, cell check_scale"
    ]  # fmt: skip


def test_only_the_assignments_that_are_named_are_checked(tmp_path: Path):
    course = toy_course(tmp_path)
    (tmp_path / "solutions" / "toy" / "toy.ipynb").unlink()
    assert app.check_course(course, []) == []
    assert len(app.check_course(course, ["toy"])) == 1


def test_a_fault_reads_where_what_and_how_to_mend_it():
    fault = CourseFault("It is worth 0 points.", "scale (exercises.py, line 3)", "Give it some.")
    assert app.render([fault]) == (
        "scale (exercises.py, line 3)\n  It is worth 0 points.\n  To mend it: Give it some.\n\n"
        "1 fault to mend."
    )
