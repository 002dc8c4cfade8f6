"""A user for one submission alone, where the grader runs as root."""

import pwd
import secrets
from pathlib import Path

FIRST, COUNT = 0x70000000, 2**24  # no distribution gives these to people, services or containers
TRIES = 100


def private_user(user_map: Path = Path("/proc/self/uid_map")) -> int:
    """Return the number of a user whom nobody is. Raises LookupError where there is none."""
    low, high = _range(user_map.read_text(encoding="ascii"))
    for _ in range(TRIES):
        user = low + secrets.randbelow(high - low)
        try:
            pwd.getpwuid(user)
        except KeyError:
            return user
    raise LookupError("every user number that was tried belongs to somebody")


def _range(user_map: str) -> tuple[int, int]:
    """Return from where to where numbers exist; a container may have few."""
    ranges = [tuple(map(int, line.split())) for line in user_map.splitlines()]
    ends = [(inside, inside + count) for inside, _, count in ranges]
    for start, end in ends:
        if start <= FIRST and end >= FIRST + COUNT:
            return FIRST, FIRST + COUNT
    start, end = max(ends, key=lambda pair: pair[1] - pair[0])
    if end - start < 2:
        raise LookupError("this container knows one user only")
    return start + (end - start) // 2, end
