"""The doctor: what it tries, finds and says to do."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from autograder.course.layout import Course
from autograder.database import Database, outbox
from autograder.database.tables import Attempt, Link, Outbox, Platform
from autograder.lti.errors import FetchError
from autograder.lti.fetching import Response
from autograder.lti.keys import ToolKeys
from autograder.service.doctor import Doctor
from autograder.service.findings import Finding, lines
from autograder.service.settings import settings_from
from tests.lti.network import Network
from tests.platform.conftest import Classroom, classroom
from tests.platform.rules import MOODLE
from tests.platform.state import LINEITEM_READ, RESULT_READ, SCOPES, SCORE
from tests.service.world import hand_in, register

URL = "https://kit.example"


@dataclass
class Tool:
    """A tool to examine, and what its own address answers."""

    room: Classroom
    database: Database
    keys: ToolKeys
    link: int
    user: int
    answers: dict[str, Response | FetchError]
    addresses: list[str] = field(default_factory=lambda: ["1.1.1.1"])
    ends: datetime | None = None
    skew: timedelta = timedelta()

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        found = self.answers[url]
        if isinstance(found, FetchError):
            raise found
        return found

    post = put = get

    def findings(self) -> list[Finding]:
        course = Course(self.keys.folder.parent)
        settings = settings_from(course, {"public_url": URL})
        network = Network(self.room.platform)
        send = network._send

        def dated(*arguments: Any) -> Response:
            answer = send(*arguments)
            date = format_datetime(self.room.clock() - self.skew)
            return Response(answer.status, {"Date": date}, answer.text)

        network._send = dated
        return Doctor(
            settings, self.database, self.keys, network, self, lambda host, port: self.addresses,
            lambda host, port: self.ends, self.room.clock,
        ).examine()  # fmt: skip

    def bad(self) -> list[Finding]:
        return [finding for finding in self.findings() if not finding.good]


@pytest.fixture
def tool(database: Database, keys: ToolKeys) -> Tool:
    room = classroom(MOODLE)
    room.clock.now = datetime.now(UTC)  # tokens are asked for by the real clock
    lms_tool = room.platform.add_tool(URL, keyset=keys.jwks())
    item = room.platform.item_url(room.course, room.item) + room.platform.query(lms_tool)
    link, user = register(
        database, room.platform.url, lms_tool.client_id, "moodle", item, list(SCOPES),
        room.alice.id,
    )  # fmt: skip
    hand_in(database, user, link, room.clock())
    answers = {
        f"{URL}/healthz": Response(200, {}, "ok"),
        f"{URL}/lti/jwks": Response(200, {}, json.dumps(keys.jwks())),
    }
    return Tool(room, database, keys, link, user, answers)


def test_where_all_is_well_every_step_is_good_and_says_what_was_found(tool: Tool):
    found = tool.findings()
    assert [finding for finding in found if not finding.good] == []
    printed = "\n".join(lines(found))
    for text in ("1.1.1.1", "status 200", "clocks", "access token", "'Week 2', out of 100.0",
                 "a student's result: could be read"):  # fmt: skip
        assert text in printed
    assert printed.startswith("good  DNS of kit.example: 1.1.1.1\n")


def test_moodle_s_misleading_404_is_explained(tool: Tool):
    tool.room.platform.set(keyset_blocked=True)
    (bad,) = tool.bad()
    assert "access token" in bad.tried
    assert "curlsecurityblockedhosts" in bad.found
    assert list(lines([bad]))[1].startswith("      To do: No score arrives before that is mended.")


def test_a_private_address_is_named(tool: Tool):
    tool.addresses = ["10.0.0.5"]
    assert "private network" in tool.bad()[0].todo


@pytest.mark.parametrize("seconds", [-45, 45])
def test_clocks_that_differ_are_named(tool: Tool, seconds: int):
    tool.skew = timedelta(seconds=seconds)
    (bad,) = tool.bad()
    assert f"{seconds:+d} s" in bad.found or f"{seconds + 1:+d} s" in bad.found
    assert "NTP" in bad.todo


def test_a_service_that_does_not_run_is_named(tool: Tool):
    tool.answers[f"{URL}/healthz"] = FetchError("The connection failed.", "connection")
    tool.answers[f"{URL}/lti/jwks"] = Response(502, {}, "Bad gateway")
    assert ["autograder serve" in bad.todo for bad in tool.bad()] == [True, True]


def test_a_certificate_that_ends_soon_is_named(tool: Tool):
    tool.ends = tool.room.clock() + timedelta(days=3)
    (bad,) = tool.bad()
    assert "Renew it" in bad.todo
    tool.ends = tool.room.clock() + timedelta(days=60)
    assert tool.bad() == []


def test_keys_of_another_tool_at_our_address_are_noticed(tool: Tool):
    tool.answers[f"{URL}/lti/jwks"] = Response(200, {}, '{"keys": [{"kid": "other"}]}')
    (bad,) = tool.bad()
    assert "another tool answers there" in bad.todo


def test_a_queue_that_nobody_serves_is_noticed(tool: Tool):
    tool.room.clock.forward(minutes=11)
    assert "whether the grader runs" in tool.bad()[0].todo


def test_a_deleted_line_item_is_noticed(tool: Tool):
    tool.room.platform.delete(tool.room.item)
    (bad,) = tool.bad()
    assert "line item of" in bad.tried


def test_a_deleted_line_item_is_passed_over_where_an_older_one_is_there(tool: Tool):
    with tool.database.transaction() as session:
        known = session.get_one(Link, tool.link)
        session.add(
            Link(
                platform_id=known.platform_id, deployment_id="1", context_id="7", title="Gone",
                resource_link_id="12", assignment="toy", scopes=known.scopes,
                lineitem_url=f"{tool.room.platform.url}/nothing", created_at=tool.room.clock(),
            )
        )  # fmt: skip
    assert tool.bad() == []
    found = [finding.found for finding in tool.findings() if "line item of" in finding.tried]
    assert found == ["it was deleted in the LMS", "'Week 2', out of 100.0"]


def test_a_link_without_grade_services_is_noticed(tool: Tool):
    with tool.database.transaction() as session:
        session.get_one(Link, tool.link).scopes = []
    (bad,) = tool.bad()
    assert "grade sync and column management" in bad.todo


def test_rights_to_read_alone_are_enough_to_look_at_a_line_item(tool: Tool):
    with tool.database.transaction() as session:
        session.get_one(Link, tool.link).scopes = [LINEITEM_READ, RESULT_READ, SCORE]
    assert tool.bad() == []


def test_where_no_lms_is_registered_that_is_said(tool: Tool):
    with tool.database.transaction() as session:
        session.delete(session.get_one(Platform, 1))
    (bad,) = tool.bad()
    assert "lti invite" in bad.todo


@pytest.mark.parametrize(
    ("state", "reason", "good"),
    [("dead", "keyset", False), ("dead", "locked", True), ("refused", "gone", True)],
)
def test_scores_are_counted_and_those_that_got_lost_are_bad(
    tool: Tool, state: str, reason: str, good: bool
):
    score(tool, state=state, reason=reason)
    (found,) = [finding for finding in tool.findings() if finding.tried == "scores"]
    assert (found.found, found.good) == (f"1 {state}", good)


def test_a_score_that_nobody_sends_is_named(tool: Tool):
    score(tool, next_at=tool.room.clock() - timedelta(minutes=9))
    assert tool.bad() == []
    tool.room.clock.forward(minutes=2)
    (bad,) = tool.bad()
    assert bad.tried == "the outbox"
    assert "sender" in bad.todo


def score(tool: Tool, **columns: Any) -> None:
    """Put the score of an attempt into the outbox."""
    now = tool.room.clock()
    with tool.database.transaction() as session:
        attempt = session.scalars(select(Attempt)).one()
        link = session.get_one(Link, tool.link)
        outbox.put(
            session, tool.user, link, attempt.id, score_given=1, score_maximum=2, comment="",
            timestamp=now, submitted_at=now,
        )  # fmt: skip
        session.flush()
        session.execute(update(Outbox).values(**columns))
