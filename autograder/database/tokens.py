"""Access tokens that platforms gave us, for one client and some scopes each."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from autograder.database import platforms
from autograder.database.tables import AccessToken


def joined(scopes: Iterable[str]) -> str:
    """The scopes as one text, the same in whatever order they come."""
    return " ".join(sorted(set(scopes)))


def get(session: Session, platform_id: int, scopes: Iterable[str]) -> AccessToken | None:
    """The token for exactly these scopes, expired or not."""
    return session.get(AccessToken, (platform_id, joined(scopes)))


def put(
    session: Session, platform_id: int, scopes: Iterable[str], token: str, expires_at: datetime
) -> None:
    """Keep a token instead of an earlier one."""
    platforms.hold(session, platform_id)
    row = AccessToken(
        platform_id=platform_id, scopes=joined(scopes), token=token, expires_at=expires_at
    )
    session.merge(row)
    session.flush()


def drop(session: Session, platform_id: int, scopes: Iterable[str]) -> None:
    """Forget a token that the platform refuses."""
    this = AccessToken.scopes == joined(scopes)
    session.execute(delete(AccessToken).where(AccessToken.platform_id == platform_id, this))
