"""Generate a class: who writes what, drawn from a seed, and the notebooks that they hand in.

The shares are those of an exercise class near its deadline: two fifths right, a third with one or
two known mistakes, the rest crashed, unfinished or empty. Nobody hangs or is slow: the others have
no fair answer to that, for they wait until a limit of time is met.
"""

import json
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course.exercises import load_exercises
from autograder.course.layout import Course, find_course
from benchmarks.course import ROOT, Kind
from benchmarks.texts import Texts, mapped
from tests.sample_class.sample import SCHEME, grade_id

SHARES = {"right": 0.40, "mistaken": 0.35, "crashing": 0.10, "unfinished": 0.10, "empty": 0.05}
SEED = 2026
CHECK = "check_"

_MARKS = re.compile(r"^\s*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


@dataclass(frozen=True)
class Student:
    """A student and what they write. functions: cell texts by exercise; None: nothing written."""

    name: str
    sort: str
    functions: Mapping[str, str | None]


def class_texts(course: Course, kind: Kind) -> dict[str, Texts]:
    """Return what may be written for each exercise of the class's assignment."""
    names = {item.name for item in load_exercises(course, kind.assignment)}
    written = load_exercises(find_course(ROOT), kind.assignment)  # with their right styles
    solutions = sample_solutions(course, kind)
    return mapped([item for item in written if item.name in names], solutions)


def sample_solutions(course: Course, kind: Kind) -> dict[str, str]:
    """Return the sample solutions' cells by grade id, text cells without their mark scheme."""
    path = course.solutions / kind.assignment / f"{kind.assignment}.ipynb"
    cells = nbformat.read(path, as_version=4)["cells"]
    return {
        str(grade_id(cell)): _MARKS.sub("", SCHEME.sub("", cell["source"])).rstrip()
        for cell in cells
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }


def sorts_of(size: int) -> list[str]:
    """Return what sort of work each of so many students hands in, in the promised shares."""
    sorts: list[str] = []
    reached = 0.0
    for sort, share in SHARES.items():
        reached += share
        sorts += [sort] * (round(reached * size) - len(sorts))
    return sorts


def draw_class(texts: Mapping[str, Texts], size: int, seed: int = SEED) -> list[Student]:
    """Draw a class; the same seed gives the same class, and the sorts come in a mixed order."""
    rng = random.Random(seed)
    sorts = sorts_of(size)
    rng.shuffle(sorts)
    return [
        Student(f"student-{number:05d}", sort, _functions(texts, sort, rng))
        for number, sort in enumerate(sorts, 1)
    ]


def _functions(texts: Mapping[str, Texts], sort: str, rng: random.Random) -> dict[str, str | None]:
    written: dict[str, str | None] = {name: rng.choice(item.right) for name, item in texts.items()}
    names = list(texts)
    if sort == "mistaken":
        able = [name for name in names if texts[name].mistaken]
        for name in rng.sample(able, rng.choice((1, 1, 2))):
            written[name] = rng.choice(texts[name].mistaken)
    elif sort == "crashing":
        name = rng.choice(names)
        written[name] = rng.choice(texts[name].crashing)
    elif sort == "unfinished":
        written |= dict.fromkeys(names[-rng.randint(1, len(names) - 1) :])
    elif sort == "empty":
        written = dict.fromkeys(names)
    return written


def filled(
    released: NotebookNode, functions: Mapping[str, str | None], solutions: Mapping[str, str]
) -> NotebookNode:
    """Return a released notebook with a student's functions, and the other answers of the sample.

    functions: None leaves the placeholder. solutions: by grade id.
    """
    notebook = nbformat.from_dict(json.loads(json.dumps(released)))
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            name = str(grade_id(cell))
            text = functions[name] if name in functions else solutions[name]
            cell["source"] = cell["source"] if text is None else text
    return notebook


def hand_in(
    notebooks: Mapping[str, NotebookNode], folder: Path, assignment: str
) -> dict[str, Path]:
    """Write notebooks as nbgrader expects them, by student; return their paths."""
    return {
        student: write_notebook(notebook, folder / student / assignment / f"{assignment}.ipynb")
        for student, notebook in notebooks.items()
    }


def write_notebook(notebook: Mapping[str, Any], path: Path) -> Path:
    """Write a notebook as Jupyter does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def shared_out(students: Sequence[Student], parts: int) -> list[list[Student]]:
    """Deal the class into so many parts of the same mix, as far as it goes."""
    ordered = sorted(students, key=lambda student: list(SHARES).index(student.sort))
    return [ordered[part::parts] for part in range(parts)]
