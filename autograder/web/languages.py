"""The switch between the languages of the pages."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from autograder.database.tables import WebSession
from autograder.web import visits
from autograder.web.pages import words_for
from autograder.web.site import site

routes = Blueprint("languages", __name__)

PLACES = ("/a/", "/i/", "/lti/pick")
"""Where a page that was asked for with GET may be; nothing else is gone back to."""


@routes.post("/language")
def language() -> Response:
    """Change the language of this visit, and go back to the page."""
    visit = visits.required()
    with site().db.transaction() as session:
        row = session.get_one(WebSession, visit.row.token_hash)
        row.language = words_for(request.form.get("language")).lang
    return redirect(_page_of_ours(request.form.get("to", ""), visits.first_page(visit.row)), 303)


def _page_of_ours(path: str, first: str) -> str:
    """Return the path where it is one of our pages, else the first page.

    A form's field must not lead to another site.
    """
    plain = path.isascii() and not set(path) & set("\\\n\r\t ?#") and "//" not in path
    return path if plain and path.startswith(PLACES) else first
