"""One process of the service: ``python -m autograder.service.part PART COURSE SETTINGS PARENT``.

PARENT is the number of the process that started it, and with which it ends.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from autograder.core.errors import ExplainedError
from autograder.course.layout import Course
from autograder.kernel.processes import end_with
from autograder.service.logs import Formatter
from autograder.service.settings import Settings, load_settings

EXIT_OK, EXIT_USAGE = 0, 2

log = logging.getLogger(__name__)


def command_of(part: str, course: Course, settings_file: Path) -> list[str]:
    """Return what starts a part of the service as a child of this process."""
    program = [sys.executable, "-m", "autograder.service.part"]
    return [*program, part, str(course.root), str(settings_file), str(os.getpid())]


def main(arguments: Sequence[str]) -> int:
    """Run a part until SIGTERM; return its exit code."""
    part, root, file, parent = arguments
    end_with(int(parent))
    set_up_logging()
    try:
        PARTS[part](load_settings(Course(Path(root)), Path(file)))
    except ExplainedError as error:
        log.error("%s: %s", part, error)
        return EXIT_USAGE
    return EXIT_OK


def set_up_logging() -> None:
    """Log to stderr, where systemd and containers look. No line names a student."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Formatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("alembic").setLevel(logging.WARNING)


def until_terminated() -> threading.Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    return stop


def web(settings: Settings) -> None:
    """Serve the pages with gunicorn; each of its workers has connections of its own."""
    from autograder.service.pages import serve_pages

    serve_pages(settings)


def grader(settings: Settings) -> None:
    """Grade what is in the queue."""
    from autograder.service.engine import ClassroomEngine, require_ready
    from autograder.service.grader import Grader
    from autograder.service.storage import opened

    stop = until_terminated()
    require_ready(settings.course)
    database = opened(settings)
    jobs = settings.grading_workers or os.cpu_count() or 1
    engine = ClassroomEngine(settings.course, jobs, say=log.warning)
    log.info("grader: %d at once", engine.capacity())
    Grader(database, engine, settings.attempt_url).run(stop)


def sender(settings: Settings) -> None:
    """Send what is in the outbox, and remove what nobody needs any more."""
    from autograder.lti.keys import ToolKeys
    from autograder.service.line_items import Services
    from autograder.service.network import fetcher_of
    from autograder.service.sender import Sender
    from autograder.service.storage import opened
    from autograder.service.tidying import tidy_hourly

    stop = until_terminated()
    database = opened(settings)
    threading.Thread(
        target=tidy_hourly, args=(database, settings.retention_days, stop), daemon=True
    ).start()
    services = Services(database, ToolKeys(settings.keys_folder), fetcher_of(settings))
    Sender(database, services, settings.attempt_url).run(stop)


PARTS: Mapping[str, Callable[[Settings], Any]] = {"web": web, "grader": grader, "sender": sender}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
