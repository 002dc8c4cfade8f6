"""A student's page: the rules in words, a place for the notebook, and earlier attempts."""

from datetime import datetime

from flask import Blueprint, redirect, request
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from autograder.database import people, queue
from autograder.database.tables import Attempt, Link
from autograder.service.policies import Refusal
from autograder.web import standing, visits
from autograder.web.errors import StopError
from autograder.web.pages import page
from autograder.web.site import site
from autograder.web.standing import Standing
from autograder.web.uploads import Received, RefusedFileError, receive

routes = Blueprint("handing_in", __name__, url_prefix="/a")


@routes.get("/")
def exercise() -> str:
    """Show the page of the link that was opened."""
    return _exercise()


@routes.post("/submit")
def submit() -> Response | tuple[str, int]:
    """Take a notebook, or say why not; then show how it is graded."""
    now = site().clock()
    visit, link = _students_only()
    if not site().uploads.admits(visit.user.id, now):
        raise StopError("too_often", 429)
    try:
        received = receive(request.files.getlist("notebook"), site().settings.upload_bytes)
    except RefusedFileError as error:
        return _exercise(fault=error), 422
    try:
        with site().db.transaction() as session:
            attempt, is_new = _accepted(session, visit.user.id, link, received, now)
    except NoResultFound:  # they were erased while this was read
        raise StopError("session_over", 401) from None
    if attempt is None:
        return _exercise(), 409
    return redirect(f"/a/attempt/{attempt.public_id}" + ("" if is_new else "?again=1"), 303)


def _accepted(
    session: Session, user_id: int, link: Link, received: Received, now: datetime
) -> tuple[Attempt | None, bool]:
    """Put a notebook into the queue, and say whether it is new; None where the rules refuse it.

    One that was handed in before is the attempt that it was: no rule is asked.
    """
    people.lock(session, user_id)
    theirs = standing.of_person(session, user_id, link)
    for tried in theirs.tried:
        if tried.row.sha256 == received.sha256:
            return tried.row, False
    if _refusal(theirs, now) is not None:
        return None, False
    return queue.put(
        session,
        user_id=user_id,
        link_id=link.id,
        content=received.content,
        file_name=received.file_name,
        now=now,
    )


def _students_only() -> tuple[visits.Visit, Link]:
    visit, link = visits.at_link()
    if visit.teaches:
        raise StopError("students_only", 403)
    if link.assignment not in site().offered:
        raise StopError("not_chosen", 404)
    return visit, link


def _refusal(theirs: Standing, now: datetime) -> Refusal | None:
    return theirs.refusal(now, site().settings.attempts_per_hour)


def _exercise(fault: RefusedFileError | None = None) -> str:
    visit, link = visits.at_link()
    if link.assignment not in site().offered:
        raise StopError("not_chosen", 404)
    with site().db.reading() as session:
        theirs = standing.of_person(session, visit.user.id, link)
    settings = site().settings
    return page(
        "exercise.html",
        link=link,
        title=site().title_of(link.assignment, visit.row.language),
        standing=theirs,
        refusal=_refusal(theirs, site().clock()),
        fault=fault,
        megabytes=settings.upload_bytes / 1e6,
        per_hour=settings.attempts_per_hour,
    )
