"""The options of `autograder export` and `autograder collect`."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from autograder.cli.options import Subparsers, add_command

EXTENSIONS: Mapping[str, str] = {
    "result": "",
    "moodle-worksheet": ".csv",
    "moodle-feedback": ".zip",
    "canvas-csv": ".csv",
    "blackboard-csv": ".csv",
    "gradescope": ".zip",
    "coursera": "",
    "csv": ".csv",
    "xlsx": ".xlsx",
}
"""What an export's file ends with, by format; "" for a folder."""


def add_collect_parser(commands: Subparsers, run: Callable[..., int]) -> None:
    """Add the command and its options."""
    text = "lay out what an LMS gave for download, for grading"
    made = add_command(commands, "collect", run, text)
    made.add_argument("assignment", metavar="ASSIGNMENT", help="which one it is")
    made.add_argument(
        "sources",
        nargs="+",
        type=Path,
        metavar="SOURCE",
        help="Moodle's or Canvas's zip of all submissions, or a folder",
    )
    made.add_argument(
        "--sheet",
        type=Path,
        help="Moodle's grading worksheet or Canvas's gradebook: says who is who",
    )
    made.add_argument(
        "--submitted", type=Path, help="the folder to lay out in (default: submitted)"
    )
    made.add_argument(
        "--timezone",
        type=zone,
        metavar="ZONE",
        help="of the dates in the sheet, such as Europe/Berlin; without it no times are noted",
    )
    made.add_argument(
        "--file-dates",
        action="store_true",
        help="take the files' own dates as times of handing in; needs --timezone",
    )


def zone(text: str) -> ZoneInfo:
    """Read a time zone. Raises argparse.ArgumentTypeError on one that is not known."""
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise argparse.ArgumentTypeError(
            f"{text} is no known time zone; expected one such as Europe/Berlin or UTC"
        ) from error


def add_export_parser(commands: Subparsers, run: Callable[..., int]) -> None:
    """Add the command and its options."""
    text = "write result records, and the files that an LMS takes"
    made = add_command(commands, "export", run, text)
    made.add_argument(
        "format", metavar="FORMAT", choices=sorted(EXTENSIONS), help=", ".join(EXTENSIONS)
    )
    made.add_argument(
        "assignments", nargs="*", metavar="ASSIGNMENT", help="one; for result, csv and xlsx any"
    )
    made.add_argument(
        "--sheet", type=Path, help="the table that the LMS gave for download, to be filled"
    )
    made.add_argument(
        "--to", type=Path, help="the file or folder to write (default: in exports/ beside results)"
    )
    made.add_argument(
        "--graded", type=Path, help="the folder with results.jsonl and pages (default: graded)"
    )
    made.add_argument(
        "--students",
        type=Path,
        help="who is who, as `autograder collect` wrote it (default: submitted/students.json)",
    )
    made.add_argument(
        "--column", help="the assignment's column in --sheet (default: the assignment's name)"
    )
    made.add_argument(
        "--comment-column", help="the heading of the comments, in a language that is not known"
    )
    made.add_argument(
        "--visibility",
        choices=("visible", "after_due_date", "after_published", "hidden"),
        default="visible",
        help="when Gradescope shows students the results (default: visible)",
    )
