"""An assignment is in the gradebook as nbgrader puts it there, whole or not at all."""

import copy
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from sqlalchemy import Connection
from traitlets.config import Config

from autograder.gradebook.course_config import load_config, nbgrader_api
from autograder.gradebook.faults import GradebookError
from autograder.gradebook.writing import CourseGradebook

pytestmark = pytest.mark.xdist_group("gradebook")

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "regularization_in_practice"  # it has written answers too
RELEASED = ROOT / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
DUE = "2026-12-14 18:00:00.000000 UTC"
CELLS = """
    SELECT base_cell.name, base_cell.type, max_score, grade_cells.cell_type, notebook.kernelspec
    FROM base_cell JOIN notebook ON notebook.id = base_cell.notebook_id
    LEFT JOIN grade_cells ON grade_cells.id = base_cell.id ORDER BY base_cell.name, base_cell.type
"""
SOURCES = "SELECT name, cell_type, source, locked, checksum FROM source_cell ORDER BY name"


def configured(folder: Path) -> Config:
    config = load_config(ROOT)
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    return config


@pytest.fixture
def gradebook(tmp_path: Path) -> Iterator[CourseGradebook]:
    with closing(CourseGradebook(configured(tmp_path))) as made:
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
    config = configured(stock)
    config.CourseDirectory.release_directory = str(stock / "release")
    config.GenerateAssignment.post_convert_hook = None
    assert nbgrader_api(config).generate_assignment(ASSIGNMENT, force=True, create=True)["success"]
    gradebook.ensure_assignment(ASSIGNMENT)
    assert len(rows(tmp_path, CELLS)) > 5
    assert rows(tmp_path, CELLS, SOURCES) == rows(stock, CELLS, SOURCES)


def test_the_configuration_stays_as_it_was(tmp_path: Path):
    config = configured(tmp_path)
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
        if getattr(statement, "is_insert", False) and "keepprob-release" not in str(self.engine):
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
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}", "keepprob") as stock:
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


def test_cells_are_not_changed_under_submissions(tmp_path: Path):
    config = configured(tmp_path)
    with closing(CourseGradebook(config)) as gradebook:
        gradebook.ensure_assignment(ASSIGNMENT)
        save(gradebook)
    before = rows(tmp_path, CELLS, "SELECT * FROM grade")
    folder = tmp_path / "release" / ASSIGNMENT
    folder.mkdir(parents=True)
    shutil.copy(RELEASED, folder)
    notebook = nbformat.read(folder / RELEASED.name, as_version=4)
    cell = next(
        cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "check_train"
    )
    cell.metadata.nbgrader.grade_id = "check_a_new_one"
    nbformat.write(notebook, folder / RELEASED.name)
    config.CourseDirectory.release_directory = str(folder.parent)
    with (
        closing(CourseGradebook(config)) as gradebook,
        pytest.raises(GradebookError, match=f"db assignment remove {ASSIGNMENT} --force"),
    ):
        gradebook.ensure_assignment(ASSIGNMENT)
    assert rows(tmp_path, CELLS, "SELECT * FROM grade") == before
