"""What the course owns in a submission is restored; what the student owns stays."""

import copy
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from autograder.core.words import Chinese
from autograder.notebook.repair import (
    exercise_names,
    exercise_of,
    grade_id,
    is_experiment,
    of_another_assignment,
    repair,
)

LOCKED = {"locked": True, "grade": False, "solution": False}
SOLUTION = {"locked": False, "grade": False, "solution": True}
GRADE = {"locked": True, "grade": True, "solution": False, "points": 5}


def cell(name: str | None, source: str, kind: str = "code", **meta: Any) -> NotebookNode:
    """Return a cell with nbgrader's metadata."""
    made = nbformat.v4.new_code_cell(source)
    if kind == "markdown":
        made = nbformat.v4.new_markdown_cell(source)
    made["id"] = name or "free"
    if name is not None:
        made["metadata"]["nbgrader"] = {"grade_id": name} | meta
    return made


def book(*cells: NotebookNode) -> NotebookNode:
    """Return a notebook."""
    notebook = nbformat.v4.new_notebook()
    notebook["cells"] = copy.deepcopy(list(cells))
    return notebook


@pytest.fixture
def released() -> NotebookNode:
    """Return a released notebook: a locked cell, a solution with its check, an experiment."""
    return book(
        cell("imports", "import numpy", **LOCKED),
        cell("f", "raise NotImplementedError()", **SOLUTION),
        cell("check_f", "check(f)", **GRADE),
        cell("experiment_f", "plot()", **LOCKED),
    )


def ids(notebook: NotebookNode) -> list[str | None]:
    """Return the grade ids in order."""
    return [grade_id(item) for item in notebook["cells"]]


def test_nothing_is_said_of_an_untouched_notebook(released: NotebookNode) -> None:
    assert repair(book(*released["cells"]), released) == []


def test_the_solution_stays(released: NotebookNode) -> None:
    submitted = book(*released["cells"])
    submitted["cells"][1] = cell("f", "def f(): return 1")
    repair(submitted, released)
    assert submitted["cells"][1]["source"] == "def f(): return 1"
    assert submitted["cells"][1]["metadata"]["nbgrader"]["solution"] is True


def test_a_changed_grade_cell_gets_its_text_and_points_back(released: NotebookNode) -> None:
    submitted = book(*released["cells"])
    submitted["cells"][2] = cell("check_f", "5.0", points=1000, locked=False)
    notes = repair(submitted, released)
    assert submitted["cells"][2]["source"] == "check(f)"
    assert submitted["cells"][2]["metadata"]["nbgrader"]["points"] == 5
    assert notes == ["The locked cell check_f was changed; its text was restored."]


def test_missing_cells_come_back_in_their_place(released: NotebookNode) -> None:
    submitted = book(cell("f", "def f(): return 1"), cell(None, "print(1)"))
    notes = repair(submitted, released)
    assert ids(submitted) == ["imports", "f", "check_f", None]
    assert len(notes) == 2


def test_repairs_are_told_in_the_notebooks_language(released: NotebookNode) -> None:
    notes = repair(book(cell("f", "def f(): return 1")), released, Chinese())
    assert notes == ["缺少单元格 imports；已放回。", "缺少单元格 check_f；已放回。"]


def test_a_missing_experiment_stays_away(released: NotebookNode) -> None:
    submitted = book(*released["cells"][:3])
    assert repair(submitted, released) == []


def test_the_last_of_doubled_cells_counts(released: NotebookNode) -> None:
    submitted = book(*released["cells"], cell("f", "def f(): return 2"))
    notes = repair(submitted, released)
    assert ids(submitted) == ["imports", None, "check_f", "experiment_f", "f"]
    assert notes == ["The cell f is there more than once; the last one counts."]


def test_foreign_ids_are_dropped(released: NotebookNode) -> None:
    submitted = book(*released["cells"], cell("extra_points", "100.0", grade=True, points=100))
    repair(submitted, released)
    assert ids(submitted)[-1] is None


def test_a_changed_type_is_changed_back(released: NotebookNode) -> None:
    submitted = book(*released["cells"])
    submitted["cells"][2] = cell("check_f", "check(f)", "markdown")
    notes = repair(submitted, released)
    assert submitted["cells"][2]["cell_type"] == "code"
    assert notes == ["The cell check_f had another type; it was changed back."]
    nbformat.validate(submitted)


def test_grade_cells_and_experiments_are_told_by_their_ids(released: NotebookNode) -> None:
    assert [exercise_of(item) for item in released["cells"]] == [None, None, "f", None]
    assert [is_experiment(item) for item in released["cells"]] == [False, False, False, True]


def test_another_assignments_notebook_is_told_as_such(released: NotebookNode) -> None:
    other = book(cell("imports", "import numpy"), cell("g", "def g(): pass", **SOLUTION))
    assert of_another_assignment(other, released)
    assert exercise_names(released) == ["f"]


def test_a_notebook_with_a_cell_or_a_function_of_the_assignment_is_its_own(
    released: NotebookNode,
) -> None:
    assert not of_another_assignment(book(cell("check_f", "")), released)
    assert not of_another_assignment(book(cell(None, "def f(): return 1")), released)
