"""Checks of an assignment: the cells of its source notebook agree with its exercises."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.authoring.assignment_subject import AssignmentSubject
from autograder.authoring.faults import CourseFault, raise_all
from autograder.notebook.repair import CHECK_PREFIX, exercise_of, grade_id, is_experiment

_MARKED = re.compile(r"^([ \t]*)### BEGIN SOLUTION$.*?^[ \t]*### END SOLUTION$", re.M | re.S)


def check_each_exercise_has_one_solution_cell(subject: AssignmentSubject) -> None:
    """A student finds one cell to fill in; grading starts from its grade_id."""
    raise_all(fault for name in subject.exercises for fault in _solution_faults(subject, name))


def _solution_faults(subject: AssignmentSubject, name: str) -> Iterator[CourseFault]:
    found = subject.cells_with(name)
    if len(found) != 1:
        yield subject.fault(
            f"{len(found)} cells have the grade_id {name}; expected one solution cell.",
            f"Give the cell that defines {name}, and no other, this id and the type autograded "
            "answer.",
        )
    for at in found:
        cell = subject.cells[at]
        wanted = {"solution": True, "grade": False, "locked": False}
        yield from _wrong_settings(subject, cell, name, "solution", wanted)


def check_each_exercise_has_a_grade_cell_below(subject: AssignmentSubject) -> None:
    """The verdict appears directly below the solution, in a cell that holds nothing else."""
    raise_all(fault for name in subject.exercises for fault in _grade_faults(subject, name))


def _grade_faults(subject: AssignmentSubject, name: str) -> Iterator[CourseFault]:
    found = subject.cells_with(CHECK_PREFIX + name)
    if len(found) != 1 or [at - 1 for at in found] != subject.cells_with(name):
        yield subject.fault(
            f"Directly below the cell {name} there has to be one grade cell.",
            f"Put a cell with the grade_id {CHECK_PREFIX}{name}, of the type autograder tests, "
            "there.",
        )
    for at in found:
        cell = subject.cells[at]
        wanted = {"solution": False, "grade": True, "locked": True}
        yield from _wrong_settings(subject, cell, CHECK_PREFIX + name, "grade", wanted)
        if cell["source"] != f"check({name})":
            yield subject.fault(
                f'Its text is "{cell["source"][:60]}"; expected "check({name})" and nothing else.',
                "What is tested stands in exercises.py: replace the text.",
                CHECK_PREFIX + name,
            )


def _wrong_settings(
    subject: AssignmentSubject, cell: Any, identity: str, kind: str, wanted: Mapping[str, bool]
) -> Iterator[CourseFault]:
    settings = cell["metadata"]["nbgrader"]
    found = {key: settings.get(key) for key in wanted}
    if found != wanted or cell["cell_type"] != "code":
        yield subject.fault(
            f"It is no {kind} cell: {cell['cell_type']}, {found}; expected code, {dict(wanted)}.",
            "Correct it with JupyterLab's Create Assignment panel.",
            identity,
        )


def check_points_agree(subject: AssignmentSubject) -> None:
    """Nbgrader knows the notebook's points, the grader the exercise's."""
    faults = []
    for name, exercise in subject.exercises.items():
        for at in subject.cells_with(CHECK_PREFIX + name):
            points = subject.cells[at]["metadata"]["nbgrader"].get("points")
            if points != exercise.exercise.points:
                faults.append(
                    subject.fault(
                        f"The grade cell is worth {points} points, and the exercise "
                        f"{exercise.exercise.points:g}.",
                        "Give both the same number.",
                        CHECK_PREFIX + name,
                    )
                )
    raise_all(faults)


def check_signatures_agree(subject: AssignmentSubject) -> None:
    """Calls are positional: the notebook's parameters are the exercise's, in their order."""
    faults = []
    for name, exercise in subject.exercises.items():
        for at in subject.cells_with(name):
            found = _parameters(name, subject.cells[at]["source"])
            if found != list(exercise.exercise.parameters):
                shown = "no such function" if found is None else f"{name}({', '.join(found)})"
                wanted = f"{name}({', '.join(exercise.exercise.parameters)})"
                faults.append(
                    subject.fault(
                        f"The cell defines {shown}; expected {wanted}.",
                        "Correct the definition in the cell, or the reference in exercises.py.",
                        name,
                    )
                )
    raise_all(faults)


def check_solutions_are_marked(subject: AssignmentSubject) -> None:
    """Students get the cell without what stands between the marks, and need its first line."""
    faults = []
    for name in subject.exercises:
        for at in subject.cells_with(name):
            source = subject.cells[at]["source"]
            left = _MARKED.sub(r"\1pass", source)
            marks = [source.count("BEGIN SOLUTION"), source.count("END SOLUTION")]
            if marks != [1, 1] or _parameters(name, left) is None:
                faults.append(
                    subject.fault(
                        f"Without its solution, the cell defines no {name}.",
                        "Put ### BEGIN SOLUTION and ### END SOLUTION once each around the body of "
                        "the function, below its docstring.",
                        name,
                    )
                )
    raise_all(faults)


def _parameters(name: str, source: str) -> list[str] | None:
    """Return the parameters of the function that a cell defines, or None."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return None
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            named = node.args
            more = [arg for arg in (named.vararg, named.kwarg) if arg is not None]
            return [a.arg for a in [*named.posonlyargs, *named.args, *named.kwonlyargs, *more]]
    return None


def check_each_grade_cell_has_an_exercise(subject: AssignmentSubject) -> None:
    """A grade cell without an exercise could never be graded."""
    names = [exercise_of(cell) for cell in subject.cells]
    raise_all(
        subject.fault(
            f"The exercises of {subject.name} hold no {name}.",
            f"Write the exercise {name} into exercises.py, or remove the cell.",
            f"{CHECK_PREFIX}{name}",
        )
        for name in names
        if name is not None and name not in subject.exercises
    )


def check_grade_ids_are_unique(subject: AssignmentSubject) -> None:
    """Nbgrader finds cells by their grade_id."""
    counts = Counter(identity for cell in subject.cells if (identity := grade_id(cell)))
    raise_all(
        subject.fault(
            f"{count} cells have the grade_id {identity}.",
            "Give each cell an id of its own.",
            identity,
        )
        for identity, count in counts.items()
        if count > 1
    )


def check_experiments_are_locked(subject: AssignmentSubject) -> None:
    """Only a locked cell is sure to be the course's own, which grading may skip."""
    faults: list[CourseFault] = []
    for cell in filter(is_experiment, subject.cells):
        wanted = {"solution": False, "grade": False, "locked": True}
        faults += _wrong_settings(subject, cell, grade_id(cell) or "", "read-only", wanted)
    raise_all(faults)
