"""The box of a container in which root may make no namespaces: a user of its own, and Landlock."""

import os
import shutil
import tempfile
from pathlib import Path

from autograder.kernel.sandbox import bubblewrap
from autograder.kernel.sandbox.box import Box
from autograder.kernel.scratch import make_scratch, remove_forgotten

SHARED_MEMORY = Path("/dev/shm")
OF_THE_SYSTEM = (
    "/proc/cpuinfo", "/proc/meminfo", "/proc/self", "/proc/stat", "/proc/sys/vm/overcommit_memory",
)  # fmt: skip


def make_folder(box: Box, user: int) -> Path:
    """Make the private folder, in memory where that is possible, with the box's files in it."""
    place = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    remove_forgotten(place)
    folder = make_scratch("box", place)
    if box.folder is not None:
        for path in sorted(box.folder.iterdir()):
            if path.is_file() and not path.is_symlink():
                shutil.copyfile(path, folder / path.name)
                (folder / path.name).chmod(0o444)
    os.chown(folder, user, user)
    return folder


def remove(folder: Path) -> None:
    """Remove the private folder and all that was left in it."""
    shutil.rmtree(folder, ignore_errors=True)


def readable(box: Box) -> list[str]:
    """Return what may be read: the system, Python, its packages except the hidden ones."""
    hidden = set(bubblewrap.hidden_folders(box.hidden))
    wanted = [path for path in bubblewrap.SYSTEM if not Path(path).is_symlink()]
    wanted += [*bubblewrap.SETTINGS, *OF_THE_SYSTEM, *bubblewrap.programs()]
    return [piece for path in wanted for piece in _around(path, hidden)]


def _around(path: str, hidden: set[str]) -> list[str]:
    """Return `path`, or its parts where something below it is hidden.

    A link to a folder in which something is hidden is left out: what it leads to has its own place.
    """
    real = Path(path).resolve()
    if str(real) in hidden:
        return []
    if not any(Path(item).is_relative_to(real) for item in hidden):
        return [path]
    if Path(path).is_symlink():
        return []
    return [piece for part in sorted(Path(path).iterdir()) for piece in _around(str(part), hidden)]


def variables(folder: Path) -> dict[str, str]:
    """Return the environment variables of a box whose only private folder is this one."""
    private = dict.fromkeys(("HOME", "MPLCONFIGDIR", "TMPDIR", "KERAS_HOME", "IPYTHONDIR"))
    return bubblewrap.variables() | {name: str(folder) for name in private}
