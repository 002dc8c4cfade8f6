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
from nbgrader.api import Assignment, Base, Notebook
from nbgrader.utils import is_grade, is_solution, is_task
from sqlalchemy import Engine, NullPool, Table, create_engine, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from traitlets.config import Config

from autograder.gradebook.course_config import course_directory, nbgrader_api
from autograder.gradebook.faults import GradebookError
from autograder.gradebook.tables import make_tables

ASSIGNMENT, NOTEBOOK = "assignment", "notebook"
KINDS = {"GradeCell": is_grade, "SolutionCell": is_solution, "TaskCell": is_task}
WITH_POINTS = ("GradeCell", "TaskCell")
DESCRIBING = {
    ASSIGNMENT, NOTEBOOK, "base_cell", "source_cell", "grade_cells", "solution_cells", "task_cells",
}  # fmt: skip

Rows = Mapping[str, Sequence[dict[str, Any]]]
"""By table."""

Cells = dict[tuple[str, str], float | None]
"""Points by id and kind of cell, of those that get scores or comments; None: the kind has none."""


def released_cells(config: Config, assignment: str) -> Cells | None:
    """Return the cells of the student version; None where there is none."""
    course = course_directory(config)
    folder = Path(course.format_path(course.release_directory, ".", assignment))
    path = folder / f"{assignment}.ipynb"
    if not path.is_file():
        return None
    found: Cells = {}
    for cell in nbformat.read(path, as_version=4)["cells"]:
        about = cell["metadata"].get("nbgrader", {})
        for kind, is_one in KINDS.items():
            if is_one(cell):
                points = float(about["points"]) if kind in WITH_POINTS else None
                found[about["grade_id"], kind] = points
    return found


def known_cells(session: Session, assignment: str) -> Cells | None:
    """Return the cells that the gradebook has; None where it does not know the notebook."""
    book = next((book for book in _books(session, assignment) if book.name == assignment), None)
    if book is None:
        return None
    cells = [*book.grade_cells, *book.solution_cells, *book.task_cells]
    return {(cell.name, cell.type): getattr(cell, "max_score", None) for cell in cells}


def is_up_to_date(known: Cells | None, released: Cells | None) -> bool:
    """Tell whether nothing has to be put. Where nothing was released, what is known will do."""
    return known is not None and released in (None, known)


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


def generated_rows(config: Config, assignment: str, released: Cells | None) -> Rows:
    """Return what nbgrader puts into a gradebook for an assignment.

    Raises GradebookError, as where its source has other cells than were released.
    """
    with tempfile.TemporaryDirectory(prefix="keepprob-assignment-") as scratch:
        try:
            generate(config, assignment, Path(scratch))
            with _scratch_engine(Path(scratch)).connect() as connection:
                rows = {
                    table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
                    for table in _tables()
                }
        except (OSError, SQLAlchemyError) as error:
            raise GradebookError(
                f"The assignment {assignment} cannot be made in {scratch}: {error}. See that the "
                "disk has room there."
            ) from error
    names = {row["name"] for row in rows["base_cell"]}
    if lost := sorted({name for name, _ in released or {}} - names):
        raise GradebookError(
            f"The student version of {assignment} has cells that its source has not: "
            f"{', '.join(lost)}. Make it anew with: autograder release {assignment}"
        )
    return rows


def _scratch_engine(scratch: Path) -> Engine:
    return create_engine(f"sqlite:///{scratch / 'gradebook.db'}", poolclass=NullPool)


def put_assignment(session: Session, assignment: str, rows: Rows) -> None:
    """Put these rows into the gradebook, in place of what is there of the notebooks.

    What is known of the assignment itself, such as its due date, stays. Under submissions, points
    alone are changed: nbgrader, too, adds no cells there. Raises GradebookError where it had to.
    """
    books = _books(session, assignment)
    if any(book.submissions for book in books):
        _change_points(session, assignment, rows)
        return
    for book in books:
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


def _change_points(session: Session, assignment: str, rows: Rows) -> None:
    points = {
        row["id"]: row["max_score"] for name in ("grade_cells", "task_cells") for row in rows[name]
    }
    books = {row["id"]: row["name"] for row in rows[NOTEBOOK]}
    known = {
        (book.name, cell.name, cell.type): cell
        for book in _books(session, assignment)
        for cell in (*book.grade_cells, *book.solution_cells, *book.task_cells)
    }
    for row in rows["base_cell"]:
        cell = known.get((books[row["notebook_id"]], row["name"], row["type"]))
        if cell is None:
            url = session.get_bind().engine.url.render_as_string(hide_password=True)
            raise GradebookError(
                f"{assignment} has the cell {row['name']} now, which the gradebook {url} does not "
                "know, and submissions are in it already: nbgrader adds no cells then. Keep a copy "
                "of the gradebook, remove the assignment with all its scores from it, and grade "
                f"again: nbgrader db assignment remove {assignment} --force --db='{url}'"
            )
        if row["id"] in points:
            cell.max_score = points[row["id"]]


def _tables() -> list[Table]:
    """Return the tables that describe an assignment, each behind those to which it refers."""
    return [table for table in Base.metadata.sorted_tables if table.name in DESCRIBING]


def _books(session: Session, assignment: str) -> Sequence[Any]:
    known = select(Notebook).join(Assignment).where(Assignment.name == assignment)
    return session.scalars(known).all()
