"""`autograder serve` with all its processes, killed and started again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
import requests

from autograder.authoring.keys import build_pool
from autograder.classroom.grading import released_notebook
from autograder.course.layout import Course
from autograder.kernel.sandbox.self_test import NoSandboxError
from autograder.service.engine import run_settings
from tests.course.courses import make_course
from tests.end_to_end.reverse_proxy import reverse_proxy
from tests.platform.certificates import Certificate, make_certificate
from tests.platform.launching import course_address
from tests.platform.platform import Platform
from tests.platform.registering import registration_address
from tests.platform.rules import MOODLE
from tests.platform.serving import free_port, served
from tests.platform.state import User
from tests.platform.visitor import Visitor
from tests.redteam.conftest import CONFIGURATION, EXERCISES, _release

pytestmark = pytest.mark.slow

PATIENCE = 240  # seconds; a busy machine is slow, and a wait ends when it may
SETTINGS = """public_url = "{url}"
data = "lti"
bind = "127.0.0.1:{port}"
ca_file = "{authority}"
web_workers = 1
grading_workers = 1
allow_private_addresses = true
"""
AUTOGRADER = [sys.executable, "-c", "from autograder.cli import main; main()"]


@dataclass
class Served:
    """A tool behind its proxy, and an LMS."""

    course: Course
    url: str
    platform: Platform
    certificate: Certificate

    def autograder(self, *arguments: str) -> str:
        """Run a command and return what it prints."""
        command, root = [*AUTOGRADER, *arguments], self.course.root
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @contextlib.contextmanager
    def running(self) -> Iterator[int]:
        """Serve until the end of the block; give the number of the process that looks after it."""
        command, root = [*AUTOGRADER, "serve"], self.course.root
        process = subprocess.Popen(command, cwd=root, start_new_session=True)
        try:
            wait_for(self.is_ready)
            yield process.pid
        finally:
            process.terminate()
            process.wait(PATIENCE)

    def is_ready(self) -> bool:
        authority = str(self.certificate.authority)
        return requests.get(f"{self.url}/readyz", verify=authority, timeout=30).status_code == 200


def wait_for(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(requests.RequestException):
            if holds():
                return
        time.sleep(0.2)
    raise AssertionError(f"{holds} does not hold after {PATIENCE} seconds")


@pytest.fixture
def tool(tmp_path: Path) -> Iterator[Served]:
    course = make_course(tmp_path, toy=EXERCISES)
    _release(course)
    (course.root / "nbgrader_config.py").write_text(CONFIGURATION)
    try:
        run_settings(course, 1).require_sandbox()
    except NoSandboxError as error:
        pytest.skip(f"no sandbox holds here: {error}")
    build_pool(course, "toy", jobs=1)
    certificate, port = make_certificate(tmp_path, ["localhost"]), free_port()
    platform = Platform(MOODLE, authority=certificate.authority)
    with (
        served(platform.app, certificate=certificate) as platform.url,
        served(reverse_proxy(port), name="localhost", certificate=certificate) as url,
    ):
        text = SETTINGS.format(url=url, port=port, authority=certificate.authority)
        (course.root / "lti.toml").write_text(text)
        yield Served(course, url, platform, certificate)


def handed_in(course: Course) -> bytes:
    notebook = released_notebook(course, "toy")
    notebook["cells"][0]["source"] = "def double(x):\n    return 2 * x"
    notebook["cells"][2]["source"] = "def add(a, b):\n    return a + b"
    return nbformat.writes(notebook).encode()


def test_from_the_invitation_to_a_score_that_outlives_a_kill(tool: Served):
    tool.autograder("lti", "init")
    invitation = tool.autograder("lti", "invite").split()[0]
    platform, alice = tool.platform, User("3", "Alice Adams")
    platform.add_user(alice)
    course = platform.add_course("7", "Deep learning", **{alice.id: "student"})
    link = platform.add_link(course, "Week 1", assignment="toy")
    assert link.item is not None
    with Visitor(tool.certificate) as visitor:
        with tool.running() as pid:
            page = visitor.get(registration_address(platform, invitation))
            assert "org.imsglobal.lti.close" in page.text, page.text
            platform.activate()
            start = visitor.get(course_address(platform, course, link, alice, frame=False))
            platform.fail("/scores", 503, times=1)
            files = {"notebook": ("toy.ipynb", handed_in(tool.course), "application/json")}
            attempt = visitor.submit(start, "/a/submit", files=files)
            wait_for(lambda: bool(platform.requests("/scores")))
            os.killpg(pid, signal.SIGKILL)  # its children end with it
        assert platform.shown(link.item, alice) is None
        with tool.running():
            wait_for(lambda: platform.shown(link.item, alice) == 100)
            wait_for(lambda: "In the gradebook" in visitor.get(attempt.url).text)
