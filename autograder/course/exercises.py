"""Load the exercises that the authors wrote, by running their Python files."""

import importlib
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from autograder.core.exercise import Exercise
from autograder.course.layout import Course, CourseError


def load_exercises(course: Course, assignment: str) -> list[Exercise]:
    """Return an assignment's exercises with their right styles, in order.

    The order is that of the tuple EXERCISES in exercises.py, else that in which its names came to
    be. Inside solutions/, ``import keras_models`` finds solutions/keras_models.py, and
    ``from dropout.layer import ...`` finds solutions/dropout/layer.py; right_styles.py also finds
    its own assignment's exercises.py as `exercises`. Every call runs the files afresh.

    Raises CourseError where one of them fails or no exercise is defined.
    """
    course.require(assignment)
    _make_importable(course)
    module = _run(course, assignment, "exercises")
    if course.right_styles_file(assignment).is_file():
        with _known_as_exercises(module):
            _run(course, assignment, "right_styles")
    file = course.exercises_file(assignment)
    return _distinct(file, list(getattr(module, "EXERCISES", vars(module).values())))


def _make_importable(course: Course) -> None:
    """Put solutions/ first on the path, where it stays: references import when they are called."""
    folder = str(course.solutions)
    sys.path[:] = [folder, *(entry for entry in sys.path if entry != folder)]
    importlib.invalidate_caches()
    for name in _module_names(course):
        if name in sys.modules:
            _forget(name)


def _module_names(course: Course) -> set[str]:
    files = {path.stem for path in course.solutions.glob("*.py")}
    return files | set(course.assignment_names())


def _forget(name: str) -> None:
    """Make Python read a module of some solutions folder again, with all that is in it."""
    if not _is_authored(sys.modules[name]):
        raise CourseError(
            f"solutions/{name} has the name of a Python module that is in use. Rename it."
        )
    for known in list(sys.modules):
        if known == name or known.startswith(f"{name}."):
            del sys.modules[known]


def _is_authored(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    places = [file] if file else list(getattr(module, "__path__", []))
    return bool(places) and all(Path(place).parent.name == "solutions" for place in places)


def _run(course: Course, assignment: str, name: str) -> ModuleType:
    try:
        return importlib.import_module(f"{assignment}.{name}")
    except (Exception, SystemExit) as error:
        raise CourseError(
            f"{course.solutions / assignment / name}.py cannot be used{_place(course, error)}: "
            f"{type(error).__name__}: {error}."
        ) from error


@contextmanager
def _known_as_exercises(module: ModuleType) -> Iterator[None]:
    before = sys.modules.get("exercises")
    sys.modules["exercises"] = module
    try:
        yield
    finally:
        del sys.modules["exercises"]
        if before is not None:
            sys.modules["exercises"] = before


def _place(course: Course, error: BaseException) -> str:
    """Name the last line in solutions/ that an exception passed."""
    if isinstance(error, SyntaxError):
        return ""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(course.solutions)]
    return f" ({Path(ours[-1].filename).name}, line {ours[-1].lineno})" if ours else ""


def _distinct(file: Path, candidates: list[object]) -> list[Exercise]:
    found: dict[str, Exercise] = {}
    for candidate in candidates:
        if not isinstance(candidate, Exercise):
            continue
        if found.setdefault(candidate.name, candidate) is not candidate:
            raise CourseError(f"{file} has two exercises named {candidate.name}. Rename one.")
    if not found:
        raise CourseError(
            f"{file} defines no exercise. Write a function and put @exercise(points=..., "
            "returns=...) above it."
        )
    return list(found.values())
