"""What instructors should know."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from autograder.database.tables import Alert


def add(
    session: Session,
    text: str,
    *,
    now: datetime,
    link_id: int | None = None,
    attempt_id: int | None = None,
) -> None:
    """Tell the instructors of a link, or, without one, whoever runs the tool.

    Args:
        session: The transaction.
        text: What happened and what to do. It names nobody.
        now: The time.
        link_id: Whose instructors.
        attempt_id: The attempt that it is about; the alert is deleted with it.
    """
    session.add(Alert(link_id=link_id, attempt_id=attempt_id, created_at=now, text=text))


def unseen(session: Session, link_id: int | None) -> Sequence[Alert]:
    """The alerts of a link (None: of the tool) that nobody has put away, the oldest first."""
    alerts = select(Alert).where(Alert.link_id.is_not_distinct_from(link_id))
    return session.scalars(alerts.where(Alert.seen_at.is_(None)).order_by(Alert.id)).all()


def put_away(
    session: Session, link_id: int | None, alert_ids: Sequence[int], now: datetime
) -> None:
    """Mark alerts of this link as seen; those of other links stay."""
    these = Alert.id.in_(alert_ids) & Alert.link_id.is_not_distinct_from(link_id)
    session.execute(update(Alert).where(these, Alert.seen_at.is_(None)).values(seen_at=now))
