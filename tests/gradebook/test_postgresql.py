"""The gradebook may be on a database server: the same rows, whole or not at all."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import nbformat
import psycopg
import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.gradebook import writing
from autograder.gradebook.assignments import generated_rows, put_assignment, released_cells
from autograder.gradebook.writing import CourseGradebook
from tests.database.conftest import GROUP
from tests.database.conftest import postgresql as postgresql  # a fixture
from tests.database.conftest import postgresql_url as postgresql_url
from tests.gradebook.of_course import ASSIGNMENT, RELEASED, configured

pytestmark = GROUP

NAMES = {"assignment": ASSIGNMENT, "student": "ada"}


@pytest.fixture
def config(postgresql_url: str) -> Config:
    """The course's configuration, with an empty database of the server's as gradebook."""
    return configured(postgresql_url.replace("postgresql:", "postgresql+psycopg:"))


def test_a_submission_is_written_and_read_back(config: Config):
    released = nbformat.read(RELEASED, as_version=4)
    with closing(CourseGradebook(config)) as gradebook:
        gradebook.ensure_assignment(ASSIGNMENT)
        for score in (3.0, 5.0):
            gradebook.save(released, {"check_train": score}, **NAMES, timestamp=None)
        assert gradebook.scores(ASSIGNMENT)["ada"]["check_train"] == 5.0
    with Gradebook(config.CourseDirectory.db_url, "keepprob") as stock:
        assert stock.find_submission(*NAMES.values()).score == 5.0


def test_what_fails_on_its_way_leaves_nothing(config: Config, monkeypatch: pytest.MonkeyPatch):
    def failing(*_: object) -> None:
        raise KeyboardInterrupt

    released = nbformat.read(RELEASED, as_version=4)
    with closing(CourseGradebook(config)) as gradebook:
        gradebook.ensure_assignment(ASSIGNMENT)
        monkeypatch.setattr(gradebook._saving, "save", failing)
        with pytest.raises(KeyboardInterrupt):
            gradebook.save(released, {}, **NAMES, timestamp=None)
    with Gradebook(config.CourseDirectory.db_url, "keepprob") as stock:
        assert list(stock.students) == []


def test_the_second_of_two_runs_waits_and_finds_the_assignment_there(
    config: Config, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
):
    rows = generated_rows(config, ASSIGNMENT, released_cells(config, ASSIGNMENT))
    monkeypatch.setattr(writing, "generated_rows", lambda *_: rows)
    with (
        closing(CourseGradebook(config)) as first,
        closing(CourseGradebook(config)) as second,
        ThreadPoolExecutor(1) as thread,
    ):
        with first._transaction() as session:
            put_assignment(session, ASSIGNMENT, rows)
            session.flush()
            waiting = thread.submit(second.ensure_assignment, ASSIGNMENT)
            while not somebody_waits(postgresql_url):
                assert not waiting.done()
                time.sleep(0.02)
        waiting.result()
    with Gradebook(config.CourseDirectory.db_url, "keepprob") as stock:
        assert [assignment.name for assignment in stock.assignments] == [ASSIGNMENT]


def somebody_waits(url: str) -> bool:
    """Whether a transaction of this database waits for another one to end."""
    question = (
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with psycopg.connect(url) as connection:
        (count,) = connection.execute(question).fetchone() or (0,)
        return bool(count)
