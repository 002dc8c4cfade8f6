"""What is written is known again, and what became untrue is graded again."""

import shutil
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

import autograder
from autograder.classroom import packing
from autograder.classroom.grading import (
    Graded,
    Submission,
    grade_submission,
    points_of,
    released_notebook,
)
from autograder.classroom.running import UNSAFE
from autograder.classroom.submissions import Found
from autograder.classroom.writer import ClassWriter
from autograder.core.report import ExerciseReport, Report
from autograder.course.layout import Course
from autograder.kernel.session import Limits
from autograder.notebook.intake import fingerprint
from tests.sample_class.sample import SUBMISSIONS

pytestmark = pytest.mark.xdist_group("writer")  # they share what is slow to make

ASSIGNMENT = "l2_regularization"
STAMP = "2026-01-02 03:04:05.000000 UTC"


@pytest.fixture(scope="module")
def empty_output(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an output folder whose gradebook knows the assignment."""
    output = tmp_path_factory.mktemp("output")
    writer = ClassWriter(course, output, own_gradebook=True)
    writer.prepare(ASSIGNMENT)
    writer.finish()
    return output


@pytest.fixture
def output(empty_output: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder."""
    return Path(shutil.copytree(empty_output, tmp_path / "output"))


@pytest.fixture
def item(tmp_path: Path) -> Found:
    """Return a submission on disk."""
    path = tmp_path / f"{ASSIGNMENT}.ipynb"
    shutil.copy(SUBMISSIONS / "ada" / ASSIGNMENT / path.name, path)
    return Found("ada", ASSIGNMENT, path, STAMP)


def graded(course: Course, item: Found) -> Graded:
    """Return a report with full points on it."""
    exercises = tuple(
        ExerciseReport(name, points, points, "passed", "Right.")
        for name, points in points_of(course, ASSIGNMENT).items()
    )
    facts = {
        "submission_sha256": fingerprint(item.path.read_bytes()),
        "receipt": f"receipt {course.fingerprint(ASSIGNMENT)}",
        "engine": autograder.__version__,
        "limits": asdict(Limits()),
        "timestamp": item.timestamp,
    }
    report = Report(ASSIGNMENT, exercises, "ada", facts=facts)
    return Graded(report, released_notebook(course, ASSIGNMENT))


@pytest.fixture
def writer(course: Course, output: Path, item: Found) -> Iterator[ClassWriter]:
    """Return the writer of a second run; the first one wrote the submission."""
    first = ClassWriter(course, output, own_gradebook=True)
    assert not first.is_done(item, Limits())
    first.write(item, graded(course, item))
    first.finish()
    second = ClassWriter(course, output, own_gradebook=True)
    yield second
    second.finish()


def scores(output: Path) -> set[tuple[float | None, bool]]:
    """Return (automatic score, whether a person has to look) of each check cell."""
    with Gradebook(f"sqlite:///{output / 'gradebook.db'}", "keepprob") as gradebook:
        (notebook,) = gradebook.find_submission(ASSIGNMENT, "ada").notebooks
        return {(grade.auto_score, bool(grade.needs_manual_grade)) for grade in notebook.grades}


def test_what_a_killed_writer_left_half_written_is_removed(
    writer: ClassWriter, course: Course, output: Path
) -> None:
    before = sorted(output.rglob("*"))
    for name in (
        "results.jsonl",
        "overview.html",
        "pages/ada/l2_regularization.html",
        "autograded/ada/l2_regularization/l2_regularization.ipynb",
    ):
        path = output / name
        path.with_name(f".{path.name}.{2**22 + 1}-1").write_text("half")
    ClassWriter(course, output, own_gradebook=True)
    assert sorted(output.rglob("*")) == before


def test_what_was_written_is_done(writer: ClassWriter, item: Found) -> None:
    assert writer.is_done(item, Limits())


@pytest.mark.parametrize(
    "lost",
    [
        "autograded/ada/l2_regularization/l2_regularization.ipynb",
        "pages/ada/l2_regularization.html",
    ],
)
def test_a_file_that_is_gone_is_made_again(
    writer: ClassWriter, item: Found, output: Path, lost: str
) -> None:
    (output / lost).unlink()
    assert not writer.is_done(item, Limits())


def test_scores_that_the_gradebook_lost_are_put_back_and_nothing_is_graded_again(
    writer: ClassWriter, item: Found, output: Path, empty_output: Path
) -> None:
    written = scores(output)
    shutil.copy(empty_output / "gradebook.db", output / "gradebook.db")
    assert writer.is_done(item, Limits())
    assert scores(output) == written


def test_a_notebook_that_cannot_be_read_back_is_graded_again(
    writer: ClassWriter, item: Found, output: Path, empty_output: Path
) -> None:
    shutil.copy(empty_output / "gradebook.db", output / "gradebook.db")
    (notebook,) = (output / "autograded").rglob("*.ipynb")
    notebook.write_text("{")
    assert not writer.is_done(item, Limits())


def test_a_result_of_another_engine_is_graded_again(
    writer: ClassWriter, item: Found, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autograder, "__version__", "0.0.0")
    assert not writer.is_done(item, Limits())


def test_another_file_time_or_limit_is_graded(writer: ClassWriter, item: Found) -> None:
    assert not writer.is_done(replace(item, timestamp=None), Limits())
    assert not writer.is_done(item, Limits(call_seconds=3))
    item.path.write_text("another one")
    assert not writer.is_done(item, Limits())


def test_a_result_of_no_sandbox_is_replaced_by_one_of_a_sandbox(
    writer: ClassWriter, course: Course, item: Found
) -> None:
    made = graded(course, item)
    report = replace(made.report, facts=made.report.facts | {"sandbox": UNSAFE})
    writer.write(item, replace(made, report=report))
    assert not writer.is_done(item, Limits())
    assert writer.is_done(item, Limits(), sandboxed=False)


def test_a_file_that_cannot_be_read_leaves_no_earlier_score_or_notebook(
    writer: ClassWriter, course: Course, item: Found, output: Path
) -> None:
    item.path.write_text("no notebook")
    submission = Submission(course.root, ASSIGNMENT, "ada", item.path)
    writer.write(item, grade_submission(submission))
    assert scores(output) == {(None, True)}
    assert not list((output / "autograded").rglob("*.ipynb"))


def test_a_grader_that_fails_leaves_every_score_open(
    writer: ClassWriter,
    course: Course,
    item: Found,
    output: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(packing, "hidden_key_for", lambda course, *who: 1 / 0)
    found = grade_submission(Submission(course.root, ASSIGNMENT, "ada", item.path))
    writer.write(item, found)
    assert found.report.exercises[0].trouble == "ZeroDivisionError('division by zero')"
    assert scores(output) == {(None, True)}


def test_a_student_of_before_keeps_the_manual_score(
    writer: ClassWriter, course: Course, item: Found, output: Path
) -> None:
    with Gradebook(f"sqlite:///{output / 'gradebook.db'}", "keepprob") as gradebook:
        grade = gradebook.find_grade("check_l2_cost", ASSIGNMENT, ASSIGNMENT, "ada")
        grade.manual_score = 7.5
        gradebook.db.commit()
    writer.write(item, graded(course, item))
    with Gradebook(f"sqlite:///{output / 'gradebook.db'}", "keepprob") as gradebook:
        grade = gradebook.find_grade("check_l2_cost", ASSIGNMENT, ASSIGNMENT, "ada")
        assert grade.manual_score == 7.5
