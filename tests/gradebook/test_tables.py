"""A new gradebook has nbgrader's tables and their version."""

from pathlib import Path

import pytest
from nbgrader import api
from nbgrader.api import Gradebook
from sqlalchemy import Engine, create_engine, inspect, text

from autograder.gradebook.course_config import put_environment_first
from autograder.gradebook.tables import make_tables


def described(engine: Engine) -> dict[str, list[str]]:
    """Return the columns of each table."""
    found = inspect(engine)
    return {
        table: [f"{column['name']} {column['type']}" for column in found.get_columns(table)]
        for table in found.get_table_names()
    }


def versions(engine: Engine) -> list[str]:
    """Return what stands in the table of versions."""
    with engine.connect() as connection:
        return list(connection.scalars(text("SELECT version_num FROM alembic_version")))


def test_tables_and_version_are_those_that_nbgrader_makes(tmp_path: Path) -> None:
    put_environment_first()  # nbgrader starts `alembic`
    Gradebook(f"sqlite:///{tmp_path / 'nbgrader.db'}").close()
    expected = create_engine(f"sqlite:///{tmp_path / 'nbgrader.db'}")
    engine = create_engine(f"sqlite:///{tmp_path / 'ours.db'}")
    make_tables(engine)
    assert described(engine) == described(expected)
    assert versions(engine) == versions(expected)


def test_nbgrader_takes_the_tables_for_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'ours.db'}"
    make_tables(create_engine(url))
    monkeypatch.setattr(api, "get_alembic_version", lambda: pytest.fail("asks a program"))
    with Gradebook(url) as gradebook:
        gradebook.add_student("ada")
        assert [student.id for student in gradebook.students] == ["ada"]


def test_tables_that_are_there_stay_as_they_are(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE student (id TEXT)"))
    make_tables(engine)
    assert described(engine) == {"student": ["id TEXT"]}


def test_who_is_killed_while_tables_are_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'gradebook.db'}")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("autograder.gradebook.tables.MigrationContext.stamp", killed)
        with pytest.raises(KeyboardInterrupt):
            make_tables(engine)
    assert described(engine) == {}
    make_tables(engine)
    assert "student" in described(engine)
