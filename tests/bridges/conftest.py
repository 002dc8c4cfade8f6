"""A fake Moodle, a fake Canvas, names of every kind, and a grader that pretends."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bridges import fake_canvas, fake_moodle
from tests.bridges.fake_canvas import FakeCanvas
from tests.bridges.fake_moodle import FakeMoodle, Person
from tests.bridges.running import WHO, Bridge, Grader
from tests.bridges.serving import serving

NAMES = {
    3: "Bob O'Neil, PhD",
    4: "李小龙",
    5: "مريم العلي",
    6: 'Zoë_the_🎓 "Zed"',
    7: "<script>alert(1)</script>",
}


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> Grader:
    """Replace the engine by one that reads the score from the notebook's bytes."""
    pretending = Grader()
    monkeypatch.setattr("autograder.bridges.sync.run_class", pretending.run)
    return pretending


@pytest.fixture
def moodle() -> Iterator[FakeMoodle]:
    fake = FakeMoodle()
    fake.people = {user: Person(name, WHO.format(user)) for user, name in NAMES.items()}
    with serving(fake_moodle.application(fake), fake):
        yield fake


@pytest.fixture
def canvas() -> Iterator[FakeCanvas]:
    fake = FakeCanvas()
    for user, name in NAMES.items():
        fake.enrol(user, name, sis_user_id=f"S-{user}", login_id=f"login{user}")
    with serving(fake_canvas.application(fake), fake):
        yield fake


@pytest.fixture
def to_moodle(moodle: FakeMoodle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bridge:
    monkeypatch.setenv("KEEPPROB_MOODLE_TOKEN", fake_moodle.TOKEN)
    return Bridge("moodle", moodle.url, tmp_path)


@pytest.fixture
def to_canvas(canvas: FakeCanvas, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bridge:
    monkeypatch.setenv("KEEPPROB_CANVAS_TOKEN", fake_canvas.TOKEN)
    return Bridge("canvas", canvas.url, tmp_path)
