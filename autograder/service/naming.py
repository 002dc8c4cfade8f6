"""Who a process is, and what time it is there: what the parts of the service share."""

import os
import secrets
import socket
from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def new_owner() -> str:
    """Return a name for this process that no other ever has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
