"""What a launch leaves behind: the person, and the link with its policy, each known once."""

import dataclasses
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from autograder.database import links, people
from autograder.database import platforms as registered
from autograder.database.links import Placement, Told
from autograder.database.tables import Link, Platform, User
from autograder.lti import platforms
from autograder.lti.claims import Launch
from autograder.service import line_items
from autograder.service.settings import NewLinkPolicy, Settings
from autograder.web import standing
from autograder.web.site import Site

ASSIGNMENT, DUE = "assignment", "due_at"
"""Custom parameters of a link: which assignment it is, and when it is due."""


def platform_of(session: Session, row: Platform) -> platforms.Platform:
    """Return a platform as the protocol wants it for a launch, with its deployments."""
    deployments = frozenset(registered.deployments(session, row.id)) or None
    return dataclasses.replace(line_items.platform_of(row), deployments=deployments)


def person(
    session: Session, launch: Launch, platform_id: int, settings: Settings, now: datetime
) -> User:
    """Return who comes, with what the settings let us know of them, and no more."""
    return people.at_launch(
        session,
        platform_id,
        launch.sub,
        now=now,
        name=launch.name if settings.ask_names else None,
        email=launch.email if settings.ask_emails else None,
        sis_id=launch.sis_id if settings.ask_names else None,
    )


def link(session: Session, launch: Launch, platform_id: int, here: Site, now: datetime) -> Link:
    """Return the link that was opened. Its assignment is empty where none is chosen yet.

    A new link has the policy of the settings. The LMS's due date is followed, scores included,
    until a teacher sets another one here. Where the LMS has given the link a line item meanwhile,
    the scores that were waiting for one are sent.
    """
    place = Placement(
        platform_id=platform_id,
        deployment_id=launch.deployment_id,
        context_id=launch.context_id or "",
        resource_link_id=launch.resource_link_id or "",
    )
    told = Told(
        context_title=launch.context_title,
        title=launch.resource_link_title,
        lineitem_url=launch.lineitem,
        lineitems_url=launch.lineitems,
        memberships_url=launch.memberships_url,
        scopes=launch.scopes,
    )
    asked = launch.custom.get(ASSIGNMENT, "")
    assignment = asked if asked in here.offered else ""
    before = links.find(session, place)
    lineitem_before = before.lineitem_url if before else None
    found = links.at_launch(session, place, assignment, told, now)
    found.assignment = found.assignment or assignment
    if before is None:
        for field in dataclasses.fields(NewLinkPolicy):
            setattr(found, field.name, getattr(here.settings.policy, field.name))
    elif found.lineitem_url != lineitem_before:
        standing.settle_class(session, found)
    told_due_at = moment(launch.custom.get(DUE))
    if told_due_at is not None and (before is None or launch.is_instructor):
        _follow(session, found, told_due_at)
    return found


def _follow(session: Session, link: Link, told_due_at: datetime) -> None:
    """Follow the LMS's due date. A student's launch may tell one of their own: ask a teacher's."""
    followed, changed = link.due_at == link.lms_due_at, link.due_at != told_due_at
    link.lms_due_at = told_due_at
    if followed and changed:
        link.due_at = told_due_at
        standing.settle_class(session, link)


def moment(text: str | None) -> datetime | None:
    """Return a time of the LMS's, in UTC; None where it is none, or names no zone."""
    try:
        found = datetime.fromisoformat(text or "")
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
