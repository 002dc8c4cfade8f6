"""Giving up privileges for good: user, capabilities, and system calls. Linux only."""

import contextlib
import ctypes
import errno
import os
import resource
import select
import signal
from pathlib import Path

from autograder.kernel.sandbox.box import PRIVATE_FOLDERS, Bounds

PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_SET_NO_NEW_PRIVS = 1, 24, 47, 38
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAPABILITY_VERSION = 0x20080522
MOUNT_FLAGS = 0x2 | 0x4 | 0x20  # no set-user-id, no devices, remount
INSTRUCTION_BYTES = 8
# Of mounts, control groups, host name, messages, processes and the network; and of users.
NAMESPACES = 0x00020000 | 0x02000000 | 0x04000000 | 0x08000000 | 0x20000000 | 0x40000000
OF_USERS = 0x10000000

_libc = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("process", ctypes.c_int))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def join_namespaces(process: int) -> None:
    """Join the namespaces of a process by its handle (pidfd); what is forked next is in them.

    A process of root needs no user namespace to do so, and its boxes have none of their own. Raises
    OSError, also where the process has the very namespaces of this one: then it is in no box.
    """
    flags = NAMESPACES if os.geteuid() == 0 else NAMESPACES | OF_USERS
    own = os.open("/proc/self/ns", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        before = os.stat("mnt", dir_fd=own).st_ino
        _checked(_libc.setns(process, ctypes.c_int(flags)), "setns")
        if os.stat("mnt", dir_fd=own).st_ino == before:
            raise OSError(errno.EPERM, "the process is in no box", "setns")
    finally:
        os.close(own)


def bound_folders(bounds: Bounds) -> None:
    """Bound how many files the private folders can hold; needs the right to mount."""
    options = f"size={bounds.folder_bytes},nr_inodes={bounds.folder_files}".encode()
    for folder in PRIVATE_FOLDERS:
        flags = ctypes.c_ulong(MOUNT_FLAGS)
        _checked(_libc.mount(b"tmpfs", folder.encode(), b"tmpfs", flags, options), folder)


def bound_resources(bounds: Bounds) -> None:
    """Set the limits that the kernel keeps; none can be raised again."""
    for limit, value in (
        (resource.RLIMIT_AS, bounds.memory_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, bounds.file_bytes),
        (resource.RLIMIT_NOFILE, bounds.open_files),
        (resource.RLIMIT_NPROC, bounds.threads),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds.cpu_seconds, bounds.cpu_seconds + 5))


def become(user: int) -> None:
    """Become this user and group, and nobody else's; a process of root only."""
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)


def die_with_parent(parent: int) -> None:
    """Have the kernel end this process when `parent` ends."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def end_without(lifeline: int) -> None:
    """End this process where nobody holds the other end of a pipe any more; close this end.

    bubblewrap asks to die with the grader only once it runs: whoever was killed before that has let
    go of the pipe by now.
    """
    poll = select.poll()
    poll.register(lifeline, select.POLLIN)
    if poll.poll(0):
        os._exit(1)
    os.close(lifeline)


def be_ended_first() -> None:
    """Have the kernel end this process before all others where the machine runs out of memory."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")


def drop_bounding_set() -> None:
    """Give up the right to have any capability again; needs a capability itself."""
    for capability in range(64):
        if _libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0):
            break  # beyond the last one, or without the right to: then no_new_privs sees to it


def drop_capabilities() -> None:
    """Give up every capability, and set `no_new_privs`."""
    _libc.prctl(PR_CAP_AMBIENT, ctypes.c_ulong(PR_CAP_AMBIENT_CLEAR_ALL), 0, 0, 0)
    header, nothing = _CapabilityHeader(CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
    _checked(_libc.capset(ctypes.byref(header), nothing), "capset")
    _prctl(PR_SET_NO_NEW_PRIVS, 1)


def filter_system_calls(program: bytes) -> None:
    """Install a seccomp filter, which holds for this process and all its threads to come."""
    buffer = ctypes.create_string_buffer(program, len(program))
    compiled = _Program(len(program) // INSTRUCTION_BYTES, ctypes.addressof(buffer))
    mode = ctypes.c_ulong(SECCOMP_MODE_FILTER)
    _checked(_libc.prctl(PR_SET_SECCOMP, mode, ctypes.byref(compiled), 0, 0), "seccomp")


def _prctl(option: int, value: int) -> None:
    _checked(_libc.prctl(option, ctypes.c_ulong(value), 0, 0, 0), f"prctl {option}")


def _checked(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
