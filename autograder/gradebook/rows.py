"""The rows of one submitted notebook in nbgrader's tables, found by their keys.

nbgrader's tables are indexed by cell first: a question that names no cells reads the whole class.
"""

from typing import Any

from nbgrader.api import BaseCell, Comment, Grade, SubmittedNotebook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.gradebook.faults import GradebookError

GRADED, COMMENTED = ("GradeCell", "TaskCell"), ("SolutionCell", "TaskCell")


class SubmittedRows:
    """A submitted notebook with its grades and comments; rows that are missing are added.

    nbgrader's `SaveAutoGrades` takes it for its gradebook: it finds by the id of a cell, and its
    `db` commits nothing, for that is done once for the whole submission.
    """

    def __init__(self, session: Session, notebook_id: str, submission_id: str) -> None:
        self.db = self
        self._session = session
        self.notebook = self._submitted(notebook_id, submission_id)
        cells = session.execute(
            select(BaseCell.id, BaseCell.name, BaseCell.type).where(
                BaseCell.notebook_id == notebook_id
            )
        ).all()
        self._grades = self._rows(
            Grade, {cell.id: cell.name for cell in cells if cell.type in GRADED}
        )
        self._comments = self._rows(
            Comment, {cell.id: cell.name for cell in cells if cell.type in COMMENTED}
        )

    def _submitted(self, notebook_id: str, submission_id: str) -> Any:
        known = select(SubmittedNotebook).where(
            SubmittedNotebook.notebook_id == notebook_id,
            SubmittedNotebook.assignment_id == submission_id,
        )
        found = self._session.scalars(known).one_or_none()
        if found is None:
            found = SubmittedNotebook(notebook_id=notebook_id, assignment_id=submission_id)
            self._session.add(found)
            self._session.flush()
        return found

    def _rows(self, table: Any, names: dict[str, str]) -> dict[str, Any]:
        """Return a table's rows of this notebook by cell name. names: by the id of the cell."""
        known = select(table).where(table.cell_id.in_(names), table.notebook_id == self.notebook.id)
        rows = {row.cell_id: row for row in self._session.scalars(known)}
        for cell_id in names.keys() - rows.keys():
            rows[cell_id] = table(cell_id=cell_id, notebook_id=self.notebook.id)
            self._session.add(rows[cell_id])
        return {names[cell_id]: row for cell_id, row in rows.items()}

    def find_grade(self, name: str, *_: object) -> Any:
        """Return the grade of a cell. Raises GradebookError where there is no such cell."""
        return self._found(self._grades, name)

    def find_comment(self, name: str, *_: object) -> Any:
        """Return the comment on a cell. Raises GradebookError where there is no such cell."""
        return self._found(self._comments, name)

    def _found(self, rows: dict[str, Any], name: str) -> Any:
        if name not in rows:
            raise GradebookError(
                f"The gradebook does not know the cell {name}; it knows {', '.join(sorted(rows))}. "
                "Run the command again: it tells the gradebook what was changed in the assignment."
            )
        return rows[name]

    def commit(self) -> None:
        """Do nothing: the submission is committed as a whole."""

    def leave_open(self) -> None:
        """Ask for a manual score everywhere."""
        for grade in self._grades.values():
            grade.auto_score, grade.needs_manual_grade = None, True

    def score(self) -> float:
        """Return the sum of the scores, manual ones and extra credit included."""
        self._session.flush()
        cells = [grade.cell_id for grade in self._grades.values()]
        total = select(func.coalesce(func.sum(Grade.score), 0.0)).where(
            Grade.cell_id.in_(cells), Grade.notebook_id == self.notebook.id
        )
        return float(self._session.scalar(total) or 0.0)
