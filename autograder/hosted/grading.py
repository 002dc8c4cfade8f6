"""Grade one file with what a package holds: the released notebook and the hidden answer keys."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import autograder
from autograder.classroom.grading import grade_work
from autograder.classroom.material import Part, Released
from autograder.classroom.work import Graded, Trouble, Work
from autograder.core.errors import ExplainedError
from autograder.core.words import SOURCE
from autograder.course.layout import Course
from autograder.kernel.sandbox.self_test import chosen_variant
from autograder.kernel.session import Limits
from autograder.notebook.intake import IntakeError, read_bytes
from autograder.notebook.languages import language_of, worked_in

SETTINGS = "package.json"
SCHEMA = 1
MAKE_AGAIN = "Make the package again with `autograder export`, and upload it."


class PackageError(ExplainedError):
    """A package is not as it must be; the message says what to do."""


@dataclass(frozen=True)
class Package:
    """A package on disk.

    folder: holds ``package.json``, ``keys/`` and the folder ``course/`` with what students got.
    salt: draws which key a student meets.
    """

    folder: Path
    assignment: str
    limits: Limits
    visibility: str
    salt: str

    @property
    def course(self) -> Course:
        """What students got, laid out as in the course."""
        return Course(self.folder / "course")

    def key_for(self, student: str, attempt: int) -> tuple[Part, str]:
        """Return the hidden key that a student meets in an attempt, and its name."""
        files = sorted((self.folder / "keys").glob("*.h5"))
        if not files:
            raise PackageError(f"{self.folder} holds no answer key. {MAKE_AGAIN}")
        drawn = hashlib.sha256(json.dumps([self.salt, student, attempt]).encode()).digest()
        file = files[int.from_bytes(drawn, "big") % len(files)]
        return Part.of(file.read_bytes()), file.stem


def load_package(folder: Path) -> Package:
    """Read a package. Raises PackageError."""
    try:
        found = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        if found["schema"] != SCHEMA:
            raise ValueError(f"its schema is {found['schema']!r}")
        limits = Limits(**found["limits"])
        return Package(folder, found["assignment"], limits, found["visibility"], found["salt"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PackageError(f"{folder} is no package of KeepProb: {error}. {MAKE_AGAIN}") from error


def settings_text(assignment: str, limits: Limits, visibility: str, salt: str) -> str:
    """Return the text of package.json."""
    found = {
        "schema": SCHEMA,
        "assignment": assignment,
        "engine": autograder.__version__,
        "limits": asdict(limits),
        "visibility": visibility,
        "salt": salt,
    }
    return json.dumps(found, indent=1, sort_keys=True) + "\n"


def handed_in(package: Package, folder: Path) -> Path:
    """Return the notebook in a folder: under a released name, else the only one that is there."""
    released = package.course.released_notebooks(package.assignment)
    if not any((folder / path.name).exists() for path in released.values()):
        others = sorted(folder.glob("*.ipynb"))
        if len(others) == 1:
            return others[0]
    return worked_in(folder, released)


def grade_file(
    package: Package, path: Path, student: str, attempt: int, private: tuple[str, ...]
) -> Graded:
    """Grade one notebook in the sandbox that holds here. Raises NoSandboxError or PackageError.

    private: files and folders that the submission must not be able to read, beside the package.
    """
    key, name = package.key_for(student, attempt)
    released = Released.read(package.course, package.assignment).part()
    known = package.course.released_notebooks(package.assignment)
    language = language_of(path)
    work = Work(
        assignment=package.assignment,
        student=student,
        attempt=attempt,
        file_name=path.name,
        language=language if language in known else SOURCE,
        content=None,
        timestamp=None,
        limits=package.limits,
        sandbox=chosen_variant((*private, *map(str, sorted(package.folder.iterdir())))),
        warm=False,
        released=released.digest,
        key=key.digest,
        receipt=f"{package.salt} {name}",
    )
    try:
        work = replace(work, content=read_bytes(path))
    except IntakeError as error:
        work = replace(work, trouble=Trouble(str(error)))
    return grade_work(work, released, key)
