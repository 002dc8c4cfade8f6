"""Checks of a source notebook: its normal form, and that its own solutions are right."""

import ast
import json
from collections import Counter
from typing import Any

from autograder.authoring.assignment_subject import AssignmentSubject
from autograder.authoring.faults import raise_all
from autograder.authoring.subject import earns_all, verdict
from autograder.notebook.repair import is_experiment


def check_notebook_has_its_normal_form(subject: AssignmentSubject) -> None:
    """Differences between versions are then differences of content."""
    cells = subject.cells
    faults = [
        subject.fault(
            "It keeps the outputs or the execution count of a run.",
            'Clear it: "Restart Kernel and Clear Outputs of All Cells", then save.',
            str(cell.get("id")),
        )
        for cell in cells
        if cell.get("outputs") or cell.get("execution_count") is not None
    ]
    ids = Counter(cell.get("id") for cell in cells)
    faults += [
        subject.fault(
            f"{count} cells have the id {identity}; expected that each has its own.",
            "Give each cell a short id that says what it is, and keep it.",
        )
        for identity, count in ids.items()
        if count > 1 or not identity
    ]
    if not faults and subject.text != normal_form(subject.text):
        faults.append(
            subject.fault(
                "Its text is not in the normal form.",
                "Write it with sorted keys, an indent of one space, and a line end at the end.",
            )
        )
    raise_all(faults)


def normal_form(text: str) -> str:
    """Return a notebook's text with sorted keys, one space of indent, and one line end."""
    return json.dumps(json.loads(text), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def check_notebooks_own_solutions_earn_full_points(subject: AssignmentSubject) -> None:
    """What the instructor's notebook shows as the solution is right."""
    namespace = solutions_of(subject)
    faults = []
    for name, exercise in subject.exercises.items():
        function = namespace.get(name)
        if not callable(function):
            faults.append(
                subject.fault(f"It defines no function {name}.", "Define it in its cell.", name)
            )
            continue
        report = next((r for r in exercise.reports(function) if not earns_all(r)), None)
        if report is not None:
            faults.append(
                subject.fault(
                    f"The notebook's own solution earns {verdict(report)}: {report.message}",
                    "Correct the solution in the cell, or the reference in exercises.py.",
                    name,
                )
            )
    raise_all(faults)


def check_locked_cells_run(subject: AssignmentSubject) -> None:
    """Every student runs them: what they import and define has to be there, and `check` with it."""
    namespace: dict[str, Any] = {"__name__": f"{subject.name}_notebook"}
    for cell in subject.cells:
        settings = cell["metadata"].get("nbgrader", {})
        own = settings.get("locked") and not settings.get("grade") and not settings.get("solution")
        if cell["cell_type"] != "code" or not own or is_experiment(cell):
            continue
        try:
            exec(compile(cell["source"], f"<cell {cell.get('id')}>", "exec"), namespace)
        except Exception as error:
            raise subject.fault(
                f"A locked cell stops: {type(error).__name__}: {error}.",
                "Correct it: it has to run without what students write.",
                str(cell.get("id")),
            ) from None
    if subject.exercises and "check" not in namespace:
        raise subject.fault(
            "No locked cell imports check, which every grade cell calls.",
            "Write from autograder import check into a locked cell at the top.",
        )


def solutions_of(subject: AssignmentSubject) -> dict[str, Any]:
    """Return what the notebook defines: its imports, functions, classes and constants are run.

    Nothing else is run, so that no experiment takes its time. Raises CourseFault.
    """
    namespace: dict[str, Any] = {"__name__": f"{subject.name}_notebook"}
    for cell in subject.cells:
        if cell["cell_type"] != "code" or is_experiment(cell):
            continue
        try:
            kept = [node for node in ast.parse(cell["source"]).body if _defines(node)]
            code = compile(ast.Module(kept, []), f"<cell {cell.get('id')}>", "exec")
            exec(code, namespace)
        except Exception as error:
            raise subject.fault(
                f"Its definitions cannot be run: {type(error).__name__}: {error}.",
                "Run the notebook from top to bottom and correct the cell.",
                str(cell.get("id")),
            ) from None
    return namespace


def _defines(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assign):
        return not any(isinstance(part, ast.Call | ast.Name) for part in ast.walk(node.value))
    return isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef)
