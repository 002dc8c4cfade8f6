"""Make assignments/ from solutions/: nbgrader's student version, the public key, and the data."""

import ast
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat

from autograder.authoring.keys import build_public_key
from autograder.authoring.translations import (
    LOCALES,
    read_translation,
    students_catalogue,
    translated_cells,
)
from autograder.course.exercises import load_exercises
from autograder.course.layout import PUBLIC_KEY, Course, CourseError, find_course
from autograder.gradebook.assignments import generate
from autograder.gradebook.course_config import load_config
from autograder.storage.answer_key_file import save_answer_key
from autograder.storage.catalogue_file import catalogue_name, save_catalogue

NAMED = re.compile(r'load\("(\w+)"\)')


def release(
    course: Course,
    assignment: str,
    target: Path | None = None,
    progress: Callable[[str], None] = lambda name: None,
) -> Path:
    """Write an assignment's student version into `target` (default: the course's assignments/).

    The folder is made afresh in a scratch place. The same sources give the same bytes.
    Raises GradebookError where nbgrader refuses, CourseError where the course's files do.
    """
    folder = (target or course.assignments) / assignment
    with tempfile.TemporaryDirectory(prefix="keepprob-release-") as scratch:
        made = generate(load_config(course.root), assignment, Path(scratch))
        _add_files(course, assignment, made, progress)
        if folder.exists():
            shutil.rmtree(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, folder, copy_function=shutil.copyfile)
    return folder


def data_of(course: Course, assignment: str) -> list[str]:
    """Return the data sets that the source notebook loads or names with ``load("name")``, in order.

    Raises CourseError for one that datasets/ does not hold.
    """
    path = course.solutions / assignment / f"{assignment}.ipynb"
    cells = nbformat.read(path, as_version=4)["cells"]
    names: list[str] = []
    for cell in cells:
        code = cell["cell_type"] == "code"
        names += _loaded(cell["source"]) if code else NAMED.findall(cell["source"])
    for name in dict.fromkeys(names):
        if not (course.datasets / f"{name}.h5").is_file():
            raise CourseError(
                f"{path.name} loads {name!r}, and datasets/ holds no {name}.h5. Make the file with "
                "its script in datasets/, or correct the name."
            )
    return list(dict.fromkeys(names))


def _loaded(source: str) -> list[str]:
    """Return the names in calls of ``load("name")`` in a cell."""
    try:
        tree = ast.parse(re.sub(r"^\s*[%!].*$", "", source, flags=re.MULTILINE))
    except SyntaxError:
        return []
    return [
        str(node.args[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "load"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    ]


def add_course_files(assignment: str, student: str, notebooks: list[str]) -> None:
    """Add the public key and the data to what nbgrader released (its post_convert_hook).

    nbgrader calls it in the course's folder, after generate_assignment.
    """
    course = find_course(Path.cwd())
    _add_files(course, assignment, course.assignments / assignment, lambda name: None)


def _add_files(
    course: Course, assignment: str, folder: Path, progress: Callable[[str], None]
) -> None:
    save_answer_key(build_public_key(course, assignment, progress=progress), folder / PUBLIC_KEY)
    for name in data_of(course, assignment):
        shutil.copyfile(course.datasets / f"{name}.h5", folder / f"{name}.h5")
    for language in LOCALES:
        if course.translation_file(assignment, language).is_file():
            _add_language(course, assignment, folder, language)


def _add_language(course: Course, assignment: str, folder: Path, language: str) -> None:
    """Add the notebook in another language, and what its checks say in it.

    nbgrader makes it under the name of the English one, of which it is a translation: to the
    gradebook, both are the assignment's one notebook.
    """
    translation = read_translation(course.translation_file(assignment, language))
    notebook = nbformat.read(course.solutions / assignment / f"{assignment}.ipynb", as_version=4)
    notebook["cells"] = [
        nbformat.from_dict(cell)
        for cell in translated_cells(notebook["cells"], translation, language)
    ]
    with tempfile.TemporaryDirectory(prefix="keepprob-release-") as scratch:
        source = Path(scratch) / "source" / assignment
        source.mkdir(parents=True)
        nbformat.write(notebook, source / f"{assignment}.ipynb")
        config = load_config(course.root)
        config.CourseDirectory.source_directory = str(source.parent)
        made = generate(config, assignment, Path(scratch))
        name = course.released_notebook(assignment, language).name
        shutil.copyfile(made / f"{assignment}.ipynb", folder / name)
    catalogue = students_catalogue(load_exercises(course, assignment), translation)
    save_catalogue(catalogue, folder / catalogue_name(language))
