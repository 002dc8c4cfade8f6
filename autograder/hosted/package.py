"""Build a package: the engine, what students got, hidden keys, and the platform's scripts."""

import hashlib
import hmac
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import autograder
from autograder.authoring.keys import build_pool
from autograder.classroom.grading import points_of
from autograder.classroom.preprocessors import GradeExercises
from autograder.course.layout import Course
from autograder.course.secret import course_secret
from autograder.gradebook.course_config import load_config
from autograder.hosted.grading import SETTINGS, PackageError, settings_text
from autograder.kernel.session import Limits

GRADESCOPE, COURSERA = "gradescope", "coursera"
SCRIPTS = {GRADESCOPE: ("setup.sh", "run_autograder"), COURSERA: ("Dockerfile", "grade")}
PROJECT = ("pyproject.toml", "constraints.txt", "README.md", "LICENSE", "CHANGELOG.md")
MOST_SECONDS = 420.0  # of a notebook: Gradescope stops an autograder after ten minutes
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip; a fixed date makes the same bytes each time


def build(
    course: Course, platform: str, assignment: str, to: Path, *, visibility: str = "visible"
) -> list[str]:
    """Write the package: a zip for Gradescope, a folder for Coursera; return what to say of it.

    Hidden keys that are missing are made first. Raises CourseError or PackageError.
    """
    course.require(assignment)
    course.require_released(assignment)
    if platform == COURSERA and to.exists() and not (to / "keepprob" / SETTINGS).is_file():
        raise PackageError(
            f"{to} is there already and holds no package. Name another folder with --to."
        )
    build_pool(course, assignment)
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".package-", dir=to.parent) as scratch:
        folder = Path(scratch) / "package"
        _fill(folder, course, platform, assignment, visibility)
        if platform == GRADESCOPE:
            archive = Path(scratch) / "package.zip"
            _zip(folder, archive)
            archive.replace(to)
        else:
            shutil.rmtree(to, ignore_errors=True)
            folder.rename(to)
    return _said(course, platform, assignment, to)


def _fill(folder: Path, course: Course, platform: str, assignment: str, visibility: str) -> None:
    inner = folder / "keepprob"
    released = inner / "course" / "assignments" / assignment
    released.parent.mkdir(parents=True)
    shutil.copytree(course.assignments / assignment, released, ignore=_leftovers)
    (inner / "keys").mkdir()
    for key in sorted(course.keys_folder(assignment).glob("[0-9]*.h5")):
        shutil.copyfile(key, inner / "keys" / key.name)
    text = settings_text(assignment, _limits(course, assignment), visibility,
                         _salt(course, platform, assignment))  # fmt: skip
    (inner / SETTINGS).write_text(text, encoding="utf-8")
    _copy_engine(folder / "engine")
    for name in SCRIPTS[platform]:
        script = files("autograder.hosted").joinpath("files", name).read_text(encoding="utf-8")
        (folder / name).write_text(script, encoding="utf-8")
        (folder / name).chmod(0o755)


def _leftovers(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith(".") or name == "__pycache__"]


def _salt(course: Course, platform: str, assignment: str) -> str:
    """Return what draws a student's key; it tells nothing about the course's secret."""
    message = f"package {platform} {assignment}".encode()
    return hmac.digest(course_secret(course), message, hashlib.sha256).hex()


def _limits(course: Course, assignment: str) -> Limits:
    limits = GradeExercises(config=load_config(course.root)).limits(assignment)
    return replace(limits, notebook_seconds=min(limits.notebook_seconds, MOST_SECONDS))


def _copy_engine(folder: Path) -> None:
    """Copy the engine's source, as the wheel is built from it. Raises PackageError."""
    engine = Path(autograder.__file__).parent
    missing = [name for name in PROJECT if not (engine.parent / name).is_file()]
    if missing:
        raise PackageError(
            f"{engine.parent} lacks {', '.join(missing)}: a package is made from KeepProb's "
            "cloned folder. Run the command there, with the .venv of `make venv`."
        )
    folder.mkdir()
    for name in PROJECT:
        shutil.copyfile(engine.parent / name, folder / name)
    shutil.copytree(engine, folder / engine.name, ignore=_leftovers)


def _zip(folder: Path, archive: Path) -> None:
    """Write the folder's files into the root of a zip; the same files give the same bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in _files(folder):
            member = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EARLIEST)
            member.external_attr = (0o100000 | (path.stat().st_mode & 0o777)) << 16
            file.writestr(member, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _files(folder: Path) -> Iterator[Path]:
    yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _said(course: Course, platform: str, assignment: str, to: Path) -> list[str]:
    points = sum(points_of(course, assignment).values())
    keys = len(list(course.keys_folder(assignment).glob("[0-9]*.h5")))
    first = f"{to}: {assignment}, {points:g} points, {keys} hidden keys"
    after: dict[str, Callable[[], str]] = {
        GRADESCOPE: lambda: (
            f"Upload it under Configure Autograder, and set Autograder Points to "
            f"{points:g}. TensorFlow needs the biggest container: docs/lms/gradescope.md."
        ),
        COURSERA: lambda: "Build the image in this folder: docs/lms/coursera.md.",
    }
    return [
        first,
        after[platform](),
        "It holds hidden answer keys: whoever can open it learns them. Neither solutions/ nor the "
        "course's secret is in it.",
    ]
