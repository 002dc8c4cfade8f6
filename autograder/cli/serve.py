"""`autograder serve`: the pages, the grader and the sender, as processes that are looked after."""

import argparse
from pathlib import Path

from rich.console import Console

from autograder.cli.lti_options import PARTS
from autograder.course.layout import Course
from autograder.service.part import command_of, set_up_logging
from autograder.service.readiness import announcement, registered_platforms, require_all
from autograder.service.settings import FILE, load_settings
from autograder.service.supervisor import supervise

EXIT_OK = 0


def serve_command(options: argparse.Namespace, course: Course, console: Console) -> int:
    """Check that all is there, say where the tool is, and run it until Ctrl-C or SIGTERM."""
    file = Path(options.config or course.root / FILE).resolve()
    settings = load_settings(course, file)
    parts = list(dict.fromkeys(options.only or PARTS))
    with console.status("Checking the database, the answer keys and the sandbox"):
        database = require_all(settings, parts)
        registered = registered_platforms(database)
        database.close()
    text = announcement(settings, registered)
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    set_up_logging()
    supervise({part: command_of(part, course, file) for part in parts})
    return EXIT_OK
