"""Copies of an SQLite database, made while it is in use. PostgreSQL has programs of its own."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from autograder.database.faults import UnusableDatabaseError
from autograder.database.opening import is_sqlite, parsed, sqlite_file
from autograder.database.revisions import VERSION_TABLE

USE_PG_DUMP = (
    "A PostgreSQL database is copied with its own programs: pg_dump --format=custom --file=FILE "
    "NAME, and pg_restore --create --dbname=postgres FILE"
)
COMPANIONS = ("-wal", "-shm", "-journal")


def backup(url: str, target: Path) -> None:
    """Write the database as it is now into a new file, which only its owner can read.

    Everybody goes on working meanwhile. The file holds students' names and uploads: keep it as
    safe as the database.

    Raises:
        UnusableDatabaseError: It is PostgreSQL's, it cannot be read, or the file exists.
    """
    source = file_of(url)
    if not source.is_file():
        raise UnusableDatabaseError(f"{source} is not there: there is nothing to back up")
    copy(source, target)


def restore(source: Path, url: str) -> None:
    """Make the database from such a file. Bring it up to date afterwards: it may be older.

    Raises:
        UnusableDatabaseError: It is PostgreSQL's, the file is no such copy, or the database
            exists: what is in it since the copy would be lost.
    """
    target = file_of(url)
    if not source.is_file():
        raise UnusableDatabaseError(f"{source} is not there. Expected a file of `backup`")
    for companion in COMPANIONS:
        refuse_existing(target.with_name(target.name + companion))
    copy(source, target)


def file_of(url: str) -> Path:
    """The file of an SQLite database.

    Raises:
        UnusableDatabaseError: It is PostgreSQL's.
    """
    address = parsed(url)
    if not is_sqlite(address):
        raise UnusableDatabaseError(USE_PG_DUMP)
    return sqlite_file(address)


def refuse_existing(target: Path) -> None:
    """Nothing, where there is no such file.

    Raises:
        UnusableDatabaseError: There is.
    """
    if target.exists():
        raise UnusableDatabaseError(f"{target} exists: nothing is written over it. Move it away")


def copy(source: Path, target: Path) -> None:
    """Copy a database with SQLite's own means, look whether it is whole, and name it at the end."""
    refuse_existing(target)
    unfinished = target.with_name(f"{target.name}.unfinished")
    try:
        with saying(source, target):
            os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
            with closing(sqlite3.connect(unfinished)) as new:
                with closing(
                    sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
                ) as old:
                    old.backup(new)
                new.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
                refuse_damaged(new, source)
            unfinished.rename(target)
    finally:
        for companion in ("", *COMPANIONS):
            unfinished.with_name(unfinished.name + companion).unlink(missing_ok=True)


@contextmanager
def saying(source: Path, target: Path) -> Iterator[None]:
    """Turn errors of the file system and of SQLite into a sentence."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise UnusableDatabaseError(f"{source} could not be copied to {target}: {error}") from error


def refuse_damaged(new: sqlite3.Connection, source: Path) -> None:
    """Nothing, where a copy is whole and is the LTI tool's.

    Raises:
        UnusableDatabaseError: It is not.
    """
    (found,) = new.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise UnusableDatabaseError(f"{source} is damaged: {found}")
    tables = {
        name for (name,) in new.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    }
    if VERSION_TABLE not in tables:
        raise UnusableDatabaseError(f"{source} is not a database of the LTI tool")
