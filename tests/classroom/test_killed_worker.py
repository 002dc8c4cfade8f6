"""A submission that kills its worker costs nobody else their result."""

import os
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest

from autograder.classroom import run
from autograder.classroom import workers as workers_module
from autograder.classroom.beginning import begin
from autograder.classroom.grading import Graded
from autograder.classroom.mapping import KILLED, Grading
from autograder.classroom.packing import SharingError
from autograder.classroom.results import FILE, load_results
from autograder.classroom.run import RunSettings
from autograder.classroom.submissions import Found
from autograder.classroom.work import Done, Submission, Work
from autograder.classroom.workers import LocalWorkers, WorkerKilledError
from autograder.classroom.writer import ClassWriter
from autograder.core.report import NOT_GRADABLE, Report
from autograder.course.layout import Course


def kill_or_grade(expected: Mapping[str, str], content: bytes, released: Any, key: Any) -> Done:
    """Stand in for grading: end the process for one student, and once for another."""
    work: Work = pickle.loads(content)
    first = Path(released).with_name(f"{work.student}-was-here")
    if work.student == "killer" or (work.student == "unlucky" and not first.exists()):
        first.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    report = Report(work.assignment, (), work.student)
    return Done(Graded(report), worker=str(os.getpid()))


@contextmanager
def workers(jobs: int, grade: Callable[..., Done] = kill_or_grade) -> Iterator[LocalWorkers]:
    made = LocalWorkers(jobs)
    made.grade = grade  # type: ignore[method-assign]
    try:
        yield made
    finally:
        made.shutdown()


def submissions(course: Course, folder: Path, *students: str) -> list[Submission]:
    found = []
    for student in students:
        path = folder / student / "dropout" / "dropout.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text("{}")
        found.append(Submission(course.root, "dropout", student, path, sandbox="bubblewrap"))
    return found


@pytest.mark.parametrize("jobs", [1, 3])
def test_the_others_are_graded_and_the_killer_waits_for_a_person(
    course: Course, tmp_path: Path, jobs: int
) -> None:
    students = ("ada", "killer", "eve", "unlucky", "bob")
    with workers(jobs) as made:
        results = Grading(course, made).over(submissions(course, tmp_path, *students))
        graded = {item.student: done.graded.report for item, done in results}
    assert sorted(graded) == sorted(students)
    assert {item.status for item in graded.pop("killer").exercises} == {NOT_GRADABLE}
    assert {report.trouble for report in graded.values()} == {None}


def test_the_reason_is_for_the_instructor(course: Course, tmp_path: Path) -> None:
    with workers(1) as made:
        ((_, done),) = Grading(course, made).over(submissions(course, tmp_path, "killer"))
    assert done.graded.report.exercises[0].trouble == KILLED
    assert done.notes == (KILLED,)


def test_a_killed_worker_is_replaced() -> None:
    with workers(1) as made:
        first = made.submit(os.getpid).result()
        with pytest.raises(WorkerKilledError):
            made.submit(os._exit, 1).result()
        assert made.submit(os.getpid).result() != first


def killed_at_start(parent: int) -> None:
    """Stand in for the beginning of a worker: kill those that start while a file is there."""
    found = Path(os.environ["KILLS_LEFT"])
    kills = int(found.read_text())
    if kills:
        found.write_text(str(kills - 1))
        os.kill(os.getpid(), signal.SIGKILL)
    begin(parent)


@pytest.mark.parametrize("kills", [1, 2])
def test_a_worker_that_is_killed_at_its_start_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int
) -> None:
    monkeypatch.setenv("KILLS_LEFT", str(tmp_path / "kills"))
    (tmp_path / "kills").write_text(str(kills))
    monkeypatch.setattr(workers_module, "begin", killed_at_start)
    with workers(1) as made:
        for _ in range(kills - 1):  # the first one had no task yet
            with pytest.raises(WorkerKilledError):
                made.submit(os.getpid).result(timeout=240)
        assert made.submit(int, "3").result(timeout=240) == 3


def grammar() -> object:
    """Return what a worker has for the module that jsonschema is not to compile."""
    return sys.modules.get("rfc3987_syntax", "nothing said of it")


def test_a_worker_leaves_a_grammar_out_before_it_imports_anything() -> None:
    with workers(1) as made:
        assert made.submit(grammar).result() is None


def test_what_a_function_raises_comes_back() -> None:
    with workers(1) as made:
        with pytest.raises(ValueError, match="invalid literal"):
            made.submit(int, "x").result()
        assert made.submit(int, "3").result() == 3


def test_at_once_means_that_nobody_waits_for_a_submission() -> None:
    made = LocalWorkers(1)
    running = made.submit(signal.pause)
    waiting = made.submit(os.getpid)
    made.submit(os.getpid).cancel()
    made.shutdown(cancel_futures=True)
    with pytest.raises((CancelledError, WorkerKilledError)):
        running.result()
    with pytest.raises(CancelledError):
        waiting.result()


def test_parts_are_shared_through_files_of_the_grader_alone() -> None:
    with workers(1) as made:
        path = made.share(b"content")
        assert path == made.share(b"content")
        assert made.submit(path.read_bytes).result() == b"content"
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not path.parent.exists()


def no_room(*arguments: object) -> None:
    raise OSError(ENOSPC, "No space left on device")


def test_no_room_for_what_workers_share_ends_the_run_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with workers(1) as made:
        folder = made.share(b"first").parent
        monkeypatch.setattr(Path, "replace", no_room)
        with pytest.raises(SharingError, match=r"No space left on device.* set TMPDIR"):
            made.share(b"second")
        assert [path.read_bytes() for path in folder.iterdir()] == [b"first"]
        monkeypatch.undo()
        assert made.share(b"second").read_bytes() == b"second"


def test_no_room_for_a_folder_ends_the_run_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "make_scratch", no_room)
    with pytest.raises(SharingError, match=r"The temporary folder .* what was graded is kept"):
        LocalWorkers(1)


def test_what_cannot_be_written_waits_for_a_person_and_the_others_are_kept(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(writer: ClassWriter, item: Found, graded: Graded) -> None:
        raise OSError("no space")

    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "ada").write_text("in the way of ada's page")
    monkeypatch.setattr(ClassWriter, "write", full)
    settings = RunSettings(course, tmp_path, own_gradebook=True)
    writer = ClassWriter(course, tmp_path, own_gradebook=True)
    for student in ("ada", "eve"):
        item = Found(student, "dropout", tmp_path / student, None)
        done = run._written(writer, item, Done(Graded(Report("dropout", (), student))), settings)
        report = done.graded.report
        assert report.score is None
        assert "no space" in str(report.exercises[0].trouble)
    writer.finish()
    assert [student for _, student in load_results(tmp_path / FILE)] == ["ada", "eve"]
    assert (tmp_path / "pages" / "eve" / "dropout.html").is_file()
