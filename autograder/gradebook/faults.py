"""What can be wrong with a gradebook, in sentences."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DataError, IntegrityError

from autograder.core.errors import ExplainedError


class GradebookError(ExplainedError):
    """The gradebook refused; the message says what to do."""


class LockedError(GradebookError):
    """Another program holds the gradebook; a later try may succeed."""


class UnwritableError(GradebookError):
    """The gradebook as a whole cannot be used: no submission's scores can be written."""


@contextmanager
def explained() -> Iterator[None]:
    """Raise errors of the database as sentences; one of a single row's content stays as it is."""
    try:
        yield
    except (DataError, IntegrityError):
        raise
    except DatabaseError as error:
        if _is_locked(error.orig):
            raise LockedError(
                f"Another program holds the gradebook ({error.orig}). Close what else has it open."
            ) from error
        reason = " ".join(str(error.orig).split()).rstrip(".?")
        raise UnwritableError(
            f"The gradebook cannot be used: {reason}. See that {_needs(error.orig)}."
        ) from error


def _needs(error: BaseException | None) -> str:
    if isinstance(error, sqlite3.Error):
        return "its file and folder are writable and that the disk has room"
    return "its server runs and lets CourseDirectory.db_url of nbgrader_config.py in"


def _is_locked(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)  # its low byte is the kind
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
