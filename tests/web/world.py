"""The tool's pages and an LMS, both in this process; browsers that go from one to the other."""

import atexit
import functools
import io
import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from autograder.core.report import Report
from autograder.course.layout import find_course
from autograder.database import Database, queue
from autograder.database import platforms as registered
from autograder.database.tables import Attempt, Link, Platform, User
from autograder.feedback.page import feedback_page
from autograder.lti.keys import ToolKeys
from autograder.service.settings import Settings
from autograder.service.standing import settle
from autograder.service.verdicts import record_json
from autograder.web.app import create_app
from tests.feedback.samples import lost, passed
from tests.lti.network import Network
from tests.platform import launching, state
from tests.platform.conftest import NOON, Clock
from tests.platform.platform import Platform as Lms
from tests.platform.rules import MOODLE, Rules
from tests.platform.visitor import Form, forms

ROOT = Path(__file__).parents[2]
LMS, KIT = "https://lms.example", "https://kit.example"


class World:
    """An LMS with a course, two students and a teacher, and the tool that it knows."""

    def __init__(
        self,
        folder: Path,
        rules: Rules = MOODLE,
        *,
        lms_url: str = LMS,
        kit_url: str = KIT,
        clock: Clock | None = None,
        db: Database | None = None,
        **settings: Any,
    ) -> None:
        self.clock = clock or Clock()
        self.url = kit_url
        self.lms = Lms(rules, clock=self.clock)
        self.lms.url = lms_url
        self.alice = self.lms.add_user(state.User("3", "Alice Adams", "S-100"))
        self.bob = self.lms.add_user(state.User("4", "Bob Brown", "S-101"))
        self.mei = self.lms.add_user(state.User("5", "王小美", "S-102", "zh-CN"))
        self.tina = self.lms.add_user(state.User("2", "Tina Teacher"))
        members: dict[str, state.Role] = {
            "3": "student", "4": "student", "5": "student", "2": "teacher",
        }  # fmt: skip
        self.course = self.lms.add_course("7", "Deep Learning", **members)
        self.activity = self.lms.add_link(self.course, "Week 2", assignment="dropout")
        self.tool = self.lms.add_tool(kit_url)
        self.settings = Settings(
            course=find_course(ROOT),
            public_url=kit_url,
            data=folder,
            database=f"sqlite:///{folder / 'kit.db'}",
            **settings,
        )
        if db is None:
            shutil.copy(empty_database(), folder / "kit.db")
        self.db = db or Database(self.settings.database)
        self.keys = ToolKeys(folder / "keys")
        self.network = Network(self.lms)
        self.app: Flask = create_app(
            self.settings, self.db, self.keys, clock=self.clock, fetcher=self.network
        )
        self._register()

    def _register(self) -> None:
        url = self.lms.url
        row = Platform(
            issuer=url, client_id=self.tool.client_id, name="An LMS", auth_url=f"{url}/auth",
            token_url=f"{url}/token", keyset_url=f"{url}/keys", created_at=NOON,
        )  # fmt: skip
        with self.db.transaction() as session:
            registered.add(session, row, [self.tool.deployment_id])

    def browser(self) -> "Browser":
        """Return a browser that was never here."""
        return Browser(self)

    def visit(self, user: state.User, activity: state.Link | None = None) -> "Browser":
        """Return the browser of somebody who has opened an activity."""
        browser = self.browser()
        browser.launch(user, activity or self.activity)
        return browser

    def link(self) -> Link:
        """Return the link that was made first."""
        with self.db.reading() as session:
            return session.scalars(select(Link).order_by(Link.id)).first() or Link()

    def set_policy(self, **columns: Any) -> None:
        """Change the rules of that link."""
        with self.db.transaction() as session:
            link = session.scalars(select(Link).order_by(Link.id)).one()
            for name, value in columns.items():
                setattr(link, name, value)

    def user(self, who: state.User) -> User:
        """Return what the tool knows of a person."""
        with self.db.reading() as session:
            return session.scalars(select(User).where(User.sub == who.id)).one()

    def attempts(self) -> list[Attempt]:
        """Return all attempts."""
        with self.db.reading() as session:
            return list(session.scalars(select(Attempt).order_by(Attempt.id)))

    def address(self, public_id: str) -> str:
        return f"{self.url}/a/attempt/{public_id}"

    def grade(self, report: Report | None = None, *, seconds: float = 2) -> None:
        """Grade the attempt whose turn it is, as the grader would."""
        with self.db.transaction() as session:
            attempt = queue.claim(session, "grader", self.clock(), timedelta(minutes=1))
            assert attempt is not None
            user = session.get_one(User, attempt.user_id)
            report = replace(report or points(27.5), student=user.pseudonym, attempt=attempt.number)
            self.clock.forward(seconds=seconds)
            now = self.clock()
            queue.finish(
                session,
                attempt.id,
                "grader",
                record=record_json(report, attempt.received_at, now),
                page=feedback_page(report, {}),
                score=report.score,
                max_score=report.max_score,
                now=now,
            )
            link = session.get_one(Link, attempt.link_id)
            settle(session, attempt.user_id, link, address=self.address, now=now)


