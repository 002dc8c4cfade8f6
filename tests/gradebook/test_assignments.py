"""An assignment is in the gradebook as nbgrader puts it there, whole or not at all."""

import copy
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from sqlalchemy import Connection
from traitlets.config import Config

from autograder.gradebook.assignments import generate
from autograder.gradebook.course_config import nbgrader_api
from autograder.gradebook.faults import GradebookError
from autograder.gradebook.writing import CourseGradebook
from tests.gradebook.of_course import ASSIGNMENT, RELEASED, ROOT, configured, in_folder

pytestmark = pytest.mark.xdist_group("gradebook")

DUE = "2026-12-14 18:00:00.000000 UTC"
CELLS = """
    SELECT base_cell.name, base_cell.type, max_score, grade_cells.cell_type, notebook.kernelspec
    FROM base_cell JOIN notebook ON notebook.id = base_cell.notebook_id
    LEFT JOIN grade_cells ON grade_cells.id = base_cell.id ORDER BY base_cell.name, base_cell.type
"""
SOURCES = "SELECT name, cell_type, source, locked, checksum FROM source_cell ORDER BY name"


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[CourseGradebook]:
    with closing(CourseGradebook(configured(in_folder(tmp_path)))) as made:
        yield made


def rows(folder: Path, *questions: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "gradebook.db")) as database:
        return [row for question in questions for row in database.execute(question)]


def save(gradebook: CourseGradebook) -> None:
    released = nbformat.read(RELEASED, as_version=4)
    gradebook.save(released, {}, assignment=ASSIGNMENT, student="ada", timestamp=None)


def test_the_rows_are_those_that_nbgrader_writes(gradebook: CourseGradebook, tmp_path: Path):
    stock = tmp_path / "stock"
    stock.mkdir()
    config = configured(in_folder(stock))
    config.CourseDirectory.release_directory = str(stock / "release")
    config.GenerateAssignment.post_convert_hook = None
    assert nbgrader_api(config).generate_assignment(ASSIGNMENT, force=True, create=True)["success"]
    gradebook.ensure_assignment(ASSIGNMENT)
    assert len(rows(tmp_path, CELLS)) > 5
    assert rows(tmp_path, CELLS, SOURCES) == rows(stock, CELLS, SOURCES)


def test_the_configuration_stays_as_it_was(tmp_path: Path):
    config = configured(in_folder(tmp_path))
    before = copy.deepcopy(config)
    with closing(CourseGradebook(config)) as gradebook:
        gradebook.ensure_assignment(ASSIGNMENT)
    assert config == before


