"""One run at a time in an output folder: two would replace each other's records."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from autograder.core.errors import ExplainedError
from autograder.course.lock import locked

FILE = ".grade.lock"


class OutputTakenError(ExplainedError):
    """Another run writes into the output folder now."""


@contextmanager
def alone_in(output: Path) -> Iterator[None]:
    """Hold the output folder, which must exist. Raises OutputTakenError where another run does."""
    with ExitStack() as held:
        try:
            held.enter_context(locked(output / FILE, wait=False))
        except BlockingIOError as error:
            raise OutputTakenError(
                f"Another run writes into {output} now. Wait until it has ended, or name another "
                "folder with --output."
            ) from error
        yield
