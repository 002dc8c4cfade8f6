"""Whose child is whose: what the tests of killed graders look at."""

import time
from collections.abc import Iterable
from pathlib import Path

PATIENCE = 240.0  # seconds; a busy machine is slow, and a wait ends when it may


def descendants(process: int) -> set[int]:
    """All processes that this one started, and those that they started."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text(encoding="utf-8").rpartition(") ")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(stat.parent.name)] = int(fields[1])
    found, new = set(), {process}
    while new:
        new = {child for child, parent in parents.items() if parent in new}
        found |= new
    return found


def is_alive(process: int) -> bool:
    """Whether there is such a process that has not ended."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text(encoding="utf-8")
    except OSError:
        return False
    return not stat.rpartition(") ")[2].startswith("Z")


def left_over(processes: Iterable[int]) -> list[int]:
    """Wait until these have ended; return those that have not."""
    until, left = time.monotonic() + PATIENCE, list(processes)
    while (left := [process for process in left if is_alive(process)]) and (
        time.monotonic() < until
    ):
        time.sleep(0.02)
    return left
