"""Sessions of browsers, from a launch on. The browser holds the token, the database its hash."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from autograder.database.secret import hash_of, new_secret
from autograder.database.tables import HandOver, Role, WebSession

HAND_OVER_LIFETIME = timedelta(minutes=1)


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


def hand_over(
    session: Session, row: WebSession, now: datetime, lifetime: timedelta = HAND_OVER_LIFETIME
) -> str:
    """A code with which this session goes on in a window that has no cookie of it, once."""
    code = new_secret()
    session.add(
        HandOver(code_hash=hash_of(code), session_hash=row.token_hash, expires_at=now + lifetime)
    )
    session.flush()
    return code


def take_over(session: Session, code: str, now: datetime) -> str | None:
    """The token of a new session like the one that the code was made for, which ends.

    None where the code was used before, has expired, or was never made.
    """
    used = delete(HandOver).where(HandOver.code_hash == hash_of(code), HandOver.expires_at > now)
    session_hash = session.scalar(used.returning(HandOver.session_hash))
    row = session.get(WebSession, session_hash) if session_hash is not None else None
    if row is None or row.expires_at <= now:
        return None
    visit = Visit(
        user_id=row.user_id,
        role=row.role,
        language=row.language,
        link_id=row.link_id,
        deep_link=row.deep_link,
        return_url=row.return_url,
    )
    token = start(session, visit, now, row.expires_at - now)
    session.delete(row)
    session.flush()
    return token