@functools.cache
def empty_database() -> Path:
    """Return a database with its tables; making them takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="kit-web-"))
    atexit.register(shutil.rmtree, folder)
    db = Database(f"sqlite:///{folder / 'kit.db'}")
    db.upgrade()
    db.close()
    return folder / "kit.db"


def points(share: float) -> Report:
    """Return a report with so many points of 35, from 20 up."""
    exercises = (
        passed("dropout_forward"),
        lost("dropout_backward", "failed", "It forgets to rescale.", (share - 20) / 15),
    )
    return Report("dropout", exercises, facts={"language": "en"})


class Browser:
    """Cookies, and pages that come from the tool. `page` is the one that is open."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.kit = world.app.test_client()
        self.lms = world.lms.app.test_client()
        self.page: TestResponse

    def login(self, user: state.User, activity: state.Link | None = None) -> dict[str, str]:
        """Begin a launch; return what the LMS sends to the tool's login."""
        began = launching.Launch(user, self.world.course, self.world.tool, activity)
        return launching.login_parameters(self.world.lms, began)

    def to_lms(self, login: Mapping[str, str]) -> TestResponse:
        """Take a login to the tool, which sends the browser on to the LMS."""
        page = self.post("/lti/login", login)
        while page.status_code == 303:
            page = self.get(page.headers["Location"])
        return page

    def token(self, login: Mapping[str, str]) -> dict[str, str]:
        """Go through the LMS; return the form that it makes the browser post to the tool."""
        page = self.to_lms(login)
        assert page.status_code == 302, page.text
        answer = self.lms.get(page.headers["Location"].removeprefix(self.world.lms.url))
        assert answer.status_code == 200, answer.text
        return forms(answer.text)[0].fields

    def launch(self, user: state.User, activity: state.Link | None = None) -> TestResponse:
        """Open an activity, or, without one, the choice of an assignment."""
        page = self.post("/lti/launch", self.token(self.login(user, activity)))
        assert page.status_code == 303, page.text
        return self.get(page.headers["Location"])

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page of the tool."""
        url = self.world.url
        self.page = self.kit.get(path.removeprefix(url), base_url=url, **options)
        return self.page

    def post(
        self, path: str, data: Mapping[str, Any] | None = None, **options: Any
    ) -> TestResponse:
        """Send fields to the tool, whatever page is open."""
        fields = dict(data or {})
        self.page = self.kit.post(path, data=fields, base_url=self.world.url, **options)
        self.page.request.environ["wsgi.input"].close()  # a temporary file, where it is large
        return self.page

    def form(self, action: str) -> Form:
        """Return the first form of the open page that leads there."""
        return next(form for form in forms(self.page.text) if form.action == action)

    def submit(self, action: str, **changes: Any) -> TestResponse:
        """Send the form of the open page that leads there, and follow."""
        page = self.post(action, self.form(action).fields | changes)
        return self.get(page.headers["Location"]) if page.status_code == 303 else page

    def hand_in(self, content: bytes, name: str = "dropout.ipynb") -> TestResponse:
        """Open the student's page and hand in a file."""
        self.get("/a/")
        return self.submit("/a/submit", notebook=(io.BytesIO(content), name))

    def csrf(self) -> str:
        """Return the token of the open page."""
        found = re.search(r'name="csrf" value="([^"]+)"', self.page.text)
        assert found
        return found[1]


def notebook(*sources: str, outputs: list[dict[str, Any]] | None = None) -> bytes:
    """Return a notebook with these code cells."""
    cells = [
        {
            "cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": 1,
            "source": source, "outputs": outputs or [],
        }
        for number, source in enumerate(sources)
    ]  # fmt: skip
    found = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(found).encode()
