"""A teacher picks an assignment in the LMS, which makes an activity of it (deep linking)."""

from typing import Any

from flask import Blueprint

from autograder.web import visits
from autograder.web.errors import StopError
from autograder.web.pages import page
from autograder.web.site import site
from autograder.web.visits import Visit, teachers_only

routes = Blueprint("picking", __name__, url_prefix="/lti")


@routes.get("/pick")
@teachers_only
def choice() -> str:
    """Show the assignments."""
    _, asked = _asked()
    return page(
        "pick.html", offered=site().offered.values(), action="/lti/pick", course=asked["title"]
    )


def _asked() -> tuple[Visit, dict[str, Any]]:
    """Return the visit, and how the LMS wants the answer. Raises StopError where it asks none."""
    visit = visits.required()
    if visit.row.deep_link is None:
        raise StopError("session_over", 401)
    return visit, visit.row.deep_link
