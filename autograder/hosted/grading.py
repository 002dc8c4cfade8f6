"""Grade one file with what a package holds: the released notebook and the hidden answer keys."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

import autograder
from autograder.classroom.answer_flags import flags_of_answers
from autograder.classroom.grading import (
    Graded,
    Submission,
    cell_texts,
    not_gradable,
    released_notebook,
    students_cells,
)
from autograder.classroom.running import copy_data, plan_of, run_notebook
from autograder.core.errors import ExplainedError
from autograder.core.grading import grade
from autograder.core.key import AnswerKey
from autograder.core.report import Report
from autograder.core.words import Words, english
from autograder.course.layout import Course
from autograder.kernel.sandbox.self_test import chosen_variant
from autograder.kernel.scratch import make_scratch
from autograder.kernel.session import CodeCell, Limits, NotebookOutcome
from autograder.notebook.flags import flags_of
from autograder.notebook.intake import IntakeError, fingerprint, parse_notebook, read_bytes
from autograder.notebook.languages import language_of, mark_language, marked_language, worked_in
from autograder.notebook.repair import (
    exercise_names,
    exercise_of,
    is_experiment,
    of_another_assignment,
    repair,
)
from autograder.storage.answer_key_file import load_answer_key
from autograder.storage.catalogue_file import words_in

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

    def key_for(self, student: str, attempt: int) -> tuple[AnswerKey, str]:
        """Return the hidden key that a student meets in an attempt, and its name."""
        files = sorted((self.folder / "keys").glob("*.h5"))
        if not files:
            raise PackageError(f"{self.folder} holds no answer key. {MAKE_AGAIN}")
        drawn = hashlib.sha256(json.dumps([self.salt, student, attempt]).encode()).digest()
        file = files[int.from_bytes(drawn, "big") % len(files)]
        return load_answer_key(file, repair=MAKE_AGAIN), file.stem


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
    sandbox = chosen_variant((*private, *map(str, sorted(package.folder.iterdir()))))
    submission = Submission(
        root=package.course.root,
        assignment=package.assignment,
        student=student,
        path=path,
        attempt=attempt,
        limits=package.limits,
        sandbox=sandbox,
    )
    facts: dict[str, Any] = {"engine": autograder.__version__}
    try:
        content = read_bytes(path)
        facts["submission_sha256"] = fingerprint(content)
        notebook = parse_notebook(content, path.name)
    except IntakeError as error:
        return not_gradable(submission, str(error), facts)
    language = language_of(path)
    known = package.course.released_notebooks(package.assignment)
    mark_language(notebook, language if language in known else "en")
    try:
        return _grade(package, submission, notebook, facts)
    except PackageError:
        raise
    except Exception as error:
        return not_gradable(submission, english.grader_trouble(), facts, reason=repr(error))


def _grade(
    package: Package, submission: Submission, notebook: NotebookNode, facts: Mapping[str, Any]
) -> Graded:
    language = marked_language(notebook)
    released = released_notebook(package.course, package.assignment, language)
    words = words_in(language, package.course.assignments / package.assignment)
    if of_another_assignment(notebook, released):
        message = words.of_another_assignment(exercise_names(released))
        return not_gradable(submission, message, {**facts, "language": language})
    repairs = repair(notebook, released, words)
    key, name = package.key_for(submission.student, submission.attempt)
    outcome = _run(package, submission, notebook, key)
    report = Report(
        package.assignment,
        grade(key, outcome.exercises, words),
        submission.student,
        submission.attempt,
        tuple(repairs),
        _trouble(words, outcome),
        {
            **facts,
            "language": language,
            "receipt": f"{package.salt} {name}",
            "sandbox": submission.sandbox,
            "trouble_reason": outcome.trouble,
            "flags": [
                *map(str, flags_of(students_cells(notebook, released))),
                *flags_of_answers(outcome.exercises),
            ],
        },
    )
    return Graded(report, notebook, cell_texts(notebook, key))


def _trouble(words: Words, outcome: NotebookOutcome) -> str | None:
    return words.grader_trouble() if outcome.trouble else None


def _run(
    package: Package, submission: Submission, notebook: NotebookNode, key: AnswerKey
) -> NotebookOutcome:
    cells = [
        CodeCell(position, cell["source"])
        for position, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and exercise_of(cell) is None and not is_experiment(cell)
    ]
    folder = make_scratch("data")
    try:
        copy_data(package.course.assignments / package.assignment, folder)
        return run_notebook(
            cells, plan_of(key), folder, submission.limits, submission.sandbox or ""
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
