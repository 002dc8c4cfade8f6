"""Logins that platforms began. Each is used once, by the browser in which it began."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from autograder.database.tables import Login

LIFETIME = timedelta(minutes=5)


def begin(
    session: Session,
    *,
    state_hash: str,
    browser_hash: str,
    nonce_hash: str,
    platform_id: int,
    target_link_uri: str,
    now: datetime,
    lifetime: timedelta = LIFETIME,
) -> None:
    """Remember a login until its id_token comes.

    Args:
        session: The transaction.
        state_hash: Hash of what goes to the platform and comes back in the form.
        browser_hash: Hash of what is in the browser's cookie.
        nonce_hash: Hash of what is to stand in the id_token.
        platform_id: Whom it was begun with.
        target_link_uri: What it is to open.
        now: The time.
        lifetime: How long it can be used.
    """
    login = Login(
        state_hash=state_hash,
        browser_hash=browser_hash,
        nonce_hash=nonce_hash,
        platform_id=platform_id,
        target_link_uri=target_link_uri,
        created_at=now,
        expires_at=now + lifetime,
    )
    session.add(login)


def use(session: Session, state_hash: str, browser_hash: str, now: datetime) -> Login | None:
    """The login of this state and browser, the first time only; None if it is used or expired.

    Do it in a transaction of its own: one that fails afterwards would make the login new again.
    """
    used = session.execute(
        update(Login)
        .where(Login.state_hash == state_hash, Login.browser_hash == browser_hash)
        .where(Login.used_at.is_(None), Login.expires_at > now)
        .values(used_at=now)
        .returning(Login)
    )
    return used.scalar_one_or_none()
