"""Run Python as another user, or as in a container, where the tests themselves run as root."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.kernel.sandbox import bubblewrap

NOBODYS = "23456"
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

# What Docker's default filter refuses: namespaces and mounts.
LIKE_DOCKER = """
import ctypes, errno, sys, tempfile
from autograder.kernel.sandbox import privileges, system_calls
library = system_calls._library()
context = library.seccomp_init(system_calls.ACT_ALLOW)
rules = system_calls._Rules(library, context)
for name in ("unshare", "setns", "mount", "umount2", "pivot_root", "fsopen", "open_tree"):
    rules.refuse(name, errno.EPERM)
for bit in (0x10000000, 0x20000, 0x20000000, 0x40000000, 0x08000000, 0x04000000, 0x02000000):
    rules.refuse("clone", errno.EPERM, (0, system_calls.MASKED_EQUAL, bit, bit))
rules.refuse("clone3", errno.ENOSYS)
with tempfile.TemporaryFile() as file:
    library.seccomp_export_bpf(ctypes.c_void_p(context), file.fileno())
    file.seek(0)
    privileges._prctl(privileges.PR_SET_NO_NEW_PRIVS, 1)
    privileges.filter_system_calls(file.read())
"""


def _open_view() -> list[str]:
    """A view of this machine in which everybody may enter the folders of Python."""
    command = [bubblewrap.program(), "--die-with-parent", "--dev-bind", "/", "/"]
    closed = dict.fromkeys(_closed(Path(path)) for path in bubblewrap.programs())
    for folder in filter(None, closed):
        command += ["--perms", "0755", "--tmpfs", folder]
    if any(closed):
        for path in bubblewrap.programs():
            for parent in reversed(Path(path).parents[:-1]):
                command += ["--perms", "0755", "--dir", str(parent)]
            command += ["--ro-bind", path, path]
    return command


def _closed(path: Path) -> str | None:
    """The first folder on the way to `path` that others cannot enter."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & 0o001:
            return str(folder)
    return None


def run_as_plain_user(code: str, folder: Path) -> str:
    """What Python prints as a user whom nobody is, with `folder` as its own."""
    os.chown(folder, int(NOBODYS), int(NOBODYS))
    folder.chmod(0o755)
    user = ["setpriv", "--reuid", NOBODYS, "--regid", NOBODYS, "--clear-groups"]
    home = ["--tmpfs", "/tmp/home", "--chmod", "0777", "/tmp/home", "--setenv", "HOME", "/tmp/home"]
    return _run([*_open_view(), *home, "--", *user], code)


def run_as_in_a_container(code: str) -> str:
    """What Python prints as root where namespaces and mounts are refused."""
    return _run([*_open_view(), "--"], LIKE_DOCKER + code)


def _run(command: list[str], code: str) -> str:
    ended = subprocess.run(
        [*command, sys.executable, "-c", code], capture_output=True, text=True, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout
