"""A database of the LTI tool: reaching it, its transactions, and bringing its tables up to date."""

import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    make_url,
)
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from autograder.database import revisions
from autograder.database.faults import UnusableDatabaseError

BUSY_SECONDS = 30
TRIES, BETWEEN_TRIES = 50, 0.1  # seconds
UPGRADE_LOCK = 5_377_001
"""The number under which two upgrades of one PostgreSQL database wait for each other."""


class Database:
    """The database at an address. Make it after a fork, not before: connections do not survive one.

    Objects that a transaction gave stay readable after it. Errors name no values, so that no
    student's data comes into a log through them.
    """

    def __init__(self, url: str) -> None:
        """Nothing is opened yet.

        Args:
            url: `sqlite:////folder/file.db` or `postgresql://user:password@host/name`.

        Raises:
            UnusableDatabaseError: The address is of neither kind.
        """
        self.url = parsed(url)
        self.engine = engine_of(self.url)
        reading = self.engine.execution_options(reading=True, postgresql_readonly=True)
        self._writer = sessionmaker(self.engine, expire_on_commit=False)
        self._reader = sessionmaker(reading, expire_on_commit=False)

    @property
    def name(self) -> str:
        """The address without its password."""
        return self.url.render_as_string(hide_password=True)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A transaction that may write: all of it is kept at its end, or nothing on an error.

        On SQLite one such transaction runs at a time, the others wait for `BUSY_SECONDS`: keep it
        short, and make no request to an LMS inside one.
        """
        with self._writer.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads, and that waits for nobody. Writing in it is an error."""
        with self._reader.begin() as session:
            yield session

    def upgrade(self) -> None:
        """Make the tables, or bring them up to date. All of it is done, or nothing.

        Raises:
            UnusableDatabaseError: It cannot be reached, or is another program's or a newer
                KeepProb's.
        """
        with reaching(self.name):
            prepare(self.url)
            with self.engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({UPGRADE_LOCK})")
                revisions.refuse_another_programs(connection, self.name)
                revisions.upgrade(connection)

    def check(self) -> None:
        """Nothing, where the database can be used.

        Raises:
            UnusableDatabaseError: It cannot be reached, or its tables are not this KeepProb's.
        """
        with reaching(self.name):
            if is_sqlite(self.url) and not sqlite_file(self.url).is_file():
                raise UnusableDatabaseError(revisions.EMPTY.format(name=self.name))
            with self.engine.execution_options(reading=True).begin() as connection:
                revisions.check(connection, self.name)

    def empty_log(self) -> bool:
        """Empty SQLite's log of writes, where what was deleted still stands; whether it is empty.

        Others wait meanwhile. PostgreSQL writes over deleted rows when it is vacuumed.
        """
        if not is_sqlite(self.url):
            return True
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()
            return busy is not None and bool(busy[0] == 0)
        finally:
            connection.close()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """The database at this address, ready to be used.

    Raises:
        UnusableDatabaseError: It cannot be reached, or its tables are not those of this KeepProb.
    """
    database = Database(url)
    try:
        database.check()
    except UnusableDatabaseError:
        database.close()
        raise
    return database


def parsed(address: str) -> URL:
    """The address, read.

    Raises:
        UnusableDatabaseError: It is none, or not of SQLite with a file or PostgreSQL.
    """
    try:
        url = make_url(address)
    except ArgumentError:
        url = URL.create("unreadable")
    in_a_file = url.database not in {None, "", ":memory:"}
    if (is_sqlite(url) and in_a_file) or url.get_backend_name() == "postgresql":
        return url
    # The address itself may hold a password and stays unsaid.
    raise UnusableDatabaseError(
        "The address of the database is neither SQLite's nor PostgreSQL's. Expected "
        "sqlite:////folder/file.db or postgresql://user:password@host/name"
    )


def is_sqlite(url: URL) -> bool:
    """Whether this is a file of SQLite's."""
    return url.get_backend_name() == "sqlite"


def sqlite_file(url: URL) -> Path:
    """The file of an SQLite database."""
    return Path(url.database or "")


def prepare(url: URL) -> None:
    """Make SQLite's file, readable for its owner only; its two companions take over the mode."""
    if is_sqlite(url):
        os.close(os.open(sqlite_file(url), os.O_CREAT | os.O_RDWR, 0o600))


@contextmanager
def reaching(name: str) -> Iterator[None]:
    """Turn errors of the file system, the driver and the server into a sentence."""
    try:
        yield
    except OSError as error:
        raise UnusableDatabaseError(f"{name} cannot be opened: {error.strerror}") from error
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise UnusableDatabaseError(f"{name} cannot be used: {cause}") from error


def engine_of(url: URL) -> Engine:
    """An engine whose transactions mean the same on both databases."""
    strict_json = partial(json.dumps, allow_nan=False)
    options: dict[str, Any] = {"hide_parameters": True, "json_serializer": strict_json}
    if not is_sqlite(url):
        engine = create_engine(url, pool_pre_ping=True, **options)
        event.listen(engine, "handle_error", hide_details)
        return engine
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, **options)
    event.listen(engine, "connect", set_up_sqlite)
    event.listen(engine, "begin", begin_sqlite)
    return engine


def hide_details(context: ExceptionContext) -> None:
    """Keep PostgreSQL's first line only: the next ones hold values of the row, in any language."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = tuple(str(words).partition("\n")[0] for words in error.args)


def set_up_sqlite(connection: Any, _record: object) -> None:
    """Several processes at once, every commit on the disk, and deleted data overwritten."""
    connection.isolation_level = None  # the transaction is begun below, not by Python's guess
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        patiently(connection, f"PRAGMA {pragma}")


def patiently(connection: Any, pragma: str) -> None:
    """Run a pragma, again where the database is locked.

    SQLite does not wait where two connections change the journal of a new file at once: each would
    wait for the other.
    """
    for _ in range(TRIES):
        try:
            connection.execute(pragma)
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            time.sleep(BETWEEN_TRIES)
        else:
            return
    connection.execute(pragma)


def begin_sqlite(connection: Connection) -> None:
    """Take the lock for writing at the beginning: taking it later can fail without waiting."""
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reading else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
