"""The token endpoint and its switches."""

import json

import pytest

from tests.platform.conftest import NOON, Classroom
from tests.platform.plain_tool import PlainTool, launch_application, tool_key, tool_keyset
from tests.platform.serving import served
from tests.platform.state import SCORE

NOW = int(NOON.timestamp())


def test_a_token_allows_what_was_asked(either: Classroom):
    answer = either.tool.ask_token(scope=f"{SCORE} unknown")
    body = json.loads(answer.data)
    assert (answer.status_code, body["scope"], body["expires_in"]) == (200, SCORE, 3600)
    either.tool.token = body["access_token"]
    assert either.post() == 200
    url = either.tool.item_url(either.course, either.item)
    assert either.tool.call("GET", url).status_code == 403


def test_moodles_tokens_come_as_html(moodle: Classroom, canvas: Classroom):
    types = [room.tool.ask_token().mimetype for room in (moodle, canvas)]
    assert types == ["text/html", "application/json"]


def test_a_token_ends(either: Classroom):
    assert either.post() == 200
    either.clock.forward(seconds=3600)
    assert either.post(seconds=5) == 401


def test_a_token_is_revoked(either: Classroom):
    assert either.post() == 200
    either.platform.revoke_tokens()
    assert either.post(seconds=5) == 401


@pytest.mark.parametrize(
    "change",
    [{"iss": "another"}, {"exp": NOW - 1}, {"iat": NOW + 60}, {"jti": None}, {"key": "tool-2"}],
)
def test_a_wrong_assertion(either: Classroom, change: dict[str, object]):
    either.tool.tool.keyset_url = None
    answer = either.tool.ask_token(assertion=either.tool.assertion(**change))
    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client")


def test_a_future_iat_may_be_allowed(either: Classroom):
    either.platform.set(refuses_future_iat=False)
    assert either.tool.ask_token(assertion=either.tool.assertion(iat=NOW + 60)).status_code == 200


def test_canvas_looks_at_the_audience(moodle: Classroom, canvas: Classroom):
    statuses = [
        room.tool.ask_token(assertion=room.tool.assertion(aud="elsewhere")).status_code
        for room in (moodle, canvas)
    ]
    assert statuses == [200, 400]


def test_a_blocked_keyset_misleads(moodle: Classroom):
    moodle.platform.set(keyset_blocked=True)
    answer = moodle.tool.ask_token()
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert "jwks_helper::fix_jwks_alg(): Argument #1" in answer.text


def test_a_tool_that_is_not_active_gets_none(either: Classroom):
    either.tool.tool.active = False
    assert either.tool.ask_token().status_code == 400


def test_a_key_that_is_new_is_fetched(either: Classroom):
    with served(launch_application(either.platform)) as url:
        either.tool.tool.keyset = tool_keyset("tool-1")
        either.tool.tool.keyset_url = f"{url}/lti/jwks"
        for key in ("tool-1", "tool-2"):
            answer = either.tool.ask_token(assertion=either.tool.assertion(key=key))
            assert answer.status_code == 200


def test_a_key_in_the_registration_needs_no_address(either: Classroom):
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = tool_key("tool-1").public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    tool = either.platform.add_tool("http://tool.example", keyset_url=None, public_key=pem)
    assert PlainTool(either.platform, tool).ask_token().status_code == 200


def test_two_tools_do_not_share_a_token(either: Classroom):
    either.platform.add_tool("http://other.example", client_id="other", keyset=tool_keyset("x"))
    assertion = either.tool.assertion(iss="other", sub="other")
    assert either.tool.ask_token(assertion=assertion).status_code == 400
