"""Deep linking: a teacher picks an assignment here, and the LMS makes a link of it."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt

from autograder.lti.claims import DEEP, LTI, DeepLinkSettings
from autograder.lti.keys import ToolKey
from autograder.lti.platforms import Platform
from autograder.lti.scores import in_iso
from autograder.lti.service import SLOW_CLOCK

LASTS = timedelta(minutes=5)
LINK_TYPE = "ltiResourceLink"


@dataclass(frozen=True, kw_only=True)
class ContentItem:
    """A link to an assignment. score_maximum: points of its column; None makes no column.

    custom: comes back with each launch. ends_at: when work is due, aware.
    """

    title: str
    url: str
    score_maximum: float | None = None
    text: str = ""
    resource_id: str = ""
    tag: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    ends_at: datetime | None = None


def response_jwt(
    settings: DeepLinkSettings,
    items: Sequence[ContentItem],
    platform: Platform,
    key: ToolKey,
    deployment_id: str,
    now: datetime,
) -> str:
    """Return the token to post, as ``JWT``, to the settings' return_url.

    Raises ValueError where there are more items than the LMS takes.
    """
    if len(items) > 1 and not settings.accept_multiple:
        raise ValueError(f"The LMS takes one item. Received: {len(items)}")
    claims: dict[str, Any] = {
        "iss": platform.client_id,
        "aud": platform.issuer,
        "iat": int((now - SLOW_CLOCK).timestamp()),
        "exp": int((now + LASTS).timestamp()),
        "nonce": secrets.token_urlsafe(),
        LTI + "deployment_id": deployment_id,
        LTI + "message_type": "LtiDeepLinkingResponse",
        LTI + "version": "1.3.0",
        DEEP + "content_items": [_content(item, settings) for item in items],
    }
    if settings.data is not None:
        claims[DEEP + "data"] = settings.data
    return jwt.encode(claims, key.private_pem, algorithm="RS256", headers={"kid": key.kid})


def _content(item: ContentItem, settings: DeepLinkSettings) -> dict[str, Any]:
    made: dict[str, Any] = {"type": LINK_TYPE, "title": item.title, "url": item.url}
    made |= _given(text=item.text, custom=dict(item.custom))
    if item.ends_at is not None:
        made["submission"] = {"endDateTime": in_iso(item.ends_at)}
    if item.score_maximum is not None and settings.accept_line_item:
        column = {"scoreMaximum": item.score_maximum, "label": item.title}
        made["lineItem"] = column | _given(resourceId=item.resource_id, tag=item.tag)
    return made


def _given(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value}
