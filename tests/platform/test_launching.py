"""Launches, deep linking, registration and the list of members, with their switches."""

import json
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
import requests

from tests.platform.certificates import make_certificate
from tests.platform.conftest import NOON, Classroom, classroom
from tests.platform.launching import DEEP_LINKING, LTI, Launch, claims, course_address, id_token
from tests.platform.plain_tool import launch_application, tool_key
from tests.platform.registering import TOOL_CONFIGURATION, registration_address
from tests.platform.rules import CANVAS, MOODLE
from tests.platform.serving import localhost_names, served
from tests.platform.visitor import Visitor

PICKED = {
    "type": "ltiResourceLink",
    "title": "Week 3",
    "custom": {"assignment": "l2"},
    "lineItem": {"scoreMaximum": 40, "label": "L2", "tag": "grade"},
}


def claims_of(room: Classroom, *, picking: bool = False) -> dict[str, Any]:
    link = None if picking else next(iter(room.course.links.values()))
    user = room.teacher if picking else room.alice
    return claims(room.platform, Launch(user, room.course, room.tool.tool, link), "a-nonce")


def test_a_whole_launch_over_https_with_names(tmp_path: Path):
    room = classroom(MOODLE)
    room.clock.now = datetime.now(UTC)
    certificate = make_certificate(tmp_path, ["lms.localhost", "tool.localhost"])
    with (
        localhost_names(),
        served(room.platform.app, name="lms.localhost", certificate=certificate) as url,
        served(
            launch_application(room.platform), name="tool.localhost", certificate=certificate
        ) as tool_url,
        Visitor(certificate) as visitor,
    ):
        room.platform.url = url
        tool = room.platform.add_tool(tool_url)
        link = next(iter(room.course.links.values()))
        address = course_address(room.platform, room.course, link, room.alice, frame=False)
        page = visitor.get(address)
    assert page.url == f"{tool_url}/lti/launch"
    assert page.json()["claims"]["aud"] == tool.client_id
    assert page.json()["state"] == "a-state"


def test_the_course_page_frames_the_activity(either: Classroom):
    link = next(iter(either.course.links.values()))
    address = course_address(either.platform, either.course, link, either.alice)
    page = either.tool.client.get(address).text
    assert f'<iframe title="activity" src="/launch/7/{link.id}?user=3"' in page


def test_a_launch_says_who_what_and_where(either: Classroom):
    found = claims_of(either)
    assert (found["sub"], found["name"], found["email"]) == (
        "3",
        "Alice Adams",
        "alice@example.invalid",
    )
    assert found[f"{LTI}custom"] == {"assignment": "dropout"}
    assert found[f"{LTI}launch_presentation"]["locale"] == "zh"
    endpoint = found["https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"]
    assert endpoint["lineitem"] == either.tool.item_url(either.course, either.item)


def test_what_moodle_adds_to_a_launch(moodle: Classroom, canvas: Classroom):
    ours, theirs = claims_of(moodle), claims_of(canvas)
    assert ours["exp"] - ours["iat"] == 60
    assert ours[f"{LTI}lis"] == {"person_sourcedid": "S-100"}
    assert ours[f"{LTI}ext"]["user_username"] == "alice"
    assert not {f"{LTI}lis", f"{LTI}ext"} & theirs.keys()
    families = [claims[f"{LTI}tool_platform"]["product_family_code"] for claims in (ours, theirs)]
    assert families == ["moodle", "canvas"]


def test_names_need_not_be_shared(either: Classroom):
    either.platform.set(shares_names=False)
    assert not {"name", "email"} & claims_of(either).keys()


def auth(room: Classroom, **changes: str) -> int:
    link = next(iter(room.course.links.values()))
    room.platform.launches["hint"] = Launch(room.alice, room.course, room.tool.tool, link)
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": room.tool.tool.client_id,
        "redirect_uri": room.tool.tool.redirect_uris[0],
        "login_hint": room.alice.id,
        "lti_message_hint": "hint",
        "nonce": "n",
        "state": "s",
    }
    return room.tool.client.get("/auth", query_string=query | changes).status_code


@pytest.mark.parametrize(
    "change",
    [
        {"response_mode": "query"},
        {"client_id": "another"},
        {"redirect_uri": "https://elsewhere.example"},
        {"login_hint": "4"},
        {"lti_message_hint": "another"},
        {"nonce": ""},
    ],
)
def test_a_wrong_request_for_an_id_token(either: Classroom, change: dict[str, str]):
    assert auth(either) == 200
    assert auth(either, **change) == 400


def test_a_tool_must_be_activated_for_a_launch(either: Classroom):
    either.tool.tool.active = False
    assert auth(either) == 400


