"""Deep linking: a teacher picks an assignment here, and the LMS makes a link of it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt

from autograder.lti.claims import DEEP, LTI, VERSION, DeepLinkSettings
from autograder.lti.keys import ToolKey
from autograder.lti.platforms import Platform
from autograder.lti.service import SLOW_CLOCK

LASTS = timedelta(minutes=5)
LINK_TYPE = "ltiResourceLink"


@dataclass(frozen=True, kw_only=True)
class ContentItem:
    """A link to an assignment. score_maximum: points of its column; None makes no column.

    custom: comes back with each launch.
    """

    title: str
    url: str
    score_maximum: float | None = None
    resource_id: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)


def response_jwt(
    settings: DeepLinkSettings,
    item: ContentItem,
    platform: Platform,
    key: ToolKey,
    deployment_id: str,
    now: datetime,
) -> str:
    """Return the token to post, as ``JWT``, to the settings' return_url."""
    claims: dict[str, Any] = {
        "iss": platform.client_id,
        "aud": platform.issuer,
        "iat": int((now - SLOW_CLOCK).timestamp()),
        "exp": int((now + LASTS).timestamp()),
        "nonce": secrets.token_urlsafe(),
        LTI + "deployment_id": deployment_id,
        LTI + "message_type": "LtiDeepLinkingResponse",
        LTI + "version": VERSION,
        DEEP + "content_items": [_content(item, settings)],
    }
    if settings.data is not None:
        claims[DEEP + "data"] = settings.data
    return jwt.encode(claims, key.private_pem, algorithm="RS256", headers={"kid": key.kid})


def _content(item: ContentItem, settings: DeepLinkSettings) -> dict[str, Any]:
    made: dict[str, Any] = {"type": LINK_TYPE, "title": item.title, "url": item.url}
    made |= _given(custom=dict(item.custom))
    if item.score_maximum is not None and settings.accept_line_item:
        column = {"scoreMaximum": item.score_maximum, "label": item.title}
        made["lineItem"] = column | _given(resourceId=item.resource_id)
    return made


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
