"""Put an assignment into the gradebook: nbgrader's rows, all of them or none.

nbgrader commits after each cell. Whoever is killed in between leaves an assignment without some of
its cells, for which no scores can be written any more. So it writes into a gradebook of its own in
a scratch folder, and what it wrote there is copied in one transaction.
"""

import copy
import itertools
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Assignment, Base, BaseCell, Notebook, SubmittedNotebook
from nbgrader.utils import is_grade, is_solution, is_task
from sqlalchemy import Engine, NullPool, Table, create_engine, select
from sqlalchemy.orm import Session
from traitlets.config import Config

from autograder.gradebook.course_config import course_directory, nbgrader_api
from autograder.gradebook.faults import GradebookError
from autograder.gradebook.tables import make_tables

ASSIGNMENT, NOTEBOOK = "assignment", "notebook"
DESCRIBING = {
    ASSIGNMENT, NOTEBOOK, "base_cell", "source_cell", "grade_cells", "solution_cells", "task_cells",
}  # fmt: skip

Rows = Mapping[str, Sequence[dict[str, Any]]]
"""By table."""


def released_cells(config: Config, assignment: str) -> set[str]:
    """Return the ids of the cells that get scores or comments; empty where nothing is released."""
    course = course_directory(config)
    folder = Path(course.format_path(course.release_directory, ".", assignment))
    path = folder / f"{assignment}.ipynb"
    if not path.is_file():
        return set()
    cells = nbformat.read(path, as_version=4)["cells"]
    wanted = [cell for cell in cells if is_grade(cell) or is_solution(cell) or is_task(cell)]
    return {str(cell["metadata"]["nbgrader"]["grade_id"]) for cell in wanted}


def unknown_cells(session: Session, assignment: str, cells: set[str]) -> set[str] | None:
    """Return which of the cells the gradebook lacks; None where it does not know the assignment."""
    books = _books(session, assignment)
    if not books:
        return None
    known = select(BaseCell.name).where(BaseCell.notebook_id.in_([book.id for book in books]))
    return cells - set(session.scalars(known))


def generate(config: Config, assignment: str, scratch: Path) -> Path:
    """Let nbgrader make an assignment below a scratch folder alone; return the student version's.

    Its rows are in gradebook.db there. Raises GradebookError where nbgrader refuses.
    """
    engine = _scratch_engine(scratch)
    make_tables(engine)
    settings = copy.deepcopy(config)
    settings.CourseDirectory.db_url = str(engine.url)
    settings.CourseDirectory.release_directory = str(scratch / "release")
    settings.GenerateAssignment.post_convert_hook = None
    result = nbgrader_api(settings).generate_assignment(assignment, force=True, create=True)
    if not result["success"]:
        reason = result.get("error") or result.get("log") or "no reason given"
        raise GradebookError(f"nbgrader cannot make the assignment {assignment}: {reason}")
    return scratch / "release" / assignment


def generated_rows(config: Config, assignment: str) -> Rows:
    """Return what nbgrader puts into a gradebook for an assignment. Raises GradebookError."""
    with tempfile.TemporaryDirectory(prefix="keepprob-release-") as scratch:
        generate(config, assignment, Path(scratch))
        with _scratch_engine(Path(scratch)).connect() as connection:
            return {
                table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
                for table in _tables()
            }


def _scratch_engine(scratch: Path) -> Engine:
    return create_engine(f"sqlite:///{scratch / 'gradebook.db'}", poolclass=NullPool)


def put_assignment(session: Session, assignment: str, rows: Rows) -> None:
    """Put these rows into the gradebook, in place of notebooks without submissions.

    What is known of the assignment itself, such as its due date, stays. Raises GradebookError where
    there are submissions: nbgrader, too, changes no cells then.
    """
    for book in _books(session, assignment):
        if session.scalars(select(SubmittedNotebook.id).filter_by(notebook_id=book.id)).first():
            raise GradebookError(
                f"{assignment} was released with other cells than the gradebook knows, which holds "
                "submissions already. Keep a copy of it, remove the assignment with its scores: "
                f"nbgrader db assignment remove {assignment} --force; then grade again."
            )
        cells = book.grade_cells, book.solution_cells, book.task_cells, book.source_cells
        for row in itertools.chain(*cells, [book]):
            session.delete(row)
    session.flush()
    known = session.scalars(select(Assignment.id).where(Assignment.name == assignment)).first()
    there = {} if known is None else {"assignment_id": known}
    for table in _tables():
        for row in rows[table.name]:
            if table.name == NOTEBOOK:
                session.execute(table.insert().values(row | there))
            elif table.name != ASSIGNMENT or known is None:
                session.execute(table.insert().values(row))


def _tables() -> list[Table]:
    """Return the tables that describe an assignment, each behind those to which it refers."""
    return [table for table in Base.metadata.sorted_tables if table.name in DESCRIBING]


def _books(session: Session, assignment: str) -> Sequence[Any]:
    known = select(Notebook).join(Assignment).where(Assignment.name == assignment)
    return session.scalars(known).all()
