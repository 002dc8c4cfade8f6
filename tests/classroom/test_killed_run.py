"""`autograder grade` itself, killed at random moments or out of room: the next run finishes."""

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from autograder.classroom.grading import released_notebook
from tests.classroom.test_interrupted import content, recorded
from tests.course.courses import make_course
from tests.redteam.conftest import CONFIGURATION, EXERCISES, _release

STUDENTS = 6
GRADE = """
import resource, sys
from autograder.cli.main import main

if limit := int(sys.argv.pop(1)):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
raise SystemExit(main())
"""


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a course with an assignment of two small exercises, and what a class handed in."""
    root = tmp_path_factory.mktemp("toy")
    course = make_course(root, toy=EXERCISES)
    _release(course)
    (root / "nbgrader_config.py").write_text(CONFIGURATION)
    for number in range(STUDENTS):
        folder = root / "submitted" / f"student{number}" / "toy"
        folder.mkdir(parents=True)
        notebook = released_notebook(course, "toy")
        notebook["cells"][0]["source"] = f"def double(x):\n    return {number % 3} * x"
        notebook["cells"][2]["source"] = "def add(a, b):\n    return a + b"
        nbformat.write(notebook, folder / "toy.ipynb")
    return root


@pytest.fixture(scope="module")
def whole(toy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what an undisturbed run leaves."""
    output = tmp_path_factory.mktemp("whole")
    assert len(graded_by(grading(toy, output))) == STUDENTS
    return output


def grading(root: Path, output: Path, limit: int = 0) -> "subprocess.Popen[str]":
    """Start to grade the class. limit: bytes that a file may have, 0 for no limit."""
    return subprocess.Popen(
        [sys.executable, "-c", GRADE, str(limit), "grade", "toy", "--output", str(output),
         "--jobs", "2", "--unsafe-no-sandbox"],
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip


def graded_by(run: "subprocess.Popen[str]") -> list[str]:
    """Wait for the end of a run; return who was graded in it, from its lines."""
    text, _ = run.communicate(timeout=240)
    assert run.returncode == 0, text
    words = [line.replace(":", "").split() for line in text.splitlines()]
    return [line[2] for line in words if len(line) > 2 and line[1] == "toy"]


@pytest.mark.slow
def test_a_run_that_is_killed_is_finished_by_the_next_one(
    toy: Path, whole: Path, tmp_path: Path
) -> None:
    moments = random.Random(5)
    for _ in range(2):
        with grading(toy, tmp_path) as run:
            until = time.monotonic() + 240
            before = len(recorded(tmp_path))
            while len(recorded(tmp_path)) == before < STUDENTS and run.poll() is None:
                assert time.monotonic() < until
                time.sleep(0.02)
            time.sleep(moments.uniform(0, 1))
            run.kill()
    done = recorded(tmp_path)
    assert done.isdisjoint(graded_by(grading(toy, tmp_path)))
    assert content(tmp_path) == content(whole)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit", "sentence"),
    [
        (2000, "set TMPDIR to a folder that has room, and run the command again"),  # for a key
        (20_000, "Then run the same command again: what was graded is kept"),  # for the overview
    ],
)
def test_a_full_disk_stops_the_run_and_no_submission_is_blamed(
    toy: Path, whole: Path, tmp_path: Path, limit: int, sentence: str
) -> None:
    output = Path(shutil.copytree(whole, tmp_path / "output"))
    (output / "results.jsonl").unlink()
    run = grading(toy, output, limit)
    text, _ = run.communicate(timeout=240)
    assert run.returncode == 2, text
    assert sentence in text
    assert "what was graded is kept" in text
    assert "Traceback" not in text
    before = recorded(output)
    again = graded_by(grading(toy, output))
    assert before.isdisjoint(again)
    assert len(before) + len(again) == STUDENTS
    assert content(output) == content(whole)
