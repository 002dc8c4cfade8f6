"""The command line of bubblewrap: which mounts, namespaces and variables a box has."""

import contextlib
import functools
import importlib
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from autograder.kernel.sandbox.box import DEVICES, HOME, PRIVATE_FOLDERS, WORK, Box

PROGRAM = "bwrap"
ECHO = "/bin/cat"  # repeats what it reads, so that the grader knows when the box is there
ENGINE = Path(__file__).parents[2]
SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/sbin")
SETTINGS = (
    "/etc/alternatives", "/etc/fonts", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types",
)  # fmt: skip
USER = "1000"  # in the box's own user namespace
# What `confined` needs until it has given everything up: bound the number of files, change the
# user, and give up capabilities.
UNTIL_CONFINED = ("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")
FONTS, FONT_LISTS = f"{HOME}/.cache/matplotlib", "fontlist-v*.json"


class NoBubblewrapError(Exception):
    """bubblewrap is not installed; the message names the remedy."""


def program() -> str:
    """Return the path of bubblewrap. Raises NoBubblewrapError."""
    found = shutil.which(PROGRAM)
    if found is None:
        raise NoBubblewrapError(
            "bubblewrap (bwrap) is missing; install it with: sudo apt-get install bubblewrap"
        )
    return found


def variables(outer: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return all the environment variables of a box."""
    return {
        "CUDA_VISIBLE_DEVICES": "-1",
        "HOME": HOME,
        "KERAS_BACKEND": "tensorflow",
        "LANG": "C.UTF-8",
        "LOGNAME": "student",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # One processor each: a class is graded by several processes at once.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PATH": f"{Path(sys.prefix) / 'bin'}:/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_NUM_INTRAOP_THREADS": "1",
        "TZ": outer.get("TZ", "UTC"),
        "USER": "student",
    }


def command(
    box: Box, inside: Sequence[str] | None, copies: Mapping[str, int], information: int
) -> list[str]:
    """Return the command line that runs `inside` in a box.

    inside: None for a box that waits for a program to join it. copies: descriptors whose content
    becomes a read-only file at each path. information: a descriptor to which bubblewrap writes the
    number of the box's first process.
    """
    parts = [program(), "--die-with-parent", "--new-session", "--info-fd", str(information)]
    parts += _namespaces()
    parts += ["--cap-drop", "ALL"]
    if inside is None:
        inside = [ECHO]
        parts += ["--as-pid-1"]
    else:
        for capability in UNTIL_CONFINED:
            parts += ["--cap-add", capability]
    parts += ["--clearenv"]
    for name, value in variables().items():
        parts += ["--setenv", name, value]
    parts += [part for mount in _mounts(box, copies) for part in mount]
    return [*parts, "--chdir", WORK, "--", *inside]


def _namespaces() -> list[str]:
    """Unshare all there is; a process of root becomes another user instead of a namespace's."""
    parts = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    parts += ["--unshare-cgroup-try", "--hostname", "box"]
    return parts if os.geteuid() == 0 else [*parts, "--unshare-user", "--uid", USER, "--gid", USER]


def _mounts(box: Box, copies: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    for path in SYSTEM:
        yield from _as_here(path)
    yield from _folders(HOME, *SETTINGS, *DEVICES)
    for path in SETTINGS:
        yield "--ro-bind-try", path, path
    yield "--proc", "/proc"
    yield from _devices()
    for folder in PRIVATE_FOLDERS:
        size = str(box.bounds.folder_bytes)
        yield "--perms", "1777", "--size", size, "--tmpfs", folder
    seen, hidden = _packages(box.hidden)
    for path in seen:
        yield from _folders(path)
        yield "--ro-bind", path, path
    for path in hidden:
        yield "--perms", "0555", "--size", "4096", "--tmpfs", path
        yield "--remount-ro", path
    for folder in (f"{HOME}/.cache", FONTS):
        yield "--perms", "1777", "--dir", folder
    for path, descriptor in copies.items():
        yield "--perms", "0444", "--ro-bind-data", str(descriptor), path
    yield "--remount-ro", "/"


def _folders(*paths: str) -> Iterator[tuple[str, ...]]:
    """Make the folders around these paths: those that bubblewrap makes, its own user can enter."""
    wanted = [folder for path in paths for folder in reversed(Path(path).parents[:-1])]
    for folder in dict.fromkeys(wanted):
        yield "--perms", "0755", "--dir", str(folder)


def _devices() -> Iterator[tuple[str, ...]]:
    """Give the box the devices that need no thought, and no terminal.

    bubblewrap's own /dev would put the box's process into a second user namespace, in which it
    could not bound its folders.
    """
    for path in DEVICES:
        yield "--dev-bind", path, path
    for name, number in (("stdin", "0"), ("stdout", "1"), ("stderr", "2")):
        yield "--symlink", f"/proc/self/fd/{number}", f"/dev/{name}"
    yield "--symlink", "/proc/self/fd", "/dev/fd"


def _as_here(path: str) -> Iterator[tuple[str, ...]]:
    if Path(path).is_symlink():
        yield "--symlink", str(Path(path).readlink()), path
    elif Path(path).is_dir():
        yield "--ro-bind", path, path


@functools.cache
def _packages(hidden: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return what a box sees of Python, and what of it is hidden; looked up once a process."""
    return programs(), hidden_folders(hidden)


def programs() -> list[str]:
    """Return the folders in which Python, its packages and this engine lie, outside /usr."""
    wanted = [Path(sys.base_prefix), Path(sys.prefix), *package_folders(), ENGINE]
    found = [path for folder in wanted for path in (folder, folder.resolve()) if path.is_dir()]
    kept: list[Path] = []
    for path in sorted(found, key=lambda path: len(path.parts)):
        if not any(path.is_relative_to(folder) for folder in [Path("/usr"), *kept]):
            kept.append(path)
    return [str(path) for path in kept]


def python() -> str:
    """Return this Python's program, by a path that goes through no folder that a box has not.

    Started as ``../.venv/bin/python``, Python has the dots in its own path.
    """
    program = Path(sys.executable)
    return str(program.parent.resolve() / program.name)


def package_folders() -> list[Path]:
    """Return the folders from which packages are imported."""
    return [
        Path(path) for path in sys.path if Path(path).name in ("site-packages", "dist-packages")
    ]


def _other_package_folders() -> Iterator[Path]:
    """Yield where packages lie that Python does not look for; a line of code would change that."""
    for root in ("/usr", "/usr/local", *programs()):
        for kind in ("site-packages", "dist-packages"):
            yield from Path(root).glob(f"lib*/python3*/{kind}")


def _conda_folders() -> list[Path]:
    """Return where conda keeps copies of packages, and other environments with theirs."""
    roots = [Path(root) for root in programs() if Path(root, "conda-meta").is_dir()]
    kept = [root / name for root in roots for name in ("envs", "pkgs")]
    return [folder.resolve() for folder in kept if not Path(sys.prefix).is_relative_to(folder)]


def hidden_folders(hidden: Sequence[str]) -> list[str]:
    """Return where packages of these names lie."""
    folders = [*package_folders(), *_other_package_folders()]
    found = [folder.resolve() / name for folder in folders for name in hidden]
    found += _conda_folders() if hidden else []
    return [str(path) for path in dict.fromkeys(found) if path.is_dir()]


@functools.cache
def font_lists() -> list[Path]:
    """Return matplotlib's lists of fonts, made here once: a box cannot keep the one it makes."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(os.environ.get("MPLCONFIGDIR") or cache / "matplotlib")
    if not list(folder.glob(FONT_LISTS)):
        with contextlib.suppress(Exception):
            importlib.import_module("matplotlib.font_manager")
    return sorted(folder.glob(FONT_LISTS))
