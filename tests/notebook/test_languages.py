"""Of the notebooks that a student hands in, the one in which they worked is graded."""

import copy
from pathlib import Path

import nbformat
import pytest

from autograder.notebook.languages import (
    language_of,
    mark_language,
    marked_language,
    worked_in,
)
from tests.notebook.test_repair import GRADE, SOLUTION, book, cell

STUB = cell("f", "raise NotImplementedError()", **SOLUTION)
CHECK = cell("check_f", "check(f)", **GRADE)


@pytest.fixture
def released(tmp_path: Path) -> dict[str, Path]:
    """An assignment in two languages."""
    folder = tmp_path / "assignments" / "toy"
    folder.mkdir(parents=True)
    files = {"en": folder / "toy.ipynb", "zh": folder / "toy.zh.ipynb"}
    for language, file in files.items():
        title = cell(None, f"# {language}", "markdown")
        nbformat.write(book(title, STUB, CHECK), file)
    return files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A student's folder, empty."""
    made = tmp_path / "ada" / "toy"
    made.mkdir(parents=True)
    return made


def hand_in(folder: Path, original: Path, solution: str | None = None) -> None:
    """Put a notebook there as it was released, or with a solution."""
    notebook = nbformat.read(original, as_version=4)
    if solution is not None:
        notebook["cells"][1]["source"] = solution
        notebook["cells"][1]["outputs"] = [nbformat.v4.new_output("stream", text="run")]
    nbformat.write(notebook, folder / original.name)


@pytest.mark.parametrize(
    ("english", "chinese", "chosen"),
    [
        ("def f(): return 1", None, "toy.ipynb"),
        (None, "def f(): return 1", "toy.zh.ipynb"),
        (None, None, "toy.ipynb"),
        ("def f(): return 1", "def f(): return 1", "toy.ipynb"),
    ],
)
def test_the_notebook_that_was_worked_in_is_chosen(
    released: dict[str, Path], folder: Path, english: str, chinese: str, chosen: str
) -> None:
    hand_in(folder, released["en"], english)
    hand_in(folder, released["zh"], chinese)
    assert worked_in(folder, released) == folder / chosen


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_only_notebook_is_chosen(
    released: dict[str, Path], folder: Path, language: str
) -> None:
    hand_in(folder, released[language])
    assert worked_in(folder, released) == folder / released[language].name


def test_where_nothing_was_handed_in_the_english_one_is_missing(
    released: dict[str, Path], folder: Path
) -> None:
    assert worked_in(folder, released) == folder / "toy.ipynb"


def test_running_a_notebook_is_no_work_in_it(released: dict[str, Path], folder: Path) -> None:
    ran = nbformat.read(released["en"], as_version=4)
    ran["cells"][2]["execution_count"] = 7
    nbformat.write(ran, folder / "toy.ipynb")
    hand_in(folder, released["zh"], "def f(): return 1")
    assert worked_in(folder, released) == folder / "toy.zh.ipynb"


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_a_file_that_cannot_be_read_comes_before_one_without_work(
    released: dict[str, Path], folder: Path, content: str
) -> None:
    (folder / "toy.zh.ipynb").write_text(content)
    hand_in(folder, released["en"])
    assert worked_in(folder, released) == folder / "toy.zh.ipynb"
    hand_in(folder, released["en"], "def f(): return 1")
    assert worked_in(folder, released) == folder / "toy.ipynb"


@pytest.mark.parametrize("target", ["a" * 300, "/no/such/place", "toy.zh.ipynb", "/dev/zero"])
def test_a_link_stops_nobody(released: dict[str, Path], folder: Path, target: str) -> None:
    (folder / "toy.zh.ipynb").symlink_to(target)
    hand_in(folder, released["en"], "def f(): return 1")
    assert worked_in(folder, released) == folder / "toy.ipynb"
    hand_in(folder, released["en"])
    assert worked_in(folder, released) == folder / "toy.zh.ipynb"  # whose reader refuses it


def test_the_language_is_that_of_the_files_name() -> None:
    assert language_of(Path("a/dropout.ipynb")) == "en"
    assert language_of(Path("a/dropout.zh.ipynb")) == "zh"


def test_what_a_notebook_says_of_its_language_itself_is_written_over() -> None:
    notebook = copy.deepcopy(book(STUB))
    assert marked_language(notebook) == "en"
    mark_language(notebook, "zh")
    assert marked_language(notebook) == "zh"
    mark_language(notebook, "en")
    assert marked_language(notebook) == "en"
