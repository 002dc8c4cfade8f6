"""Folders and half-written files of a grader, and those that a killed grader left behind.

Their names tell which process made them: where that is no more, nobody needs them.
"""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

PREFIX = "keepprob"
SCRATCH = re.compile(rf"{PREFIX}-(\d+-\d+)-")
HALF_WRITTEN = re.compile(r"\..+\.(?:html|ipynb|jsonl)\.(\d+-\d+)")
STATE, STARTED, ENDED = 0, 19, b"ZX"
LONGEST_FOLDER = 55


def _me() -> str:
    """Return this process's number and its start: the number alone is another's one day."""
    return f"{os.getpid()}-{_started(os.getpid()) or 0}"


def _has_ended(maker: str) -> bool:
    """Whether the process of this number and start runs no more; False where nobody can tell."""
    process, started = map(int, maker.split("-"))
    try:
        return started != 0 and _started(process) != started
    except OSError:
        return False


def _started(process: int) -> int | None:
    """Return when a process started, in the system's ticks; None if it runs no more.

    One that was killed keeps its number until its parent asks for its end, which some never do: the
    first process of many containers. Without Linux's /proc, None stands for every process.
    """
    try:
        stat = Path("/proc", str(process), "stat").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = stat.rpartition(b") ")[2].split()  # proc_pid_stat(5), from its third field on
    return None if fields[STATE] in ENDED else int(fields[STARTED])


def make_scratch(what: str, place: str | Path | None = None) -> Path:
    """Make a folder, readable by its owner alone, in `place` or where temporary files lie."""
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{_me()}-{what}-", dir=place))


def short_folder() -> str | None:
    """Return where to put sockets, whose whole path may have about 100 letters; None: as usual."""
    return "/tmp" if len(tempfile.gettempdir()) > LONGEST_FOLDER and Path("/tmp").is_dir() else None


def remove_forgotten(*places: str | Path) -> None:
    """Remove the folders in these places whose maker has ended; nothing is raised."""
    for place in places:
        for folder in Path(place).glob(f"{PREFIX}-*"):
            found = SCRATCH.match(folder.name)
            if found and _has_ended(found.group(1)):
                shutil.rmtree(folder, ignore_errors=True)


def half_written(path: Path) -> Path:
    """Return where this process writes a file before it gets its name."""
    return path.with_name(f".{path.name}.{_me()}")


def write_by_rename(path: Path, text: str | Iterable[str]) -> None:
    """Write a file so that nobody ever sees half of it, and make its folder where it is missing.

    text: also piece by piece, so that it need not be in memory as a whole. It is on the disk before
    the file has its name. Where that fails, OSError is raised, and the file is what it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = half_written(path)
    try:
        with scratch.open("w", encoding="utf-8") as file:
            file.writelines([text] if isinstance(text, str) else text)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
    except BaseException:
        scratch.unlink(missing_ok=True)
        raise


def remove_half_written(*folders: str | Path) -> None:
    """Remove the files in these folders whose writer has ended; nothing is raised."""
    for folder in folders:
        with contextlib.suppress(OSError):
            for path in Path(folder).iterdir():
                found = HALF_WRITTEN.fullmatch(path.name)
                if found and _has_ended(found.group(1)):
                    path.unlink()
