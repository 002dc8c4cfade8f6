"""A log without students: routes and codes, never addresses with a query, names or messages.

An exception's message may repeat what a student wrote, and a path may be somebody's; so what is
kept of an exception is its type and where it was raised, and of a request its route.
"""

import logging
import sys
import time
import traceback
from types import TracebackType

from flask import Flask, Response, g, request

NAME = "autograder.web"
MOST_CAUSES = 10
log = logging.getLogger(NAME)

Raised = tuple[type[BaseException], BaseException, TracebackType | None]


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


def set_up(app: Flask) -> None:
    """Log each request's route, status and time, and exceptions in the form above."""
    app.logger.handlers.clear()
    app.logger.propagate = False
    if not log.handlers:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Formatter())
        log.addHandler(handler)
        log.setLevel(logging.INFO)

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "no route"
        milliseconds = 1000 * (time.monotonic() - g.get("began", time.monotonic()))
        code = g.get("log_code", "")
        log.info(
            "%s %s %d %.0f ms %s", request.method, route, response.status_code, milliseconds, code
        )
        return response
