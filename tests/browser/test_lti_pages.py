"""The LTI tool's pages in a real browser: in a frame of another site, by keyboard, on a phone."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import flask
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import update

from autograder.core.report import Report
from autograder.database import invitations
from autograder.database.tables import Outbox
from tests.browser.conftest import PATIENCE, Picture
from tests.feedback.samples import report as one_of_each
from tests.platform.certificates import Certificate, make_certificate
from tests.platform.conftest import Clock
from tests.platform.launching import course_address
from tests.platform.registering import registration_address
from tests.platform.serving import free_port, served
from tests.platform.state import User
from tests.web.world import World, notebook, points

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser lti")]

DESKTOP = {"width": 1100, "height": 760}
PHONE = {"width": 390, "height": 844}
WITHOUT_FOREIGN_COOKIES = ["--test-third-party-cookie-phaseout"]
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
DROP = """([zone, name]) => {
  const carried = new DataTransfer();
  carried.items.add(new File(['{}'], name));
  zone.dispatchEvent(new DragEvent('drop', {dataTransfer: carried, bubbles: true}));
}"""
NAMELESS = """() => [...document.querySelectorAll('input, select, button, a, iframe')]
  .filter((each) => each.type !== 'hidden' && !each.hidden && !(each.labels?.length
    || each.textContent.trim() || each.ariaLabel || each.title))
  .map((each) => each.outerHTML)"""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    names = ["lms.localhost", "kit.localhost", "plain.localhost"]
    return make_certificate(tmp_path_factory.mktemp("tls"), names)


@pytest.fixture
def world(tmp_path: Path, certificate: Certificate) -> Iterator[World]:
    """Serve an LMS and the tool as two sites."""
    lms, kit = free_port(), free_port()
    world = World(
        tmp_path,
        lms_url=f"https://lms.localhost:{lms}",
        kit_url=f"https://kit.localhost:{kit}",
        clock=Clock(datetime.now(UTC)),
    )
    with (
        served(world.lms.app, name="lms.localhost", port=lms, certificate=certificate),
        served(world.app, name="kit.localhost", port=kit, certificate=certificate),
    ):
        yield world
    world.db.close()


@pytest.fixture
def strict(browser: Browser) -> Iterator[Browser]:
    """Start a browser that keeps no cookies of other sites than the one that is open."""
    program = shutil.which("chromium")
    strict = browser.browser_type.launch(executable_path=program, args=WITHOUT_FOREIGN_COOKIES)
    yield strict
    strict.close()


def window(browser: Browser, size: dict[str, int] = DESKTOP, **options: object) -> BrowserContext:
    # The authority of the certificate is none that the browser knows.
    context = browser.new_context(ignore_https_errors=True, viewport=size, **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    return context


def opened(world: World, context: BrowserContext, user: User, *, frame: bool = False) -> Page:
    page = context.new_page()
    page.goto(course_address(world.lms, world.course, world.activity, user, frame=frame))
    return page


def with_rules(world: World) -> None:
    world.set_policy(
        due_at=world.clock() + timedelta(days=3, hours=5), late_penalty_per_day=0.1,
        late_penalty_cap=0.5, attempts_allowed=5, cool_down_seconds=600,
    )  # fmt: skip


def all_graded() -> Report:
    """Return a report of which nothing waits for a person."""
    report = one_of_each()
    return replace(report, exercises=report.exercises[:-1])


def plain_tool() -> flask.Flask:
    """Return a tool that sets an ordinary cookie, and says whether it came back."""
    app = flask.Flask(__name__)

    @app.get("/")
    def begin() -> flask.Response:
        answer = flask.make_response('<a href="/back">on</a>')
        answer.set_cookie("plain", "1", secure=True, samesite="None")
        return answer

    @app.get("/back")
    def back() -> str:
        return "<p>kept</p>" if flask.request.cookies.get("plain") else "<p>lost</p>"

    return app


def test_an_ordinary_cookie_is_lost_in_a_frame(
    world: World, strict: Browser, certificate: Certificate
):
    """What the next test shows is worth something only where this holds."""
    with served(plain_tool(), name="plain.localhost", certificate=certificate) as url:
        context = window(strict)
        page = context.new_page()
        page.goto(f"{world.lms.url}/course/7/{world.activity.id}?user=3")
        page.evaluate("url => { document.querySelector('iframe').src = url }", f"{url}/")
        frame = page.frame_locator("iframe")
        frame.get_by_role("link", name="on").click()
        expect(frame.locator("p")).to_have_text("lost")
        context.close()


def test_a_student_hands_in_within_the_lms_and_watches(
    world: World, strict: Browser, picture: Picture
):
    context = window(strict)
    page = opened(world, context, world.alice, frame=True)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Dropout")
    file = {"name": "dropout.ipynb", "mimeType": "", "buffer": notebook("x = 1")}
    frame.get_by_label("Your notebook").set_input_files(file)
    expect(frame.get_by_text("Chosen: dropout.ipynb")).to_be_visible()
    picture(page, "lti/in-the-lms")
    frame.get_by_role("button", name="Hand in").click()
    expect(frame.get_by_role("status")).to_contain_text("Waiting to be graded")
    expect(frame.get_by_role("status")).to_contain_text("It is the next in the queue.")
    world.grade(one_of_each(), seconds=0)
    expect(frame.get_by_role("heading", name="Feedback")).to_be_visible()
    feedback = frame.frame_locator("iframe.feedback")
    expect(feedback.get_by_text("27.5 / 100 points so far")).to_be_visible()
    feedback.get_by_role("link", name="predict").click()  # an anchor works in the sandbox
    frame.get_by_role("link", name="Back to the exercise").click()
    expect(frame.get_by_role("link", name="Attempt 1")).to_be_visible()
    context.close()


def test_the_pictures_of_a_student(world: World, browser: Browser, picture: Picture):
    alice = world.visit(world.alice)
    with_rules(world)
    for number, share in enumerate((20, 32)):
        world.set_policy(cool_down_seconds=0)
        alice.hand_in(notebook(f"x = {number}"))
        world.grade(points(share))
        world.clock.forward(minutes=1)
    alice.hand_in(notebook("x = 2"))
    context = window(browser, locale="en-GB", timezone_id="Europe/Berlin")
    page = opened(world, context, world.alice)
    page.get_by_role("link", name="Attempt 3").click()
    expect(page.get_by_role("status")).to_contain_text("Waiting")
    picture(page, "lti/queued")
    world.grade(all_graded(), seconds=0)
    expect(page.locator("iframe.feedback")).to_be_visible()
    expect(page.frame_locator("iframe.feedback").get_by_text("27.5 / 85")).to_be_visible()
    picture(page, "lti/attempt")
    page.get_by_role("link", name="Back to the exercise").click()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Dropout（随机失活）")
    picture(page, "lti/student-zh")
    context.close()


def test_the_pictures_of_a_teacher(world: World, browser: Browser, picture: Picture):
    for user, share in ((world.alice, 32), (world.bob, 25), (world.mei, 35)):
        world.visit(user).hand_in(notebook(f"{user.id}"))
        world.grade(points(share))
    with_rules(world)
    states = (
        (world.alice, {"state": "delivered", "shown_score": 32.0}),
        (world.bob, {"state": "differs", "shown_score": 28.0, "reason": "overridden"}),
        (world.mei, {"state": "dead", "reason": "locked", "detail": "500 Internal Server Error"}),
    )
    for user, columns in states:
        with world.db.transaction() as session:
            row = update(Outbox).where(Outbox.user_id == world.user(user).id)
            session.execute(row.values(**columns))
    context = window(browser, locale="en-GB", timezone_id="Europe/Berlin")
    page = opened(world, context, world.tina)
    expect(page.get_by_label("Due")).to_have_count(1)
    picture(page, "lti/class")
    before = world.link().due_at
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("The rules are saved")
    assert before is not None
    assert world.link().due_at == before  # whatever the zone, and to the second
    picture(page.locator(".two"), "lti/rules-and-downloads")
    with page.expect_download() as download:
        page.get_by_role("button", name="Table (CSV)").click()
    assert download.value.suggested_filename == "dropout-csv.csv"
    context.close()


def test_a_teacher_picks_an_assignment(world: World, browser: Browser, picture: Picture):
    context = window(browser)
    page = context.new_page()
    page.goto(course_address(world.lms, world.course, None, world.tina, frame=False))
    expect(page.get_by_role("heading", level=1)).to_have_text("Choose an assignment")
    picture(page, "lti/pick")
    with page.expect_request(f"{world.lms.url}/deep-linking/**") as sent:
        page.get_by_role("button", name="Choose").first.click()
    assert "JWT=" in (sent.value.post_data or "")
    context.close()


def test_a_registration_ends_with_a_word_to_the_lms(
    world: World, browser: Browser, picture: Picture
):
    with world.db.transaction() as session:
        invite = invitations.invite(session, "for the tests", world.clock())
    address = registration_address(world.lms, f"{world.url}/lti/register/{invite}")
    context = window(browser)
    page = opened(world, context, world.tina, frame=True)
    page.evaluate("addEventListener('message', (event) => { window.said = event.data.subject })")
    page.evaluate("url => { document.querySelector('iframe').src = url }", address)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("has to press “Activate”")).to_be_visible()
    picture(page, "lti/registered")
    frame.get_by_role("button", name="Close this window").click()
    page.wait_for_function("window.said === 'org.imsglobal.lti.close'")
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone(world: World, browser: Browser, picture: Picture, scheme: str):
    world.visit(world.mei).hand_in(notebook("x = 1"))
    world.grade(one_of_each())
    world.visit(world.alice).hand_in(notebook("x = 1"))
    world.grade(points(32))
    with_rules(world)
    with world.db.transaction() as session:
        session.execute(update(Outbox).values(state="differs", shown_score=1.0, reason="capped"))
    attempts = [f"/a/attempt/{attempt.public_id}" for attempt in world.attempts()]
    visits = ((world.mei, ["/a/", attempts[0]]), (world.tina, ["/i/", "/a/", *attempts]))
    for user, paths in visits:
        context = window(browser, PHONE, color_scheme=scheme, is_mobile=True)
        page = opened(world, context, user)
        for path in paths:
            page.goto(f"{world.url}{path}")
            wide, screen = page.evaluate(WIDTHS)
            assert wide <= screen, path
            assert page.evaluate(NAMELESS) == [], path
            assert page.locator("h1").count() == 1
        if scheme == "light" and user is world.mei:
            page.goto(f"{world.url}/a/")
            picture(page, "lti/phone")
        context.close()


def test_by_keyboard_alone(world: World, browser: Browser):
    context = window(browser)
    page = opened(world, context, world.alice)
    reached = []
    for _ in range(4):  # to the content, the language, the file, the button
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.type"))
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", reached
    assert reached[-2:] == ["notebook", "submit"]
    page.locator("#notebook").set_input_files(
        {"name": "a.ipynb", "mimeType": "", "buffer": notebook("x = 1")}
    )
    page.locator("#notebook").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Waiting to be graded")
    context.close()


def test_a_notebook_can_be_dropped(world: World, browser: Browser):
    context = window(browser)
    page = opened(world, context, world.alice)
    zone = page.locator("[data-drop]").element_handle()
    page.evaluate(DROP, [zone, "mine.ipynb"])
    expect(page.get_by_text("Chosen: mine.ipynb")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_contain_text("no notebook")
    context.close()


def test_without_scripts_everything_is_there(world: World, browser: Browser):
    handed_in = world.visit(world.alice).hand_in(notebook("x = 1")).request.path
    context = window(browser, java_script_enabled=False)
    session = world.visit(world.alice).kit.get_cookie("__Host-kit", "kit.localhost")
    assert session is not None
    context.add_cookies([{"name": "__Host-kit", "value": session.value, "url": world.url}])
    page = context.new_page()
    page.goto(world.url + handed_in)
    expect(page.get_by_role("status")).to_contain_text("Waiting to be graded")
    world.grade(points(32), seconds=0)
    expect(page.get_by_role("status")).to_contain_text("32 of 35 points")  # by itself
    page.get_by_role("link", name="Back to the exercise").click()
    file = {"name": "b.ipynb", "mimeType": "", "buffer": notebook("x = 2")}
    page.get_by_label("Your notebook").set_input_files(file)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("status")).to_contain_text("Waiting to be graded")
    context.close()


def test_no_page_breaks_its_own_policy(world: World, browser: Browser):
    said: list[str] = []
    context = window(browser)
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    path = world.visit(world.alice).hand_in(notebook("x = 1")).request.path
    world.grade(one_of_each())
    for user, paths in ((world.alice, ["/a/", path]), (world.tina, ["/i/", path])):
        page = opened(world, context, user)
        for each in paths:
            page.goto(world.url + each)
            page.wait_for_load_state("networkidle")
    assert said == []
    context.close()
