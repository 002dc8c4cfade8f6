"""What can be wrong with a gradebook, in sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import SQLITE_BUSY, SQLITE_LOCKED

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
        raise UnwritableError(
            f"The gradebook cannot be used: {error.orig}. See that its file and folder are "
            "writable and that the disk has room."
        ) from error


def _is_locked(error: BaseException | None) -> bool:
    code = getattr(error, "sqlite_errorcode", None)  # its low byte is the kind
    return code is not None and code & 0xFF in (SQLITE_BUSY, SQLITE_LOCKED)
