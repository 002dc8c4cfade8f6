"""Names and Role Provisioning Services: who is in a course."""

import json
from typing import TYPE_CHECKING, Any

import flask

from tests.platform import state
from tests.platform.launching import ROLES
from tests.platform.scoring import RefusedError
from tests.platform.tokens import bearer

if TYPE_CHECKING:
    from tests.platform.platform import Platform

CONTENT_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def routes(platform: "Platform") -> flask.Blueprint:
    blueprint = flask.Blueprint("roster", __name__)

    @blueprint.get("/nrps/<course_id>/memberships")
    def memberships(course_id: str) -> flask.Response:
        bearer(platform, [state.MEMBERS])
        course = platform.courses.get(course_id)
        if course is None:
            raise RefusedError(404, "there is no such course")
        url = f"{platform.url}/nrps/{course.id}/memberships"
        size = flask.request.args.get("limit", platform.rules.page_size or 50, type=int)
        start = flask.request.args.get("from", 0, type=int)
        members = [member(platform, user_id, role) for user_id, role in course.members.items()]
        body = {
            "id": url,
            "context": {"id": course.id, "title": course.title},
            "members": members[start : start + size],
        }
        response = flask.Response(json.dumps(body), content_type=CONTENT_TYPE)
        if start + size < len(members):
            response.headers["Link"] = f'<{url}?limit={size}&from={start + size}>; rel="next"'
        return response

    return blueprint


def member(platform: "Platform", user_id: str, role: state.Role) -> dict[str, Any]:
    """Return what the list says of one member."""
    user = platform.users[user_id]
    entry: dict[str, Any] = {"user_id": user_id, "roles": ROLES[role], "status": "Active"}
    if platform.rules.shares_names:
        entry |= {"name": user.name, "email": user.email}
    if platform.rules.sends_sis_id and user.sis_id:
        entry["lis_person_sourcedid"] = user.sis_id
    return entry
