"""A submission that kills its worker costs nobody else their result."""

import os
import signal
from pathlib import Path

import pytest

from autograder.classroom import run
from autograder.classroom.grading import Graded, Submission
from autograder.classroom.results import FILE, load_results
from autograder.classroom.run import RunSettings
from autograder.classroom.submissions import Found
from autograder.classroom.writer import ClassWriter
from autograder.core.report import NOT_GRADABLE, Report
from autograder.course.layout import Course


def kill_or_grade(submission: Submission) -> Graded:
    """Stand in for grading: end the process for one student."""
    if submission.student == "killer":
        os.kill(os.getpid(), signal.SIGKILL)
    return Graded(Report(submission.assignment, (), submission.student))


def test_the_others_are_graded_and_the_killer_waits_for_a_person(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "grade_submission", kill_or_grade)
    students = ("ada", "killer", "eve", "bob")
    found = [Found(student, "dropout", tmp_path / student, None) for student in students]
    settings = RunSettings(course, tmp_path, jobs=2)
    graded = {item.student: graded for item, graded in run._grade_all(found, settings)}
    assert sorted(graded) == sorted(students)
    assert graded["ada"].report.trouble is None
    assert {item.status for item in graded["killer"].report.exercises} == {NOT_GRADABLE}
    assert graded["killer"].report.exercises[0].trouble == "its worker process was killed twice"


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
        report = run._written(writer, item, Graded(Report("dropout", (), student)), settings)
        assert report.score is None
        assert "no space" in str(report.exercises[0].trouble)
    writer.finish()
    assert [student for _, student in load_results(tmp_path / FILE)] == ["ada", "eve"]
    assert (tmp_path / "pages" / "eve" / "dropout.html").is_file()
