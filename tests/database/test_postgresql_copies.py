"""A PostgreSQL database is copied by its own programs, as the documentation says."""

import subprocess
from pathlib import Path

import pytest

from autograder.database import Database, open_database
from autograder.database.tables import Upload
from tests.database.conftest import GROUP, PROGRAMS, unprivileged
from tests.database.rows import a_class
from tests.reading_docs import blocks, read, section

DOCUMENTED = (
    ("docs/how-to/deploy.md", "Back up and restore"),
    (
        "docs/reference/lti-database.md",
        "Backups",
    ),
)


def documented(page: str, heading: str) -> dict[str, list[str]]:
    """Return the options of each program of PostgreSQL's in a section, by the program."""
    lines = "\n".join(blocks(section(read(page), heading), "console")).splitlines()
    typed = [line.removeprefix("$ ").split() for line in lines if line.startswith("$ pg_")]
    return {words[0]: words[1:] for words in typed}


@pytest.mark.parametrize(("page", "heading"), DOCUMENTED)
@GROUP
def test_a_dump_is_restored_by_the_commands_that_are_documented(
    postgresql: str, postgresql_url: str, page: str, heading: str
):
    commands = documented(page, heading)
    assert list(commands) == ["pg_dump", "pg_restore"]
    named, dump = commands["pg_dump"][-1], Path(postgresql) / f"{heading}.dump".replace(" ", "-")
    name = postgresql_url.partition("@/")[2].partition("?")[0]
    database = Database(postgresql_url)
    database.upgrade()
    students = a_class(database)
    students.hand_in("kept")
    run(postgresql, "pg_dump", commands["pg_dump"], {named: name, f"{named}.dump": str(dump)})
    database.close()
    run(postgresql, "dropdb", [name], {})
    run(postgresql, "pg_restore", commands["pg_restore"], {f"{named}.dump": str(dump)})
    again = open_database(postgresql_url)
    with again.reading() as session:
        assert [row.content for row in session.query(Upload)] == [b"kept"]
    again.close()


def run(folder: str, program: str, options: list[str], instead: dict[str, str]) -> None:
    """Run a program as the database's owner. instead: names of the tests for those of the page."""
    words = [_replaced(word, instead) for word in options]
    subprocess.run(
        [PROGRAMS / program, "--host", folder, "--username", "kit", *words],
        check=True, timeout=60, cwd=folder, **unprivileged(),
        extra_groups=[] if unprivileged() else None,
    )  # fmt: skip


def _replaced(word: str, instead: dict[str, str]) -> str:
    head, is_option, value = word.rpartition("=")
    return f"{head}{is_option}{instead.get(value, value)}"
