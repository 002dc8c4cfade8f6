"""Build a package: the engine, what students got, hidden keys, and the platform's scripts."""

import hashlib
import hmac
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

import autograder
from autograder.authoring.keys import POOL_SIZE, Progress, build_pool
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


@dataclass(frozen=True)
class Contents:
    """What goes into a package. keys: how many of the pool. visibility: of the tests' results."""

    course: Course
    platform: str
    assignment: str
    visibility: str = "visible"
    keys: int = POOL_SIZE


def build(
    contents: Contents,
    to: Path,
    *,
    jobs: int = 1,
    progress: Progress = lambda done, total: None,
) -> list[str]:
    """Write the package: a zip for Gradescope, a folder for Coursera; return what to say of it.

    Hidden keys that are missing are made first, in `jobs` processes; progress hears of them.
    Raises CourseError, AuthoringError or PackageError.
    """
    course, assignment = contents.course, contents.assignment
    course.require(assignment)
    course.require_released(assignment)
    if contents.platform == COURSERA and to.exists() and not (to / "keepprob" / SETTINGS).is_file():
        raise PackageError(
            f"{to} is there already and holds no package. Name another folder with --to."
        )
    wanted = range(contents.keys)
    build_pool(course, assignment, only=wanted, jobs=jobs, progress=progress)
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".package-", dir=to.parent) as scratch:
        folder = Path(scratch) / "package"
        _fill(folder, contents)
        if contents.platform == GRADESCOPE:
            archive = Path(scratch) / "package.zip"
            _zip(folder, archive)
            archive.replace(to)
        else:
            shutil.rmtree(to, ignore_errors=True)
            folder.rename(to)
    return _said(contents, to)


def _fill(folder: Path, contents: Contents) -> None:
    course, assignment = contents.course, contents.assignment
    inner = folder / "keepprob"
    released = inner / "course" / "assignments" / assignment
    released.parent.mkdir(parents=True)
    shutil.copytree(course.assignments / assignment, released, ignore=_leftovers)
    (inner / "keys").mkdir()
    for index in range(contents.keys):
        key = course.key_file(assignment, index)
        shutil.copyfile(key, inner / "keys" / key.name)
    limits, salt = _limits(course, assignment), _salt(contents)
    text = settings_text(assignment, limits, contents.visibility, salt)
    (inner / SETTINGS).write_text(text, encoding="utf-8")
    _copy_engine(folder / "engine")
    for name in SCRIPTS[contents.platform]:
        script = files("autograder.hosted").joinpath("files", name).read_text(encoding="utf-8")
        (folder / name).write_text(script, encoding="utf-8")
        (folder / name).chmod(0o755)


def _leftovers(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith(".") or name == "__pycache__"]


def _salt(contents: Contents) -> str:
    """Return what draws a student's key; it tells nothing about the course's secret."""
    message = f"package {contents.platform} {contents.assignment}".encode()
    return hmac.digest(course_secret(contents.course), message, hashlib.sha256).hex()


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


def _said(contents: Contents, to: Path) -> list[str]:
    points = sum(points_of(contents.course, contents.assignment).values())
    after = {
        GRADESCOPE: "Upload it under Configure Autograder, and set Autograder Points to "
        f"{points:g}. TensorFlow needs more than the default container: docs/lms/gradescope.md.",
        COURSERA: "Build the image in this folder: docs/lms/coursera.md.",
    }
    return [
        f"{to}: {contents.assignment}, {points:g} points, {contents.keys} hidden keys",
        after[contents.platform],
        "It holds hidden answer keys: whoever can open it learns them. Neither solutions/ nor the "
        "course's secret is in it.",
    ]
