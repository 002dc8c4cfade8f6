"""A database with one link and one student."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.database import Database
from autograder.lti.keys import ToolKeys
from tests.service.world import Clock, make_link, make_user


@dataclass
class World:
    """What there is. link, user: their numbers."""

    database: Database
    link: int
    user: int
    clock: Clock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'kit.db'}")
    database.upgrade()
    yield database
    database.close()


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> ToolKeys:
    """The tool's keys; making one takes a while."""
    return ToolKeys(tmp_path_factory.mktemp("tool") / "keys")


@pytest.fixture
def world(database: Database) -> World:
    link = make_link(database)
    return World(database, link, make_user(database, link), Clock())
