"""Escapes that the self-test tries in a box; each returns whether it got out.

They run where a student's code would run. A probe that cannot even be tried counts as held; the
tests show for each that it gets out where there is no wall.
"""

import ctypes
import errno
import json
import mmap
import os
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

PIECE = bytes(2**20)
PTRACE_ATTACH, NOBODY = 16, 2**22 + 1  # beyond the largest number that a process can have
NEW_USER_NAMESPACE = 0x10000000


@dataclass(frozen=True)
class Target:
    """What is out there to be got at.

    secrets: files and folders of the grader's. process: the grader's number. port, path: where the
    grader listens. text: a part of its environment. memory_bytes, folder_bytes: the bounds. hidden:
    packages that do not exist where NumPy exercises are graded.
    """

    secrets: list[str]
    process: int
    port: int
    path: str
    text: str
    memory_bytes: int
    folder_bytes: int
    hidden: list[str]


def read_a_secret(target: Target) -> bool:
    """Read the grader's files: the course's secret, solutions and gradebook."""
    return any(_opens(path) for path in target.secrets)


def _opens(path: str) -> bool:
    place = Path(path)
    try:
        return any(place.iterdir()) if place.is_dir() else bool(place.read_bytes()[:1])
    except OSError:
        return False


def read_the_environment(target: Target) -> bool:
    """Find the grader's environment variables, its own or another process's."""
    return any(
        target.text.encode() in _content(process / "environ")
        for process in Path("/proc").glob("[0-9]*")
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def signal_the_grader(target: Target) -> bool:
    """Send the grader's process a signal."""
    os.kill(target.process, 0)
    return True


def trace_a_process(target: Target) -> bool:
    """Use the debugger's system call."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace(PTRACE_ATTACH, ctypes.c_long(NOBODY), 0, 0)
    return ctypes.get_errno() == errno.ESRCH


def connect_by_network(target: Target) -> bool:
    """Connect to a port of this machine."""
    with socket.create_connection(("127.0.0.1", target.port), 1):
        return True


def connect_by_path(target: Target) -> bool:
    """Connect to a socket in the file system."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(target.path)
    return True


def open_another_family(target: Target) -> bool:
    """Make a socket of a family that network namespaces do not keep apart."""
    socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close()
    return True


def start_a_process(target: Target) -> bool:
    """Fork."""
    if not (child := os.fork()):
        os._exit(0)
    os.waitpid(child, 0)
    return True


def start_a_program(target: Target) -> bool:
    """Run a program of the system's."""
    child = os.posix_spawn("/bin/true", ["true"], {})
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def allocate_without_bound(target: Target) -> bool:
    """Map more memory than the bound."""
    mmap.mmap(-1, target.memory_bytes + 2**20).close()
    return True


def hide_memory(target: Target) -> bool:
    """Keep files in memory that belong to no folder, and so to no bound."""
    os.close(os.memfd_create("probe"))
    return True


def fill_the_disk(target: Target) -> bool:
    """Write more into the work folder than its bound."""
    path = Path("filling")
    written = 0
    try:
        for part in range(3):
            with path.with_suffix(f".{part}").open("wb") as file:
                for _ in range(target.folder_bytes // 2 // len(PIECE)):
                    written += file.write(PIECE)
    finally:
        for part in range(3):
            path.with_suffix(f".{part}").unlink(missing_ok=True)
    return written > target.folder_bytes


def write_elsewhere(target: Target) -> bool:
    """Change Python's, the system's or the grader's files."""
    beside = str(Path(target.secrets[0]).parent)
    return any(_writes(folder) for folder in (sys.prefix, "/usr/lib", "/etc", "/", beside))


def _writes(folder: str) -> bool:
    path = Path(folder) / f"probe-{os.getpid()}"
    try:
        path.write_bytes(b"")
    except OSError:
        return False
    path.unlink()
    return True


def change_its_program(target: Target) -> bool:
    """Change the file of the program that it runs, by the way that no mount guards."""
    program = Path("/proc/self/exe")
    before = program.stat()
    os.utime(program, ns=(before.st_atime_ns, before.st_mtime_ns + 10**9))
    changed = program.stat().st_mtime_ns != before.st_mtime_ns
    os.utime(program, ns=(before.st_atime_ns, before.st_mtime_ns))
    return changed


def write_into_a_process(target: Target) -> bool:
    """Open another process's memory for writing."""
    own = str(os.getpid())
    others = [path for path in Path("/proc").glob("[0-9]*/mem") if path.parent.name != own]
    return any(_opens_for_writing(path) for path in others)


def _opens_for_writing(path: Path) -> bool:
    try:
        os.close(os.open(path, os.O_RDWR))
    except OSError:
        return False
    return True


def import_a_hidden_package(target: Target) -> bool:
    """Import Keras where NumPy exercises are graded."""
    found = [spec for name in target.hidden if (spec := PathFinder.find_spec(name)) is not None]
    places = [[spec.origin] if spec.origin else spec.submodule_search_locations for spec in found]
    return any(_opens(place) for some in places for place in some or ())


def gain_privileges(target: Target) -> bool:
    """Make a namespace in which this process is root."""
    return bool(ctypes.CDLL(None).unshare(NEW_USER_NAMESPACE) == 0)


def keep_privileges(target: Target) -> bool:
    """Have a capability, or the right to get one by running a program."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
    held = [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")]
    return any(held) or status["NoNewPrivs"] != "1" or status["Seccomp"] != "2"


# The last one needs a wall that only bubblewrap has; the others must hold in every variant.
PROBES: tuple[Callable[[Target], bool], ...] = (
    read_a_secret,
    read_the_environment,
    signal_the_grader,
    trace_a_process,
    connect_by_network,
    connect_by_path,
    open_another_family,
    start_a_process,
    start_a_program,
    allocate_without_bound,
    hide_memory,
    write_elsewhere,
    change_its_program,
    write_into_a_process,
    import_a_hidden_package,
    gain_privileges,
    keep_privileges,
    fill_the_disk,
)


def escapes(target: Target) -> dict[str, bool]:
    """Try every probe, and tell which got out."""
    return {probe.__name__: _got_out(probe, target) for probe in PROBES}


def _got_out(probe: Callable[[Target], bool], target: Target) -> bool:
    try:
        return probe(target)
    except (OSError, MemoryError, ValueError):
        return False


def report(target: dict[str, Any], landlock: int) -> None:
    """Print, as JSON, which probes got out. landlock: its version here, 0 for none."""
    print(json.dumps({"escapes": escapes(Target(**target)), "landlock": landlock}), flush=True)
