"""A course on a platform with each set of rules, and a tool that may send scores to it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from tests.platform.plain_tool import PlainTool
from tests.platform.platform import Platform
from tests.platform.rules import CANVAS, MOODLE, Rules
from tests.platform.state import Course, LineItem, User

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass
class Classroom:
    """A platform with a course of two students and a teacher, and a graded activity."""

    platform: Platform
    course: Course
    item: LineItem
    alice: User
    bob: User
    teacher: User
    tool: PlainTool
    clock: Clock

    def post(self, user: User | None = None, seconds: float = 0, **changes: object) -> int:
        """Send a score some seconds after noon and return the status."""
        when = NOON + timedelta(seconds=seconds)
        user_id = (user or self.alice).id
        return self.tool.post_score(self.course, self.item, user_id, when, **changes).status_code

    def shown(self) -> float | None:
        """Return the points that Alice sees."""
        return self.platform.shown(self.item, self.alice)

    def comments(self) -> list[str]:
        """Return the comments that Alice sees."""
        return self.item.grade(self.alice).comments

    def result(self) -> dict[str, object]:
        """Return Alice's result, as the services tell it."""
        (entry,) = self.tool.results(self.course, self.item, user_id=self.alice.id)
        return entry


def classroom(rules: Rules) -> Classroom:
    """Return a new classroom of a platform with these rules."""
    clock = Clock()
    platform = Platform(rules, clock=clock)
    alice = platform.add_user(User("3", "Alice Adams", "S-100", "zh"))
    bob = platform.add_user(User("4", "Bob Brown", "S-101"))
    teacher = platform.add_user(User("2", "Tina Teacher"))
    members = {alice.id: "student", bob.id: "student", teacher.id: "teacher"}
    course = platform.add_course("7", "Dropout", **members)
    link = platform.add_link(course, "Week 2", assignment="dropout")
    assert link.item is not None
    tool = PlainTool(platform)
    return Classroom(platform, course, link.item, alice, bob, teacher, tool, clock)


@pytest.fixture
def moodle() -> Classroom:
    return classroom(MOODLE)


@pytest.fixture
def canvas() -> Classroom:
    return classroom(CANVAS)


@pytest.fixture(params=[MOODLE, CANVAS], ids=["moodle", "canvas"])
def either(request: pytest.FixtureRequest) -> Classroom:
    return classroom(request.param)
