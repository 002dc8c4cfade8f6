"""An instructor's pages: the class with its scores, sending and grading again, the rules."""

import dataclasses

from flask import Blueprint, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from autograder.database import alerts, outbox, queue
from autograder.database.tables import Link
from autograder.lti.errors import FetchError, ServiceError
from autograder.service.policies import Rules, rules_of
from autograder.web import policy_form, standing, visits
from autograder.web.errors import StopError
from autograder.web.exports import FORMATS
from autograder.web.pages import page, words
from autograder.web.policy_form import PolicyFormError
from autograder.web.roster import Roster, roster
from autograder.web.site import site
from autograder.web.standing import Row
from autograder.web.visits import teachers_only

routes = Blueprint("teaching", __name__, url_prefix="/i")

DONE = ("resend", "regrade", "policy", "chosen")
EVERYBODY = "*"


@routes.get("/")
@teachers_only
def table() -> str | Response:
    """Show the class; where no assignment is chosen yet, the choice."""
    _, link = visits.at_link()
    if link.assignment not in site().offered:
        return redirect("/i/choose", 303)
    return show_table()


def show_table(
    fields: dict[str, str] | None = None,
    policy_faults: list[str] | None = None,
    download_faults: list[str] | None = None,
    members: Roster | None = None,
    member_faults: list[str] | None = None,
) -> str:
    """Return the page of the class. fields: of the rules, as they were written."""
    visit, link = visits.at_link()
    with site().db.reading() as session:
        rows = standing.of_class(session, link)
        alerted = alerts.unseen(session, link.id)
    done = next((name for name in DONE if name in request.args), None)
    return page(
        "class.html",
        wide=True,
        link=link,
        title=site().title_of(link.assignment, visit.row.language),
        rows=rows,
        alerts=alerted,
        named=any(row.user.name for row in rows),
        fields=fields or policy_form.shown(rules_of(link)),
        policy_faults=policy_faults or [],
        download_faults=download_faults or [],
        members=members,
        member_faults=member_faults or [],
        formats=FORMATS,
        done=done,
        count=_number(request.args.get(done, "")) if done else 0,
    )


@routes.post("/members")
@teachers_only
def members() -> str | tuple[str, int]:
    """Show who has not handed in, by the LMS's list of the course."""
    visit, link = visits.at_link()
    with site().db.reading() as session:
        here = {row.user.sub for row in standing.of_class(session, link)}
    try:
        return show_table(members=roster(link, visit.platform, here))
    except (FetchError, ServiceError) as error:
        return show_table(member_faults=[str(error)]), 502


@routes.post("/resend")
@teachers_only
def resend() -> Response:
    """Send scores to the LMS again: one student's, or everybody's."""
    _, link = visits.at_link()
    now = site().clock()
    with site().db.transaction() as session:
        stored = session.get_one(Link, link.id)
        standing.settle_class(session, stored, _chosen(session, stored))
        sent = [row.sent for row in _chosen(session, stored) if row.sent is not None]
        for score in sent:
            outbox.resend(session, score.id, now)
    return redirect(f"/i/?resend={len(sent)}", 303)


@routes.post("/regrade")
@teachers_only
def regrade() -> Response:
    """Grade attempts again: one student's, or everybody's. What is at work stays at work."""
    _, link = visits.at_link()
    with site().db.transaction() as session:
        chosen = [each for row in _chosen(session, link) for each in row.standing.tried]
        again = [each.row.id for each in chosen if not each.runs]
        for attempt_id in again:
            queue.regrade(session, attempt_id)
    return redirect(f"/i/?regrade={len(again)}", 303)


@routes.post("/seen")
@teachers_only
def seen() -> Response:
    """Put an alert away."""
    _, link = visits.at_link()
    with site().db.transaction() as session:
        alert = _number(request.form.get("alert", ""))
        alerts.put_away(session, link.id, [alert], site().clock())
    return redirect("/i/", 303)


@routes.post("/policy")
@teachers_only
def policy() -> Response | tuple[str, int]:
    """Save the rules, and have the scores sent that they change."""
    _, link = visits.at_link()
    try:
        rules = policy_form.read(request.form, words().teacher, rules_of(link))
    except PolicyFormError as error:
        written = {name: request.form.get(name, "") for name in policy_form.shown(Rules())}
        return show_table(fields=written, policy_faults=error.faults), 422
    with site().db.transaction() as session:
        stored = session.get_one(Link, link.id)
        for field in dataclasses.fields(Rules):
            setattr(stored, field.name, getattr(rules, field.name))
        standing.settle_class(session, stored)
    return redirect("/i/?policy=1", 303)


@routes.route("/choose", methods=["GET", "POST"])
@teachers_only
def choose() -> str | Response:
    """Choose the assignment of a link that does not say which it is."""
    _, link = visits.at_link()
    if link.assignment in site().offered:
        return redirect("/i/", 303)
    if request.method == "GET":
        offered = site().offered.values()
        return page("pick.html", offered=offered, action="/i/choose", course=link.context_title)
    chosen = request.form.get("assignment", "")
    if chosen not in site().offered:
        raise StopError("not_found", 404)
    with site().db.transaction() as session:
        session.get_one(Link, link.id).assignment = chosen
    return redirect("/i/?chosen=1", 303)


def _chosen(session: Session, link: Link) -> list[Row]:
    """Return the rows that the form names. Raises StopError for a student of another link."""
    who = request.form.get("student", "")
    rows = standing.of_class(session, link)
    chosen = rows if who == EVERYBODY else [row for row in rows if row.user.pseudonym == who]
    if not chosen and who != EVERYBODY:
        raise StopError("not_found", 404)
    return chosen


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
