"""A small course with results and a gradebook, without grading anything."""

import functools
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from nbgrader.api import Gradebook

from autograder.classroom.results import FILE, write_results
from autograder.core.report import ExerciseReport, Report
from autograder.gradebook.course_config import put_environment_first, without_autoflush_warnings

HANDED_IN = "2026-11-04 10:00:00 UTC"


def report(student: str, score: float | None = 15.0, *, trouble: str | None = None) -> Report:
    status = "not_gradable" if score is None else "passed" if score == 20 else "failed"
    exercise = ExerciseReport(
        "dropout_forward", score, 20.0, status, "Divide by keep_prob.", "no_rescale_forward"
    )
    facts = {
        "language": "en",
        "receipt": "keepprob-receipt-1 seed=12345",
        "engine": "0.1.0",
        "timestamp": HANDED_IN,
        "submission_sha256": "a" * 64,
    }
    return Report("dropout", (exercise,), student, trouble=trouble, facts=facts)


def write_graded(folder: Path, *reports: Report) -> None:
    """Write results.jsonl and a page for each."""
    for item in reports:
        page = folder / "pages" / item.student / "dropout.html"
        page.parent.mkdir(parents=True)
        page.write_text(f"<p>page of {item.student}", encoding="utf-8")
    write_results(folder / FILE, reports)


@functools.cache
def _empty() -> bytes:
    """An empty gradebook; nbgrader takes seconds to make one."""
    put_environment_first()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "gradebook.db"
        Gradebook(f"sqlite:///{path}", "keepprob").close()
        return path.read_bytes()


@contextmanager
def opened(folder: Path) -> Iterator[Gradebook]:
    put_environment_first()
    with Gradebook(f"sqlite:///{folder / 'gradebook.db'}", "keepprob") as gradebook:
        yield gradebook


def make_gradebook(folder: Path, scores: dict[str, float | None], *, written: bool = False) -> None:
    """Make gradebook.db as `autograder grade` does. written: with a written answer of 5 points."""
    (folder / "gradebook.db").write_bytes(_empty())
    with opened(folder) as gradebook:
        gradebook.add_assignment("dropout")
        gradebook.add_notebook("dropout", "dropout")
        cells = {"check_dropout_forward": 20.0} | ({"answer": 5.0} if written else {})
        for name, points in cells.items():
            gradebook.add_grade_cell(name, "dropout", "dropout", max_score=points, cell_type="code")
        if written:
            gradebook.add_solution_cell("answer", "dropout", "dropout")
        for student, score in scores.items():
            gradebook.add_student(student)
            with without_autoflush_warnings():
                gradebook.add_submission("dropout", student)
            grade = gradebook.find_grade("check_dropout_forward", "dropout", "dropout", student)
            grade.auto_score, grade.needs_manual_grade = score, score is None
            if written:
                answer = gradebook.find_grade("answer", "dropout", "dropout", student)
                answer.needs_manual_grade = True
        gradebook.db.commit()


def grade_by_hand(folder: Path, student: str, cell: str, points: float, comment: str = "") -> None:
    with opened(folder) as gradebook:
        grade = gradebook.find_grade(cell, "dropout", "dropout", student)
        grade.manual_score, grade.needs_manual_grade = points, False
        if comment:
            found = gradebook.find_comment(cell, "dropout", "dropout", student)
            found.manual_comment = comment
        gradebook.db.commit()


def hand_in_late(folder: Path, student: str, seconds: int, penalty: float) -> None:
    with opened(folder) as gradebook:
        due = datetime(2026, 11, 4)
        gradebook.find_assignment("dropout").duedate = due
        submission = gradebook.find_submission("dropout", student)
        submission.timestamp = due + timedelta(seconds=seconds)
        for notebook in submission.notebooks:
            notebook.late_submission_penalty = penalty
        gradebook.db.commit()
