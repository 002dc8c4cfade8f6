"""The platforms that may launch us."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from autograder.database.tables import Attempt, Deployment, Link, Platform

ENTERED = ("name", "auth_url", "token_url", "keyset_url", "audience")
"""What `autograder lti add` may correct."""


def add(session: Session, row: Platform, deployment_ids: Iterable[str] = ()) -> Platform:
    """Let a platform launch us, from these deployments.

    Raises:
        ValueError: It is there already.
    """
    if session.scalar(same(row)) is not None:
        raise ValueError(
            f"{row.issuer} is registered already with the client id {row.client_id}. "
            "`autograder lti platforms` lists all"
        )
    session.add(row)
    session.flush()
    for deployment_id in deployment_ids:
        session.add(Deployment(platform_id=row.id, deployment_id=deployment_id))
    return row


def same(row: Platform) -> Select[Platform]:
    """The platform that this one is, if it is registered."""
    return select(Platform).where(
        Platform.issuer == row.issuer, Platform.client_id == row.client_id
    )


def correct(session: Session, row: Platform, deployment_ids: Iterable[str]) -> bool:
    """Write what was entered anew over a platform that is known; False where it is not.

    Its deployments stay, and these join them.
    """
    known = session.scalar(same(row))
    if known is None:
        return False
    for name in ENTERED:
        setattr(known, name, getattr(row, name))
    known.product = row.product or known.product
    known.jwks = known.jwks_at = known.jwks_tried_at = None
    for deployment_id in deployment_ids:
        deploy(session, known.id, deployment_id)
    return True


def remove(session: Session, platform_id: int) -> None:
    """Delete a platform with its people, links, attempts and scores."""
    links = select(Link.id).where(Link.platform_id == platform_id)
    session.execute(delete(Attempt).where(Attempt.link_id.in_(links)))  # as graders lock them
    session.execute(delete(Platform).where(Platform.id == platform_id))


def listed(session: Session) -> Sequence[Platform]:
    """All platforms, in the order in which they came."""
    return session.scalars(select(Platform).order_by(Platform.id)).all()


def find(session: Session, issuer: str, client_id: str | None) -> Platform | None:
    """The active platform that this is; without a client id, the only one of its issuer."""
    query = select(Platform).where(Platform.issuer == issuer, Platform.active)
    if client_id is not None:
        query = query.where(Platform.client_id == client_id)
    found = session.scalars(query.limit(2)).all()
    return found[0] if len(found) == 1 else None


def deploy(session: Session, platform_id: int, deployment_id: str) -> None:
    """Let a platform launch us from one more deployment; nothing changes where it may already.

    One without deployments is taken at its word for any: after this, it is bound to those named.
    """
    if deployment_id not in deployments(session, platform_id):
        session.add(Deployment(platform_id=platform_id, deployment_id=deployment_id))


def deployments(session: Session, platform_id: int) -> Sequence[str]:
    """The ids of a platform's deployments."""
    ids = select(Deployment.deployment_id).where(Deployment.platform_id == platform_id)
    return session.scalars(ids.order_by(Deployment.id)).all()


def hold(session: Session, platform_id: int) -> Platform:
    """The platform; until the transaction ends nobody else adds something to it.

    Raises:
        sqlalchemy.exc.NoResultFound: It was removed.
    """
    one = select(Platform).where(Platform.id == platform_id).with_for_update(key_share=True)
    return session.scalars(one, execution_options={"populate_existing": True}).one()
