"""Folders and half-written files of a grader, and those that a killed grader left behind.

Their names hold the number of the process that made them: where that is no more, nobody needs them.
"""

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

PREFIX = "keepprob"
HALF_WRITTEN = re.compile(r"\..+\.(?:html|ipynb|jsonl)\.(\d+)")


def make_scratch(what: str, place: str | Path | None = None) -> Path:
    """Make a folder, readable by its owner alone, in `place` or where temporary files lie."""
    return Path(tempfile.mkdtemp(prefix=f"{PREFIX}-{os.getpid()}-{what}-", dir=place))


def remove_forgotten(*places: str | Path) -> None:
    """Remove the folders in these places whose maker has ended; nothing is raised."""
    for place in places:
        for folder in Path(place).glob(f"{PREFIX}-*-*"):
            maker = folder.name.split("-")[1]
            if maker.isdigit() and not Path("/proc", maker).exists():
                shutil.rmtree(folder, ignore_errors=True)


def half_written(path: Path) -> Path:
    """Return where this process writes a file before it gets its name."""
    return path.with_name(f".{path.name}.{os.getpid()}")


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
                if found and not Path("/proc", found.group(1)).exists():
                    path.unlink()
