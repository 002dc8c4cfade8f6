"""The seccomp filter: the system calls that a notebook needs; all others do not exist.

The kernel's own library, libseccomp, resolves names and compiles the filter. That happens on the
grader's side; the box gets the finished filter and installs it before a student's code runs.
"""

import ctypes
import errno
import functools
import os
import tempfile
from collections.abc import Sequence
from typing import Any

LIBRARY = "libseccomp.so.2"

ALLOWED = """
read write readv writev pread64 pwrite64 preadv pwritev preadv2 pwritev2 sendfile copy_file_range
open openat openat2 creat close close_range lseek stat fstat lstat newfstatat statx statfs fstatfs
access faccessat faccessat2 readlink readlinkat getdents getdents64 getcwd chdir fchdir
mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 link linkat symlink symlinkat
truncate ftruncate fallocate fsync fdatasync sync_file_range fadvise64 readahead umask
getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr dup dup2 dup3 pipe pipe2

mmap munmap mremap mprotect madvise brk msync mincore membarrier get_mempolicy

futex futex_waitv set_robust_list get_robust_list rseq set_tid_address gettid sched_yield
sched_getaffinity sched_setaffinity sched_getparam sched_getscheduler sched_get_priority_max
sched_get_priority_min sched_setparam sched_setscheduler getpriority arch_prctl exit exit_group
restart_syscall

clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times getitimer setitimer
alarm timer_create timer_settime timer_gettime timer_delete timerfd_create timerfd_settime
timerfd_gettime

rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack
kill tgkill tkill signalfd4 pause wait4 waitid

poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2
eventfd eventfd2 accept accept4 recvfrom recvmsg recvmmsg sendmsg sendmmsg shutdown
getsockname getpeername getsockopt setsockopt

getpid getppid getuid geteuid getgid getegid getgroups getresuid getresgid getpgid getpgrp getsid
getrlimit setrlimit getrusage sysinfo uname getrandom getcpu
"""

# Refused with "operation not permitted", which libraries and students understand.
REFUSED = "execve execveat fork vfork ptrace unshare setns mount umount2 chroot pivot_root"

# Do nothing, and say that it was done: copying a file calls them. No other wall keeps a process
# from changing the mode and the times of its own program, for /proc/self/exe leads there whatever
# is mounted. "Now" as the time, by a null pointer, is refused: to touch a file makes it then.
PRETENDED = "chmod fchmod fchmodat fchmodat2"
TIMES = {"utime": 1, "utimes": 1, "futimesat": 2, "utimensat": 2}  # where the times stand

NEW_NAMESPACES = 0x7E020080
CLONE_THREAD = 0x00010000
AF_UNIX, SOCK_STREAM, SOCK_TYPE = 1, 1, 0xF
# What Python asks of open files: is it a terminal, how large, how much is there to read; do not
# wait, close or keep on exec. Nothing that types into a terminal.
IOCTLS = (0x5401, 0x540F, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# Get dumpable, set and get the name, read the bounding set and no_new_privs; name memory.
PRCTLS = (3, 15, 16, 23, 39, 0x53564D41)

# Copy a descriptor, read and set its flags. No locks, leases, notices and owners: files of the
# packages are shared by all boxes.
FCNTLS = (0, 1, 2, 3, 4, 1030)

ACT_ALLOW, ACT_ERRNO = 0x7FFF0000, 0x00050000
NOT_EQUAL, EQUAL, MASKED_EQUAL = 1, 4, 7
MISSING = -1


class FilterError(Exception):
    """The filter could not be made; the message names the remedy."""


class _Condition(ctypes.Structure):
    """libseccomp's ``struct scmp_arg_cmp``: a comparison of one argument."""

    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operator", ctypes.c_int),
        ("first", ctypes.c_uint64),
        ("second", ctypes.c_uint64),
    )


Condition = tuple[int, int, int] | tuple[int, int, int, int]


