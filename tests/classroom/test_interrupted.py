"""A run that is killed, that meets a full disk or a locked gradebook, is finished by the next one.

What is there then is what one undisturbed run writes, and nothing was graded twice.
"""

import json
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from traitlets.config import Config

from autograder.classroom import gradebook_queue
from autograder.classroom.log import FILE as LOG
from autograder.classroom.output_lock import FILE as LOCK
from autograder.classroom.writer import ClassWriter
from autograder.course.layout import Course
from autograder.gradebook import writing
from autograder.gradebook.faults import LockedError
from autograder.kernel.session import Limits
from tests.classroom.synthetic_class import STUDENTS, found_in, hand_in, prepared, write_class

pytestmark = pytest.mark.xdist_group("interrupted")  # they share what is slow to make

ROOT = Path(__file__).parents[2]
ROWS = """
select s.student_id, c.name, g.auto_score, g.manual_score, g.needs_manual_grade, o.auto_comment
from submitted_assignment s join submitted_notebook n on n.assignment_id = s.id
left join base_cell c on c.notebook_id = n.notebook_id
left join grade g on g.notebook_id = n.id and g.cell_id = c.id
left join comment o on o.notebook_id = n.id and o.cell_id = c.id
order by 1, 2, c.type
"""
HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1])
held.execute("begin immediate")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def handed_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what a class handed in, and an output folder with a gradebook."""
    folder = tmp_path_factory.mktemp("class")
    hand_in(folder)
    prepared(folder)
    return folder


@pytest.fixture(scope="module")
def undisturbed(handed_in: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Return what one undisturbed run leaves."""
    folder = tmp_path_factory.mktemp("undisturbed") / "class"
    shutil.copytree(handed_in, folder)
    written = run(folder)
    assert written.returncode == 0, written.stderr
    assert len(written.stdout.split()) == STUDENTS
    return content(folder / "output")


@pytest.fixture
def folder(handed_in: Path, tmp_path: Path) -> Path:
    """Return a copy of the class, nothing of it graded."""
    return Path(shutil.copytree(handed_in, tmp_path / "class"))


def command(folder: Path, limit: int = 0) -> list[str]:
    return [sys.executable, "-m", "tests.classroom.synthetic_class", str(folder), str(limit)]


def run(folder: Path, limit: int = 0) -> subprocess.CompletedProcess[str]:
    """Write the class in a process of its own."""
    return subprocess.run(
        command(folder, limit), cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )


def content(output: Path) -> dict[str, object]:
    """Return every result's bytes by its file's path, and the gradebook's rows."""
    no_results = {output / name for name in ("gradebook.db", LOCK, LOG)}
    files = {path for path in output.rglob("*") if path.is_file()} - no_results
    found: dict[str, object] = {
        str(path.relative_to(output)): path.read_bytes() for path in sorted(files)
    }
    found["gradebook.db"] = rows(output / "gradebook.db")
    return found


def rows(gradebook: Path, query: str = ROWS) -> list[tuple[object, ...]]:
    database = sqlite3.connect(gradebook)
    try:
        return database.execute(query).fetchall()
    finally:
        database.close()


def recorded(output: Path) -> set[str]:
    """Return the students whose record is whole."""
    if not (output / "results.jsonl").exists():
        return set()
    found = set()
    for line in (output / "results.jsonl").read_bytes().splitlines():
        try:
            found.add(json.loads(line)["student"])
        except ValueError:
            continue
    return found


