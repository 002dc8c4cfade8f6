"""The links of courses to assignments."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from autograder.database import platforms
from autograder.database.tables import Link


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Which link of which course this is. The four together name it."""

    platform_id: int
    deployment_id: str
    context_id: str
    resource_link_id: str


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a launch says about a link, which may be something else next time."""

    context_title: str = ""
    title: str = ""
    lineitem_url: str | None = None
    lineitems_url: str | None = None
    memberships_url: str | None = None
    scopes: tuple[str, ...] = ()


def at_launch(
    session: Session, placement: Placement, assignment: str, told: Told, now: datetime
) -> Link:
    """The link, new or known, with what the platform says about it now.

    The teacher's policy stays as it is, and so does the assignment of a known link: what was
    handed in there belongs to that assignment.
    """
    link = find(session, placement)
    if link is None:
        platforms.hold(session, placement.platform_id)
        link = find(session, placement) or new(session, placement, assignment, now)
    link.context_title, link.title = told.context_title, told.title
    link.lineitem_url, link.lineitems_url = told.lineitem_url, told.lineitems_url
    link.memberships_url, link.scopes = told.memberships_url, list(told.scopes)
    return link


def find(session: Session, placement: Placement) -> Link | None:
    """The link, if somebody has used it."""
    return session.scalar(this(placement))


def this(placement: Placement) -> Select[Link]:
    """The link of this placement."""
    return select(Link).where(
        Link.platform_id == placement.platform_id,
        Link.deployment_id == placement.deployment_id,
        Link.context_id == placement.context_id,
        Link.resource_link_id == placement.resource_link_id,
    )


def new(session: Session, placement: Placement, assignment: str, now: datetime) -> Link:
    """A link that nobody has used yet."""
    link = Link(
        platform_id=placement.platform_id,
        deployment_id=placement.deployment_id,
        context_id=placement.context_id,
        resource_link_id=placement.resource_link_id,
        assignment=assignment,
        created_at=now,
    )
    session.add(link)
    session.flush()
    return link
