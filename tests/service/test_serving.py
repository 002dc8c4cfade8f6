"""`autograder serve` as a whole: three processes, one of them killed, and an orderly end."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.authoring.keys import build_pool
from autograder.core.clock import utc_now
from autograder.course.layout import Course
from autograder.database import Database
from autograder.kernel.sandbox.self_test import NoSandboxError
from autograder.service.engine import run_settings
from autograder.service.settings import load_settings
from tests.course.courses import make_course
from tests.platform.serving import free_port
from tests.processes import descendants, left_over
from tests.redteam.conftest import EXERCISES, _release
from tests.service.test_engine import handed_in
from tests.service.world import attempt_of, hand_in_file, make_link, make_user, outbox_rows

pytestmark = pytest.mark.slow

PROGRAM = "import sys; from autograder.cli.main import main; sys.exit(main())"
PATIENCE = 240.0


def until(holds: Callable[[], bool]) -> None:
    """Wait for something; a machine that is busy may take its time."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    made = make_course(tmp_path, toy=EXERCISES)
    _release(made)
    try:
        run_settings(made, 1).require_sandbox()
    except NoSandboxError as error:
        pytest.skip(f"no sandbox holds here: {error}")
    build_pool(made, "toy")
    port = free_port()
    (made.root / "lti.toml").write_text(
        f'public_url = "http://localhost:{port}"\nbind = "127.0.0.1:{port}"\ngrading_workers = 1\n'
    )
    subprocess.run(
        [sys.executable, "-c", PROGRAM, "lti", "init"],
        cwd=made.root,
        check=True,
        capture_output=True,
    )
    return made


@contextlib.contextmanager
def serving(course: Course) -> Iterator["subprocess.Popen[bytes]"]:
    with (
        (course.root / "log").open("wb") as log,
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "serve"], cwd=course.root, stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def part(server: int, name: str) -> int:
    """The number of the process of a part, 0 where there is none."""
    for number in descendants(server):
        with contextlib.suppress(OSError):
            words = Path(f"/proc/{number}/cmdline").read_text(encoding="utf-8").split("\0")
            status = Path(f"/proc/{number}/stat").read_text(encoding="utf-8")
            parent = int(status.rpartition(") ")[2].split()[1])
            if parent == server and name in words:
                return number
    return 0


def is_served(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def test_what_is_handed_in_is_graded_also_after_the_grader_was_killed(course: Course):
    settings = load_settings(course)
    database = Database(settings.database)
    link = make_link(database)
    ada, bo = make_user(database, link, "ada"), make_user(database, link, "bo")
    with serving(course) as server:
        until(lambda: is_served(settings.public_url))
        first = hand_in_file(database, ada, link, handed_in(course, 2), utc_now())
        until(lambda: attempt_of(database, first).state == "graded")
        killed = part(server.pid, "grader")
        os.kill(killed, signal.SIGKILL)
        second = hand_in_file(database, bo, link, handed_in(course, 3), utc_now())
        until(lambda: attempt_of(database, second).state == "graded")
        assert part(server.pid, "grader") not in (0, killed)
        # This LMS never offered its services, and the sender says so.
        until(lambda: [row.reason for row in outbox_rows(database)] == ["no_scope"] * 2)
        assert [row.score_given for row in outbox_rows(database)] == [5.0, 2.0]
        all_of_them = descendants(server.pid)
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) == 0
        assert left_over(all_of_them) == []
    database.close()
    log = (course.root / "log").read_text(encoding="utf-8")
    assert "grader ended (signal 9)" in log
    for name in ("s-ada", "s-bo", "sub-ada"):
        assert name not in log
