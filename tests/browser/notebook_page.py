"""A notebook in JupyterLab, as a student uses it: write, run, validate."""

import re

import nbformat
from playwright.sync_api import Locator, Page, expect

from tests.browser.lab import Lab
from tests.sample_class.sample import position

STUB = "    # YOUR CODE HERE\n    raise NotImplementedError()"
RAN = re.compile(r"^\[\d+\]:$")
IDLE = re.compile(r"^Python 3.* Idle$")


class NotebookPage:
    """The window that shows one notebook. Cells go by nbgrader's ids."""

    def __init__(self, page: Page, lab: Lab, path: str):
        self.page = page
        self.file = lab.folder / path
        self.notebook = nbformat.read(self.file, as_version=4)
        page.goto(lab.address(f"lab/tree/{path}"))
        expect(self._cells()).to_have_count(len(self.notebook["cells"]))
        expect(page.get_by_role("button", name=IDLE)).to_be_visible()

    def _cells(self) -> Locator:
        return self.page.locator(".jp-Notebook .jp-Cell")

    def cell(self, grade_id: str) -> Locator:
        """Return the cell with this id."""
        return self._cells().nth(position(self.notebook, grade_id))

    def output(self, grade_id: str) -> Locator:
        """Return what a cell shows below itself."""
        return self.cell(grade_id).locator(".jp-Cell-outputWrapper")

    def write_body(self, grade_id: str, body: str) -> None:
        """Replace the placeholder in a solution cell."""
        stub = self.notebook["cells"][position(self.notebook, grade_id)]["source"]
        assert STUB in stub
        self.cell(grade_id).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(stub.replace(STUB, body))

    def run(self, grade_id: str) -> None:
        """Run a cell and wait for its end."""
        self._run(self.cell(grade_id))

    def run_above(self, grade_id: str) -> None:
        """Run every code cell above a cell, one after the other."""
        for index, cell in enumerate(self.notebook["cells"][: position(self.notebook, grade_id)]):
            if cell["cell_type"] == "code":
                self._run(self._cells().nth(index))

    def _run(self, cell: Locator) -> None:
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(RAN)

    def show(self, grade_id: str) -> None:
        """Scroll until a cell begins at the top of the window."""
        self.cell(grade_id).evaluate("cell => cell.scrollIntoView({block: 'start'})")

    def validate(self) -> str:
        """Press nbgrader's button, which saves and runs all, and return what its window says."""
        self.page.get_by_role("button", name="Validate").click()
        said = self.page.locator("#validation-message")
        expect(said).to_be_visible()
        return said.inner_text().strip()
