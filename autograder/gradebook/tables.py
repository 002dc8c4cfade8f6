"""The tables of a new gradebook, made as nbgrader makes them, but within this process.

nbgrader asks the program `alembic` for their version. It imports nbgrader once more for that, which
takes seconds, and has to be found on PATH.
"""

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from nbgrader.api import Base
from nbgrader.dbutil import ALEMBIC_DIR
from sqlalchemy import Engine, inspect


def make_tables(engine: Engine) -> None:
    """Make nbgrader's tables, and note their version, where the database holds nothing so far."""
    if inspect(engine).get_table_names():
        return
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        versions = ScriptDirectory(ALEMBIC_DIR)
        MigrationContext.configure(connection).stamp(versions, "head")
