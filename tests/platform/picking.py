"""What a platform makes of a tool's answer to deep linking: an activity of the course."""

from typing import TYPE_CHECKING, Any

import flask
import jwt
from markupsafe import Markup

from tests.platform.launching import DEEP_LINKING, LTI
from tests.platform.scoring import RefusedError
from tests.platform.state import Course
from tests.platform.tokens import verified

if TYPE_CHECKING:
    from tests.platform.platform import Platform


def routes(platform: "Platform") -> flask.Blueprint:
    blueprint = flask.Blueprint("picking", __name__)

    @blueprint.post("/deep-linking/<course_id>")
    def deep_linking(course_id: str) -> str:
        return take_answer(platform, platform.courses[course_id], flask.request.form["JWT"])

    return blueprint


def take_answer(platform: "Platform", course: Course, token: str) -> str:
    """Check the answer, keep it, make the activities that it names, and say so on a page."""
    answer = _checked(platform, token)
    platform.answers.append(answer)
    titles = [_add(platform, course, item) for item in answer[f"{DEEP_LINKING}content_items"]]
    return Markup('<!DOCTYPE html><html lang="en"><title>Picked</title><p>Picked: {}</p>').format(
        ", ".join(titles)
    )


def _checked(platform: "Platform", token: str) -> dict[str, Any]:
    tool = platform.tools[jwt.decode(token, options={"verify_signature": False})["iss"]]
    answer = verified(platform, tool, token)
    audience = answer["aud"] if isinstance(answer["aud"], list) else [answer["aud"]]
    now = platform.clock().timestamp()
    faults = {
        "aud": platform.issuer not in audience,
        "exp": not now < answer["exp"],
        "nonce": not answer.get("nonce"),
        "version": answer.get(f"{LTI}version") != "1.3.0",
        "message_type": answer.get(f"{LTI}message_type") != "LtiDeepLinkingResponse",
        "deployment_id": answer.get(f"{LTI}deployment_id") != tool.deployment_id,
        "data": answer.get(f"{DEEP_LINKING}data", "none") != _data(platform),
    }
    if wrong := [name for name, fault in faults.items() if fault]:
        raise RefusedError(400, f"the answer has a wrong {', '.join(wrong)}")
    return answer


def _data(platform: "Platform") -> str:
    kept = platform.rules.deep_linking_data
    return "none" if kept is None else kept


def _add(platform: "Platform", course: Course, item: dict[str, Any]) -> str:
    if item.get("type") != "ltiResourceLink":
        raise RefusedError(400, "only ltiResourceLink is accepted")
    line, title = item.get("lineItem", {}), item.get("title", "")
    maximum = line["scoreMaximum"] if line else None
    link = platform.add_link(course, title, maximum=maximum, **item.get("custom", {}))
    if link.item:
        link.item.label = line.get("label", title)
        link.item.tag, link.item.resource_id = line.get("tag", ""), line.get("resourceId", "")
    return title
