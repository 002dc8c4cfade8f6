"""Write scores where nbgrader would: into its gradebook, opened once, a transaction a submission.

The tables are nbgrader's and so are the rules, of scores, comments and late penalties. What is ours
is the way to the rows: nbgrader opens the gradebook for each step and commits after each cell, and
asks for a submission's grades in a way that reads those of the whole class.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Notebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc
from sqlalchemy import create_engine, make_url, select
from sqlalchemy.orm import Session
from traitlets.config import Config

from autograder.gradebook.assignments import (
    generated_rows,
    is_up_to_date,
    known_cells,
    put_assignment,
    released_cells,
)
from autograder.gradebook.course_config import course_directory, inside, put_environment_first
from autograder.gradebook.faults import GradebookError, explained
from autograder.gradebook.rows import SubmittedRows
from autograder.gradebook.scores import SaveGrades
from autograder.gradebook.tables import begin_writing, make_tables

LOCK_SECONDS = 5.0  # that SQLite waits for another program, at each try

Scores = Mapping[str, float | None]
"""By grade id; None asks for a manual score."""


class CourseGradebook:
    """The gradebook that a course's configuration names, made where there is none."""

    def __init__(self, config: Config) -> None:
        self._config = config
        course = course_directory(config)
        put_environment_first()
        with inside(Path(course.root)), explained():
            self._engine = create_engine(course.db_url, connect_args=_waiting(course.db_url))
            make_tables(self._engine)
            Gradebook(course.db_url, course.course_id).close()  # makes the row of the course
            self._saving = SaveGrades(config=config)
            self._late = AssignLatePenalties(config=config)
            self._late.init_plugin()

    def close(self) -> None:
        """Let the database go."""
        self._engine.dispose()

    def ensure_assignment(self, assignment: str) -> None:
        """Put the assignment and its cells into the gradebook where they are not there yet.

        Raises GradebookError, as where cells were added to an assignment with submissions.
        """
        released = released_cells(self._config, assignment)
        with explained(), Session(self._engine) as session:
            if is_up_to_date(known_cells(session, assignment), released):
                return
        with self._transaction():
            pass  # it can be written: what follows takes a second
        rows = generated_rows(self._config, assignment, released)
        with self._transaction() as session:
            if not is_up_to_date(known_cells(session, assignment), released):
                put_assignment(session, assignment, rows)

    def scores(self, assignment: str) -> dict[str, dict[str, float | None]]:
        """Return every student's automatic scores, by grade id."""
        rows = (
            select(SubmittedAssignment.student_id, BaseCell.name, Grade.auto_score)
            .select_from(Grade)
            .join(BaseCell, BaseCell.id == Grade.cell_id)
            .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .where(Assignment.name == assignment)
        )
        found: dict[str, dict[str, float | None]] = {}
        with explained(), Session(self._engine) as session:
            for student, name, score in session.execute(rows):
                found.setdefault(student, {})[name] = score
        return found

    def save(
        self,
        notebook: NotebookNode | None,
        scores: Scores,
        *,
        assignment: str,
        student: str,
        timestamp: str | None,
    ) -> None:
        """Save one submission's scores and comments, all or nothing.

        notebook: repaired; None where the file could not be read, which leaves every score open.
        timestamp: when it was handed in, as nbgrader writes it in timestamp.txt, or None. Manual
        scores, extra credit and comments in the gradebook stay. Raises GradebookError.
        """
        with self._transaction() as session:
            books = _books(session, assignment)
            submission = _submission(session, books[0].assignment_id, student, timestamp)
            rows = {book.name: SubmittedRows(session, book.id, submission.id) for book in books}
            if notebook is None:
                for one in rows.values():
                    one.leave_open()
            else:
                self._saving.save(notebook, scores, rows[assignment])
            for one in rows.values():
                one.notebook.late_submission_penalty = self._penalty(submission, one)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """Give a session whose changes are kept together at the end, or not at all.

        Raises LockedError where another program holds the database, after SQLite's own patience.
        """
        with explained(), Session(self._engine) as session, session.begin():
            begin_writing(session.connection())
            yield session

    def _penalty(self, submission: SubmittedAssignment, rows: SubmittedRows) -> float | None:
        """Return what the course's plugin takes off for coming late: at most the score."""
        seconds = submission.total_seconds_late
        if seconds <= 0:
            return None
        score, plugin = rows.score(), self._late.plugin_inst
        penalty = plugin.late_submission_penalty(submission.student_id, score, seconds)
        return None if penalty is None else min(max(penalty, 0.0), score)


def _waiting(url: str) -> dict[str, float]:
    """Return the driver's option for waiting where it has one; servers wait by themselves."""
    return {"timeout": LOCK_SECONDS} if make_url(url).get_backend_name() == "sqlite" else {}


def autograded_notebook(config: Config, assignment: str, student: str) -> Path:
    """Return where nbgrader keeps a graded notebook."""
    course = course_directory(config)
    folder = course.format_path(course.autograded_directory, student, assignment)
    return Path(folder) / f"{assignment}.ipynb"


def _books(session: Session, assignment: str) -> list[Any]:
    """Return id, name and assignment_id of the assignment's notebooks: of one, as a rule."""
    known = (
        select(Notebook.id, Notebook.name, Notebook.assignment_id)
        .join(Assignment)
        .where(Assignment.name == assignment)
    )
    books = list(session.execute(known))
    if assignment not in {book.name for book in books}:
        raise GradebookError(
            f"The gradebook does not know the notebook {assignment}. Put it there with: "
            f"nbgrader generate_assignment {assignment} --force"
        )
    return books


def _submission(
    session: Session, assignment_id: str, student: str, timestamp: str | None
) -> SubmittedAssignment:
    if session.get(Student, student) is None:
        session.add(Student(id=student))
        session.flush()
    known = select(SubmittedAssignment).where(
        SubmittedAssignment.assignment_id == assignment_id,
        SubmittedAssignment.student_id == student,
    )
    submission = session.scalars(known).one_or_none()
    if submission is None:
        submission = SubmittedAssignment(assignment_id=assignment_id, student_id=student)
        session.add(submission)
        session.flush()
    if timestamp:
        submission.timestamp = parse_utc(timestamp)
    return submission
