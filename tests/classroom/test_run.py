"""A run holds its output folder, and never has twice the processes that it was given."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.classroom import run
from autograder.classroom.output_lock import FILE, OutputTakenError
from autograder.classroom.run import Progress, RunSettings, run_class
from autograder.classroom.submissions import Found
from autograder.classroom.writer import ClassWriter
from autograder.course.layout import Course
from autograder.course.lock import locked

ASSIGNMENTS = ("dropout", "l2_regularization")


def settings_for(course: Course, output: Path) -> RunSettings:
    return RunSettings(course, output, own_gradebook=True, unsafe=True)


def test_a_second_run_into_the_same_folder_refuses(course: Course, tmp_path: Path) -> None:
    with (
        locked(tmp_path / FILE),
        pytest.raises(OutputTakenError, match=r"Another run writes into .* with --output"),
    ):
        run_class([], settings_for(course, tmp_path), Progress())
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


def test_the_folder_is_held_to_the_end_and_free_then(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish, refused = ClassWriter.finish, []

    def finish_beside_another(writer: ClassWriter) -> None:
        finish(writer)
        with pytest.raises(BlockingIOError) as caught, locked(tmp_path / FILE, wait=False):
            pass
        refused.append(caught.value)

    monkeypatch.setattr(ClassWriter, "finish", finish_beside_another)
    for _ in range(2):
        run_class([], settings_for(course, tmp_path), Progress())
    assert len(refused) == 2


class Idle:
    """Workers that nobody gives anything to do."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        pass


def test_keys_are_made_before_workers_start(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []

    def noted(what: str, result: object = None) -> Callable[..., Any]:
        def call(*arguments: object, **options: object) -> Any:
            events.append(" ".join([what, *(name for name in ASSIGNMENTS if name in arguments)]))
            return result

        return call

    monkeypatch.setattr(run, "build_pool", noted("keys"))
    monkeypatch.setattr(run, "workers_for", noted("workers", Idle()))
    monkeypatch.setattr(run, "graded_class", noted("grade", ()))
    monkeypatch.setattr(ClassWriter, "prepare", noted("prepare"))
    found = [Found("ada", name, tmp_path / f"{name}.ipynb", None) for name in ASSIGNMENTS]
    run_class(found, settings_for(course, tmp_path / "output"), Progress())
    assert events == [
        "keys dropout",
        "keys l2_regularization",
        "workers",
        "prepare dropout",
        "prepare l2_regularization",
        "grade",
    ]


def test_workers_are_told_what_no_submission_may_read(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    monkeypatch.setattr(run, "LocalWorkers", lambda jobs, **options: asked.append(options))
    monkeypatch.setattr(RunSettings, "sandbox", "bubblewrap")
    run.workers_for(RunSettings(course, tmp_path), 1, lambda text: None)
    assert asked[0]["warm"]
    assert str(course.root / "solutions") in asked[0]["confidential"]


def test_another_program_that_imports_the_classroom_keeps_its_modules() -> None:
    program = """
import sys
import autograder.classroom.preprocessors, autograder.classroom.run
raise SystemExit("rfc3987_syntax" in sys.modules and sys.modules["rfc3987_syntax"] is None)
"""
    subprocess.run([sys.executable, "-c", program], check=True)
