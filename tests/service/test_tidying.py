"""What the service removes by itself."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from autograder.database import Database, tokens
from autograder.database.tables import AccessToken, Attempt
from autograder.service import tidying
from autograder.service.tidying import tidy, tidy_hourly
from tests.service.conftest import World
from tests.service.grading import graded
from tests.service.world import NOON

DAY = timedelta(days=1)


def count(database: Database, table: type[Attempt] | type[AccessToken]) -> int:
    with database.reading() as session:
        return session.query(table).count()


def test_what_has_expired_goes_and_what_has_not_stays(world: World):
    with world.database.transaction() as session:
        tokens.put(session, 1, ["old"], "a", NOON - DAY)
        tokens.put(session, 1, ["new"], "b", NOON + DAY)
    tidy(world.database, 0, NOON)
    assert count(world.database, AccessToken) == 1


def test_old_attempts_go_after_the_days_that_the_settings_say(world: World):
    graded(world, trouble="file")
    now = world.clock()
    tidy(world.database, 10, now + 9 * DAY)
    assert count(world.database, Attempt) == 1
    tidy(world.database, 0, now + 1000 * DAY)
    assert count(world.database, Attempt) == 1
    tidy(world.database, 10, now + 11 * DAY)
    assert count(world.database, Attempt) == 0


def test_a_database_that_cannot_be_used_ends_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    stop = threading.Event()

    def fails(*arguments: object) -> None:
        stop.set()
        raise OperationalError("statement", {}, Exception("locked"))

    monkeypatch.setattr(tidying, "tidy", fails)
    tidy_hourly(world.database, 0, stop)
    assert "cannot be tidied" in caplog.text
