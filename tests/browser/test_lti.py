"""The LTI tool in a frame on another site, in a browser that blocks third-party cookies."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE
from tests.browser.lti_frame import LtiFrame
from tests.end_to_end.background import at_work
from tests.end_to_end.quick_engine import ADVICE, notebook
from tests.end_to_end.whole import LMS, TOOL, School, now, running, school
from tests.platform.certificates import Certificate, make_certificate
from tests.platform.rules import MOODLE
from tests.platform.serving import served

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser lti")]

PHONE = {"viewport": {"width": 375, "height": 720}, "is_mobile": True, "has_touch": True}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"), [LMS, TOOL])


@pytest.fixture
def moodle(tmp_path: Path, certificate: Certificate) -> Iterator[School]:
    with running(tmp_path, certificate, clock=now) as whole, at_work(whole):
        yield school(whole, MOODLE)


@pytest.fixture
def alices_work(moodle: School) -> None:
    """Hand in a notebook as Alice, and wait until its score is in the gradebook."""
    moodle.open(moodle.alice).hand_in(notebook(15))
    while moodle.whole.outbox() != ["delivered"]:
        time.sleep(0.1)


def window(browser: Browser, **options: Any) -> Page:
    """Open a window of a new person's."""
    context = browser.new_context(ignore_https_errors=True, **options)
    context.set_default_timeout(PATIENCE)
    return context.new_page()


@pytest.fixture
def desktop(browser: Browser) -> Iterator[Page]:
    page = window(browser, viewport={"width": 1200, "height": 800})
    yield page
    page.context.close()


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    page = window(browser, locale="zh-CN", **PHONE)
    yield page
    page.context.close()


def cookies_application() -> flask.Flask:
    """Return pages that set a plain and a partitioned cookie, and show what comes back."""
    app = flask.Flask(__name__)

    @app.get("/set")
    def put() -> Any:
        answer = flask.redirect("/see")
        safe: Any = {"secure": True, "samesite": "None", "path": "/"}
        answer.set_cookie("plain", "1", **safe)
        answer.set_cookie("parted", "1", partitioned=True, **safe)
        return answer

    @app.get("/see")
    def see() -> str:
        return " ".join(sorted(flask.request.cookies))

    @app.get("/around")
    def around() -> str:
        return f'<iframe src="{flask.request.args["url"]}/set"></iframe>'

    return app


def test_this_browser_blocks_third_party_cookies(desktop: Page, certificate: Certificate):
    app = cookies_application()
    with (
        served(app, name=LMS, certificate=certificate) as lms,
        served(app, name=TOOL, certificate=certificate) as tool,
    ):
        desktop.goto(f"{tool}/set")
        expect(desktop.locator("body")).to_have_text("parted plain")
        desktop.goto(f"{lms}/around?url={tool}")
        expect(desktop.frame_locator("iframe").locator("body")).to_have_text("parted")


def test_from_the_course_to_the_feedback_by_keyboard(desktop: Page, moodle: School, tmp_path: Path):
    file = tmp_path / "dropout.ipynb"
    file.write_bytes(notebook(15))
    tool = LtiFrame(desktop, moodle)
    tool.open(moodle.alice)
    expect(tool.heading()).to_have_text("Dropout")
    assert tool.unnamed() == []
    tool.tab_to(tool.frame.get_by_label("Your notebook (.ipynb)"))
    with desktop.expect_file_chooser() as chooser:
        desktop.keyboard.press("Enter")
    chooser.value.set_files(file)
    expect(tool.frame.get_by_text("Chosen: dropout.ipynb")).to_be_visible()
    tool.tab_to(tool.frame.get_by_role("button", name="Hand in"))
    desktop.keyboard.press("Enter")
    expect(tool.heading()).to_contain_text("Attempt 1")
    expect(tool.frame.get_by_text("15 of 20 points")).to_be_visible()
    expect(tool.feedback.get_by_text(ADVICE).first).to_be_visible()
    assert tool.unnamed() == []
    tool.tab_to(tool.frame.get_by_role("link", name="Back to the exercise"))
    desktop.keyboard.press("Enter")
    expect(tool.frame.get_by_role("link", name="Attempt 1", exact=True)).to_be_visible()


def test_in_chinese_on_a_phone(phone: Page, moodle: School):
    tool = LtiFrame(phone, moodle)
    tool.open(moodle.bob)
    expect(tool.frame.locator("html")).to_have_attribute("lang", "zh")
    assert tool.overflow() == 0
    file = {"name": "作业.ipynb", "mimeType": "application/x-ipynb+json", "buffer": notebook(20)}
    tool.frame.locator("input[type=file]").set_input_files(file)
    tool.frame.get_by_role("button", name="提交").click()
    expect(tool.frame.get_by_text("第 1 次提交").first).to_be_visible()
    expect(tool.frame.locator(".score")).to_contain_text("20")
    expect(tool.frame.get_by_text("作业.ipynb")).to_be_visible()
    assert tool.overflow() == 0


def forgetting(application: Any) -> Any:
    """Answer pages within others without cookies, as if the browser kept none there."""

    def wrapped(environ: dict[str, Any], start_response: Any) -> Any:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            framed = environ.get("HTTP_SEC_FETCH_DEST") == "iframe"
            kept = [pair for pair in headers if pair[0].lower() != "set-cookie" or not framed]
            return start_response(status, kept, *more)

        return application(environ, start)

    return wrapped


def test_a_browser_that_keeps_no_cookie_opens_a_tab(desktop: Page, moodle: School):
    moodle.whole.pages.app = forgetting(moodle.whole.pages.app)
    tool = LtiFrame(desktop, moodle)
    tool.open(moodle.alice)
    link = tool.frame.get_by_role("link", name="Open in a new tab")
    with desktop.expect_popup() as opened:
        link.click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Dropout")


@pytest.mark.usefixtures("alices_work")
def test_a_teacher_reads_the_table(desktop: Page, moodle: School):
    tool = LtiFrame(desktop, moodle)
    tool.open(moodle.teacher)
    row = tool.frame.get_by_role("row").filter(has_text="Alice Adams")
    expect(row).to_contain_text("15 of 20 points")
    expect(row).to_contain_text("Delivered")
    assert tool.unnamed() == []
    row.get_by_role("link", name="Attempt 1").click()
    expect(tool.feedback.get_by_text(ADVICE).first).to_be_visible()


@pytest.mark.usefixtures("alices_work")
def test_a_teacher_on_a_phone(phone: Page, moodle: School):
    tool = LtiFrame(phone, moodle)
    tool.open(moodle.teacher)
    expect(tool.frame.get_by_text("Alice Adams")).to_be_visible()
    assert tool.overflow() == 0


def test_a_teacher_picks_an_assignment_by_keyboard(desktop: Page, moodle: School):
    tool = LtiFrame(desktop, moodle)
    tool.open(moodle.teacher, picking=True)
    offer = tool.frame.get_by_role("region", name="Dropout", exact=True)
    button = offer.get_by_role("button", name="Choose")
    expect(button).to_be_visible()
    assert tool.unnamed() == []
    tool.tab_to(button)
    desktop.keyboard.press("Enter")
    expect(tool.frame.get_by_text("Picked: Dropout")).to_be_visible()
    link = list(moodle.course.links.values())[-1]
    assert link.custom == {"assignment": "dropout"}
