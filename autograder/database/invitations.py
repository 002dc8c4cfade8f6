"""Invitations: with each, one platform registers itself."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from autograder.database.secret import hash_of, new_secret
from autograder.database.tables import Invitation

LIFETIME = timedelta(days=7)


def invite(session: Session, note: str, now: datetime, lifetime: timedelta = LIFETIME) -> str:
    """A new invitation's secret, for the address that an LMS's administrator pastes.

    Args:
        session: The transaction.
        note: Whom it is for; shown to whoever runs the tool.
        now: The time.
        lifetime: How long it can be used.
    """
    token = new_secret()
    invitation = Invitation(
        token_hash=hash_of(token), note=note, created_at=now, expires_at=now + lifetime
    )
    session.add(invitation)
    return token


def find(session: Session, token: str, now: datetime) -> Invitation | None:
    """The invitation, if it can still be used."""
    row = session.get(Invitation, hash_of(token))
    return row if row is not None and row.used_at is None and row.expires_at > now else None


def use(session: Session, token: str, now: datetime) -> bool:
    """Use it up; False where it was used before, has expired, or was never made.

    Use it before asking the platform, in a transaction of its own, so that two registrations at
    once cannot share it; `give_back` it where the registration fails.
    """
    used = session.scalar(
        update(Invitation)
        .where(Invitation.token_hash == hash_of(token))
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
        .values(used_at=now)
        .returning(Invitation.token_hash)
    )
    return used is not None


def give_back(session: Session, token: str) -> None:
    """Let it be used once more."""
    this = Invitation.token_hash == hash_of(token)
    session.execute(update(Invitation).where(this).values(used_at=None))