@pytest.mark.parametrize("at", [1, 4, 9])
def test_who_is_killed_meanwhile_leaves_nothing_of_it(
    at: int, gradebook: CourseGradebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    execute, written = Connection.execute, []

    def killed(self: Connection, statement: object, *rest: object, **more: object) -> object:
        if getattr(statement, "is_insert", False) and "keepprob-assignment" not in str(self.engine):
            written.append(statement)
            if len(written) == at:
                raise KeyboardInterrupt
        return execute(self, statement, *rest, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Connection, "execute", killed)
        with pytest.raises(KeyboardInterrupt):
            gradebook.ensure_assignment(ASSIGNMENT)
    assert rows(tmp_path, "SELECT * FROM assignment", "SELECT * FROM notebook", CELLS) == []
    gradebook.ensure_assignment(ASSIGNMENT)
    save(gradebook)


def test_what_another_program_left_half_done_is_made_whole(
    gradebook: CourseGradebook, tmp_path: Path
):
    gradebook.ensure_assignment(ASSIGNMENT)
    whole = rows(tmp_path, CELLS, SOURCES)
    with closing(sqlite3.connect(tmp_path / "gradebook.db")) as database, database:
        lost = "SELECT id FROM base_cell WHERE name = 'check_train'"
        database.execute(f"DELETE FROM grade_cells WHERE id IN ({lost})")
        database.execute(f"DELETE FROM base_cell WHERE id IN ({lost})")
    gradebook.ensure_assignment(ASSIGNMENT)
    assert rows(tmp_path, CELLS, SOURCES) == whole
    save(gradebook)


def test_a_due_date_that_was_there_first_stays(gradebook: CourseGradebook, tmp_path: Path):
    with Gradebook(in_folder(tmp_path), "keepprob") as stock:
        before = stock.update_or_create_assignment(ASSIGNMENT, duedate=DUE).id
    gradebook.ensure_assignment(ASSIGNMENT)
    found = rows(tmp_path, "SELECT id, duedate FROM assignment")
    assert found == [(before, "2026-12-14 18:00:00.000000")]
    save(gradebook)


def test_what_is_there_is_not_made_again(
    gradebook: CourseGradebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    gradebook.ensure_assignment(ASSIGNMENT)
    monkeypatch.setattr(
        "autograder.gradebook.writing.generated_rows", lambda *_: pytest.fail("made again")
    )
    gradebook.ensure_assignment(ASSIGNMENT)


def changed(config: Config, folder: Path, change: Callable[[NotebookNode], None]) -> None:
    """Change each of the assignment's cells in a copy of its source, and release it from there."""
    source = folder / "source" / ASSIGNMENT
    source.mkdir(parents=True)
    notebook = nbformat.read(ROOT / "solutions" / ASSIGNMENT / RELEASED.name, as_version=4)
    for cell in notebook.cells:
        change(cell)
    nbformat.write(notebook, source / RELEASED.name)
    config.CourseDirectory.source_directory = str(source.parent)
    config.CourseDirectory.release_directory = str(generate(config, ASSIGNMENT, folder).parent)


def renames(cell: NotebookNode) -> None:
    if cell.metadata.get("nbgrader", {}).get("grade_id") == "check_train":
        cell.metadata.nbgrader.grade_id = "check_a_new_one"


def doubles_points(cell: NotebookNode) -> None:
    if cell.metadata.get("nbgrader", {}).get("grade_id") == "check_train":
        cell.metadata.nbgrader.points = 17


@pytest.fixture
def with_submission(gradebook: CourseGradebook) -> CourseGradebook:
    gradebook.ensure_assignment(ASSIGNMENT)
    save(gradebook)
    return gradebook


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


def names(folder: Path) -> set[object]:
    return {name for (name,) in rows(folder, "SELECT name FROM base_cell")}


def test_changed_cells_are_put_there_while_nobody_has_handed_in(
    gradebook: CourseGradebook, tmp_path: Path, scratch: Path
):
    gradebook.ensure_assignment(ASSIGNMENT)
    before = names(tmp_path)
    changed(gradebook._config, scratch, renames)
    gradebook.ensure_assignment(ASSIGNMENT)
    assert names(tmp_path) == before - {"check_train"} | {"check_a_new_one"}


def test_no_cell_is_added_under_submissions(
    with_submission: CourseGradebook, tmp_path: Path, scratch: Path
):
    before = rows(tmp_path, CELLS, "SELECT * FROM grade")
    changed(with_submission._config, scratch, renames)
    command = f"db assignment remove {ASSIGNMENT} --force --db='sqlite:///{tmp_path}/gradebook.db'"
    with pytest.raises(GradebookError, match=f"has the cell check_a_new_one now.*{command}"):
        with_submission.ensure_assignment(ASSIGNMENT)
    assert rows(tmp_path, CELLS, "SELECT * FROM grade") == before


def test_points_are_changed_under_submissions(
    with_submission: CourseGradebook, tmp_path: Path, scratch: Path
):
    grades = rows(tmp_path, "SELECT * FROM grade")
    changed(with_submission._config, scratch, doubles_points)
    with_submission.ensure_assignment(ASSIGNMENT)
    points = "SELECT max_score FROM grade_cells JOIN base_cell USING (id) WHERE name='check_train'"
    assert rows(tmp_path, points) == [(17.0,)]
    assert rows(tmp_path, "SELECT * FROM grade") == grades


def test_a_cell_that_is_gone_keeps_its_grades(
    with_submission: CourseGradebook, tmp_path: Path, scratch: Path
):
    def removes(cell: NotebookNode) -> None:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "check_train":
            del cell.metadata["nbgrader"]

    before = rows(tmp_path, CELLS, "SELECT * FROM grade")
    changed(with_submission._config, scratch, removes)
    with_submission.ensure_assignment(ASSIGNMENT)
    assert rows(tmp_path, CELLS, "SELECT * FROM grade") == before


def test_a_student_version_that_is_older_than_its_source_is_named(
    gradebook: CourseGradebook, tmp_path: Path, scratch: Path
):
    released = gradebook._config.CourseDirectory.release_directory
    changed(gradebook._config, scratch, renames)
    gradebook._config.CourseDirectory.release_directory = released
    with pytest.raises(GradebookError, match=f"check_train.*autograder release {ASSIGNMENT}"):
        gradebook.ensure_assignment(ASSIGNMENT)
    assert names(tmp_path) == set()


def test_an_assignment_without_a_student_version_is_known_by_its_source(
    gradebook: CourseGradebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    gradebook._config.CourseDirectory.release_directory = str(tmp_path / "nothing")
    gradebook.ensure_assignment(ASSIGNMENT)
    assert "check_train" in names(tmp_path)
    monkeypatch.setattr(
        "autograder.gradebook.writing.generated_rows", lambda *_: pytest.fail("made again")
    )
    gradebook.ensure_assignment(ASSIGNMENT)
