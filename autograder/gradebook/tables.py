"""The tables of a new gradebook, made as nbgrader makes them, but within this process.

nbgrader asks the program `alembic` for their version. It imports nbgrader once more for that, which
takes seconds, and has to be found on PATH.
"""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader.api import Base
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import Connection, Engine, inspect

OUR_LOCK = int.from_bytes(b"keepprob", "big")


def begin_writing(connection: Connection) -> None:
    """Begin the transaction of a new connection, whose changes are kept together or not at all.

    Until it ends, no other run writes: what is looked up before a change holds when it is made.
    SQLite's driver begins none before a table is made, and locks at the first change only.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({OUR_LOCK})")


def make_tables(engine: Engine) -> None:
    """Make nbgrader's tables, and note their version, where the database holds nothing so far."""
    if inspect(engine).get_table_names():
        return
    with engine.begin() as connection:
        begin_writing(connection)
        if inspect(connection).get_table_names():  # made by another program meanwhile
            return
        Base.metadata.create_all(connection)
        versions = ScriptDirectory(ALEMBIC_DIR)
        MigrationContext.configure(connection).stamp(versions, "head")
