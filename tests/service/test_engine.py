"""The engine, with real workers and the sandbox of this machine; and what a course must have."""

from pathlib import Path

import nbformat
import pytest

from autograder.authoring.keys import build_pool
from autograder.classroom.grading import released_notebook
from autograder.core.words import SOURCE
from autograder.course.layout import Course
from autograder.database.tables import Result
from autograder.kernel.sandbox.self_test import NoSandboxError
from autograder.service.engine import (
    ClassroomEngine,
    NotReadyError,
    Task,
    language_of,
    missing,
    require_ready,
    run_settings,
)
from autograder.service.grader import Grader
from tests.course.courses import make_course
from tests.redteam.conftest import CONFIGURATION, EXERCISES, _release
from tests.service.conftest import World
from tests.service.world import address, attempt_of, hand_in_file, outbox_rows


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with an assignment of two small exercises."""
    course = make_course(tmp_path_factory.mktemp("toy"), toy=EXERCISES)
    _release(course)
    (course.root / "nbgrader_config.py").write_text(CONFIGURATION)
    return course


def handed_in(course: Course, factor: int) -> bytes:
    notebook = released_notebook(course, "toy")
    notebook["cells"][0]["source"] = f"def double(x):\n    return {factor} * x"
    notebook["cells"][2]["source"] = "def add(a, b):\n    return a + b"
    return nbformat.writes(notebook).encode()


@pytest.fixture(scope="module")
def engine(toy: Course):
    try:
        run_settings(toy, 1).require_sandbox()
    except NoSandboxError as error:
        pytest.skip(f"no sandbox holds here: {error}")
    made = ClassroomEngine(toy, 1)
    yield made
    made.end()


@pytest.mark.slow
def test_a_notebook_is_graded_as_it_is_on_the_command_line(
    world: World, toy: Course, engine: ClassroomEngine
):
    grader = Grader(world.database, engine, address)
    expected = {2: 5.0, 3: 2.0}
    for factor in expected:
        attempt_id = hand_in_file(world.database, world.user, world.link, handed_in(toy, factor))
        while attempt_of(world.database, attempt_id).state != "graded":
            grader.step()
        with world.database.reading() as session:
            result = session.get_one(Result, attempt_id)
        assert (result.score, result.max_score) == (expected[factor], 5.0)
        assert result.record["trouble"] is None
        assert "double" in result.page
    (row,) = outbox_rows(world.database)
    assert row.score_given == 5.0


@pytest.mark.slow
@pytest.mark.usefixtures("engine")  # which knows whether a sandbox holds here
def test_what_was_removed_from_the_temporary_folder_is_handed_over_again(toy: Course):
    task = Task("toy", "s-ada", 1, handed_in(toy, 2), "")
    fresh = ClassroomEngine(toy, 1)
    try:
        fresh._supplies.released("toy")
        for path in fresh._workers._folder.iterdir():
            path.unlink()
        with pytest.raises(FileNotFoundError):
            fresh.begin(task).result()
        fresh.start_afresh()
        assert fresh.begin(task).result().graded.report.score == 5.0
    finally:
        fresh.end()


@pytest.mark.slow
def test_the_hidden_key_depends_on_the_attempt(toy: Course, engine: ClassroomEngine):
    receipts = {
        str(engine.begin(Task("toy", "s-ada", number, handed_in(toy, 2), "")).result()
            .graded.report.facts["receipt"])
        for number in range(1, 6)
    }  # fmt: skip
    assert len(receipts) == 5


def test_a_course_that_is_not_ready_is_told_what_to_do(tmp_path: Path):
    course = make_course(tmp_path, toy=EXERCISES)
    assert "autograder release" in missing(course)[0]
    with pytest.raises(NotReadyError, match="autograder release"):
        require_ready(course)
    _release(course)
    with pytest.raises(NotReadyError, match="autograder keys toy"):
        require_ready(course)
    build_pool(course, "toy")
    require_ready(course)


def test_drafts_that_are_not_released_are_no_hindrance(tmp_path: Path):
    course = make_course(tmp_path, toy=EXERCISES)
    _release(course)
    build_pool(course, "toy")
    make_course(tmp_path, draft=EXERCISES)
    assert missing(course) == []


def notebook(path: Path, *texts: str) -> bytes:
    cells = [nbformat.v4.new_markdown_cell(text) for text in texts]
    content = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    path.write_bytes(content)
    return content


def test_the_language_is_that_of_most_of_the_cells(tmp_path: Path):
    released = {SOURCE: tmp_path / "toy.ipynb", "zh": tmp_path / "toy.zh.ipynb"}
    notebook(released[SOURCE], "Dropout", "Write it.", "def f(): ...")
    notebook(released["zh"], "随机失活", "写出来。", "def f(): ...")
    other = tmp_path / "other.ipynb"
    assert language_of(notebook(other, "随机失活", "写出来。", "def f(): 1"), released) == "zh"
    assert language_of(notebook(other, "Dropout", "Write it."), released) == SOURCE
    assert language_of(notebook(other, "Mine"), released) == SOURCE
    assert language_of(b"no notebook", released) == SOURCE
    del released["zh"]
    assert language_of(notebook(other, "随机失活"), released) == SOURCE
