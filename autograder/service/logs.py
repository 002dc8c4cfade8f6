"""How the service's processes log: an exception's message may repeat what a student wrote.

It may hold an address with a token, too. So what is kept of an exception is its type and where it
was raised.
"""

import logging
import traceback

MOST_CAUSES = 10


class Formatter(logging.Formatter):
    """One line a record; of an exception its type and its places, not what it says."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging calls it so
        """Return the type and places of an exception and of those that caused it."""
        error = ei[1] if isinstance(ei, tuple) else None
        return "\n".join(places(error)) if isinstance(error, BaseException) else ""


def places(error: BaseException | None) -> list[str]:
    """Return the types of an exception and its causes, and where each was raised."""
    lines: list[str] = []
    for _ in range(MOST_CAUSES):
        if error is None:
            break
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
        frames = traceback.extract_tb(error.__traceback__)
        lines += [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        error = error.__cause__ or error.__context__
    return lines
