"""Launches: the course page with the tool in a frame, the id_token, the answer to deep linking."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import flask
from markupsafe import Markup

from tests.platform.scoring import RefusedError
from tests.platform.state import (
    LINEITEM,
    LINEITEM_READ,
    RESULT_READ,
    SCORE,
    Course,
    Link,
    Tool,
    User,
)

if TYPE_CHECKING:
    from tests.platform.platform import Platform

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
ROLES = {
    "student": [f"{_MEMBERSHIP}Learner", f"{_INSTITUTION}Student"],
    "teacher": [f"{_MEMBERSHIP}Instructor", f"{_INSTITUTION}Faculty"],
}


@dataclass(frozen=True)
class Launch:
    """A launch that the platform began; it is used once. link None: the teacher picks content."""

    user: User
    course: Course
    tool: Tool
    link: Link | None


def routes(platform: "Platform") -> flask.Blueprint:
    blueprint = flask.Blueprint("launching", __name__)

    @blueprint.get("/course/<course_id>/<link_id>")
    def course_page(course_id: str, link_id: str) -> str:
        """Show a course page whose activity stands in a frame; `select` as link: deep linking."""
        course, query = platform.courses[course_id], flask.request.query_string.decode()
        frame = f"/launch/{course_id}/{link_id}?{query}"
        return Markup(
            '<!DOCTYPE html><html lang="en"><head><meta name="viewport" '
            'content="width=device-width, initial-scale=1"><title>{}</title></head><body>'
            '<h1>{}</h1><iframe title="activity" src="{}" style="width: 100%; height: 80vh" '
            'allow="clipboard-write"></iframe></body></html>'
        ).format(course.title, course.title, frame)

    @blueprint.get("/launch/<course_id>/<link_id>")
    def launch(course_id: str, link_id: str) -> str:
        course, arguments = platform.courses[course_id], flask.request.args
        link = None if link_id == "select" else course.links[link_id]
        user, tool = platform.users[arguments["user"]], _tool(platform, arguments.get("client"))
        began = Launch(user, course, tool, link)
        return _form(tool.login_url, login_parameters(platform, began))

    @blueprint.route("/auth", methods=["GET", "POST"])
    def auth() -> str:
        sent = flask.request.values
        began = _checked(platform, sent)
        fields = {"id_token": id_token(platform, began, sent["nonce"]), "state": sent["state"]}
        return _form(sent["redirect_uri"], fields)

    return blueprint


def login_parameters(platform: "Platform", began: Launch) -> dict[str, str]:
    """Begin a launch: return what the browser takes to the tool's login."""
    hint = secrets.token_hex(8)
    platform.launches[hint] = began
    return {
        "iss": platform.issuer,
        "login_hint": began.user.id,
        "target_link_uri": began.tool.target_url,
        "lti_message_hint": hint,
        "client_id": began.tool.client_id,
        "lti_deployment_id": began.tool.deployment_id,
    }


def course_address(
    platform: "Platform",
    course: Course,
    link: Link | None,
    user: User,
    *,
    frame: bool = True,
    tool: Tool | None = None,
) -> str:
    """Return the page that a user opens; frame False: the activity alone, as in a new window."""
    query = {"user": user.id} | ({"client": tool.client_id} if tool else {})
    where = "course" if frame else "launch"
    return f"{platform.url}/{where}/{course.id}/{link.id if link else 'select'}?{urlencode(query)}"


def _tool(platform: "Platform", client_id: str | None) -> Tool:
    return platform.tools[client_id] if client_id else list(platform.tools.values())[-1]


def _checked(platform: "Platform", sent: Mapping[str, str]) -> Launch:
    """Return the launch that an authentication request belongs to."""
    fixed = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
    }
    if wrong := [name for name, value in fixed.items() if sent.get(name) != value]:
        raise RefusedError(400, f"invalid_request: {', '.join(wrong)}")
    if not sent.get("nonce") or not sent.get("state"):
        raise RefusedError(400, "invalid_request: nonce and state are needed")
    began = platform.launches.pop(sent.get("lti_message_hint", ""), None)
    if began is None or began.user.id != sent.get("login_hint"):
        raise RefusedError(400, "invalid_request: there is no such launch")
    if began.tool.client_id != sent.get("client_id") or not began.tool.active:
        raise RefusedError(400, "unauthorized_client")
    if sent.get("redirect_uri") not in began.tool.redirect_uris:
        raise RefusedError(400, "the redirect_uri is not registered")
    return began


