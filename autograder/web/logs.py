"""A log without students: routes and codes, never addresses with a query, names or messages.

A path may be somebody's; so what is kept of a request is its route.
"""

import logging
import sys
import time

from flask import Flask, Response, g, request

from autograder.service.logs import Formatter

NAME = "autograder.web"
log = logging.getLogger(NAME)


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
