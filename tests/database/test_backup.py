import sqlite3
import stat
from pathlib import Path

import pytest

from autograder.database import Database, UnusableDatabaseError, open_database
from autograder.database.backup import backup, restore
from autograder.database.tables import Upload
from tests.database.rows import a_class


@pytest.fixture
def kept(sqlite_url: str) -> Database:
    database = Database(sqlite_url)
    database.upgrade()
    return database


def address(file: Path) -> str:
    return f"sqlite:///{file}"


def test_a_backup_holds_what_was_there(kept: Database, sqlite_url: str, tmp_path: Path):
    students = a_class(kept)
    students.hand_in("before")
    with kept.transaction() as session:  # somebody is writing meanwhile
        session.query(Upload).update({"content": b"not yet"})
        backup(sqlite_url, tmp_path / "copy")
    students.hand_in("after")
    restore(tmp_path / "copy", address(tmp_path / "again.db"))
    again = open_database(address(tmp_path / "again.db"))
    with again.reading() as session:
        assert [row.content for row in session.query(Upload)] == [b"before"]
    again.close()
    kept.close()


def test_a_backup_is_one_file_that_only_its_owner_reads(
    kept: Database, sqlite_url: str, tmp_path: Path
):
    (tmp_path / "out").mkdir()
    backup(sqlite_url, tmp_path / "out" / "copy")
    kept.close()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["copy"]
    assert stat.S_IMODE((tmp_path / "out" / "copy").stat().st_mode) == 0o600


def test_nothing_is_written_over(kept: Database, sqlite_url: str, tmp_path: Path):
    backup(sqlite_url, tmp_path / "copy")
    with pytest.raises(UnusableDatabaseError, match=r"copy exists: nothing is written over it"):
        backup(sqlite_url, tmp_path / "copy")
    with pytest.raises(UnusableDatabaseError, match=r"kit.db-wal exists"):
        restore(tmp_path / "copy", sqlite_url)
    kept.close()
    with pytest.raises(UnusableDatabaseError, match=r"kit.db exists"):
        restore(tmp_path / "copy", sqlite_url)


@pytest.mark.parametrize("make", ["letter", "other program", "damaged", "missing"])
def test_what_is_no_backup_is_refused_and_leaves_nothing(
    make: str, kept: Database, sqlite_url: str, tmp_path: Path
):
    file = tmp_path / "copy"
    if make == "letter":
        file.write_text("this is a letter, and a long one " * 99, encoding="utf-8")
    elif make == "other program":
        other = sqlite3.connect(file)
        other.execute("CREATE TABLE notes (text)")
        other.close()
    elif make == "damaged":
        backup(sqlite_url, file)
        content = bytearray(file.read_bytes())
        content[4096:] = b"\xff" * (len(content) - 4096)
        file.write_bytes(content)
    kept.close()
    (tmp_path / "new").mkdir()
    with pytest.raises(UnusableDatabaseError):
        restore(file, address(tmp_path / "new" / "kit.db"))
    assert list((tmp_path / "new").iterdir()) == []


def test_without_a_database_there_is_nothing_to_back_up(sqlite_url: str, tmp_path: Path):
    with pytest.raises(UnusableDatabaseError, match="nothing to back up"):
        backup(sqlite_url, tmp_path / "copy")
    assert list(tmp_path.iterdir()) == []


def test_for_postgresql_its_own_programs_are_named(tmp_path: Path):
    with pytest.raises(UnusableDatabaseError, match="pg_dump --format=custom"):
        backup("postgresql://kit:secret@localhost/kit", tmp_path / "copy")
    with pytest.raises(UnusableDatabaseError, match="pg_restore --create"):
        restore(tmp_path / "copy", "postgresql://kit:secret@localhost/kit")
