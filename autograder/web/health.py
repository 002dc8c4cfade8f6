"""Is the tool alive, can it work, and how much is there to do: for machines, without a student."""

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from flask import Blueprint, Response
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from autograder.database import outbox, queue
from autograder.database.faults import UnusableDatabaseError
from autograder.database.tables import (
    Alert,
    Attempt,
    AttemptState,
    Outbox,
    OutboxState,
    WebSession,
)
from autograder.web.site import site

routes = Blueprint("health", __name__)

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
ATTEMPT_STATES: tuple[AttemptState, ...] = get_args(AttemptState)
SCORE_STATES: tuple[OutboxState, ...] = get_args(OutboxState)


@routes.get("/healthz")
def alive() -> Response:
    """Answer as long as the process does."""
    return Response("ok\n", mimetype="text/plain")


@routes.get("/readyz")
def ready() -> tuple[Response, int]:
    """Answer 200 where the database can be used, else 503 with a word that says why not."""
    try:
        site().db.check()
    except UnusableDatabaseError:
        return Response("database\n", mimetype="text/plain"), 503
    return Response("ok\n", mimetype="text/plain"), 200


@routes.get("/metrics")
def metrics() -> Response:
    """Return counts of the whole tool in Prometheus's text format."""
    with site().db.reading() as session:
        lines = [*_attempts(session), *_scores(session), *_others(session)]
    return Response("\n".join(lines) + "\n", content_type=PROMETHEUS)


def _attempts(session: Session) -> Iterable[str]:
    counted = queue.states(session)
    yield from _head("keepprob_attempts", "Attempts by state.")
    for state in ATTEMPT_STATES:
        yield f'keepprob_attempts{{state="{state}"}} {counted.get(state, 0)}'
    waiting = select(func.min(Attempt.received_at)).where(Attempt.state == "queued")
    yield from _head("keepprob_queue_oldest_seconds", "How long the oldest in the queue waits.")
    yield f"keepprob_queue_oldest_seconds {_age(session.scalar(waiting))}"


def _scores(session: Session) -> Iterable[str]:
    counted = outbox.states(session)
    yield from _head("keepprob_scores", "Scores for LMSs by state of delivery.")
    for state in SCORE_STATES:
        yield f'keepprob_scores{{state="{state}"}} {counted.get(state, 0)}'
    waiting = select(func.min(Outbox.timestamp)).where(Outbox.state == "waiting")
    yield from _head("keepprob_outbox_oldest_seconds", "Age of the oldest undelivered score.")
    yield f"keepprob_outbox_oldest_seconds {_age(session.scalar(waiting))}"


def _others(session: Session) -> Iterable[str]:
    visits = select(func.count()).select_from(WebSession)
    visits = visits.where(WebSession.expires_at > site().clock())
    yield from _head("keepprob_visits", "Visits that have not ended.")
    yield f"keepprob_visits {session.scalar(visits)}"
    unseen = select(func.count()).select_from(Alert).where(Alert.seen_at.is_(None))
    yield from _head("keepprob_alerts", "Alerts that nobody has seen.")
    yield f"keepprob_alerts {session.scalar(unseen)}"


def _head(name: str, meaning: str) -> tuple[str, str]:
    return f"# HELP {name} {meaning}", f"# TYPE {name} gauge"


def _age(time: datetime | None) -> str:
    seconds = (site().clock() - time).total_seconds() if time else 0.0
    return f"{max(seconds, 0.0):.1f}"