@functools.cache
def filter_program() -> bytes:
    """Return the filter as a BPF program. Raises FilterError where libseccomp is missing."""
    library = _library()
    context = library.seccomp_init(ACT_ERRNO | errno.ENOSYS)
    if not context:
        raise FilterError("libseccomp could not make a filter on this machine.")
    try:
        _add_rules(_Rules(library, context))
        with tempfile.TemporaryFile() as file:
            if library.seccomp_export_bpf(ctypes.c_void_p(context), file.fileno()):
                raise FilterError("libseccomp could not write the filter.")
            file.seek(0)
            return file.read()
    finally:
        library.seccomp_release(ctypes.c_void_p(context))


def _library() -> Any:
    try:
        library = ctypes.CDLL(LIBRARY, use_errno=True)
    except OSError:
        raise FilterError(
            f"{LIBRARY} is missing; install it with: sudo apt-get install libseccomp2"
        ) from None
    library.seccomp_init.restype = ctypes.c_void_p
    return library


class _Rules:
    """Adds rules to libseccomp's filter; names that this processor does not have are skipped."""

    def __init__(self, library: Any, context: int) -> None:
        self._library, self._context = library, ctypes.c_void_p(context)

    def allow(self, name: str, *conditions: Condition) -> None:
        self._add(ACT_ALLOW, name, conditions)

    def refuse(self, name: str, number: int, *conditions: Condition) -> None:
        self._add(ACT_ERRNO | number, name, conditions)

    def _add(self, action: int, name: str, conditions: Sequence[Condition]) -> None:
        number = self._library.seccomp_syscall_resolve_name(name.encode())
        if number == MISSING:
            return
        compared = (_Condition * len(conditions))(*(_Condition(*item) for item in conditions))
        status = self._library.seccomp_rule_add_array(
            self._context, action, number, len(conditions), compared
        )
        if status not in (0, -errno.EDOM, -errno.EACCES):
            raise FilterError(f"libseccomp refuses a rule on {name}: {os.strerror(-status)}.")


def _add_rules(rules: _Rules) -> None:
    for name in ALLOWED.split():
        rules.allow(name)
    for name in REFUSED.split():
        rules.refuse(name, errno.EPERM)
    for name in PRETENDED.split():
        rules.refuse(name, 0)
    for name, argument in TIMES.items():
        rules.refuse(name, errno.EPERM, (argument, EQUAL, 0))
        rules.refuse(name, 0, (argument, NOT_EQUAL, 0))
    # Threads, but no processes and no namespaces. glibc falls back from clone3, whose flags lie in
    # memory, where no filter can look, to clone.
    as_thread = (0, MASKED_EQUAL, CLONE_THREAD | NEW_NAMESPACES, CLONE_THREAD)
    rules.allow("clone", as_thread)
    rules.refuse("clone", errno.EPERM, (0, MASKED_EQUAL, CLONE_THREAD, 0))
    # asyncio wakes itself up by a pair of sockets; there is no other reason for a new one. Anything
    # but this error makes libzmq end the process when it looks for network interfaces.
    stream = (1, MASKED_EQUAL, SOCK_TYPE, SOCK_STREAM)
    rules.allow("socketpair", (0, EQUAL, AF_UNIX), stream)
    rules.refuse("socket", errno.EOPNOTSUPP)
    for name in ("bind", "connect", "listen"):
        rules.refuse(name, errno.EOPNOTSUPP)
    rules.allow("sendto", (4, EQUAL, 0))  # to the other end, never to an address
    rules.allow("prlimit64", (0, EQUAL, 0))  # of this process alone
    for option in PRCTLS:
        rules.allow("prctl", (0, EQUAL, option))
    for command in FCNTLS:
        rules.allow("fcntl", (1, MASKED_EQUAL, 2**32 - 1, command))
    for request in IOCTLS:
        rules.allow("ioctl", (1, MASKED_EQUAL, 2**32 - 1, request))
