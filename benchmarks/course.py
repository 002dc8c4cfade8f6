"""The course that is measured: one assignment that needs NumPy only, and one with Keras.

Both are the course's own, without its experiments (cells that train networks for a figure), which
KeepProb does not run and which would cost the other graders half a minute a notebook.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.authoring.keys import indices_for
from autograder.core.key import AnswerKey
from autograder.course.layout import Course
from autograder.storage.answer_key_file import load_answer_key

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / ".bench"

_KERAS = re.compile(r"keras|tensorflow|build_l2_model", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """A kind of class. name: ``numpy`` or ``keras``. assignment: the one that it hands in."""

    name: str
    assignment: str
    title: str


NUMPY = Kind("numpy", "l2_regularization", "NumPy assignment")
KERAS = Kind("keras", "dropout", "Keras assignment")
KINDS = (NUMPY, KERAS)


def benchmark_course(
    folder: Path = WORK / "course", say: Callable[[str], None] = print, *, keys: bool = True
) -> Course:
    """Return the course that is measured; make it where it is missing or older than its sources.

    keys: with the whole pool of hidden answer keys, so that no run has to make one. Its secret is
    always the same: every machine grades the same cases.
    """
    course, stamp = Course(folder), folder / "made-from"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != _sources():
        say("making the course (half a minute)")
        _empty(course)
        _write(course)
        _autograder(course, "release")
        stamp.write_text(_sources(), encoding="utf-8")
    if keys:
        say("making its hidden answer keys, where they are missing (some minutes the first time)")
        _autograder(course, "keys")
    return course


def hidden_key(course: Course, kind: Kind, student: str) -> AnswerKey:
    """Return the hidden key that a student meets; it has to be in the pool."""
    (index,) = indices_for(course, kind.assignment, [student])
    return load_answer_key(course.key_file(kind.assignment, index))


def _sources() -> str:
    """Return a hash of all that the course is made from."""
    files = sorted(path for path in (ROOT / "solutions").rglob("*") if path.suffix in _USED)
    joined = b"".join(path.read_bytes() for path in [*files, Path(__file__)])
    return hashlib.sha256(joined).hexdigest()


_USED = (".py", ".ipynb")


def _empty(course: Course) -> None:
    """Delete all but the hidden keys: those know themselves whether they are of today."""
    for path in (course.solutions, course.assignments, course.datasets):
        shutil.rmtree(path, ignore_errors=True)


def _write(course: Course) -> None:
    course.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    course.secret_file.write_text(hashlib.sha256(b"benchmark").hexdigest() + "\n", "ascii")
    course.secret_file.chmod(0o600)
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    shutil.copytree(ROOT / "datasets", course.datasets, ignore=shutil.ignore_patterns("*.py"))
    for path in (ROOT / "solutions").glob("*.py"):
        course.solutions.mkdir(exist_ok=True)
        shutil.copy(path, course.solutions)
    for kind in KINDS:
        _copy_assignment(course, kind)


def _copy_assignment(course: Course, kind: Kind) -> None:
    source, folder = ROOT / "solutions" / kind.assignment, course.solutions / kind.assignment
    ignored = shutil.ignore_patterns("__pycache__", "right_styles.py")
    shutil.copytree(source, folder, ignore=ignored)
    path = folder / f"{kind.assignment}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook["cells"] = [cell for cell in notebook["cells"] if is_kept(cell, kind)]
    nbformat.write(notebook, path)
    if kind is NUMPY:
        exercises = course.exercises_file(kind.assignment)
        lines = exercises.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [line for line in lines if "build_l2_model" not in line]
        exercises.write_text("".join(kept), encoding="utf-8")


def is_kept(cell: NotebookNode, kind: Kind) -> bool:
    """Tell whether a cell of the course's notebook is part of what is measured."""
    if cell["id"].startswith(("experiment_", "see_")):
        return False
    if kind is not NUMPY:
        return True
    return not (_KERAS.search(cell["id"]) or (cell["cell_type"] == "code" and _mentions(cell)))


def _mentions(cell: NotebookNode) -> bool:
    return _KERAS.search(cell["source"]) is not None


def program(name: str) -> str:
    """Return the path of a program of this environment."""
    return str(Path(sys.executable).with_name(name))


def _autograder(course: Course, command: str) -> None:
    subprocess.run(
        [program("autograder"), command],
        cwd=course.root, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
