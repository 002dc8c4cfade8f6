"""Sessions of browsers, from a launch on. The browser holds the token, the database its hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from autograder.database.secret import hash_of, new_secret
from autograder.database.tables import Role, WebSession


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a launch says about a session."""

    user_id: int
    role: Role
    language: str
    link_id: int | None = None
    deep_link: dict[str, Any] | None = None
    return_url: str | None = None


def start(session: Session, visit: Visit, now: datetime, lifetime: timedelta) -> str:
    """Begin a session; the token that stands for it."""
    token = new_secret()
    row = WebSession(
        token_hash=hash_of(token),
        user_id=visit.user_id,
        link_id=visit.link_id,
        role=visit.role,
        language=visit.language,
        csrf_token=new_secret(),
        created_at=now,
        expires_at=now + lifetime,
        deep_link=visit.deep_link,
        return_url=visit.return_url,
    )
    session.add(row)
    session.flush()
    return token


def find(session: Session, token: str, now: datetime) -> WebSession | None:
    """The session of a token, unless it has expired."""
    row = session.get(WebSession, hash_of(token))
    return row if row is not None and row.expires_at > now else None


def end(session: Session, token: str) -> None:
    """Forget a session."""
    session.execute(delete(WebSession).where(WebSession.token_hash == hash_of(token)))
