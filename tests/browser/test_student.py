"""A student's path, in a real browser: from the opened notebook to a successful Validate."""

import shutil
from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Picture
from tests.browser.lab import Lab, jupyter_lab
from tests.browser.notebook_page import NotebookPage
from tests.sample_class.sample import ROOT, Sample, grade_id

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser student"),  # they share a server
]

BODY = """\
    D = rng.random(A.shape) < keep_prob
    A_dropped = {value}
    return A_dropped, D"""
NOTEBOOK = "dropout/dropout.ipynb"


def remove_experiments(notebook: nbformat.NotebookNode) -> None:
    """Validate runs every cell, and the experiments take their time; nothing checks them here."""
    notebook["cells"] = [
        cell for cell in notebook["cells"] if not (grade_id(cell) or "").startswith("experiment_")
    ]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve the released assignment; all exercises but the first one are solved in it."""
    folder = tmp_path_factory.mktemp("student")
    shutil.copytree(ROOT / "assignments" / "dropout", folder / "dropout")
    solved = Sample("", "dropout", "", functions={"dropout_forward": None}, edit=remove_experiments)
    (folder / NOTEBOOK).write_bytes(solved.content())
    with jupyter_lab(folder, tmp_path_factory.mktemp("home")) as lab:
        yield lab


def test_from_the_placeholder_to_a_valid_notebook(lab: Lab, page: Page, picture: Picture):
    notebook = NotebookPage(page, lab, NOTEBOOK)
    picture(page, "student/open")

    notebook.run_above("check_dropout_forward")
    notebook.run("check_dropout_forward")
    expect(notebook.output("check_dropout_forward")).to_contain_text("Not written yet")

    page.keyboard.press("Control+B")  # the list of files gives its room to the notebook
    notebook.write_body("dropout_forward", BODY.format(value="A * D"))
    notebook.run("dropout_forward")
    notebook.run("check_dropout_forward")
    verdict = notebook.output("check_dropout_forward")
    expect(verdict).to_contain_text("Not right yet")
    expect(verdict).to_contain_text("Divide the kept activations by keep_prob")
    expect(verdict).to_contain_text('dropout_forward(*case("dropout_forward", "worked_example"))')
    notebook.show("dropout_forward")
    picture(page, "student/not-right-yet")

    notebook.write_body("dropout_forward", BODY.format(value="A * D / keep_prob"))
    notebook.run("dropout_forward")
    notebook.run("check_dropout_forward")
    expect(verdict).to_contain_text("Passed")
    notebook.show("dropout_forward")
    picture(page, "student/passed")

    assert notebook.validate() == "Success! Your notebook passes all the tests."
    picture(page, "student/validated")
    assert "A_dropped = A * D / keep_prob" in notebook.file.read_text(encoding="utf-8")
