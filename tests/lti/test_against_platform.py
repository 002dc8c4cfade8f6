"""The whole protocol against a platform with the rules of Moodle and of Canvas, over no network."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from autograder.lti.ags import LineItemClient
from autograder.lti.claims import Launch
from autograder.lti.deep_linking import ContentItem, response_jwt
from autograder.lti.delivering import deliver
from autograder.lti.errors import LaunchError, ServiceError
from autograder.lti.id_token import verify
from autograder.lti.jwks import KeySet
from autograder.lti.keys import ToolKey
from autograder.lti.login import begin_login, login_request
from autograder.lti.nrps import members
from autograder.lti.platforms import Platform
from autograder.lti.registration import SCOPES as ASKED
from autograder.lti.registration import ToolDescription, register
from autograder.lti.service import NRPS_SCOPE, AccessTokens, Authorized, MemoryTokens
from autograder.lti.steps import Again, Delivered, Delivery, Differs, Refused, Restamp
from tests.lti.lms import pem, public_jwk
from tests.lti.network import Network
from tests.platform.conftest import Classroom, classroom
from tests.platform.launching import Launch as Begun
from tests.platform.launching import id_token, login_parameters
from tests.platform.picking import take_answer
from tests.platform.plain_tool import PlainTool
from tests.platform.registering import registration_address
from tests.platform.rules import CANVAS, MOODLE
from tests.platform.state import SCOPES, User

TOOL_URL = "https://kit.example.org"
LAUNCH_URL = f"{TOOL_URL}/lti/launch"
KEY = ToolKey("tool-key", pem("tool"))
KEYSET = {"keys": [public_jwk("tool-key", "tool")]}
SECOND = timedelta(seconds=1)


class Tool:
    """Our side of the protocol, registered at a classroom's platform."""

    def __init__(self, room: Classroom) -> None:
        self.room, self.lms = room, room.platform
        self.fetcher = Network(self.lms)
        self.theirs = self.lms.add_tool(TOOL_URL, keyset=KEYSET)
        self.platform = Platform(
            issuer=self.lms.issuer,
            client_id=self.theirs.client_id,
            auth_url=f"{self.lms.url}/auth",
            token_url=f"{self.lms.url}/token",
            keyset_url=f"{self.lms.url}/keys",
            deployments=frozenset({self.theirs.deployment_id}),
            product=self.lms.rules.product,
        )
        self.keys = KeySet(self.platform.keyset_url, self.fetcher)
        self.tokens = AccessTokens(
            self.platform, KEY, self.fetcher, MemoryTokens(), clock=room.clock
        )
        self.tries, self.sent_shares = 0, ()

    def launch(self, user: User | None = None, *, picking: bool = False) -> Launch:
        """Go through login and launch as a browser does."""
        link = None if picking else next(iter(self.room.course.links.values()))
        begun = Begun(user or self.room.alice, self.room.course, self.theirs, link)
        asked = login_request(login_parameters(self.lms, begun))
        redirect = begin_login(asked, self.platform, LAUNCH_URL)
        query = dict(parse_qsl(urlsplit(redirect.url).query))
        token = id_token(self.lms, begun, query["nonce"])
        return verify(
            token,
            self.platform,
            self.keys,
            nonce=redirect.nonce,
            target_link_uri=asked.target_link_uri,
            now=self.room.clock(),
        )

    def line_item(self) -> LineItemClient:
        launch = self.launch()
        assert launch.lineitem is not None
        client = Authorized(self.tokens, self.fetcher, launch.scopes)
        return LineItemClient(launch.lineitem, client)

    def send(self, given: float = 8.0, comment: str = "Well.", **changes: Any) -> Any:
        """Make the next try and return the step."""
        self.tries += 1
        self.sent_shares += (given / 10,)
        now = self.room.clock()
        made = {
            "user_id": self.room.alice.id, "score_given": given, "score_maximum": 10.0,
            "comment": comment, "timestamp": now, "submitted_at": now - SECOND,
            "first_tried_at": now, "sent_shares": self.sent_shares,
        }  # fmt: skip
        return deliver(Delivery(**made | changes), self.line_item(), now, lambda: 0.5)


@pytest.fixture(params=[MOODLE, CANVAS], ids=["moodle", "canvas"])
def tool(request: pytest.FixtureRequest) -> Tool:
    return Tool(classroom(request.param))


@pytest.fixture
def moodle() -> Tool:
    return Tool(classroom(MOODLE))


@pytest.fixture
def canvas() -> Tool:
    return Tool(classroom(CANVAS))


# --- launches


def test_a_launch_tells_who_and_where(tool: Tool):
    launch = tool.launch()
    assert launch.sub == tool.room.alice.id
    assert launch.custom == {"assignment": "dropout"}
    assert launch.is_learner
    assert tool.launch(tool.room.teacher).is_instructor


def test_a_new_key_of_the_lms_is_fetched(tool: Tool):
    tool.launch()
    tool.lms.rotate_key()
    with pytest.raises(LaunchError):
        tool.launch()
    tool.room.clock.forward(minutes=1)
    assert tool.launch().sub == tool.room.alice.id


