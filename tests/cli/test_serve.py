"""What `autograder serve` looks at before it starts."""

import sys

import pytest

from autograder.authoring.keys import build_pool
from autograder.cli import serve
from autograder.cli.main import main
from autograder.course.layout import Course
from autograder.kernel.sandbox.self_test import NoSandboxError
from autograder.service import readiness
from autograder.service.settings import load_settings
from tests.cli.lti import URL


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, list[str]]]:
    """What `autograder serve` would look after."""
    found: list[dict[str, list[str]]] = []
    monkeypatch.setattr(serve, "supervise", found.append)
    return found


class Sandboxed:
    def require_sandbox(self) -> None:
        """It holds."""


def test_serve_refuses_before_it_starts_anything(
    course: Course, started: list[dict[str, list[str]]], capsys: pytest.CaptureFixture[str]
):
    assert main(["serve"]) == 2
    assert "autograder lti init" in capsys.readouterr().err
    main(["lti", "init", "--url", URL])
    assert main(["serve"]) == 2
    assert "autograder keys toy" in capsys.readouterr().err
    assert started == []


def test_serve_refuses_where_no_sandbox_holds(
    tool: Course,
    started: list[dict[str, list[str]]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    class Open:
        def require_sandbox(self) -> None:
            raise NoSandboxError("No sandbox holds here.")

    build_pool(tool, "toy")
    monkeypatch.setattr(readiness, "run_settings", lambda course, jobs: Open())
    assert main(["serve"]) == 2
    assert "No sandbox holds here." in capsys.readouterr().err
    assert started == []


def test_serve_says_where_it_is_and_starts_three_parts(
    tool: Course,
    started: list[dict[str, list[str]]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
):
    build_pool(tool, "toy")
    monkeypatch.setattr(readiness, "run_settings", lambda course, jobs: Sandboxed())
    assert main(["serve"]) == 0
    printed = capsys.readouterr().out
    assert f"KeepProb's LTI tool: {URL} (listening at 127.0.0.1:8000)" in printed
    assert "Assignments: toy" in printed
    assert "No LMS may launch it yet. Register one by: autograder lti invite" in printed
    assert f"  Public keyset URL     {URL}/lti/jwks" in printed
    (parts,) = started
    assert list(parts) == ["web", "grader", "sender"]
    assert parts["web"][:4] == [sys.executable, "-m", "autograder.service.part", "web"]


def test_parts_can_be_served_alone_and_need_no_more_than_they_do(
    tool: Course, started: list[dict[str, list[str]]]
):
    assert main(["serve", "--only", "sender", "--only", "web"]) == 0
    assert list(started[0]) == ["sender", "web"]


def test_a_grader_needs_no_private_key(
    tool: Course, started: list[dict[str, list[str]]], monkeypatch: pytest.MonkeyPatch
):
    build_pool(tool, "toy")
    monkeypatch.setattr(readiness, "run_settings", lambda course, jobs: Sandboxed())
    folder = load_settings(tool).keys_folder
    for path in folder.iterdir():
        path.unlink()
    assert main(["serve", "--only", "grader"]) == 0
    assert list(folder.iterdir()) == []
    assert list(started[0]) == ["grader"]


def test_packages_that_are_missing_are_named(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(sys.modules, "autograder.cli.serve", None)
    assert main(["serve"]) == 2
    assert "pip install 'keepprob[grade,lms,lti]'" in capsys.readouterr().err
