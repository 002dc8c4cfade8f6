"""Who a process is."""

import os
import secrets
import socket


def new_owner() -> str:
    """Return a name for this process that no other ever has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
