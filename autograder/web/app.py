"""The Flask application of the LTI tool."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from autograder.core.clock import utc_now
from autograder.database import Database
from autograder.lti.fetching import Fetcher, Fetches
from autograder.lti.keys import ToolKeys
from autograder.service.settings import Settings
from autograder.web import (
    attempts,
    downloading,
    handing_in,
    health,
    languages,
    launching,
    logs,
    pages,
    picking,
    protection,
    registering,
    teaching,
)
from autograder.web.catalogue import catalogue
from autograder.web.site import NAME, Site
from autograder.web.throttle import Throttle

BESIDE_THE_FILE = 64_000  # bytes of a form that are not the notebook
MOST_PARTS = 40  # fields of a form
UPLOADS, WITHIN = 30, timedelta(minutes=10)  # of one person, those that are refused too


class _Application(Flask):
    """Flask, which would write a request's path into the log: an invitation stands in one."""

    def log_exception(self, exc_info: Any) -> None:
        """Log the exception alone."""
        self.logger.error("An error in the pages", exc_info=exc_info)


def create_app(
    settings: Settings,
    db: Database,
    keys: ToolKeys,
    *,
    clock: Callable[[], datetime] = utc_now,
    fetcher: Fetches | None = None,
) -> Flask:
    """Make the application. fetcher: the network, for an LMS's keys and its registration."""
    app = _Application("autograder.web", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.upload_bytes + BESIDE_THE_FILE,
        MAX_FORM_MEMORY_SIZE=500_000,
        MAX_FORM_PARTS=MOST_PARTS,
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions[NAME] = Site(
        settings=settings,
        db=db,
        keys=keys,
        fetcher=fetcher or Fetcher(allow_private=settings.allow_private_addresses),
        clock=clock,
        offered=catalogue(settings.course),
        uploads=Throttle(UPLOADS, WITHIN),
    )
    # A redirect to the right slashes would go to whatever host the request names.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    logs.set_up(app)
    protection.protect(app)
    pages.set_up(app)
    for part in (
        attempts, downloading, handing_in, health, languages, launching, picking, registering,
        teaching,
    ):  # fmt: skip
        app.register_blueprint(part.routes)
    return app
