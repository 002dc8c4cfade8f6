"""What a process gives up by itself, each by its own: the walls that need no bubblewrap."""

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.kernel.sandbox import landlock
from autograder.kernel.sandbox.system_calls import filter_program

NO_MORE = """
import os, sys
from autograder.kernel.sandbox import landlock, privileges
privileges.drop_capabilities()
"""
FILTERED = NO_MORE + "privileges.filter_system_calls(bytes.fromhex(sys.argv[1]))\n"


def outcome(code: str, *arguments: str, folder: Path | None = None) -> str:
    """What a fresh Python prints, or the name of the exception that it ends with."""
    command = [sys.executable, "-c", code, *arguments]
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    last = ended.stderr.strip().splitlines()[-1:] or [""]
    return ended.stdout.strip() or last[0].partition(":")[0]


CALLS = {
    "os.fork() or os._exit(0)": "PermissionError",
    "os.execv('/bin/true', ['true'])": "PermissionError",
    "os.system('true') and print('refused')": "refused",
    "os.memfd_create('a')": "OSError",
    "import socket; socket.socket(socket.AF_INET)": "OSError",
    "import socket; socket.socket(socket.AF_UNIX)": "OSError",
    "import socket; socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)": "OSError",
    "import resource; resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0))": "OSError",
    "os.setxattr('/tmp', 'user.a', b'')": "OSError",
    "os.setuid(os.getuid())": "OSError",
    "os.mknod('/tmp/device')": "OSError",
    "os.chroot('/')": "PermissionError",
    "import fcntl; fcntl.flock(open(os.__file__), fcntl.LOCK_EX)": "OSError",
    "import fcntl; fcntl.lockf(open(os.__file__), fcntl.LOCK_SH)": "OSError",
    "import fcntl; fcntl.fcntl(os.open('/tmp', 0), fcntl.F_NOTIFY, fcntl.DN_CREATE)": "OSError",
    "import fcntl; fcntl.fcntl(0, fcntl.F_GETFD); print('allowed')": "allowed",
    "import h5py; h5py.File('h5', 'w'); h5py.File('h5', 'r'); print('allowed')": "allowed",
    "os.eventfd(0); print('allowed')": "allowed",
    "import asyncio; asyncio.run(asyncio.sleep(0)); print('allowed')": "allowed",
    "import threading; t = threading.Thread(target=print, args=['allowed']); t.start(); t.join()":
        "allowed",
}  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
def test_the_filter_leaves_what_notebooks_need(call: str, tmp_path: Path):
    assert outcome(FILTERED + call, filter_program().hex(), folder=tmp_path) == CALLS[call]


@pytest.mark.parametrize("call", [call for call, found in CALLS.items() if found != "allowed"])
def test_without_the_filter_it_would_have_worked(call: str):
    call = call.replace("os.mknod('/tmp/device')", "pass").replace("os.chroot('/')", "pass")
    call = call.replace("os.setxattr('/tmp', 'user.a', b'')", "pass")
    assert outcome("import os, sys\n" + call) == ""


PRETENDED = """
import pathlib, shutil
path = pathlib.Path(sys.argv[2])
path.touch()  # makes it
path.touch()
before = path.stat()
os.chmod(path, 0o4777)
os.utime(path, (1, 1))
shutil.copy2(path, path.with_suffix(".copy"))
after = path.stat()
same = (before.st_mode, before.st_mtime) == (after.st_mode, after.st_mtime)
print("kept" if same else "changed")
"""


def test_modes_and_times_of_files_stay(tmp_path: Path):
    arguments = [filter_program().hex(), str(tmp_path / "file")]
    assert outcome(FILTERED + PRETENDED, *arguments) == "kept"
    assert outcome(NO_MORE + PRETENDED, *arguments) == "changed"


HELD = """
import os, sys
from autograder.kernel.sandbox.privileges import end_without
theirs, ours = os.pipe()
if sys.argv[1] == "let go":
    os.close(ours)
end_without(theirs)
print("goes on")
"""


def test_whoever_lost_the_grader_before_it_could_die_with_it_ends():
    assert outcome(HELD, "let go") == ""
    assert outcome(HELD, "held") == "goes on"


RESTRICTED = NO_MORE + "landlock.restrict(['/usr', sys.prefix], [sys.argv[1]], ['/dev/null'])\n"


@pytest.mark.skipif(landlock.version() == 0, reason="this kernel has no Landlock")
@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("open('/etc/hostname').read()", "PermissionError"),
        ("os.listdir('/')", "PermissionError"),
        ("open(sys.argv[1] + '/a', 'w').write('b'); print('written')", "written"),
        ("os.mkfifo(sys.argv[1] + '/pipe')", "PermissionError"),
        ("open('/dev/null', 'w').write('a'); print('written')", "written"),
        ("open('/dev/zero', 'rb')", "PermissionError"),
        ("print(len(os.listdir('/usr')) > 3)", "True"),
        ("open(sys.argv[1] + '-beside', 'w')", "PermissionError"),
        ("os.execv('/usr/bin/true', ['true'])", "PermissionError"),
        ("os.kill(os.getppid(), 0)", "PermissionError"),
    ],
)
def test_landlock_leaves_what_is_named(call: str, expected: str, tmp_path: Path):
    assert outcome(RESTRICTED + call, str(tmp_path)) == expected
    assert outcome("import os, sys\n" + call, str(tmp_path)) != "PermissionError"
