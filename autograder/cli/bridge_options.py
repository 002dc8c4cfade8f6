"""The options of `autograder moodle sync` and `autograder canvas sync`."""

import argparse
from collections.abc import Callable
from pathlib import Path

from autograder.bridges.settings import SYSTEMS
from autograder.cli.options import (
    Subparsers,
    add_command,
    add_parser,
    add_worker_options,
    seconds,
)

SHORTEST_WATCH = 10.0  # seconds


def add_bridge_parsers(commands: Subparsers, run: Callable[..., int]) -> None:
    """Add both commands and their options."""
    for system in SYSTEMS:
        name = system.capitalize()
        group = add_parser(commands, system, f"keep {name} and the grader in step, without LTI")
        actions = group.add_subparsers(dest="action", required=True, metavar="ACTION")
        text = "take new submissions, grade them, send scores, comments and pages"
        made = add_command(actions, "sync", run, text)
        made.set_defaults(system=system)
        _add_options(made, name)


def interval(text: str) -> float:
    """Read the time between two rounds. Raises argparse.ArgumentTypeError on too short a one."""
    value = seconds(text)
    if value < SHORTEST_WATCH:
        raise argparse.ArgumentTypeError(
            f"{text} would ask the LMS too often; expected at least {SHORTEST_WATCH:.0f} seconds"
        )
    return value


def _add_options(made: argparse.ArgumentParser, name: str) -> None:
    made.add_argument("assignment", metavar="ASSIGNMENT", help="the course's name of it")
    made.add_argument("--url", help=f"the address of the {name} site, with https")
    made.add_argument("--course", metavar="NUMBER", help="of the course, in its page's address")
    made.add_argument(
        "--id", metavar="NUMBER", help=f"of the assignment in {name}, in its page's address"
    )
    made.add_argument(
        "--config", type=Path, help="where these three may stand (default: bridge.toml)"
    )
    made.add_argument(
        "--token-file", type=Path, metavar="FILE", help="with the token; only you may read it"
    )
    made.add_argument(
        "--submitted", type=Path, help="the folder to lay work out in (default: submitted)"
    )
    made.add_argument(
        "--output", type=Path, help="the folder of results, as for grade (default: graded)"
    )
    add_worker_options(made)
    made.add_argument(
        "--dry-run", action="store_true", help="say what would be done, and do nothing"
    )
    made.add_argument(
        "--overwrite", action="store_true", help="replace grades that a person has given"
    )
    made.add_argument(
        "--look-again",
        action="store_true",
        help="read back what stands already too, and not only what was sent now",
    )
    made.add_argument(
        "--watch", type=interval, metavar="SECONDS", help="go on, and look again that often"
    )
    made.add_argument(
        "--allow-http", action="store_true", help="call a site on this very machine without https"
    )
    made.set_defaults(
        force=False,
        receipt=None,
        cell_seconds=None,
        call_seconds=None,
        unsafe_no_sandbox=False,
    )
