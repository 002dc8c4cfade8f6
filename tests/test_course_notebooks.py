"""The course's notebooks run from top to bottom: with the solutions, and as students get them."""

import itertools
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.authoring.release import data_of
from autograder.authoring.translations import read_translation, translated_cells
from autograder.course.layout import find_course
from autograder.notebook.repair import exercise_of, grade_id, is_experiment

COURSE = find_course(Path(__file__).parent)
NAMES = COURSE.assignment_names()

LANGUAGES = ("en", "zh")

# A notebook's runs share a process: the second one finds what the first one imported warm.
PARAMETERS = [
    pytest.param(name, language, marks=pytest.mark.xdist_group(f"run {name}-{language}"))
    for name in NAMES
    for language in LANGUAGES
]

# In the notebook's own process every warning is an error. Keras's writer of HDF5 files asks NumPy
# in a way that NumPy 2 calls old; nobody sees it, and it is not ours to mend.
STRICT = """
import warnings
warnings.simplefilter("error")
warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"(keras|h5py|tensorflow)\\b")
"""


UNWRITTEN = {"en": "is not written yet", "zh": "还没有写"}


def executed(notebook: NotebookNode, name: str, folder: Path, *, stop: bool) -> NotebookNode:
    """Run a notebook in a folder with the assignment's key and data; stop at an error or go on."""
    for file in (COURSE.assignments / name).iterdir():
        if file.suffix in (".h5", ".json"):
            shutil.copy(file, folder)
    notebook["cells"].insert(0, nbformat.v4.new_code_cell(STRICT))
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        allow_errors=not stop,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    return notebook


def outputs(notebook: NotebookNode, kind: str) -> list[tuple[NotebookNode, NotebookNode]]:
    """Return each cell and output of one type (`stream`, `error`, `display_data`)."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return [(cell, out) for cell in code for out in cell["outputs"] if out["output_type"] == kind]


def figures_of(notebook: NotebookNode) -> set[str]:
    """Return the grade_ids of the cells that show a picture."""
    shown = outputs(notebook, "display_data")
    return {grade_id(cell) or cell["id"] for cell, out in shown if "image/png" in out["data"]}


def source_of(name: str, language: str) -> NotebookNode:
    """Return the authors' notebook in a language."""
    source = nbformat.read(COURSE.solutions / name / f"{name}.ipynb", as_version=4)
    if language != "en":
        translation = read_translation(COURSE.translation_file(name, language))
        cells = translated_cells(source["cells"], translation, language)
        source["cells"] = [nbformat.from_dict(cell) for cell in cells]
    return source


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), PARAMETERS)
def test_the_source_runs_without_an_error_or_a_warning(
    name: str, language: str, tmp_path: Path
) -> None:
    ran = executed(source_of(name, language), name, tmp_path, stop=True)
    said = [(cell["id"], out["text"]) for cell, out in outputs(ran, "stream")]
    noise = [(cell["id"], out["text"]) for cell, out in outputs(ran, "stream") if is_stderr(out)]
    assert noise == []
    assert len(said) > 10
    assert len(figures_of(ran)) >= 7


def is_stderr(out: NotebookNode) -> bool:
    """Tell whether an output stands on stderr."""
    return out["name"] == "stderr"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "language"), PARAMETERS)
def test_in_the_released_one_only_what_is_unwritten_fails(
    name: str, language: str, tmp_path: Path
) -> None:
    released = nbformat.read(COURSE.released_notebook(name, language), as_version=4)
    ran = executed(released, name, tmp_path, stop=False)
    failed = {cell["id"]: out for cell, out in outputs(ran, "error")}
    for cell in ran["cells"]:
        if (exercise := exercise_of(cell)) is not None:
            out = failed.pop(cell["id"])
            assert out["ename"] == "CheckFailed"
            assert f"{exercise} {UNWRITTEN[language]}" in out["evalue"]
    unexpected = {at: out for at, out in failed.items() if not of_unwritten(out, name)}
    assert {at: (out["ename"], out["evalue"]) for at, out in unexpected.items()} == {}


def of_unwritten(out: NotebookNode, name: str) -> bool:
    """Tell whether an error says that a function is not written, or not copied, yet."""
    if out["ename"] == "NameError":
        missing = re.findall(r"name '(\w+)' is not defined", out["evalue"])
        return missing[0] in copied(name)
    return out["ename"] == "NotImplementedError"


def copied(name: str) -> set[str]:
    """Return the functions that a notebook asks to copy from earlier assignments."""
    source = nbformat.read(COURSE.solutions / name / f"{name}.ipynb", as_version=4)
    cells = [cell["source"] for cell in source["cells"] if grade_id(cell) == "helpers"]
    return {found for text in cells for found in re.findall(r"^def (\w+)", text, re.MULTILINE)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_its_caption_below(name: str, language: str) -> None:
    cells = source_of(name, language)["cells"]
    for cell, below in itertools.pairwise(cells):
        if cell["cell_type"] == "code" and "plt.show()" in cell["source"]:
            assert below["cell_type"] == "markdown"
            assert below["source"].startswith(("*Figure: ", "*图：")), cell["id"]


@pytest.mark.parametrize("name", NAMES)
def test_each_exercise_has_hints_and_a_remark_on_what_could_go_wrong(name: str) -> None:
    cells = nbformat.read(COURSE.solutions / name / f"{name}.ipynb", as_version=4)["cells"]
    at = {cell["id"]: position for position, cell in enumerate(cells)}
    for cell in cells:
        if (exercise := exercise_of(cell)) is not None:
            above = cells[at[exercise] - 1]["source"]
            assert "**What could go wrong.**" in above, exercise
            assert "<details><summary>Hint 1" in above, exercise
            assert "**By hand.**" in cells[at[exercise] - 2]["source"], exercise


@pytest.mark.parametrize("name", NAMES)
def test_experiments_say_so_and_grading_needs_none_of_them(name: str) -> None:
    cells = nbformat.read(COURSE.solutions / name / f"{name}.ipynb", as_version=4)["cells"]
    experiments = [cell for cell in cells if is_experiment(cell)]
    assert len(experiments) >= 10
    for cell in experiments:
        assert cell["source"].startswith("# Experiment: ")
    graded = [cell for cell in cells if cell["cell_type"] == "code" and not is_experiment(cell)]
    assert not any("figures" in cell["source"] for cell in graded)


def test_the_data_that_a_notebook_loads_lies_beside_it() -> None:
    assert data_of(COURSE, "regularization_in_practice") == ["two_arcs", "digits", "breast_cancer"]
