"""How a process that grades begins, before it imports what grading needs.

Nothing is imported here that takes time: a new process reads this module first.
"""

import gc
import importlib
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from autograder.kernel.processes import end_with


def begin(parent: int) -> None:
    """Prepare a worker: it ends with the grader, which alone answers Ctrl-C."""
    leave_out_grammar()
    signal.signal(signal.SIGINT, lambda number, frame: None)
    end_with(parent)
    gc.disable()  # until `settle`


def settle() -> None:
    """Import what grading needs; this comes after what takes its time beside it, such as a server.

    What modules make stays until the end: to look through it for garbage again and again, and once
    more when the process ends, takes longer than many an import.
    """
    with importing():
        importlib.import_module("autograder.classroom.remote")


def leave_out_grammar() -> None:
    """Keep this process from compiling a grammar that it has no use for.

    jsonschema, which reads notebooks, imports rfc3987_syntax for a format that no notebook has; it
    compiles a grammar then, which takes longer than all other imports of a worker together.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # as `import` allows


@contextmanager
def importing() -> Iterator[None]:
    """Import much within this block, and look for garbage in what comes after it alone."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
