"""The people whom platforms send."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.database.tables import User


def lock(session: Session, user_id: int) -> User:
    """The person, held until the transaction ends: what is done for one of them is done in turn.

    Count a person's attempts after this, and two uploads at once cannot both be the last allowed.

    Raises:
        sqlalchemy.exc.NoResultFound: They were erased.
    """
    one = select(User).where(User.id == user_id).with_for_update(key_share=True)
    return session.scalars(one, execution_options={"populate_existing": True}).one()
