"""A teacher picks an assignment in the LMS, which makes an activity of it (deep linking)."""

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from autograder.lti.claims import DeepLinkSettings
from autograder.lti.deep_linking import ContentItem, response_jwt
from autograder.lti.urls import origin
from autograder.web import arriving, visits
from autograder.web.arriving import ASSIGNMENT
from autograder.web.catalogue import Offered
from autograder.web.errors import StopError
from autograder.web.launching import LAUNCH
from autograder.web.pages import page
from autograder.web.protection import policy
from autograder.web.site import site
from autograder.web.visits import Visit, teachers_only

routes = Blueprint("picking", __name__, url_prefix="/lti")


@routes.get("/pick")
@teachers_only
def choice() -> str:
    """Show the assignments."""
    visit, _ = _asked()
    title = (visit.row.deep_link or {})["title"]
    return page("pick.html", offered=site().offered.values(), action="/lti/pick", course=title)


@routes.post("/pick")
@teachers_only
def pick() -> Response:
    """Give the LMS what was picked: a page that posts itself there."""
    visit, settings = _asked()
    offer = site().offered.get(request.form.get("assignment", ""))
    if offer is None:
        raise StopError("not_found", 404)
    with site().db.reading() as session:
        platform = arriving.platform_of(session, visit.platform)
    now = site().clock()
    token = response_jwt(
        settings,
        _item(offer, visit.row.language),
        platform,
        site().keys.current(now),
        (visit.row.deep_link or {})["deployment_id"],
        now,
    )
    answer = make_response(page("going_back.html", address=settings.return_url, token=token))
    back = origin(settings.return_url)
    answer.headers["Content-Security-Policy"] = policy(form_action=f"'self' {back}")
    return answer


def _item(offer: Offered, language: str) -> ContentItem:
    return ContentItem(
        title=offer.title(language),
        url=site().settings.url(LAUNCH),
        score_maximum=offer.points or None,
        resource_id=offer.name,
        custom={ASSIGNMENT: offer.name},
    )


def _asked() -> tuple[Visit, DeepLinkSettings]:
    """Return the visit, and how the LMS wants the answer. Raises StopError where it asks none."""
    visit = visits.required()
    asked = visit.row.deep_link
    if asked is None:
        raise StopError("session_over", 401)
    settings = DeepLinkSettings(
        return_url=asked["return_url"],
        accept_line_item=asked["accept_line_item"],
        data=asked["data"],
    )
    return visit, settings
