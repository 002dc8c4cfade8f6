"""What the service removes by itself: what has expired, and what the settings no longer keep."""

import logging
import threading
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from autograder.core.clock import utc_now
from autograder.database import Database, retention

log = logging.getLogger(__name__)

EVERY_SECONDS = 3600.0
ALERTS_KEPT = timedelta(days=365)


def tidy(database: Database, retention_days: int, now: datetime) -> None:
    """Remove expired logins, sessions and tokens, and, after `retention_days`, attempts.

    retention_days: 0 keeps every attempt.
    """
    with database.transaction() as session:
        retention.expire(session, now - ALERTS_KEPT, now)
        if retention_days:
            erased = retention.purge(session, now - timedelta(days=retention_days), now)
            if erased.attempts or erased.people:
                log.info("removed %d attempts, %d people", erased.attempts, erased.people)
    database.empty_log()


def tidy_hourly(database: Database, retention_days: int, stop: threading.Event) -> None:
    """Tidy now and each hour, until `stop` is set."""
    while not stop.is_set():
        try:
            tidy(database, retention_days, utc_now())
        except SQLAlchemyError as error:
            log.error("The database cannot be tidied: %s", type(error).__name__)
        stop.wait(EVERY_SECONDS)
