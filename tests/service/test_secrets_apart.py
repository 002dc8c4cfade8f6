"""Who holds what: pages and sender hold secrets and have no engine, and no log tells them."""

import logging
import subprocess
import sys

import pytest

from autograder.service import part
from autograder.service.pages import Pages, options_of
from autograder.service.settings import settings_from
from tests.course.courses import make_course

SECRET = "Alice Adams and her token"
PROCESSES = {
    "web": "autograder.web.app autograder.service.pages",
    "sender": "autograder.service.sender autograder.service.tidying",
}
ENGINE = ("autograder.classroom", "autograder.authoring", "autograder.gradebook", "keras")
PRINT = "print(*sorted(sys.modules))"


@pytest.mark.parametrize("process", PROCESSES)
def test_a_process_with_secrets_has_nothing_that_runs_notebooks(process: str):
    names = f"{PROCESSES[process]} autograder.service.network autograder.service.storage"
    program = f"import sys, {names.replace(' ', ', ')}; {PRINT}"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "autograder.service.storage" in loaded
    assert [name for name in loaded if name.startswith((*ENGINE, "tensorflow", "nbclient"))] == []


def test_no_process_logs_what_an_exception_says(monkeypatch: pytest.MonkeyPatch):
    found: list[logging.Handler] = []
    monkeypatch.setattr(logging, "basicConfig", lambda **options: found.extend(options["handlers"]))
    part.set_up_logging()
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = logging.LogRecord("x", 40, "x", 1, "failed", None, sys.exc_info())
    (handler,) = found
    text = handler.format(record)
    assert SECRET not in text
    assert "ValueError" in text
    assert "test_no_process_logs_what_an_exception_says" in text


def test_no_header_of_a_request_says_which_path_or_scheme_it_has(tmp_path):
    course = make_course(tmp_path)
    settings = settings_from(course, {"public_url": "https://kit.example"})
    options = options_of(settings)
    assert options["forwarder_headers"] == ""
    assert options["limit_request_line"] >= 8000  # an LMS's hints are long
    pages = Pages(settings)
    assert pages.cfg.forwarder_headers == []
    assert pages.cfg.secure_scheme_headers == {}
