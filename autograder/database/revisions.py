"""Which revision of the tables a database has, and how it gets the newest.

alembic is called here as a library. nbgrader calls the program of that name on PATH, which a
service started by systemd does not have.
"""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from autograder.database.faults import UnusableDatabaseError

VERSION_TABLE = "lti_version"
EMPTY = "{name} is empty. `autograder lti init` makes its tables"
OLDER = (
    "{name} is from an older KeepProb. `autograder lti init` brings it up to date; back it up first"
)
NEWER = (
    "{name} has tables that this KeepProb does not know (revision {found}). "
    "It was used with a newer one: install that, or restore a backup from before"
)
FOREIGN = (
    "{name} holds tables of another program ({table}). The LTI tool needs a database of its own; "
    "nbgrader's gradebook is not one"
)


def config(connection: Connection) -> Config:
    """Where the migrations are, and on what they run."""
    settings = Config()
    settings.set_main_option("script_location", "autograder.database:migrations")
    settings.attributes["connection"] = connection
    return settings


def upgrade(connection: Connection) -> None:
    """Run what is missing, inside the connection's transaction."""
    command.upgrade(config(connection), "head")


def current(connection: Connection) -> str | None:
    """The revision that a database has; None where it has no table of ours."""
    context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
    return context.get_current_revision()


def check(connection: Connection, name: str) -> None:
    """Nothing, where the tables are those of this KeepProb.

    Raises:
        UnusableDatabaseError: They are not.
    """
    refuse_another_programs(connection, name)
    found = current(connection)
    scripts = ScriptDirectory.from_config(config(connection))
    if found is None:
        raise UnusableDatabaseError(EMPTY.format(name=name))
    if found != scripts.get_current_head():
        raise UnusableDatabaseError(OLDER.format(name=name))


def refuse_another_programs(connection: Connection, name: str) -> None:
    """Nothing, where all tables are ours or there are none.

    Raises:
        UnusableDatabaseError: They belong to another program, or to a newer KeepProb.
    """
    tables = inspect(connection).get_table_names()
    if tables and VERSION_TABLE not in tables:
        raise UnusableDatabaseError(FOREIGN.format(name=name, table=tables[0]))
    found = current(connection)
    known = {
        script.revision
        for script in ScriptDirectory.from_config(config(connection)).walk_revisions()
    }
    if found is not None and found not in known:
        raise UnusableDatabaseError(NEWER.format(name=name, found=found))
