"""The gradebook holds what nbgrader itself would have written, a whole submission or nothing."""

import copy
import shutil
import socket
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import event
from traitlets.config import Config

from autograder.gradebook import writing
from autograder.gradebook.faults import GradebookError, LockedError, UnwritableError
from autograder.gradebook.scores import SCORES, SaveGrades
from autograder.gradebook.writing import CourseGradebook
from tests.gradebook.of_course import ASSIGNMENT, RELEASED, configured, in_folder

pytestmark = pytest.mark.xdist_group("gradebook")  # they share what is slow to make

CHECKS = ("weight_decay_factor", "train", "ensemble_prediction", "build_regularized_model")
WRITTEN = ("table", "why_rescale", "why_tune_together")
DUE = "2026-12-14 18:00:00.000000 UTC"
STAMPS = (None, "2026-12-14 17:59:59.000000 UTC", "2026-12-15 08:00:00.000000 UTC")


def with_penalties(url: str) -> Config:
    """Return the course's configuration with this gradebook, and late penalties."""
    config = configured(url)
    config.LateSubmissionPlugin.penalty_method = "zero"
    return config


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder whose gradebook knows the assignment and when it is due."""
    folder = tmp_path_factory.mktemp("made")
    gradebook = CourseGradebook(with_penalties(in_folder(folder)))
    gradebook.ensure_assignment(ASSIGNMENT)
    gradebook.close()
    with nbgraders(folder) as stock:
        stock.update_or_create_assignment(ASSIGNMENT, duedate=DUE)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """Return a copy of that folder."""
    shutil.copy(made / "gradebook.db", tmp_path)
    return tmp_path


@contextmanager
def nbgraders(folder: Path) -> Iterator[Gradebook]:
    """Open the gradebook with nbgrader's own class."""
    with Gradebook(in_folder(folder), "keepprob") as gradebook:
        yield gradebook


@contextmanager
def ours(folder: Path) -> Iterator[CourseGradebook]:
    """Open the gradebook with the class under test."""
    with closing(CourseGradebook(with_penalties(in_folder(folder)))) as gradebook:
        yield gradebook


def notebook(answered: frozenset[str] = frozenset()) -> NotebookNode:
    """Return the released notebook. answered: the cells in which a student wrote something."""
    made = nbformat.read(RELEASED, as_version=4)
    for cell in made["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") in answered:
            cell["source"] += "\nwritten"
    return made


def save_as_nbgrader_does(
    folder: Path, graded: NotebookNode, scores: dict[str, float | None], stamp: str | None
) -> None:
    """Save with nbgrader's preprocessors, as `nbgrader autograde` calls them."""
    config = with_penalties(in_folder(folder))
    with nbgraders(folder) as gradebook, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gradebook.update_or_create_student("ada")
        gradebook.update_or_create_submission(
            ASSIGNMENT, "ada", **({"timestamp": stamp} if stamp else {})
        )
    names = {"notebook": ASSIGNMENT, "assignment": ASSIGNMENT, "student": "ada"}
    resources: dict[str, Any] = {
        "nbgrader": names | {"db_url": config.CourseDirectory.db_url},
        SCORES: scores,
    }
    for preprocessor in (SaveGrades, AssignLatePenalties):
        preprocessor(config=config).preprocess(copy.deepcopy(graded), resources)


def rows(folder: Path) -> dict[str, set[Any]]:
    """Return all that a gradebook knows of submissions, without the ids that it gives itself."""
    with nbgraders(folder) as gradebook:
        found: dict[str, set[Any]] = {"students": {student.id for student in gradebook.students}}
        for submission in gradebook.assignment_submissions(ASSIGNMENT):
            name = submission.student.id
            found[name] = {(submission.timestamp, submission.extension, submission.score)}
            for book in submission.notebooks:
                found[name].add((book.name, book.late_submission_penalty, book.score))
                found[name] |= {
                    (
                        item.name,
                        item.auto_score,
                        item.manual_score,
                        item.extra_credit,
                        item.needs_manual_grade,
                    )
                    for item in book.grades
                }
                found[name] |= {
                    (item.name, item.auto_comment, item.manual_comment) for item in book.comments
                }
    return found


def mark_by_hand(folder: Path, marks: dict[str, tuple[float, float | None]]) -> None:
    """Give manual scores, extra credit and a comment, as the formgrader does."""
    with nbgraders(folder) as gradebook:
        for name, (manual, extra) in marks.items():
            grade = gradebook.find_grade(name, ASSIGNMENT, ASSIGNMENT, "ada")
            grade.manual_score, grade.extra_credit = manual, extra
            grade.needs_manual_grade = False
        comment = gradebook.find_comment("why_rescale", ASSIGNMENT, ASSIGNMENT, "ada")
        comment.manual_comment = "well said"
        gradebook.db.commit()


