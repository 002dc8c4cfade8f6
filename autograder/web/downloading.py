"""Downloads of a class: the file itself, or, where something is not in it, a page that says so."""

import base64

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as AnyResponse

from autograder.core.errors import ExplainedError
from autograder.feedback.text import name_of
from autograder.lms.outcome import Exported
from autograder.web import visits
from autograder.web.errors import StopError
from autograder.web.exports import FORMATS, Sheet, file_name, results_of
from autograder.web.pages import page, words
from autograder.web.site import site
from autograder.web.teaching import show_table
from autograder.web.uploads import shown_name
from autograder.web.visits import teachers_only

routes = Blueprint("downloading", __name__, url_prefix="/i")


@routes.post("/export/<name>")
@teachers_only
def export(name: str) -> AnyResponse | tuple[str, int] | str:
    """Make a file of the attempts that count."""
    _, link = visits.at_link()
    if name not in FORMATS:
        raise StopError("not_found", 404)
    sheet = _sheet()
    if FORMATS[name].needs_sheet and not sheet.content:
        return show_table(download_faults=[words().teacher.faults["sheet"]]), 422
    with site().db.reading() as session:
        found = results_of(session, link)
    if not found.records:
        return show_table(download_faults=[words().teacher.faults["no_records"]]), 422
    try:
        made = FORMATS[name].make(found, sheet)
    except ExplainedError as error:
        return show_table(download_faults=[str(error)]), 422
    called = file_name(link.assignment, name)
    return _with_remarks(made, name, called) if made.attention else _file(made, name, called)


def _sheet() -> Sheet:
    """Return the table that the form brings, empty where it brings none."""
    sent = request.files.get("sheet")
    column = request.form.get("column", "").strip() or None
    if sent is None or not sent.filename:
        return Sheet("", b"", column)
    return Sheet(shown_name(sent.filename), sent.stream.read(), column)


def _file(made: Exported, name: str, called: str) -> Response:
    answer = Response(made.content, mimetype=FORMATS[name].kind)
    answer.headers.set("Content-Disposition", "attachment", filename=called)
    return answer


def _with_remarks(made: Exported, name: str, called: str) -> str:
    """Return a page that lists what is not in the file, with the file in a link."""
    content = base64.b64encode(made.content).decode()
    return page(
        "made.html",
        made=made,
        called=name_of(called),
        what=name,
        address=f"data:{FORMATS[name].kind};base64,{content}",
    )
