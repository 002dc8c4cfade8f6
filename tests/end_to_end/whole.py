"""The whole tool against platforms: pages, grader and sender, each driven step by step."""

import contextlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from sqlalchemy import select

from autograder.course.layout import find_course
from autograder.database import Database, platforms, queue, tables
from autograder.lti.fetching import Fetcher
from autograder.lti.keys import ToolKeys
from autograder.service.grader import Grader
from autograder.service.line_items import Services
from autograder.service.sender import Sender
from autograder.service.settings import Settings
from autograder.web.app import create_app
from tests.end_to_end.quick_engine import QuickEngine
from tests.platform.certificates import Certificate
from tests.platform.conftest import Clock
from tests.platform.launching import course_address
from tests.platform.platform import Platform
from tests.platform.rules import Rules
from tests.platform.serving import localhost_names, served
from tests.platform.state import Course, LineItem, Link, Tool, User
from tests.platform.visitor import Visitor

LMS, TOOL = "lms.localhost", "tool.localhost"
COURSE = find_course(Path(__file__).parent)


def now() -> datetime:
    """Return the real time."""
    return datetime.now(UTC)


@dataclass
class Whole:
    """A running tool."""

    settings: Settings
    database: Database
    keys: ToolKeys
    fetcher: Fetcher
    certificate: Certificate
    clock: Callable[[], datetime]
    engine: QuickEngine
    pages: "Late"
    stack: ExitStack

    @property
    def url(self) -> str:
        return self.settings.public_url

    def grader(self) -> Grader:
        """Return a grader; as many as one likes may run."""
        return Grader(self.database, self.engine, self.attempt_url, clock=self.clock)

    def grade(self) -> None:
        """Grade whatever waits."""
        grader = self.grader()
        while self.states() & {"queued", "grading"}:
            grader.step(0)

    def claim_and_die(self) -> None:
        """Begin to grade as a grader does that is killed at it; its lease ends."""
        with self.database.transaction() as session:
            assert queue.claim(session, "killed", self.clock(), timedelta(minutes=1))
        self.clock.forward(minutes=2)

    def deliver(self) -> None:
        """Send what is due now."""
        sender = self.sender()
        while sender.step():
            pass

    def sender(self) -> Sender:
        """Return a sender; it always waits as long as it may."""
        services = Services(self.database, self.keys, self.fetcher, self.clock)
        return Sender(
            self.database, services, self.attempt_url, clock=self.clock, chance=lambda: 1.0
        )

    def attempt_url(self, public_id: str) -> str:
        """Return the address of an attempt's page."""
        return f"{self.url}/a/attempt/{public_id}"

    def deliver_all(self) -> None:
        """Send whatever waits, and go on in time until nothing does."""
        self.deliver()
        while times := [row.next_at for row in self.outbox_rows() if row.state == "waiting"]:
            self.clock.now = max(self.clock(), *times)
            self.deliver()

    def outbox_rows(self) -> list[tables.Outbox]:
        """Return the rows of the outbox."""
        with self.database.reading() as session:
            return list(session.scalars(select(tables.Outbox).order_by(tables.Outbox.id)))

    def outbox(self) -> list[str]:
        """Return the state of each score on its way."""
        return [row.state for row in self.outbox_rows()]

    def states(self) -> set[str]:
        """Return the states of attempts that occur."""
        with self.database.reading() as session:
            return set(queue.states(session))

    def platform(self, rules: Rules, **options: str) -> Platform:
        """Serve a new platform over https."""
        platform = Platform(
            rules, clock=self.clock, authority=self.certificate.authority, **options
        )
        platform.url = self.stack.enter_context(
            served(platform.app, name=LMS, certificate=self.certificate)
        )
        return platform

    def register(self, platform: Platform, **changes: str) -> Tool:
        """Make both sides known to each other by hand."""
        tool = platform.add_tool(self.url, **changes)
        row = tables.Platform(
            issuer=platform.issuer,
            client_id=tool.client_id,
            name="A platform",
            product=platform.rules.product,
            auth_url=f"{platform.url}/auth",
            token_url=f"{platform.url}/token",
            keyset_url=f"{platform.url}/keys",
            created_at=self.clock(),
        )
        with self.database.transaction() as session:
            platforms.add(session, row, [tool.deployment_id])
        return tool

    def visitor(self, language: str = "en") -> Visitor:
        """Open a browser of somebody's."""
        return self.stack.enter_context(Visitor(self.certificate, language=language))


