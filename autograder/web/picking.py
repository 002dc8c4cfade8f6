"""A teacher picks an assignment in the LMS, which makes an activity of it (deep linking)."""

from typing import Any

from flask import Blueprint, request
from sqlalchemy.orm import Session

from autograder.database.tables import Platform
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
from autograder.web.visits import teachers_only

routes = Blueprint("picking", __name__, url_prefix="/lti")


@routes.get("/pick")
@teachers_only
def choice() -> str:
    """Show the assignments."""
    asked, _ = _asked()
    return page("pick.html", link=None, action="/lti/pick", course=asked["title"])
