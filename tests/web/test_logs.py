"""The log holds no student's data, whatever goes wrong."""

import io
import logging
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import OperationalError

from autograder.database import Database
from autograder.service.logs import places
from autograder.web import logs, pages
from tests.web.test_registering import register
from tests.web.world import KIT, World, notebook

SECRET = "the words of Alice Adams"


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What is written, by the formatter of the log."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.Formatter())
    logs.log.addHandler(handler)
    yield stream
    logs.log.removeHandler(handler)


def test_requests_are_logged_by_route(world: World, written: io.StringIO):
    browser = world.visit(world.alice)
    browser.hand_in(notebook("x = 1"))
    text = written.getvalue()
    assert "POST /lti/launch 303" in text
    assert "GET /a/attempt/<public_id> 200" in text


def test_nothing_of_a_student_is_logged(world: World, written: io.StringIO):
    browser = world.browser()
    login = browser.login(world.alice, world.activity)
    form = browser.token(login)
    browser.post("/lti/launch", form)
    browser.hand_in(SECRET.encode(), name="alice-adams.ipynb")
    browser.hand_in(notebook(SECRET), name="alice-adams.ipynb")
    world.grade()
    attempt = world.attempts()[0]
    for part in ("", ".json", "/feedback"):
        browser.get(f"/a/attempt/{attempt.public_id}{part}")
    browser.get(f"/a/?{SECRET}")
    browser.get(f"/{SECRET}")
    cookies = [item.value for item in browser.kit._cookies.values() if len(item.value) > 1]
    user = world.user(world.alice)
    text = written.getvalue()
    private = [
        SECRET, "Adams", "alice", "S-100", user.pseudonym, attempt.public_id, attempt.sha256,
        form["state"], form["id_token"], login["lti_message_hint"], "login_hint", *cookies,
    ]  # fmt: skip
    assert text.count("\n") > 10
    assert [word for word in private if word in text] == []


def test_an_error_is_logged_by_type_and_place_without_its_words(
    world: World, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: object, **__: object) -> str:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error

    browser = world.visit(world.alice)
    monkeypatch.setattr("autograder.web.handing_in.page", fail)
    page = browser.get("/a/")
    assert page.status_code == 500
    assert "it is not your fault" in page.text
    assert SECRET not in page.text
    text = written.getvalue()
    assert SECRET not in text
    assert "builtins.RuntimeError" in text
    assert "builtins.ValueError" in text
    assert "in fail" in text


def test_without_a_database_there_is_still_a_page_and_no_word_of_it(
    world: World, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
):
    def away(_: Database) -> None:
        raise OperationalError(f"SELECT '{SECRET}'", {"name": SECRET}, Exception(SECRET))

    browser = world.visit(world.alice)
    monkeypatch.setattr(Database, "reading", away)
    page = browser.get("/a/")
    assert page.status_code == 500
    assert "it is not your fault" in page.text
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "OperationalError" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_a_refused_launch_is_logged_by_its_code(world: World, written: io.StringIO):
    world.lms.tamper = lambda claims: claims | {"nonce": SECRET}
    browser = world.browser()
    browser.post("/lti/launch", browser.token(browser.login(world.alice, world.activity)))
    assert "POST /lti/launch 400" in written.getvalue()
    assert "nonce" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_an_invitation_is_no_word_of_the_log(world: World, written: io.StringIO):
    register(world, f"{KIT}/lti/register/{'i' * 43}")
    assert "GET /lti/register/<invite> 404" in written.getvalue()
    assert "iii" not in written.getvalue()


def test_a_cause_that_leads_back_to_itself_ends():
    error = ValueError()
    error.__cause__ = error
    assert len(places(error)) <= 50


def test_pages_are_of_a_version():
    assert len(pages.version()) == 12
