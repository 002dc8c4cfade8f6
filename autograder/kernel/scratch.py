"""Folders of a grader that nobody else needs, and those that a killed grader left behind.

A folder's name holds the number of the process that made it: where that is no more, nobody will.
"""

import os
import shutil
import tempfile
from pathlib import Path

PREFIX = "keepprob"


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
