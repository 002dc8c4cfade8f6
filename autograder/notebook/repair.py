"""Restore what the course owns in a submitted notebook, and say what was repaired.

The released notebook is the truth about graded and locked cells: ids, points, texts and types.
A submission keeps what belongs to the student: the solution cells, the answers, and every cell that
was added.
"""

import copy

from nbformat import NotebookNode

from autograder.core.sources import find_definition
from autograder.core.words import Words, english

CHECK_PREFIX = "check_"
EXPERIMENT_PREFIX = "experiment_"

Repair = tuple[str, str]
"""A kind of repair (`Words.repaired` says it) and the cell's grade id."""


def grade_id(cell: NotebookNode) -> str | None:
    """Return the cell's nbgrader id, or None."""
    found = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    return str(found) if found else None


def exercise_of(cell: NotebookNode) -> str | None:
    """Return the name of the exercise that a grade cell belongs to, or None."""
    found = grade_id(cell)
    return found.removeprefix(CHECK_PREFIX) if found and found.startswith(CHECK_PREFIX) else None


def is_experiment(cell: NotebookNode) -> bool:
    """Tell whether the course marks this cell as an experiment, which grading does not run."""
    return (grade_id(cell) or "").startswith(EXPERIMENT_PREFIX)


def of_another_assignment(submitted: NotebookNode, released: NotebookNode) -> bool:
    """Tell whether a notebook holds none of an assignment's exercises: neither cell nor function.

    Asked before the repair, which would put the missing cells back.
    """
    names = exercise_names(released)
    ids = {found for cell in submitted["cells"] if (found := grade_id(cell)) is not None}
    if ids & {name for exercise in names for name in (exercise, CHECK_PREFIX + exercise)}:
        return False
    code = [cell["source"] for cell in submitted["cells"] if cell["cell_type"] == "code"]
    return all(find_definition(name, code) is None for name in names)


def exercise_names(released: NotebookNode) -> list[str]:
    """Return the names of the exercises that a released notebook grades."""
    return [name for cell in released["cells"] if (name := exercise_of(cell)) is not None]


def repair(submitted: NotebookNode, released: NotebookNode, words: Words = english) -> list[str]:
    """Repair `submitted` in place; return what was done, one sentence each.

    Duplicated ids stay with the last cell that has them, unknown ones are dropped, locked cells get
    the released text, and missing ones come back.
    """
    course = {grade_id(cell): cell for cell in released["cells"] if grade_id(cell)}
    done = _drop_ids(submitted, course)
    for cell in submitted["cells"]:
        if (name := grade_id(cell)) is not None:
            done += _restore(cell, course[name])
    done += _add_missing(submitted, course)
    for position, cell in enumerate(submitted["cells"]):
        cell["id"] = f"cell-{position}"
    return [words.repaired(what, name) for what, name in done]


def _drop_ids(submitted: NotebookNode, course: dict[str | None, NotebookNode]) -> list[Repair]:
    done: list[Repair] = []
    seen = set()
    for cell in reversed(submitted["cells"]):
        name = grade_id(cell)
        if name is None:
            continue
        if name not in course:
            cell["metadata"].pop("nbgrader")
        elif name in seen:
            cell["metadata"].pop("nbgrader")
            done.append(("duplicated", name))
        seen.add(name)
    return done[::-1]


def _restore(cell: NotebookNode, source: NotebookNode) -> list[Repair]:
    """Give a cell the released metadata, and the released text where it is locked."""
    done: list[Repair] = []
    meta = source["metadata"]["nbgrader"]
    if cell["cell_type"] != source["cell_type"]:
        done.append(("another_type", meta["grade_id"]))
        _set_type(cell, source["cell_type"])
    cell["metadata"] = copy.deepcopy(source["metadata"])
    if meta.get("locked") and not meta.get("solution") and cell["source"] != source["source"]:
        done.append(("changed", meta["grade_id"]))
        cell["source"] = source["source"]
    return done


def _set_type(cell: NotebookNode, kind: str) -> None:
    cell["cell_type"] = kind
    for field, value in (("outputs", []), ("execution_count", None)):
        if kind == "code":
            cell[field] = value
        else:
            cell.pop(field, None)


def _add_missing(submitted: NotebookNode, course: dict[str | None, NotebookNode]) -> list[Repair]:
    """Put back the course's own cells, each behind the course cell that it followed."""
    done: list[Repair] = []
    before: str | None = None
    for name, source in course.items():
        present = [grade_id(cell) for cell in submitted["cells"]]
        if name not in present and _belongs_to_course(source):
            after = 0 if before is None else present.index(before) + 1
            submitted["cells"].insert(after, copy.deepcopy(source))
            present.insert(after, name)
            done.append(("missing", str(name)))
        if name in present:
            before = name
    return done


def _belongs_to_course(cell: NotebookNode) -> bool:
    """Tell whether grading needs the cell: it is graded, or locked and run."""
    meta = cell["metadata"]["nbgrader"]
    locked = meta.get("locked") and not meta.get("solution") and not is_experiment(cell)
    return bool(meta.get("grade") or meta.get("task") or locked)
