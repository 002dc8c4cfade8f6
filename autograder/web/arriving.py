"""What a launch leaves behind: the person, and the link with its policy, each known once."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from autograder.database.tables import Deployment, Link, Platform, User
from autograder.lti import platforms
from autograder.lti.claims import Launch
from autograder.service.settings import Settings

Row = TypeVar("Row", User, Link)
ASSIGNMENT, DUE = "assignment", "due_at"
"""Custom parameters of a link: which assignment it is, and when it is due."""


def platform_of(session: Session, row: Platform) -> platforms.Platform:
    """Return a platform as the protocol wants it."""
    registered = select(Deployment.deployment_id).where(Deployment.platform_id == row.id)
    return platforms.Platform(
        issuer=row.issuer,
        client_id=row.client_id,
        auth_url=row.auth_url,
        token_url=row.token_url,
        keyset_url=row.keyset_url,
        deployments=frozenset(session.scalars(registered)) or None,
        audience=row.audience,
        product=row.product,
    )


def person(
    session: Session, launch: Launch, platform: Platform, settings: Settings, now: datetime
) -> User:
    """Return who comes, with what the settings let us know of them, and no more."""

    def new() -> User:
        name = f"s-{secrets.token_hex(6)}"
        return User(platform_id=platform.id, sub=launch.sub, pseudonym=name, created_at=now)

    known = select(User).where(User.platform_id == platform.id, User.sub == launch.sub)
    user = _known_once(session, known, new)
    user.name = launch.name if settings.ask_names else None
    user.sis_id = launch.sis_id if settings.ask_names else None
    user.email = launch.email if settings.ask_emails else None
    return user


def link(
    session: Session,
    launch: Launch,
    platform: Platform,
    settings: Settings,
    offered: Mapping[str, object],
    now: datetime,
) -> Link:
    """Return the link that was opened. Its assignment is empty where none is chosen yet.

    A new link has the policy of the settings, and the due date that the LMS gives with it. What
    a teacher changes here later stays.
    """
    place = {
        "platform_id": platform.id,
        "deployment_id": launch.deployment_id,
        "context_id": launch.context_id or "",
        "resource_link_id": launch.resource_link_id or "",
    }

    def new() -> Link:
        policy = asdict(settings.policy)
        due = moment(launch.custom.get(DUE))
        return Link(**place, **policy, assignment="", due_at=due, created_at=now)

    found = _known_once(session, select(Link).filter_by(**place), new)
    found.context_title, found.title = launch.context_title, launch.resource_link_title
    if (asked := launch.custom.get(ASSIGNMENT)) in offered:
        found.assignment = str(asked)
    if launch.lineitem or launch.lineitems:
        found.lineitem_url, found.lineitems_url = launch.lineitem, launch.lineitems
        found.scopes = list(launch.scopes)
    found.memberships_url = launch.memberships_url or found.memberships_url
    return found


def moment(text: str | None) -> datetime | None:
    """Return a time of the LMS's, in UTC; None where it is none, or names no zone."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None


def _known_once(session: Session, known: Select[tuple[Row]], new: Callable[[], Row]) -> Row:
    """Return the row, made where it is missing; of two launches at once, one makes it."""
    if (found := session.scalar(known)) is not None:
        return found
    try:
        with session.begin_nested():
            session.add(made := new())
    except IntegrityError:
        return session.scalars(known).one()
    return made
