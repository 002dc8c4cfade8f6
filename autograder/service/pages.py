"""The web pages under gunicorn, set up here and not by a file of its own."""

import logging
from typing import Any

from gunicorn.app.base import BaseApplication

from autograder.service.logs import Formatter
from autograder.service.settings import Settings


def options_of(settings: Settings) -> dict[str, Any]:
    """Return gunicorn's settings. There is no access log: addresses are data of students."""
    return {
        "bind": settings.bind,
        "workers": settings.web_workers,
        "worker_class": "gthread",
        "threads": settings.web_threads,
        "timeout": 60,
        "graceful_timeout": 20,
        "worker_tmp_dir": "/dev/shm",  # a full or slow disk must not look like a worker that hangs
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "control_socket_disable": True,
        "limit_request_line": 8190,  # what an LMS puts into a login comes back in an address
        # What a proxy says of paths and schemes is not asked for: public_url says it.
        "forwarder_headers": "",
        "secure_scheme_headers": {},
        "umask": 0o007,
    }


class Pages(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """The pages of these settings, made in each worker after it was forked."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn its settings."""
        for name, value in options_of(self._settings).items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application."""
        from autograder.lti.keys import ToolKeys
        from autograder.service.network import fetcher_of
        from autograder.service.storage import opened
        from autograder.web.app import create_app

        for handler in logging.getLogger("gunicorn.error").handlers:
            handler.setFormatter(Formatter())
        settings = self._settings
        keys = ToolKeys(settings.keys_folder)
        return create_app(settings, opened(settings), keys, fetcher=fetcher_of(settings))


def serve_pages(settings: Settings) -> None:
    """Serve until SIGTERM."""
    Pages(settings).run()