def killed(folder: Path, seconds: float) -> None:
    """Begin to write the class, and kill the writer so long after its first submission."""
    with subprocess.Popen(command(folder), cwd=ROOT, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(seconds)
        writer.kill()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_writer_that_is_killed_again_and_again_loses_nothing_and_repeats_nothing(
    folder: Path, undisturbed: dict[str, object], seed: int
) -> None:
    moments = random.Random(seed)
    for _ in range(5):
        killed(folder, moments.uniform(0, 0.15))
    before = recorded(folder / "output")
    last = run(folder)
    assert last.returncode == 0, last.stderr
    assert before.isdisjoint(last.stdout.split())
    assert len(before) + len(last.stdout.split()) == STUDENTS
    assert content(folder / "output") == undisturbed


@pytest.mark.parametrize("limit", [4_000, 60_000, 190_000])
def test_a_full_disk_stops_the_run_with_a_sentence_and_the_next_one_finishes(
    folder: Path, undisturbed: dict[str, object], limit: int
) -> None:
    stopped = run(folder, limit)
    assert stopped.returncode == 1
    assert "Then run the same command again: what was graded is kept" in stopped.stderr
    assert "Traceback" not in stopped.stderr
    before = recorded(folder / "output")
    assert len(before) < STUDENTS
    last = run(folder)
    assert last.returncode == 0, last.stderr
    assert before.isdisjoint(last.stdout.split())
    assert content(folder / "output") == undisturbed


@contextmanager
def held(gradebook: Path) -> Iterator[None]:
    """Let another process hold the gradebook, as a program in the middle of a change does."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(gradebook)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        yield
        other.stdin.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for nobody."""
    monkeypatch.setattr(writing, "LOCK_SECONDS", 0.0)
    monkeypatch.setattr(gradebook_queue, "PATIENCE_SECONDS", 0.0)


@pytest.mark.usefixtures("impatient")
def test_a_gradebook_that_stays_locked_loses_nothing_and_the_next_run_tells_it(
    folder: Path, course: Course, undisturbed: dict[str, object]
) -> None:
    output, found, said = folder / "output", found_in(folder), []
    writer = ClassWriter(course, output, own_gradebook=True, say=said.append)
    with (
        held(output / "gradebook.db"),
        pytest.raises(LockedError, match=f"The scores of {STUDENTS} submissions are not in it yet"),
    ):
        assert len(list(write_class(writer, course, found))) == STUDENTS
    assert len([text for text in said if "Grading goes on" in text]) == 1
    without = {name: found for name, found in content(output).items() if name != "gradebook.db"}
    assert undisturbed | without == undisturbed
    assert rows(output / "gradebook.db") == []
    again = ClassWriter(course, output, own_gradebook=True)
    assert list(write_class(again, course, found)) == []
    assert content(output) == undisturbed


@pytest.mark.usefixtures("impatient")
def test_scores_follow_when_the_gradebook_is_free_again(
    folder: Path, course: Course, undisturbed: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradebook_queue, "NEXT_TRY_SECONDS", 0.0)
    output, found = folder / "output", found_in(folder)
    writer = ClassWriter(course, output, own_gradebook=True, say=lambda text: None)
    written = write_class(writer, course, found)
    with held(output / "gradebook.db"):
        for _ in range(5):
            next(written)
        assert rows(output / "gradebook.db") == []
    next(written)
    assert len(rows(output / "gradebook.db", "select * from student")) == 5
    assert len(list(written)) == STUDENTS - 6
    assert content(output) == undisturbed


def test_waiting_for_a_gradebook_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradebook_queue, "PAUSE_SECONDS", 0.0)
    said: list[str] = []
    queue = gradebook_queue.GradebookQueue(Config(), said.append)
    refusals = [LockedError("It is held."), LockedError("It is held.")]

    def read() -> str:
        if refusals:
            raise refusals.pop()
        return "read"

    assert queue._patiently(read) == "read"
    assert said == ["It is held. Waiting for it, 60 s at most."]


def test_what_is_done_is_known_in_a_second_run(
    folder: Path, course: Course, undisturbed: dict[str, object]
) -> None:
    output, found = folder / "output", found_in(folder)
    list(write_class(ClassWriter(course, output, own_gradebook=True), course, found))
    again = ClassWriter(course, output, own_gradebook=True)
    assert all(again.is_done(item, Limits()) for item in found)
    again.finish()
    assert content(output) == undisturbed
