"""nbgrader's formgrader in JupyterLab, as an instructor uses it."""

import re

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.browser.lab import Lab


class FormgraderPage:
    """The formgrader's window. It is a page of its own inside JupyterLab's."""

    def __init__(self, page: Page, lab: Lab):
        self.page = page
        page.goto(lab.address("lab"))
        page.get_by_role("menuitem", name="Nbgrader").click()
        page.get_by_role("menuitem", name="Formgrader", exact=True).click()
        self.frame: FrameLocator = page.frame_locator("iframe")
        expect(self.frame.locator(".nav")).to_be_visible()

    def row(self, name: str) -> Locator:
        """Return the row of an assignment, a notebook or a student."""
        pattern = re.compile(rf"^{re.escape(name)}$")
        cell = self.frame.locator("td").filter(has_text=pattern)
        return self.frame.locator("tr").filter(has=cell)

    def answer(self, grade_id: str) -> Locator:
        """Return the block of a written answer, with its points and the comment below it."""
        comment = self.frame.locator(f"#{grade_id}-comment")
        return self.frame.locator(".nbgrader_cell").filter(has=comment)

    def go(self, section: str) -> None:
        """Open one of the sections that stand on the left."""
        self.frame.locator(".nav").get_by_role("link", name=section).click()

    def press(self, row: Locator, button: str) -> str:
        """Press a row's button, wait for its end, and return what the window says."""
        row.locator(f".{button} a").click()
        said = self.frame.locator(".modal.in")
        expect(said).to_be_visible()
        text = said.inner_text()
        assert said.get_attribute("id") == "success-modal", text
        said.get_by_role("button", name="OK").click()
        expect(said).to_be_hidden()
        expect(self.frame.locator(".modal-backdrop")).to_have_count(0)
        return text

    def open_submission(self, assignment: str, name: str) -> None:
        """Go to manual grading and open the notebook of a student by name."""
        self.go("Manual Grading")
        for _ in ("the assignment", "its notebook of the same name"):
            self.frame.get_by_role("link", name=assignment, exact=True).click()
        link = self.frame.locator("a.name-shown", has_text=re.compile(f"^{name}$"))
        self.frame.locator("tr").filter(has=link).locator(".glyphicon-eye-open").click()
        link.click()
        # The fields are there before the page listens to them; then it says what belongs in them.
        for field in (".extra-credit", "textarea.comment"):
            last = self.frame.locator(field).last
            expect(last).to_have_attribute("placeholder", re.compile("."))

    def give_points(self, grade_id: str, points: float) -> None:
        """Give a written answer its points; they are saved when the field is left."""
        self._fill(self.frame.locator(f"#{grade_id}"), str(points), "/api/grade/")

    def write_comment(self, grade_id: str, comment: str) -> None:
        """Write a comment on a written answer, saved in the same way."""
        self._fill(self.frame.locator(f"#{grade_id}-comment"), comment, "/api/comment/")

    def _fill(self, field: Locator, text: str, saved_at: str) -> None:
        with self.page.expect_response(lambda answer: saved_at in answer.url) as response:
            field.fill(text)
            field.blur()
        assert response.value.ok
