"""The same pages on a real PostgreSQL: what a student and a teacher do, and two files at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.database import Database
from tests.database.conftest import GROUP
from tests.database.conftest import postgresql as postgresql  # a fixture
from tests.database.conftest import postgresql_url as postgresql_url
from tests.web.test_handing_in import at_once
from tests.web.world import World, notebook, points

pytestmark = GROUP


@pytest.fixture
def world(tmp_path: Path, postgresql_url: str) -> Iterator[World]:
    db = Database(postgresql_url)
    db.upgrade()
    yield World(tmp_path, db=db)
    db.close()


def test_from_launch_to_the_table_of_the_class(world: World):
    browser = world.visit(world.mei)
    page = browser.hand_in(notebook("x = '\x00 \ud800 小美'"), name="作业\x00.ipynb")
    assert "等待评分" in page.text
    world.grade(points(30))
    assert "30 / 35 分" in browser.get(page.request.path).text
    teacher = world.visit(world.tina)
    assert "王小美" in teacher.page.text
    page = teacher.submit("/i/policy", due_at="2026-03-01T11:00", late_penalty_per_day="10")
    assert "23 of 35 points" in page.text
    assert "Will be graded again: 1." in teacher.submit("/i/regrade", student="*").text
    assert "Will be sent again: 1." in teacher.submit("/i/resend", student="*").text
    assert 'keepprob_attempts{state="queued"} 1' in teacher.get("/metrics").text


def test_of_two_files_at_once_one_is_taken(world: World):
    world.visit(world.alice)
    world.set_policy(attempts_allowed=1)
    assert at_once(world, [notebook(f"x = {number}") for number in range(4)]) == [303] + [409] * 3
    assert len(world.attempts()) == 1


def test_pressing_twice_is_one_attempt(world: World):
    assert at_once(world, [notebook("x = 1")] * 4) == [303] * 4
    assert len(world.attempts()) == 1
