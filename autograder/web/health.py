"""Is the tool alive, can it work, and how much is there to do: for machines, without a student."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar, get_args

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
State = TypeVar("State", bound=str)


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
    counted = _by_state(queue.states(session), ATTEMPT_STATES)
    yield from _gauge("keepprob_attempts", "Attempts by state.", counted)
    waiting = select(func.min(Attempt.received_at)).where(Attempt.state == "queued")
    oldest = {"": _age(session.scalar(waiting))}
    meaning = "How long the oldest in the queue waits."
    yield from _gauge("keepprob_queue_oldest_seconds", meaning, oldest)


def _scores(session: Session) -> Iterable[str]:
    counted = _by_state(outbox.states(session), SCORE_STATES)
    yield from _gauge("keepprob_scores", "Scores for LMSs by state of delivery.", counted)
    waiting = select(func.min(Outbox.timestamp)).where(Outbox.state == "waiting")
    oldest = {"": _age(session.scalar(waiting))}
    meaning = "Age of the oldest undelivered score."
    yield from _gauge("keepprob_outbox_oldest_seconds", meaning, oldest)


def _others(session: Session) -> Iterable[str]:
    visits = select(func.count()).select_from(WebSession)
    lasting = {"": session.scalar(visits.where(WebSession.expires_at > site().clock()))}
    yield from _gauge("keepprob_visits", "Visits that have not ended.", lasting)
    alerts = select(func.count()).select_from(Alert)
    unseen = {"": session.scalar(alerts.where(Alert.seen_at.is_(None)))}
    yield from _gauge("keepprob_alerts", "Alerts that nobody has seen.", unseen)


def _by_state(counted: Mapping[State, int], states: Iterable[State]) -> dict[str, int]:
    """Return counts by Prometheus's label, those of states in which nothing is too."""
    return {f'{{state="{state}"}}': counted.get(state, 0) for state in states}


def _gauge(name: str, meaning: str, values: Mapping[str, object]) -> list[str]:
    """Return the lines of one metric. values: by label, which is empty where there is but one."""
    head = [f"# HELP {name} {meaning}", f"# TYPE {name} gauge"]
    return head + [f"{name}{label} {value}" for label, value in values.items()]


def _age(time: datetime | None) -> str:
    seconds = (site().clock() - time).total_seconds() if time else 0.0
    return f"{max(seconds, 0.0):.1f}"
