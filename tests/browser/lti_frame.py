"""The LTI tool inside a course page of another site, as a student or a teacher meets it."""

import re
from dataclasses import dataclass

from playwright.sync_api import FrameLocator, Locator, Page, expect

from tests.end_to_end.whole import School
from tests.platform.launching import course_address
from tests.platform.state import Link, User

UNNAMED = re.compile(r"\s*- (button|link|textbox|combobox|checkbox|heading)(?! \").*")
HAS_FOCUS = "element => element === document.activeElement && document.hasFocus()"


@dataclass
class LtiFrame:
    """A window with the course page; the tool stands in its frame."""

    page: Page
    school: School

    def __post_init__(self) -> None:
        """Have windows that choose a file reported from now on.

        Asked for when one is about to open, this reaches the frame's own process too late.
        """
        self.page.on("filechooser", lambda chooser: None)

    @property
    def frame(self) -> FrameLocator:
        """The tool's frame."""
        return self.page.frame_locator('iframe[title="activity"]')

    @property
    def feedback(self) -> FrameLocator:
        """The feedback's frame within the tool's."""
        return self.frame.frame_locator("iframe.feedback")

    def open(self, user: User, link: Link | None = None, *, picking: bool = False) -> None:
        """Open the course page, which launches the activity."""
        where = None if picking else link or self.school.link
        school = self.school
        self.page.goto(
            course_address(school.platform, school.course, where, user, tool=school.tool)
        )

    def heading(self) -> Locator:
        """Return the page's heading."""
        return self.frame.get_by_role("heading", level=1)

    def tab_to(self, target: Locator, *, most: int = 30) -> None:
        """Press Tab until this has the focus."""
        expect(target).to_be_visible()
        for _ in range(most):
            if target.evaluate(HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{most} presses of Tab do not lead to {target}")

    def unnamed(self) -> list[str]:
        """Return the controls that a screen reader has no name for."""
        tree = self.frame.locator("body").aria_snapshot()
        return [line.strip() for line in tree.splitlines() if UNNAMED.match(line)]

    def overflow(self) -> int:
        """Return by how many pixels the tool's page is wider than its frame."""
        return int(
            self.frame.locator("html").evaluate("page => page.scrollWidth - page.clientWidth")
        )