def test_what_a_teacher_picks_becomes_an_activity(tool: Tool):
    launch = tool.launch(tool.room.teacher, picking=True)
    assert launch.deep_linking is not None
    item = ContentItem(title="L2", url=LAUNCH_URL, score_maximum=40, custom={"assignment": "l2"})
    now = tool.room.clock()
    answer = response_jwt(launch.deep_linking, item, tool.platform, KEY, launch.deployment_id, now)
    assert "Picked: L2" in take_answer(tool.lms, tool.room.course, answer)
    link = list(tool.room.course.links.values())[-1]
    assert link.custom == {"assignment": "l2"}
    assert link.item is not None
    assert link.item.maximum == 40


def test_registration_by_one_url(tool: Tool):
    address = registration_address(tool.lms, f"{TOOL_URL}/lti/register/x")
    asked = dict(parse_qsl(urlsplit(address).query))
    about = ToolDescription(
        name="KeepProb",
        description="Exercises",
        login_url=f"{TOOL_URL}/lti/login",
        launch_url=LAUNCH_URL,
        jwks_url=f"{TOOL_URL}/lti/jwks",
    )
    made = register(asked["openid_configuration"], asked["registration_token"], about, tool.fetcher)
    theirs = tool.lms.tools[made.client_id]
    assert made == replace(
        tool.platform,
        client_id=theirs.client_id,
        deployments=frozenset({theirs.deployment_id}),
    )
    assert set(theirs.scopes) == set(ASKED)


# --- services


def test_everybody_in_the_course_is_listed(tool: Tool):
    for number in range(25):
        user = tool.lms.add_user(User(f"1{number:02}", f"Student {number}"))
        tool.room.course.members[user.id] = "student"
    client = Authorized(tool.tokens, tool.fetcher, (NRPS_SCOPE,))
    url = tool.launch().memberships_url
    assert url is not None
    assert {member.user_id for member in members(client, url)} == set(tool.room.course.members)


def test_moodles_blocked_key_set_is_explained(moodle: Tool):
    moodle.lms.set(keyset_blocked=True)
    with pytest.raises(ServiceError, match="curlsecurityblockedhosts"):
        moodle.tokens.get(SCOPES)


# --- scores


def test_score_and_comment_stand_in_the_gradebook(tool: Tool):
    assert tool.send() == Delivered(80.0)
    assert tool.room.shown() == 80
    assert tool.room.comments() == ["Well."]


def test_the_line_items_maximum_counts(tool: Tool):
    tool.room.item.maximum = 12
    assert tool.send() == Delivered(9.6)


def test_no_attempt_is_used_up(canvas: Tool):
    canvas.room.item.attempts_allowed = 1
    for _ in range(3):
        canvas.room.clock.forward(seconds=1)
        assert canvas.send() == Delivered(80.0)


def test_an_override_stays_and_is_reported(tool: Tool):
    tool.send()
    tool.room.item.grade(tool.room.alice).overridden = 77
    tool.room.clock.forward(seconds=5)
    was_sent = tool.platform.product == "moodle"
    assert tool.send(9.0) == Differs("overridden", 77.0, was_sent=was_sent)
    assert tool.room.shown() == 77


def test_twice_in_the_same_second(moodle: Tool):
    moodle.send()
    step = moodle.send(9.0)
    assert isinstance(step, Restamp)
    moodle.room.clock.forward(seconds=1)
    assert moodle.send(9.0, timestamp=step.timestamp, tries=2) == Delivered(90.0)


def test_the_same_again_is_there_already(tool: Tool):
    tool.send()
    assert tool.send(tries=2) == Delivered(80.0)
    assert len(tool.room.comments()) == 1


def test_a_locked_grade_is_tried_again(moodle: Tool):
    moodle.room.item.grade(moodle.room.alice).locked = True
    step = moodle.send()
    assert isinstance(step, Again)
    assert step.reason == "locked"


@pytest.mark.parametrize(
    ("rules", "reason"), [(MOODLE, "refused"), (CANVAS, "not_a_student")], ids=["moodle", "canvas"]
)
def test_a_teachers_own_account_is_refused(rules: Any, reason: str):
    tool = Tool(classroom(rules))
    step = tool.send(user_id=tool.room.teacher.id)
    assert isinstance(step, Refused)
    assert step.reason == reason


def test_a_deleted_activity_is_refused(tool: Tool):
    item = tool.line_item()
    tool.lms.delete(tool.room.item)
    now = tool.room.clock()
    row = Delivery(
        user_id="3", score_given=1, score_maximum=1, comment="x", timestamp=now, first_tried_at=now
    )
    step = deliver(row, item, now, lambda: 0.5)
    assert isinstance(step, Refused)
    assert step.reason == "gone"


def test_a_throttle_is_waited_for(tool: Tool):
    tool.lms.throttle()
    step = tool.send()
    assert isinstance(step, Again)
    assert step.reason == "throttled"
    assert tool.send(tries=2) == Delivered(80.0)


def test_a_forgotten_token_is_asked_for_anew(tool: Tool):
    tool.send()
    tool.lms.revoke_tokens()
    tool.room.clock.forward(seconds=2)
    assert tool.send(9.0) == Delivered(90.0)


def test_two_clients_of_one_issuer_keep_their_tokens_apart(canvas: Tool):
    other = PlainTool(canvas.lms, canvas.lms.add_tool(TOOL_URL, keyset=KEYSET)).tool
    tokens = replace(canvas.tokens, platform=replace(canvas.platform, client_id=other.client_id))
    given = [canvas.tokens.get(SCOPES), tokens.get(SCOPES)]
    clients = [canvas.lms.tokens[token].client_id for token in given]
    assert clients == [canvas.platform.client_id, other.client_id]