def id_token(platform: "Platform", began: Launch, nonce: str) -> str:
    """Return the signed token of a launch."""
    return platform.sign(platform.tamper(claims(platform, began, nonce)))


def claims(platform: "Platform", began: Launch, nonce: str) -> dict[str, Any]:
    """Return what a launch says."""
    user, course, tool = began.user, began.course, began.tool
    now = int(platform.clock().timestamp())
    found: dict[str, Any] = {
        "iss": platform.issuer,
        "aud": tool.client_id,
        "sub": user.id,
        "iat": now,
        "exp": now + platform.rules.id_token_seconds,
        "nonce": nonce,
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": tool.deployment_id,
        f"{LTI}target_link_uri": tool.target_url,
        f"{LTI}roles": ROLES[course.members[user.id]],
        f"{LTI}context": {"id": course.id, "label": course.id, "title": course.title},
        f"{LTI}tool_platform": {
            "guid": platform.url,
            "name": "A platform for tests",
            "product_family_code": platform.rules.product,
            "version": "1",
        },
        f"{LTI}launch_presentation": {
            "locale": user.locale,
            "document_target": "iframe",
            "return_url": f"{platform.url}/back",
        },
        NRPS: {
            "context_memberships_url": f"{platform.url}/nrps/{course.id}/memberships",
            "service_versions": ["2.0"],
        },
    }
    found |= _about_user(platform, user)
    return found | (_of_link(platform, began) if began.link else _of_picking(platform, course))


def _about_user(platform: "Platform", user: User) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if platform.rules.shares_names:
        given, _, family = user.name.partition(" ")
        found |= {"name": user.name, "given_name": given, "family_name": family}
        found["email"] = user.email
    if platform.rules.sends_sis_id and user.sis_id:
        found[f"{LTI}lis"] = {"person_sourcedid": user.sis_id}
    if platform.rules.sends_username:
        found[f"{LTI}ext"] = {"user_username": user.username, "lms": platform.rules.product}
    return found


def _of_link(platform: "Platform", began: Launch) -> dict[str, Any]:
    link, query = began.link, platform.query(began.tool)
    assert link is not None
    found: dict[str, Any] = {
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}resource_link": {"id": link.id, "title": link.title, "description": ""},
        AGS: {
            "scope": [LINEITEM, LINEITEM_READ, RESULT_READ, SCORE],
            "lineitems": platform.items_url(began.course) + query,
        },
    }
    if link.item:
        found[AGS]["lineitem"] = platform.item_url(began.course, link.item) + query
    if link.custom:
        found[f"{LTI}custom"] = dict(link.custom)
    return found


def _of_picking(platform: "Platform", course: Course) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe", "window"],
        "accept_multiple": False,
        "auto_create": False,
        "deep_link_return_url": f"{platform.url}/deep-linking/{course.id}",
    }
    if platform.rules.deep_linking_data is not None:
        settings["data"] = platform.rules.deep_linking_data
    return {
        f"{LTI}message_type": "LtiDeepLinkingRequest",
        f"{DEEP_LINKING}deep_linking_settings": settings,
    }


def _form(action: str, fields: Mapping[str, str]) -> str:
    """Return a page whose form posts itself, as LMSs do."""
    inputs = Markup("").join(
        Markup('<input type="hidden" name="{}" value="{}">').format(name, value)
        for name, value in fields.items()
    )
    return Markup(
        '<!DOCTYPE html><html lang="en"><title>On the way</title><form method="post" action="{}">'
        "{}</form><script>document.forms[0].submit()</script></html>"
    ).format(action, inputs)
