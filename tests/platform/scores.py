"""Assignment and Grade Services: a line item, its scores, its results. The tool asks no more."""

import json
from typing import TYPE_CHECKING, Any

import flask

from tests.platform import state
from tests.platform.scoring import RefusedError, receive, result
from tests.platform.state import Course, LineItem, Tool
from tests.platform.tokens import bearer

if TYPE_CHECKING:
    from tests.platform.platform import Platform

LINEITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"


def routes(platform: "Platform") -> flask.Blueprint:
    blueprint = flask.Blueprint("scores", __name__, url_prefix="/ags/<course_id>/lineitems")

    @blueprint.get("/<item_id>/lineitem")
    def lineitem(course_id: str, item_id: str) -> flask.Response:
        _check_accept(platform, LINEITEM_TYPE)
        tool, course = _course(platform, course_id, state.LINEITEM, state.LINEITEM_READ)
        item = _item(platform, tool, course, item_id)
        return _json(described(platform, tool, course, item), LINEITEM_TYPE)

    @blueprint.post("/<item_id>/lineitem/scores")
    def score(course_id: str, item_id: str) -> flask.Response:
        tool, course = _course(platform, course_id, state.SCORE)
        item = _item(platform, tool, course, item_id)
        if flask.request.mimetype != SCORE_TYPE:
            raise RefusedError(400, f"the content type must be {SCORE_TYPE}")
        receive(_body(), rules=platform.rules, course=course, item=item, now=platform.clock())
        return _json({"resultUrl": f"{platform.item_url(course, item)}/results"}, SCORE_TYPE)

    @blueprint.get("/<item_id>/lineitem/results")
    def results(course_id: str, item_id: str) -> flask.Response:
        _check_accept(platform, RESULTS_TYPE)
        tool, course = _course(platform, course_id, state.RESULT_READ)
        item = _item(platform, tool, course, item_id)
        wanted, url = flask.request.args.get("user_id"), platform.item_url(course, item)
        entries = [
            result(grade, item, user_id, url, platform.rules)
            for user_id, grade in item.grades.items()
            if wanted in {None, user_id} and (grade.timestamp or grade.overridden is not None)
        ]
        return _page(platform, tool, f"{url}/results", entries)

    return blueprint


def described(platform: "Platform", tool: Tool, course: Course, item: LineItem) -> dict[str, Any]:
    """Return what the services say of a line item."""
    entry = {
        "id": platform.item_url(course, item) + platform.query(tool),
        "label": item.label,
        "scoreMaximum": item.maximum,
        "resourceId": item.resource_id,
        "tag": item.tag,
    }
    if item.resource_link_id:
        entry["resourceLinkId"] = item.resource_link_id
    return entry


def _check_accept(platform: "Platform", content_type: str) -> None:
    accepted = flask.request.headers.get("Accept", "")
    fits = not accepted or "*/*" in accepted or accepted == content_type
    if platform.rules.strict_accept and not fits:
        raise RefusedError(400, f"No handler found for {flask.request.path} {accepted}")


def _course(platform: "Platform", course_id: str, *scopes: str) -> tuple[Tool, Course]:
    tool = bearer(platform, scopes)
    course = platform.courses.get(course_id)
    if course is None:
        raise RefusedError(404, "there is no such course")
    if course.forbidden:
        raise RefusedError(platform.rules.not_allowed_status, "Not allowed in context")
    return tool, course


def _item(platform: "Platform", tool: Tool, course: Course, item_id: str) -> LineItem:
    item = course.items.get(item_id)
    if item is None:
        raise RefusedError(platform.rules.deleted_status, "Not Found: the item doesn't exist")
    mine = flask.request.args.get("type_id") == tool.deployment_id
    if platform.rules.lineitem_query and not mine:
        raise RefusedError(403, "type_id is missing or another tool's")
    return item


def _body() -> dict[str, Any]:
    """Return the request's JSON, in which NaN and Infinity are no numbers."""

    def refuse(word: str) -> None:
        raise ValueError(word)

    try:
        body = json.loads(flask.request.get_data(), parse_constant=refuse)
    except ValueError as error:
        raise RefusedError(400, f"not JSON: {error}") from None
    if not isinstance(body, dict):
        raise RefusedError(400, "not a JSON object")
    return body


def _json(value: object, content_type: str) -> flask.Response:
    return flask.Response(json.dumps(value), content_type=content_type)


def _page(platform: "Platform", tool: Tool, url: str, entries: list[Any]) -> flask.Response:
    """Return one page of results, with a `Link` header where there are more."""
    size = flask.request.args.get("limit", platform.rules.page_size, type=int)
    start = flask.request.args.get("from", 0, type=int)
    if not size:
        return _json(entries, RESULTS_TYPE)
    response = _json(entries[start : start + size], RESULTS_TYPE)
    if start + size < len(entries):
        query = [*platform.query(tool).removeprefix("?").split("&"), f"limit={size}"]
        following = "&".join(filter(None, [*query, f"from={start + size}"]))
        if platform.rules.typographic_links:
            link = f"<{url}?{following.replace('&', '&amp;')}>; rel=“next”"
        else:
            link = f'<{url}?{following}>; rel="next"'
        # A header is bytes; werkzeug writes those of Latin-1, and these are UTF-8's.
        response.headers["Link"] = link.encode().decode("latin-1")
    return response
