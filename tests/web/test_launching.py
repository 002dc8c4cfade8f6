"""From the LMS to a page of ours: each launch once, in the browser in which it began."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from autograder.database.tables import Login, Platform, WebSession
from autograder.web.launching import BROWSER, PROBE
from autograder.web.visits import COOKIE
from tests.platform.launching import LTI
from tests.web.world import KIT, LMS, Browser, World


def visits_of(world: World) -> int:
    with world.db.reading() as session:
        return session.scalar(select(func.count()).select_from(WebSession)) or 0


def refused(browser: Browser, world: World) -> str:
    """Check that a launch was refused, and return the page."""
    assert browser.page.status_code == 400
    assert visits_of(world) == 0
    assert browser.kit.get_cookie(COOKIE, KIT.removeprefix("https://")) is None
    return browser.page.text


def test_a_student_comes_to_the_exercise(world: World):
    page = world.visit(world.alice).page
    assert page.status_code == 200
    assert "<h1>Dropout</h1>" in page.text
    assert 'action="/a/submit"' in page.text


def test_a_teacher_comes_to_the_class(world: World):
    assert "The class" in world.visit(world.tina).page.text


def test_the_language_is_that_of_the_launch(world: World):
    assert '<html lang="zh">' in world.visit(world.mei).page.text


def test_the_cookie_is_bound_to_this_host_and_kept_from_scripts(world: World):
    browser = world.browser()
    page = browser.post("/lti/launch", browser.token(browser.login(world.alice, world.activity)))
    (cookie,) = [
        line for line in page.headers.getlist("Set-Cookie") if line.startswith(f"{COOKIE}=")
    ]
    attributes = {part.strip().partition("=")[0] for part in cookie.split(";")[1:]}
    assert COOKIE.startswith("__Host-")
    assert {"Secure", "HttpOnly", "SameSite", "Partitioned", "Path", "Max-Age"} <= attributes
    assert "Domain" not in attributes
    assert "SameSite=None" in cookie
    assert "Path=/;" in cookie + ";"
    assert len(re.sub(r"^.*?=|;.*$", "", cookie)) >= 43  # 256 bits


def test_the_session_is_kept_as_a_hash_alone(world: World):
    browser = world.visit(world.alice)
    cookie = browser.kit.get_cookie(COOKIE, "kit.example")
    assert cookie is not None
    assert cookie.value.encode() not in (world.settings.data / "kit.db").read_bytes()


def test_a_launch_cannot_be_repeated(world: World):
    browser = world.browser()
    form = browser.token(browser.login(world.alice, world.activity))
    login_cookies = {
        item.key: item.value for item in browser.kit._cookies.values() if item.key != COOKIE
    }
    assert browser.post("/lti/launch", form).status_code == 303
    for name, value in login_cookies.items():  # as a browser that kept them would send them
        browser.kit.set_cookie(name, value, domain="kit.example")
    page = browser.post("/lti/launch", form)
    assert page.status_code == 400
    assert "used before" in page.text


def test_a_launch_does_not_work_in_another_browser(world: World):
    browser, thief = world.browser(), world.browser()
    form = browser.token(browser.login(world.alice, world.activity))
    thief.post("/lti/launch", form)
    refused(thief, world)


def test_a_launch_does_not_work_with_the_cookie_of_another_login(world: World):
    browser, thief = world.browser(), world.browser()
    form = browser.token(browser.login(world.alice, world.activity))
    own = thief.token(thief.login(world.bob, world.activity))
    (cookie,) = [item for item in thief.kit._cookies.values() if item.key.startswith(BROWSER)]
    (name,) = [item.key for item in browser.kit._cookies.values() if item.key.startswith(BROWSER)]
    thief.kit.set_cookie(name, cookie.value, domain="kit.example")
    thief.post("/lti/launch", form)
    refused(thief, world)
    assert own["state"] != form["state"]


def test_a_token_of_another_login_is_refused(world: World):
    browser = world.browser()
    first = browser.token(browser.login(world.alice, world.activity))
    second = browser.token(browser.login(world.alice, world.activity))
    browser.post("/lti/launch", {"state": first["state"], "id_token": second["id_token"]})
    assert "not for this login" in refused(browser, world)


def test_two_launches_at_once_do_not_disturb_each_other(world: World):
    browser = world.browser()
    forms = [browser.token(browser.login(world.alice, world.activity)) for _ in range(2)]
    assert [browser.post("/lti/launch", form).status_code for form in forms] == [303, 303]


def test_a_login_ends_after_five_minutes(world: World):
    browser = world.browser()
    form = browser.token(browser.login(world.alice, world.activity))
    world.clock.forward(minutes=5, seconds=1)
    browser.post("/lti/launch", form)
    assert "five minutes" in refused(browser, world)


def test_a_refused_token_uses_the_login_up(world: World):
    browser = world.browser()
    form = browser.token(browser.login(world.alice, world.activity))
    browser.post("/lti/launch", form | {"id_token": "no token"})
    browser.post("/lti/launch", form)
    assert "used before" in refused(browser, world)


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("iss", "https://other.example"),
        ("aud", "another-tool"),
        ("nonce", "another"),
        ("exp", 0),
        (f"{LTI}deployment_id", "another"),
        (f"{LTI}target_link_uri", "https://evil.example/"),
        (f"{LTI}version", "1.1"),
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(world: World, claim: str, value: object):
    world.lms.tamper = lambda claims: claims | {claim: value}
    browser = world.browser()
    browser.post("/lti/launch", browser.token(browser.login(world.alice, world.activity)))
    refused(browser, world)


def test_a_login_of_an_unknown_lms_is_refused(world: World):
    browser = world.browser()
    login = browser.login(world.alice, world.activity) | {"iss": "https://other.example"}
    page = browser.post("/lti/login", login)
    assert page.status_code == 400
    assert "not registered" in page.text


def test_a_login_for_another_site_is_refused(world: World):
    browser = world.browser()
    login = browser.login(world.alice, world.activity)
    page = browser.to_lms(login | {"target_link_uri": "https://evil.example/lti/launch"})
    assert page.status_code == 400
    assert "Location" not in page.headers


def test_a_switched_off_lms_neither_launches_nor_keeps_visits(world: World):
    browser = world.visit(world.alice)
    with world.db.transaction() as session:
        session.scalars(select(Platform)).one().active = False
    assert browser.get("/a/").status_code == 401
    page = browser.post("/lti/login", browser.login(world.alice, world.activity))
    assert page.status_code == 400


def test_an_unwanted_cookie_does_not_become_a_session(world: World):
    browser = world.browser()
    browser.kit.set_cookie(COOKIE, "chosen-by-somebody-else", domain="kit.example")
    browser.launch(world.alice, world.activity)
    cookie = browser.kit.get_cookie(COOKIE, "kit.example")
    assert cookie is not None
    assert cookie.value != "chosen-by-somebody-else"


def test_a_new_launch_ends_the_visit_before(world: World):
    browser = world.visit(world.alice)
    old = browser.kit.get_cookie(COOKIE, "kit.example")
    assert old is not None
    browser.launch(world.alice, world.activity)
    stranger = world.browser()
    stranger.kit.set_cookie(COOKIE, old.value, domain="kit.example")
    assert stranger.get("/a/").status_code == 401


def test_a_visit_ends_after_some_hours(world: World):
    browser = world.visit(world.alice)
    world.clock.forward(hours=8, seconds=1)
    assert browser.get("/a/").status_code == 401
    assert "open the exercise from your course again" in browser.page.text


def test_a_browser_without_cookies_is_offered_a_tab_of_its_own(world: World):
    browser = world.browser()
    login = browser.login(world.alice, world.activity)
    page = browser.post("/lti/login", login)
    browser.kit.delete_cookie(PROBE, domain="kit.example")
    page = browser.get(page.headers["Location"])
    assert page.status_code == 200
    assert 'target="_blank"' in page.text
    (address,) = re.findall(r'href="(/lti/login[^"]+)"', page.text)
    assert world.lms.requests("/auth") == []  # nothing is spent at the LMS
    page = browser.get(address.replace("&amp;", "&"))
    page = browser.get(page.headers["Location"])
    assert page.headers["Location"].startswith(f"{LMS}/auth?")


def test_a_launch_without_a_cookie_says_what_to_do(world: World):
    browser = world.browser()
    form = browser.token(browser.login(world.alice, world.activity))
    stranger = world.browser()
    assert "kept nothing" in stranger.post("/lti/launch", form).text


def test_the_lms_keys_are_fetched_once_and_again_for_a_new_one(world: World):
    world.visit(world.alice)
    world.visit(world.bob)
    assert world.network.asked == [f"{LMS}/keys"]
    world.lms.rotate_key()
    world.clock.forward(minutes=2)
    world.visit(world.alice)
    assert world.network.asked == [f"{LMS}/keys"] * 2


def test_tokens_that_anybody_can_make_up_do_not_make_us_fetch(world: World):
    world.lms.key_id = "made-up"
    for _ in range(3):
        browser = world.browser()
        browser.post("/lti/launch", browser.token(browser.login(world.alice, world.activity)))
        assert browser.page.status_code in {303, 400}
    assert len(world.network.asked) <= 1


def test_a_role_of_the_school_alone_opens_nothing(world: World):
    roles = ["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"]
    world.lms.tamper = lambda claims: claims | {f"{LTI}roles": roles}
    browser = world.browser()
    form = browser.token(browser.login(world.tina, world.activity))
    assert browser.post("/lti/launch", form).status_code == 403
    assert visits_of(world) == 0


def test_the_token_is_kept_nowhere(world: World):
    browser = world.browser()
    form = browser.token(browser.login(world.alice, world.activity))
    browser.post("/lti/launch", form)
    stored = b"".join(path.read_bytes() for path in world.settings.data.glob("kit.db*"))
    assert form["id_token"].rpartition(".")[2].encode() not in stored
    assert form["state"].encode() not in stored
    with world.db.reading() as session:
        login = session.scalars(select(Login)).one()
    assert login.expires_at - login.created_at == timedelta(minutes=5)


def test_names_come_only_where_they_are_asked_for(tmp_path):
    world = World(tmp_path, ask_names=False)
    world.visit(world.alice)
    user = world.user(world.alice)
    assert (user.name, user.email, user.sis_id) == (None, None, None)
    assert re.fullmatch(r"s-[0-9a-f]{12}", user.pseudonym)
    world.db.close()


def test_an_email_address_is_not_asked_for_by_default(world: World):
    world.visit(world.alice)
    assert world.user(world.alice).email is None
    assert world.user(world.alice).name == "Alice Adams"


def test_the_key_set_is_public_and_holds_no_secret(world: World):
    page = world.browser().get("/lti/jwks")
    (key,) = page.json["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "alg", "use"}
    assert "max-age" in page.headers["Cache-Control"]


def test_a_link_that_names_no_assignment_lets_the_teacher_choose(world: World):
    bare = world.lms.add_link(world.course, "Bare")
    assert "No assignment is chosen" in world.visit(world.alice, bare).page.text
    browser = world.visit(world.tina, bare)
    assert browser.page.status_code == 303
    browser.get("/i/choose")
    page = browser.submit("/i/choose", assignment="l2_regularization")
    assert "The assignment is chosen" in page.text
    assert "L2" in world.visit(world.alice, bare).page.text


def test_the_assignment_of_a_link_is_none_that_the_course_does_not_have(world: World):
    bare = world.lms.add_link(world.course, "Bare", assignment="../../etc")
    browser = world.visit(world.tina, bare)
    browser.get("/i/choose")
    assert browser.submit("/i/choose", assignment="../../etc").status_code == 404