QUARTERS = st.integers(0, 120).map(lambda count: count / 4)  # whose sum is exact in any order
POINTS = st.none() | QUARTERS
SCORING = st.fixed_dictionaries({f"check_{name}": POINTS for name in CHECKS})
MARKS = st.dictionaries(st.sampled_from([*WRITTEN, "check_train"]), st.tuples(QUARTERS, POINTS))
HANDED_IN = st.tuples(
    SCORING, st.frozensets(st.sampled_from([*WRITTEN, "train", "helpers"])), st.sampled_from(STAMPS)
)


@settings(max_examples=12, deadline=None, phases=[Phase.generate])  # shrinking takes minutes
@given(first=HANDED_IN, marks=MARKS, second=HANDED_IN)
def test_the_rows_are_those_that_nbgrader_writes(
    made: Path, tmp_path_factory: pytest.TempPathFactory, first: Any, marks: Any, second: Any
) -> None:
    stock, folder = tmp_path_factory.mktemp("stock"), tmp_path_factory.mktemp("ours")
    for place in (stock, folder):
        shutil.copy(made / "gradebook.db", place)
    names = {"assignment": ASSIGNMENT, "student": "ada"}
    for number, (scores, answered, stamp) in enumerate((first, second)):
        if number:
            mark_by_hand(stock, marks)
            mark_by_hand(folder, marks)
        save_as_nbgrader_does(stock, notebook(answered), scores, stamp)
        with ours(folder) as gradebook:
            gradebook.save(notebook(answered), scores, timestamp=stamp, **names)
        assert rows(folder) == rows(stock)


def save(gradebook: CourseGradebook, student: str, graded: NotebookNode | None = None) -> None:
    """Save a submission that is late and has 5 points in the first exercise."""
    gradebook.save(
        graded or notebook(),
        {"check_train": 5.0},
        assignment=ASSIGNMENT,
        student=student,
        timestamp=STAMPS[-1],
    )


def test_a_failure_in_the_middle_leaves_nothing_of_the_submission(folder: Path) -> None:
    strange = notebook()
    strange["cells"][-1]["metadata"]["nbgrader"] = {
        "grade": True, "solution": False, "grade_id": "unknown", "points": 1,
        "locked": True, "schema_version": 3, "task": False,
    }  # fmt: skip
    with ours(folder) as gradebook:
        with pytest.raises(GradebookError, match=r"does not know the cell unknown; it knows check"):
            save(gradebook, "ada", strange)
        save(gradebook, "eve")
    assert rows(folder).keys() == {"students", "eve"}
    assert rows(folder)["students"] == {"eve"}


def test_scores_are_those_of_the_whole_class(folder: Path) -> None:
    with ours(folder) as gradebook:
        save(gradebook, "ada")
        save(gradebook, "eve")
        found = gradebook.scores(ASSIGNMENT)
    assert found.keys() == {"ada", "eve"}
    assert found["ada"]["check_train"] == 5.0
    assert found["ada"].keys() == {f"check_{name}" for name in CHECKS} | set(WRITTEN)


def test_an_unknown_assignment_says_what_to_do(folder: Path) -> None:
    with ours(folder) as gradebook, pytest.raises(GradebookError, match="generate_assignment"):
        gradebook.save(notebook(), {}, assignment="nothing", student="ada", timestamp=None)


def test_no_question_reads_the_rows_of_the_whole_class(folder: Path) -> None:
    """Each step finds its rows by an index: its cost does not grow with the class."""
    asked: list[tuple[str, Any]] = []
    with ours(folder) as gradebook:
        event.listen(
            gradebook._engine,
            "before_cursor_execute",
            lambda connection, cursor, statement, values, *_: asked.append((statement, values)),
        )
        save(gradebook, "ada")  # adds
        save(gradebook, "ada")  # changes
    steps = []
    with closing(sqlite3.connect(folder / "gradebook.db")) as database:
        for statement, values in asked:
            if not statement.startswith("BEGIN"):
                one = values[0] if isinstance(values, list) else values
                steps += database.execute(f"EXPLAIN QUERY PLAN {statement}", one).fetchall()
    details = [step[-1] for step in steps]
    assert any("grade" in detail for detail in details)
    large = ("grade", "comment", "submitted_assignment", "submitted_notebook", "student")
    assert [line for line in details if line.startswith("SCAN") and line.split()[1] in large] == []


def test_a_gradebook_that_another_program_holds_is_told_apart(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "LOCK_SECONDS", 0.0)
    with ours(folder) as gradebook, closing(sqlite3.connect(folder / "gradebook.db")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LockedError, match="Another program holds the gradebook"):
            save(gradebook, "ada")
        other.rollback()
        save(gradebook, "ada")
    assert rows(folder)["students"] == {"ada"}


def test_a_gradebook_that_is_none_is_explained(tmp_path: Path) -> None:
    (tmp_path / "gradebook.db").write_text("no database, but long enough to be taken for one" * 50)
    with pytest.raises(UnwritableError, match="not a database"), ours(tmp_path):
        pass


def test_a_server_that_does_not_answer_is_explained() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and listens not
        port = nobody.getsockname()[1]
        url = f"postgresql+psycopg://teacher@127.0.0.1:{port}/gradebook"
        with pytest.raises(UnwritableError, match=r"refused.*See that its server runs"):
            CourseGradebook(configured(url))
