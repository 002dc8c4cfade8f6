"""Headers on whatever is answered, and forms that come from our own pages alone."""

import io
import re

import pytest

from autograder.web.protection import WITHOUT_CSRF, _origins
from tests.platform.launching import LTI
from tests.web.world import LMS, World, notebook

SAFE = {"GET", "HEAD", "OPTIONS"}


class Untouched(io.RawIOBase):
    """A body of zeros without end, which counts how much of it was read."""

    read_so_far = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        self.read_so_far += len(buffer)
        return len(buffer)


def address_of(rule: str, attempt: str) -> str:
    """Return an address of a route, with somebody's attempt where it has a place for one."""
    known = {"<public_id>": attempt, "<invite>": "none", "<name>": "csv"}
    for place, value in known.items():
        rule = rule.replace(place, value)
    return rule


def routes(world: World) -> list[tuple[str, str, str]]:
    return [
        (rule.endpoint, method, rule.rule)
        for rule in world.app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
    ]


def policy_of(page) -> dict[str, str]:
    directives = page.headers["Content-Security-Policy"].split("; ")
    return dict(line.partition(" ")[::2] for line in directives)


def test_every_route_answers_with_the_headers(world: World):
    browser = world.visit(world.alice)
    browser.hand_in(notebook("x = 1"))
    world.grade()
    attempt = world.attempts()[0].public_id
    seen = 0
    for _, method, rule in routes(world):
        page = browser.kit.open(address_of(rule, attempt), method=method, base_url=world.url)
        where = f"{method} {rule}"
        assert page.headers["X-Content-Type-Options"] == "nosniff", where
        assert page.headers["Referrer-Policy"] == "no-referrer", where
        assert policy_of(page)["default-src"] == "'none'", where
        assert "frame-ancestors" in policy_of(page), where
        assert "unsafe-eval" not in page.headers["Content-Security-Policy"], where
        assert page.headers["Cache-Control"], where
        assert page.status_code < 500, where
        seen += 1
    assert seen > 40


def test_an_unknown_page_has_the_headers_too(world: World):
    page = world.browser().get("/nowhere")
    assert page.status_code == 404
    assert policy_of(page)["default-src"] == "'none'"


def test_every_form_is_refused_without_its_token(world: World):
    browser = world.visit(world.tina)
    checked = []
    for endpoint, method, rule in routes(world):
        if method in SAFE or endpoint in WITHOUT_CSRF:
            continue
        for fields in ({}, {"csrf": ""}, {"csrf": "wrong"}):
            page = browser.post(address_of(rule, "none"), fields)
            assert page.status_code == 403, rule
            assert "out of date" in page.text
        checked.append(rule)
    assert {"/a/submit", "/i/policy", "/i/regrade", "/language"} <= set(checked)


def test_only_login_and_launch_go_without_a_token():
    assert {"launching.login", "launching.launch"} == WITHOUT_CSRF


def test_the_token_of_another_visit_is_refused(world: World):
    alice, bob = world.visit(world.alice), world.visit(world.bob)
    token = alice.csrf()
    page = bob.post("/language", {"csrf": token, "language": "zh"})
    assert page.status_code == 403


def test_the_form_of_an_exercise_opened_before_hands_nothing_in(world: World):
    """Two tabs share a cookie: what was meant for one exercise must not land in the other."""
    other = world.lms.add_link(world.course, "Week 1", assignment="l2_regularization")
    browser = world.visit(world.alice)
    old = browser.form("/a/submit")
    browser.launch(world.alice, other)
    assert browser.post("/a/submit", old.fields).status_code == 403
    assert world.attempts() == []


def test_our_pages_run_only_our_script_and_show_only_our_frames(world: World):
    page = world.visit(world.alice).page
    policy = policy_of(page)
    assert policy["script-src"] == policy["style-src"] == policy["frame-src"] == "'self'"
    assert policy["form-action"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|javascript:", page.text)


def test_only_the_launching_lms_may_show_our_pages_inside_its_own(world: World):
    page = world.visit(world.alice).page
    assert policy_of(page)["frame-ancestors"] == f"'self' {LMS}"


def test_a_hosted_lms_shows_us_inside_pages_of_the_school(world: World):
    school = "https://school.instructure.example/return"
    claim = f"{LTI}launch_presentation"
    world.lms.tamper = lambda claims: claims | {claim: {"return_url": school}}
    ancestors = policy_of(world.visit(world.alice).page)["frame-ancestors"]
    assert ancestors == f"'self' {LMS} https://school.instructure.example"


def test_the_schools_of_canvas_may_show_why_there_is_no_visit():
    found = _origins(["https://canvas.instructure.com"])
    assert "https://*.instructure.com" in found


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://lms.example; script-src *", "https://a b", "", None]
)
def test_what_an_lms_says_cannot_widen_the_policy(url: str | None):
    assert all(re.fullmatch(r"https?://[\w.:*-]+", found) for found in _origins([url]))


def test_without_a_visit_only_a_registered_lms_may_show_why(world: World):
    page = world.browser().get("/a/")
    assert page.status_code == 401
    assert policy_of(page)["frame-ancestors"] == f"'self' {LMS}"


def test_that_the_database_is_away_is_said_inside_the_lms_that_came_before(world: World):
    login = world.visit(world.alice).login(world.alice, world.activity)
    (world.settings.data / "kit.db").unlink()
    world.db.close()
    page = world.browser().post("/lti/login", login)
    assert page.status_code == 500
    assert "it is not your fault" in page.text
    assert policy_of(page)["frame-ancestors"] == f"'self' {LMS}"


def test_machines_get_an_answer_that_nobody_may_frame(world: World):
    assert policy_of(world.browser().get("/healthz"))["frame-ancestors"] == "'none'"


def test_pages_are_kept_by_no_cache(world: World):
    assert world.visit(world.alice).page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/a", "/i", "//a/", "/a//", "/lti//login"])
def test_no_answer_leads_to_the_host_that_a_request_names(world: World, path: str):
    browser = world.visit(world.tina)
    page = browser.get(path, headers={"Host": "evil.example"})
    assert "evil.example" not in page.headers.get("Location", "") + page.text


@pytest.mark.parametrize(
    ("path", "status"), [("/a/submit", 403), ("/nowhere", 403), ("/lti/login", 413)]
)
def test_megabytes_of_nobody_are_refused_unread(world: World, path: str, status: int):
    """Else anybody has the tool keep them, as fast as they can send them."""
    body = Untouched()
    page = world.browser().post(
        path,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"wsgi.input": body, "CONTENT_LENGTH": "4000000"},
    )
    assert (page.status_code, body.read_so_far) == (status, 0)


def test_the_language_switch_leads_nowhere_else(world: World):
    browser = world.visit(world.alice)
    for place in ("https://evil.example/", "//evil.example", "/a//evil.example", "/\\evil", "/x"):
        browser.get("/a/")
        page = browser.post("/language", browser.form("/language").fields | {"to": place})
        assert page.headers["Location"] in {"/a/"}, place


def test_the_language_can_be_switched(world: World):
    browser = world.visit(world.alice)
    assert '<html lang="zh">' in browser.submit("/language").text
    assert '<html lang="en">' in browser.submit("/language").text
