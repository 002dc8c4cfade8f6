"""The people whom platforms send."""

import secrets
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from autograder.database import platforms
from autograder.database.tables import User


def at_launch(
    session: Session,
    platform_id: int,
    sub: str,
    *,
    now: datetime,
    name: str | None = None,
    email: str | None = None,
    sis_id: str | None = None,
) -> User:
    """The person, new or known, with what the platform says about them now, and nothing older."""
    user = session.scalar(this(platform_id, sub))
    if user is None:
        platforms.hold(session, platform_id)
        user = session.scalar(this(platform_id, sub)) or new(session, platform_id, sub, now)
    user.name, user.email, user.sis_id = name, email, sis_id
    return user


def this(platform_id: int, sub: str) -> Select[User]:
    """The person whom a platform calls `sub`."""
    return select(User).where(User.platform_id == platform_id, User.sub == sub)


def new(session: Session, platform_id: int, sub: str, now: datetime) -> User:
    """Somebody who was never here, with a name for folders that says nothing about them."""
    pseudonym = f"s-{secrets.token_hex(6)}"
    user = User(platform_id=platform_id, sub=sub, pseudonym=pseudonym, created_at=now)
    session.add(user)
    session.flush()
    return user


def lock(session: Session, user_id: int) -> User:
    """The person, held until the transaction ends: what is done for one of them is done in turn.

    Count a person's attempts after this, and two uploads at once cannot both be the last allowed.

    Raises:
        sqlalchemy.exc.NoResultFound: They were erased.
    """
    one = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return session.scalars(one, execution_options={"populate_existing": True}).one()
