"""How much the grader's own process has grown: a message without end arrives before it can be read.

libzmq gathers all parts of a message before it hands over the first, and bounds the parts alone. A
process that writes to its sockets itself can send parts for ever.
"""

import os
from pathlib import Path

MEMORY = Path("/proc/self/statm")
MOST_BYTES = 2**30


def resident_bytes() -> int:
    """Return how much memory this process uses; 0 where the system does not say."""
    try:
        return int(MEMORY.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


class Growth:
    """Tells whether this process uses much more memory than when the object was made.

    One object serves all processes of a submission: no restart is a new allowance.
    """

    def __init__(self, most: int = MOST_BYTES) -> None:
        self._bound = resident_bytes() + most

    def is_too_large(self) -> bool:
        """Tell whether what came from outside has to be given up."""
        return resident_bytes() > self._bound
