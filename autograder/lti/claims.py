"""What a launch says: who comes, from which course and link, and what the tool may do there."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograder.lti.errors import LaunchError
from autograder.lti.roles import InCourse, in_course
from autograder.lti.urls import is_storable, origin

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"

VERSION = "1.3.0"
RESOURCE_LINK = "LtiResourceLinkRequest"
DEEP_LINKING = "LtiDeepLinkingRequest"

LONGEST = 500
"""Names and titles are cut here, and ids longer than this refused."""


@dataclass(frozen=True)
class DeepLinkSettings:
    """How the LMS wants chosen content back. data: to give back as it is; None where none came."""

    return_url: str
    accept_line_item: bool = True
    data: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Launch(InCourse):
    """A launch that was found genuine. Texts of the LMS are plain; escape them where shown.

    sub: the LMS's id of the person. sis_id: the school's. roles: in this course, short, such as
    ``Learner``. What the LMS did not send, or sent as a variable that it did not fill in, is None,
    and is left out of the custom parameters. scopes: what may be asked for the line item.
    """

    issuer: str
    client_id: str
    deployment_id: str
    message_type: str
    sub: str
    roles: tuple[str, ...] = ()
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    sis_id: str | None = field(default=None, repr=False)
    context_id: str | None = None
    context_title: str = ""
    resource_link_id: str | None = None
    resource_link_title: str = ""
    target_link_uri: str | None = None
    custom: Mapping[str, str] = field(default_factory=dict)
    product: str = ""
    locale: str | None = None
    return_url: str | None = None
    lineitem: str | None = None
    lineitems: str | None = None
    scopes: tuple[str, ...] = ()
    memberships_url: str | None = None
    deep_linking: DeepLinkSettings | None = None


def read_launch(claims: Mapping[str, Any], issuer: str, client_id: str) -> Launch:
    """Read the claims of a token that was verified. Raises LaunchError where one is missing."""
    message_type = _needed(claims, LTI + "message_type")
    person, link = _part(claims, LTI + "lis"), _part(claims, LTI + "resource_link")
    context, endpoint = _part(claims, LTI + "context"), _part(claims, AGS)
    is_link = message_type == RESOURCE_LINK
    return Launch(
        issuer=issuer,
        client_id=client_id,
        deployment_id=_needed(claims, LTI + "deployment_id"),
        message_type=message_type,
        sub=_needed(claims, "sub"),
        roles=in_course(_texts(claims.get(LTI + "roles"))),
        name=_text(claims.get("name")),
        email=_text(claims.get("email")),
        sis_id=_text(person.get("person_sourcedid")),
        context_id=_text(context.get("id")),
        context_title=_text(context.get("title")) or _text(context.get("label")) or "",
        resource_link_id=_needed(link, "id") if is_link else None,
        resource_link_title=_text(link.get("title")) or "",
        target_link_uri=_needed(claims, LTI + "target_link_uri") if is_link else None,
        custom=_custom(_part(claims, LTI + "custom")),
        product=(
            _text(_part(claims, LTI + "tool_platform").get("product_family_code")) or ""
        ).lower(),
        locale=_text(_part(claims, LTI + "launch_presentation").get("locale"))
        or _text(claims.get("locale")),
        return_url=_web_url(_part(claims, LTI + "launch_presentation").get("return_url")),
        lineitem=_web_url(endpoint.get("lineitem")),
        lineitems=_web_url(endpoint.get("lineitems")),
        scopes=_texts(endpoint.get("scope")),
        memberships_url=_web_url(_part(claims, NRPS).get("context_memberships_url")),
        deep_linking=_deep_linking(claims) if message_type == DEEP_LINKING else None,
    )


def _deep_linking(claims: Mapping[str, Any]) -> DeepLinkSettings:
    settings = _part(claims, DEEP + "deep_linking_settings")
    return_url = _web_url(settings.get("deep_link_return_url"))
    if return_url is None:
        raise _missing("deep_link_return_url")
    return DeepLinkSettings(
        return_url=return_url,
        accept_line_item=settings.get("accept_lineitem") is not False,
        data=_string(settings.get("data")),
    )


def _missing(name: str) -> LaunchError:
    return LaunchError(
        f"The launch lacks the claim {name.rpartition('/')[2]}, or it is not a text. "
        "Open the activity in the LMS again; then check how the tool is set up there.",
        "claim",
    )


def _needed(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    text = _string(value)
    if text is None or not text.strip() or len(text) > LONGEST:
        raise _missing(name)
    return text


def _part(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = claims.get(name)
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    """A text that says something; variables that the LMS did not fill in still begin with ``$``."""
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        value = str(value)
    text = (_string(value) or "").strip()
    return text[:LONGEST] if text and not text.startswith("$") else None


def _texts(value: object) -> tuple[str, ...]:
    entries = value if isinstance(value, list) else str(_string(value) or "").split()
    return tuple(entry for entry in entries if _string(entry) is not None)


def _string(value: object) -> str | None:
    return value if isinstance(value, str) and is_storable(value) else None


def _custom(part: Mapping[str, Any]) -> dict[str, str]:
    read = {name: _text(value) for name, value in part.items() if is_storable(name)}
    return {name: value for name, value in read.items() if value is not None}


def _web_url(value: object) -> str | None:
    """A URL that a browser may be sent to; none of ``javascript:`` and its like."""
    url = _string(value)
    return url if url is not None and origin(url) is not None else None
