"""How much memory the container has, and whether it is enough."""

import os
from pathlib import Path

GIB = 2**30
NEEDED_BYTES = GIB  # twice what was measured: docs/lms/gradescope.md
GROUPS = ("memory.max", "memory/memory.limit_in_bytes")
GROUPS_FOLDER = Path("/sys/fs/cgroup")


def memory_bytes(groups: Path = GROUPS_FOLDER) -> int:
    """Return what this process may use: the machine's memory, or the container's share of it."""
    found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for name in GROUPS:
        try:
            found.append(int((groups / name).read_text(encoding="ascii")))
        except (OSError, ValueError):  # not there, or "max"
            continue
    return min(found)


def too_little(groups: Path = GROUPS_FOLDER) -> str:
    """Return a sentence where the memory does not suffice, else nothing."""
    there = memory_bytes(groups)
    if there >= NEEDED_BYTES:
        return ""
    return (
        f"This container has {there / GIB:.2f} GiB of memory; grading needs "
        f"{NEEDED_BYTES / GIB:.0f} GiB or more, for TensorFlow is loaded. Choose a bigger "
        "container in the assignment's autograder settings, and run the autograder again."
    )