def test_an_id_token_can_be_tampered_with(either: Classroom):
    either.platform.tamper = lambda claims: claims | {"aud": "another"}
    began = Launch(either.alice, either.course, either.tool.tool, None)
    token = id_token(either.platform, began, "n")
    assert jwt.decode(token, options={"verify_signature": False})["aud"] == "another"


def answer_to_picking(room: Classroom, **changes: object) -> str:
    settings = claims_of(room, picking=True)[f"{DEEP_LINKING}deep_linking_settings"]
    said = {
        "iss": room.tool.tool.client_id,
        "aud": room.platform.issuer,
        "iat": int(NOON.timestamp()),
        "exp": int(NOON.timestamp()) + 60,
        "nonce": "n",
        f"{LTI}version": "1.3.0",
        f"{LTI}message_type": "LtiDeepLinkingResponse",
        f"{LTI}deployment_id": room.tool.tool.deployment_id,
        f"{DEEP_LINKING}content_items": [PICKED],
    }
    if "data" in settings:
        said[f"{DEEP_LINKING}data"] = settings["data"]
    return jwt.encode(said | changes, tool_key("tool-1"), "RS256", {"kid": "tool-1"})


def test_what_was_picked_becomes_an_activity(either: Classroom):
    form = {"JWT": answer_to_picking(either)}
    assert either.tool.client.post("/deep-linking/7", data=form).status_code == 200
    link = list(either.course.links.values())[-1]
    assert (link.title, link.custom) == ("Week 3", {"assignment": "l2"})
    assert link.item is not None
    assert (link.item.maximum, link.item.label, link.item.tag) == (40, "L2", "grade")


@pytest.mark.parametrize(
    "change",
    [
        {f"{DEEP_LINKING}data": None},
        {"aud": "another"},
        {"exp": 0},
        {f"{LTI}deployment_id": "x"},
        {f"{LTI}message_type": "x"},
    ],
)
def test_a_wrong_answer_is_refused(either: Classroom, change: dict[str, object]):
    form = {"JWT": answer_to_picking(either, **change)}
    assert either.tool.client.post("/deep-linking/7", data=form).status_code == 400
    assert either.platform.answers == []


def registration(room: Classroom) -> tuple[str, dict[str, Any]]:
    address = registration_address(room.platform, "https://tool.example/register")
    token = address.rpartition("registration_token=")[2]
    return token, {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": "https://tool.example/login",
        "redirect_uris": ["https://tool.example/launch"],
        "client_name": "A tool",
        "jwks_uri": "https://tool.example/jwks",
        "scope": "https://purl.imsglobal.org/spec/lti-ags/scope/score",
        TOOL_CONFIGURATION: {
            "domain": "tool.example",
            "target_link_uri": "https://tool.example/launch",
        },
    }


def register(room: Classroom, token: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    endpoint = room.tool.client.get("/openid-configuration").get_json()["registration_endpoint"]
    return room.tool.client.post(endpoint, json=body, headers=headers)


def test_a_registration_token_is_valid_once(either: Classroom):
    token, body = registration(either)
    first, second = (register(either, token, body) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 401)
    assert first.get_json()[TOOL_CONFIGURATION]["deployment_id"] == "2"
    assert either.platform.tools[first.get_json()["client_id"]].scopes == (body["scope"],)


def test_a_registration_that_lacks_something(either: Classroom):
    token, body = registration(either)
    assert register(either, token, body | {"jwks_uri": ""}).status_code == 400


def test_moodle_waits_for_the_administrator(moodle: Classroom, canvas: Classroom):
    active = []
    for room in (moodle, canvas):
        register(room, *registration(room))
        active.append(list(room.platform.tools.values())[-1].active)
    assert active == [False, True]
    assert moodle.platform.activate().active


def test_members_come_in_pages(either: Classroom):
    either.platform.set(page_size=2)
    first = either.tool.call("GET", "/nrps/7/memberships")
    following = first.headers["Link"].partition(">")[0].strip("<")
    second = either.tool.call("GET", following)
    people = [member for page in (first, second) for member in json.loads(page.data)["members"]]
    assert [person["user_id"] for person in people] == ["3", "4", "2"]
    assert "Link" not in second.headers


def test_one_slow_visitor_does_not_stop_the_others(tmp_path: Path):
    certificate = make_certificate(tmp_path, ["lms.localhost"])
    room = classroom(CANVAS)
    with served(room.platform.app, certificate=certificate) as url:
        address = urlsplit(url)
        with socket.create_connection((address.hostname, address.port)):
            answer = requests.get(f"{url}/keys", verify=str(certificate.authority), timeout=30)
    assert answer.json() == room.platform.keyset()