@contextlib.contextmanager
def running(
    folder: Path,
    certificate: Certificate,
    *,
    clock: Callable[[], datetime] | None = None,
    database_url: str = "",
) -> Iterator[Whole]:
    """Serve the tool over https, with a data folder of its own. clock: a test's where None."""
    clock, data = clock or Clock(now().replace(microsecond=0)), folder / "lti"
    data.mkdir(mode=0o700)
    with ExitStack() as stack:
        stack.enter_context(localhost_names())
        address = database_url or f"sqlite:///{data / 'lti.db'}"
        database = Database(address)
        stack.callback(database.close)
        database.upgrade()
        pages = Late()
        url = stack.enter_context(served(pages, name=TOOL, certificate=certificate))
        settings = Settings(
            course=COURSE,
            public_url=url,
            data=data,
            database=address,
            allow_private_addresses=True,
        )
        fetcher = Fetcher(allow_private=True, ca_file=certificate.authority)
        keys = ToolKeys(settings.keys_folder)
        pages.app = create_app(settings, database, keys, clock=clock, fetcher=fetcher)
        yield Whole(
            settings, database, keys, fetcher, certificate, clock, QuickEngine(), pages, stack
        )


class Late:
    """An application that is named after its server began to listen."""

    app: object = None

    def __call__(self, environ: object, start_response: object) -> object:
        return self.app(environ, start_response)


@dataclass
class School:
    """A platform that knows the tool, with a course of two students and a teacher."""

    whole: Whole
    platform: Platform
    course: Course
    alice: User
    bob: User
    teacher: User
    tool: Tool | None = None

    @property
    def link(self) -> Link:
        return next(iter(self.course.links.values()))

    @property
    def item(self) -> LineItem:
        assert self.link.item is not None
        return self.link.item

    def open(self, user: User, *, link: Link | None = None, picking: bool = False) -> "Seat":
        """Launch the activity in a new browser, as a user."""
        seat = Seat(self, self.whole.visitor(), user)
        where = None if picking else link or self.link
        address = course_address(
            self.platform, self.course, where, user, frame=False, tool=self.tool
        )
        seat.page = seat.visitor.get(address)
        return seat

    def shown(self, user: User | None = None) -> float | None:
        """Return the points in the gradebook."""
        return self.platform.shown(self.item, user or self.alice)

    def comments(self, user: User | None = None) -> list[str]:
        """Return the comments in the gradebook."""
        return self.item.grade(user or self.alice).comments


@dataclass
class Seat:
    """A user at a browser, and the page that is shown."""

    school: School
    visitor: Visitor
    user: User
    page: requests.Response = field(default_factory=requests.Response)

    def go(self, path: str) -> requests.Response:
        """Open a page of the tool."""
        self.page = self.visitor.get(self.school.whole.url + path)
        return self.page

    def hand_in(self, content: bytes, name: str = "dropout.ipynb") -> requests.Response:
        """Hand in a file; return the page of the attempt."""
        start = self.go("/a/")
        files = {"notebook": (name, content, "application/x-ipynb+json")}
        self.page = self.visitor.submit(start, "/a/submit", files=files)
        return self.page

    def look(self) -> requests.Response:
        """Look at the present page again."""
        self.page = self.visitor.get(self.page.url)
        return self.page


def school(whole: Whole, rules: Rules, *, registered: bool = True, **options: str) -> School:
    """Return a new platform with a course in which the tool is an activity."""
    platform = whole.platform(rules, **options)
    alice = platform.add_user(User("3", "Alice Adams", "S-100"))
    bob = platform.add_user(User("4", "Bob Brown", "S-101", "zh-CN"))
    teacher = platform.add_user(User("2", "Tina Teacher"))
    members = {alice.id: "student", bob.id: "student", teacher.id: "teacher"}
    course = platform.add_course("7", "Deep learning", **members)
    platform.add_link(course, "Week 2", assignment="dropout")
    tool = whole.register(platform) if registered else None
    return School(whole, platform, course, alice, bob, teacher, tool)
