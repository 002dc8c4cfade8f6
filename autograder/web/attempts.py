"""The page of one attempt: where it stands in the queue, then its score and feedback."""

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.database import queue, standings
from autograder.database.tables import Attempt, Link, Outbox, Result, User
from autograder.web import standing, visits
from autograder.web.errors import StopError
from autograder.web.pages import page, words
from autograder.web.protection import frame_ancestors
from autograder.web.site import site
from autograder.web.standing import Tried

routes = Blueprint("attempts", __name__, url_prefix="/a/attempt")

FEEDBACK_POLICY = "default-src 'none'; style-src {style}; sandbox"
"""A page of feedback runs nothing and reaches nothing, and is of no origin."""

STYLE = re.compile("<style>(.*?)</style>", re.DOTALL)


@dataclass(frozen=True)
class Looked:
    """What the page of an attempt says. ahead: how many come before it in the queue."""

    tried: Tried
    link: Link
    user: User
    counts: bool
    ahead: int
    sent: Outbox | None
    has_page: bool


@routes.get("/<public_id>")
def attempt(public_id: str) -> str:
    """Show an attempt."""
    visit = visits.required()
    with site().db.reading() as session:
        looked = _look(session, visit, public_id)
    return page(
        "attempt.html",
        looked=looked,
        title=site().title_of(looked.link.assignment, visit.row.language),
        again="again" in request.args,
    )


@routes.get("/<public_id>.json")
def state(public_id: str) -> Response:
    """Say how far an attempt is: its state, and how many come before it."""
    with site().db.reading() as session:
        row = _row(session, visits.required(), public_id)
        ahead = queue.place(session, row)
    return jsonify(_progress(row.state, ahead))


@routes.get("/<public_id>/feedback")
def feedback(public_id: str) -> Response:
    """Return the stored page of feedback, which is ours and has every text escaped."""
    with site().db.reading() as session:
        row = _row(session, visits.required(), public_id)
        found = session.scalar(select(Result.page).where(Result.attempt_id == row.id))
    if found is None:
        raise StopError("not_found", 404)
    answer = Response(found, mimetype="text/html")
    shown = FEEDBACK_POLICY.format(style=_own_style(found))
    answer.headers["Content-Security-Policy"] = f"{shown}; frame-ancestors {frame_ancestors()}"
    return answer


def _own_style(page: str) -> str:
    """Return the source that lets the page's own style, its first, pass, and no other."""
    own = STYLE.search(page)
    if own is None:
        return "'none'"
    digest = hashlib.sha256(own[1].encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _progress(state: str, ahead: int) -> dict[str, Any]:
    """Return what the script shows, in the visit's words."""
    student = words().student
    place = student.place.format(ahead=ahead) if ahead else student.place_next
    return {
        "state": state,
        "ahead": ahead,
        "done": state in {"graded", "failed"},
        "text": student.states[state],
        "more": place if state == "queued" else "",
    }


def _row(session: Session, visit: visits.Visit, public_id: str) -> Attempt:
    """Return an attempt of this person's, or, for a teacher, at this link. Raises StopError.

    One that is another's is answered like one that does not exist.
    """
    row = standings.by_public_id(session, public_id)
    own = row is not None and row.user_id == visit.user.id
    taught = row is not None and visit.teaches and row.link_id == visit.row.link_id
    if row is None or not (own or taught):
        raise StopError("not_found", 404)
    return row


def _look(session: Session, visit: visits.Visit, public_id: str) -> Looked:
    row = _row(session, visit, public_id)
    link = session.get_one(Link, row.link_id)
    theirs = standing.of_person(session, row.user_id, link)
    tried = next(each for each in theirs.tried if each.row.id == row.id)
    sent = select(Outbox).where(
        Outbox.user_id == row.user_id,
        Outbox.attempt_id == row.id,
        Outbox.lineitem_url == link.lineitem_url,
    )
    return Looked(
        tried=tried,
        link=link,
        user=session.get_one(User, row.user_id),
        counts=tried is theirs.counting,
        ahead=queue.place(session, row),
        sent=session.scalar(sent),
        has_page=tried.max_score > 0,
    )
