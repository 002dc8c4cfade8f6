"""assignments/ is what `autograder release` makes of solutions/, byte for byte."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.authoring.release import data_of, release
from autograder.authoring.translations import sentences_in
from autograder.course.exercises import load_exercises
from autograder.course.layout import Course, CourseError, find_course

pytestmark = pytest.mark.xdist_group("release")  # they share what is slow to make

COURSE = find_course(Path(__file__).parent)
NAMES = COURSE.assignment_names()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Release every assignment into a fresh folder."""
    target = tmp_path_factory.mktemp("assignments")
    for name in NAMES:
        release(COURSE, name, target)
    return target


def files(folder: Path) -> dict[str, bytes]:
    """Return a folder's files by name."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_release_is_today_s(name: str, made: Path) -> None:
    committed, today = files(COURSE.assignments / name), files(made / name)
    assert list(committed) == list(today)
    for file, content in today.items():
        assert content == committed[file], f"{name}/{file} is old: run `make release` and commit"


@pytest.mark.parametrize("name", NAMES)
def test_an_older_processor_makes_the_same_key(name: str, tmp_path: Path) -> None:
    """NumPy multiplies by other routines there, as this variable asks for."""
    older = os.environ | {"OPENBLAS_CORETYPE": "Prescott"}
    start = "from autograder.cli import main; main()"
    command = [sys.executable, "-c", start, "release", name, "--output", str(tmp_path)]
    subprocess.run(command, env=older, cwd=COURSE.root, check=True, capture_output=True)
    made = (tmp_path / name / "answer_key.h5").read_bytes()
    assert made == (COURSE.assignments / name / "answer_key.h5").read_bytes()


@pytest.mark.parametrize("name", NAMES)
def test_students_get_no_solution(name: str, made: Path) -> None:
    notebooks = [f"{name}.ipynb", f"{name}.zh.ipynb"]
    assert set(files(made / name)) == {
        *notebooks,
        "answer_key.h5",
        "zh.json",
        *(f"{data}.h5" for data in data_of(COURSE, name)),
    }
    for file in notebooks:
        for cell in nbformat.read(made / name / file, as_version=4)["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("solution") and cell["cell_type"] == "code":
                assert "raise NotImplementedError()" in cell["source"]
            assert "SOLUTION" not in cell["source"]


@pytest.mark.parametrize("name", NAMES)
def test_both_languages_have_the_same_cells(name: str, made: Path) -> None:
    english, chinese = (
        nbformat.read(made / name / f"{name}{middle}.ipynb", as_version=4)["cells"]
        for middle in ("", ".zh")
    )
    settings = [
        [(cell["cell_type"], cell["id"], cell["metadata"].get("nbgrader", {})) for cell in cells]
        for cells in (english, chinese)
    ]
    for one, other in zip(*settings, strict=True):
        checksums = [item[2].pop("checksum", None) for item in (one, other)]
        assert one == other, checksums


@pytest.mark.parametrize("name", NAMES)
def test_what_the_checks_say_in_chinese_is_no_solution(name: str, made: Path) -> None:
    texts = json.loads((made / name / "zh.json").read_text(encoding="utf-8"))
    sentences = {text.text for text in sentences_in(load_exercises(COURSE, name))}
    assert texts.keys() == sentences


def test_data_that_does_not_exist_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "solutions" / "a"
    folder.mkdir(parents=True)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell('load("nothing")')])
    nbformat.write(notebook, folder / "a.ipynb")
    with pytest.raises(CourseError, match=r"loads 'nothing', and datasets/ holds no nothing\.h5"):
        data_of(Course(tmp_path), "a")
