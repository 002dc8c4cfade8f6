"""Write a graded submission where nbgrader would: its gradebook and its autograded folder."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.preprocessors import AssignLatePenalties
from traitlets.config import Config

from autograder.core.errors import ExplainedError
from autograder.gradebook.course_config import (
    course_directory,
    inside,
    nbgrader_api,
    put_environment_first,
    without_autoflush_warnings,
)
from autograder.gradebook.scores import SCORES, SaveGrades


class GradebookError(ExplainedError):
    """The gradebook refused; the message says what to do."""


def ensure_assignment(config: Config, assignment: str) -> None:
    """Put the assignment and its cells into the gradebook where they are not there yet.

    nbgrader's own generate_assignment does it; its notebook goes to a scratch folder.
    """
    put_environment_first()
    course = course_directory(config)
    with Gradebook(course.db_url, course.course_id) as gradebook:
        try:
            if gradebook.find_assignment(assignment).notebooks:
                return
        except MissingEntry:
            pass
    with tempfile.TemporaryDirectory() as scratch:
        settings = Config(config)
        settings.CourseDirectory.release_directory = str(Path(scratch) / "release")
        settings.GenerateAssignment.post_convert_hook = None
        result = nbgrader_api(settings).generate_assignment(assignment, force=True, create=True)
    if not result["success"]:
        raise GradebookError(
            f"nbgrader cannot make the assignment {assignment}: {result.get('error') or ''}"
            f"{result.get('log') or ''}"
        )


def write_grades(
    config: Config,
    notebook: NotebookNode,
    scores: Mapping[str, float | None],
    *,
    assignment: str,
    student: str,
    timestamp: str | None,
) -> None:
    """Save one submission's scores, and its notebook with the verdicts in it.

    scores: by grade id; None asks for a manual score. timestamp: when it was handed in, as nbgrader
    writes it in timestamp.txt, or None. Manual scores and comments in the gradebook stay.
    """
    course = course_directory(config)
    with without_autoflush_warnings(), Gradebook(course.db_url, course.course_id) as gradebook:
        gradebook.update_or_create_student(student)
        known = {"timestamp": timestamp} if timestamp else {}
        gradebook.update_or_create_submission(assignment, student, **known)
    resources = {
        "nbgrader": {
            "notebook": assignment,
            "assignment": assignment,
            "student": student,
            "db_url": course.db_url,
        },
        SCORES: dict(scores),
    }
    with inside(Path(course.root)):
        for preprocessor in (SaveGrades, AssignLatePenalties):
            notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
    write_notebook(notebook, autograded_notebook(config, assignment, student))


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook by rename, so that no half of it is ever seen."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
    scratch.replace(path)


def no_submission(config: Config, *, assignment: str, student: str, timestamp: str | None) -> None:
    """Note in the gradebook that the student's file could not be read: every score is left open.

    An earlier submission's autograded notebook is removed: it is not what was handed in last.
    """
    course = course_directory(config)
    known = {"timestamp": timestamp} if timestamp else {}
    with without_autoflush_warnings(), Gradebook(course.db_url, course.course_id) as gradebook:
        gradebook.update_or_create_student(student)
        submission = gradebook.update_or_create_submission(assignment, student, **known)
        for notebook in submission.notebooks:
            for grade in notebook.grades:
                grade.auto_score = None
                grade.needs_manual_grade = True
        gradebook.db.commit()
    autograded_notebook(config, assignment, student).unlink(missing_ok=True)


def has_grades(
    config: Config, scores: Mapping[str, float | None], *, assignment: str, student: str
) -> bool:
    """Tell whether the gradebook holds these scores still, and their notebook is there."""
    course = course_directory(config)
    if not autograded_notebook(config, assignment, student).is_file():
        return False
    with Gradebook(course.db_url, course.course_id) as gradebook:
        try:
            submission = gradebook.find_submission(assignment, student)
        except MissingEntry:
            return False
        found = {
            grade.name: grade.auto_score for book in submission.notebooks for grade in book.grades
        }
    return all(name in found and found[name] == score for name, score in scores.items())


def autograded_notebook(config: Config, assignment: str, student: str) -> Path:
    """Return where nbgrader keeps a graded notebook."""
    course = course_directory(config)
    folder = course.format_path(course.autograded_directory, student, assignment)
    return Path(folder) / f"{assignment}.ipynb"
