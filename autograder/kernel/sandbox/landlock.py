"""Landlock: the kernel's own limit on which files a process may open, by three system calls.

A second wall behind the mounts; in a container without user namespaces it is the first one. The
numbers are those of <linux/landlock.h>.
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
GIVE_VERSION = 1
BELOW_PATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
MAKE_CHARACTER_DEVICE, MAKE_SOCKET, MAKE_FIFO, MAKE_BLOCK_DEVICE = 1 << 6, 1 << 9, 1 << 10, 1 << 11
TRUNCATE, IOCTL_DEVICE = 1 << 14, 1 << 15
# The rights over files that each version of the interface knows: all bits below this one.
FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
NETWORK_SINCE, NETWORK = 4, 0b11  # bind and connect TCP
SCOPES_SINCE, SCOPES = 6, 0b11  # no abstract sockets and no signals beyond this process

READ = READ_FILE | READ_FOLDER
NEVER = EXECUTE | MAKE_CHARACTER_DEVICE | MAKE_BLOCK_DEVICE | MAKE_SOCKET | MAKE_FIFO | IOCTL_DEVICE
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEVICE

_libc = ctypes.CDLL(None, use_errno=True)


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("files", ctypes.c_uint64),
        ("network", ctypes.c_uint64),
        ("scopes", ctypes.c_uint64),
    )


class _BelowPath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("rights", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """Return the version of the running kernel's interface; 0 where it has none."""
    return max(_libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), GIVE_VERSION), 0)


def restrict(readable: Iterable[str], writable: Iterable[str], devices: Iterable[str]) -> int:
    """Let this process read below `readable`, and write below `writable` and to `devices` too.

    Nothing else, no execution, and nothing of the network, as far as the kernel's version goes.
    Paths that do not exist are left out. Returns the version that holds from now on, 0 for none.
    ``no_new_privs`` must be set. Raises OSError.
    """
    abi = version()
    if not abi:
        return 0
    known = (1 << FILE_RIGHTS[min(abi, max(FILE_RIGHTS))]) - 1
    ruleset = _Ruleset(
        known,
        NETWORK if abi >= NETWORK_SINCE else 0,
        SCOPES if abi >= SCOPES_SINCE else 0,
    )
    size = ctypes.sizeof(ruleset) if abi >= SCOPES_SINCE else 16 if abi >= NETWORK_SINCE else 8
    handle = _checked(
        _libc.syscall(CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(size), 0)
    )
    try:
        for path in readable:
            _allow(handle, path, READ & known)
        for path in writable:
            _allow(handle, path, known & ~NEVER)
        for path in devices:
            _allow(handle, path, (READ_FILE | WRITE_FILE) & known)
        _checked(_libc.syscall(RESTRICT_SELF, handle, 0))
    finally:
        os.close(handle)
    return abi


def _allow(ruleset: int, path: str, rights: int) -> None:
    if not Path(path).exists():
        return
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        allowed = rights if Path(path).is_dir() else rights & OF_FILES
        rule = _BelowPath(allowed, opened)
        _checked(_libc.syscall(ADD_RULE, ruleset, BELOW_PATH, ctypes.byref(rule), 0))
    finally:
        os.close(opened)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "Landlock")
    return result
