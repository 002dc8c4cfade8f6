"""`python -m autograder.hosted gradescope FOLDER`: grade one submission where a platform does."""

import sys
from collections.abc import Sequence
from importlib import import_module

from autograder.classroom.beginning import importing, leave_out_grammar


def main(arguments: Sequence[str]) -> int:
    """Grade for a platform: its name, and what its module is told; return its exit code."""
    leave_out_grammar()
    with importing():
        platform = import_module(f"{__package__}.{arguments[0]}")
    return int(platform.main(arguments[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
