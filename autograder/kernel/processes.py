"""Ending a process and everything that it started."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
TRIES = 20


def end_all(mark: str) -> None:
    """Kill every process whose environment holds `mark`, until there is none; Linux only.

    A kernel's process group dies with the kernel; this finds what a student's code moved out of it.
    """
    for _ in range(TRIES):
        found = list(marked(mark))
        if not found:
            return
        for process in found:
            end(process)
        time.sleep(0.01)


def marked(mark: str) -> Iterator[int]:
    """Yield the living processes that `mark` was handed down to."""
    for folder in PROC.glob("[0-9]*"):
        try:
            if mark.encode() in (folder / "environ").read_bytes():
                yield int(folder.name)
        except OSError:  # another user's, or gone
            continue


def end(process: int) -> None:
    """Kill a process, and its group where it leads one."""
    for kill in (os.killpg, os.kill):
        try:
            kill(process, signal.SIGKILL)
        except OSError:
            continue


def end_with(parent: int) -> None:
    """Have this process, and with it the box that it starts, end when its parent is killed."""
    if sys.platform == "linux":
        from autograder.kernel.sandbox.privileges import die_with_parent

        die_with_parent(parent)
