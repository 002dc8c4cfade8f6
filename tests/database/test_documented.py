"""docs/reference/lti-database.md says what is in the database."""

import re
from pathlib import Path
from typing import get_args

import pytest

from autograder.database.columns import Base
from autograder.database.tables import AttemptState, Keep, OutboxState

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/reference/lti-database.md").read_text(encoding="utf-8")
MIGRATIONS = ROOT / "autograder/database/migrations/versions"


def rows() -> dict[str, list[str]]:
    """The page's table rows: the words in code of the first cell, and those of the last one."""
    lines = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    return {cells[0].strip().strip("`"): re.findall(r"`([^`]+)`", cells[-1]) for cells in lines}


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_is_documented_with_its_columns(table):
    assert rows()[table.name] == [column.name for column in table.columns]


@pytest.mark.parametrize(
    ("column", "words"),
    [("attempt.state", AttemptState), ("outbox.state", OutboxState), ("link.keep", Keep)],
)
def test_every_word_of_a_column_is_documented(column: str, words: object):
    assert set(get_args(words)) <= set(rows()[column])


def test_every_migration_is_documented():
    numbers = {path.name[1:5] for path in MIGRATIONS.glob("v*.py")}
    assert numbers == {name for name in rows() if re.fullmatch(r"\d{4}", name)}
