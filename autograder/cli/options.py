"""How a command is added; the options of `autograder grade`, and what their values must be."""

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

WARM, COLD = "warm", "cold"

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add_command(
    commands: Subparsers, name: str, run: Callable[..., int], text: str
) -> argparse.ArgumentParser:
    """Add a command without options. text: what it does, as in the list of commands."""
    made = add_parser(commands, name, text)
    made.set_defaults(run=run)
    return made


def add_parser(commands: Subparsers, name: str, text: str) -> argparse.ArgumentParser:
    """Add a parser whose help begins with what the list of commands says of it."""
    made: argparse.ArgumentParser = commands.add_parser(
        name, help=text, description=f"{text[0].upper()}{text[1:]}."
    )
    return made


def seconds(text: str) -> float:
    """Read a time limit. Raises argparse.ArgumentTypeError unless it is finite and above 0."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text} is no time limit; expected seconds above 0")
    return value


def number_of_jobs(text: str) -> int:
    """Read a number of processes. Raises argparse.ArgumentTypeError unless it is one, or 0."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is no number of processes; expected 0, 1, 2, ...")
    return int(text)


def add_grade_options(parser: argparse.ArgumentParser) -> None:
    """Add what `autograder grade` takes besides the assignments."""
    parser.add_argument(
        "--submitted",
        type=Path,
        help="folder with <student>/<assignment>/<assignment>.ipynb (default: submitted)",
    )
    parser.add_argument(
        "--output",
        type=Path,
        help="write gradebook, pages and results there, and leave the course's gradebook alone "
        "(default: the course's gradebook, and the folder graded)",
    )
    parser.add_argument(
        "--student", action="append", default=[], help="only this student; repeatable"
    )
    parser.add_argument("--force", action="store_true", help="grade again what has a result")
    add_worker_options(parser)
    parser.add_argument("--quiet", action="store_true", help="show errors alone")
    parser.add_argument(
        "--profile", action="store_true", help="show at the end where the time went"
    )
    parser.add_argument(
        "--seed-receipt", action="store_true", help="print what replays the hidden cases exactly"
    )
    parser.add_argument(
        "--receipt",
        help="repeat the submission of this receipt with its hidden key; needs --output",
    )
    parser.add_argument(
        "--cell-seconds",
        type=seconds,
        help="time limit of a cell (default: nbgrader_config.py's, else 60)",
    )
    parser.add_argument(
        "--call-seconds", type=seconds, help="time limit of a call (default: the same, else 20)"
    )
    parser.add_argument(
        "--unsafe-no-sandbox",
        action="store_true",
        help="run notebooks with all of your rights: for your own ones alone",
    )


def add_worker_options(parser: argparse.ArgumentParser) -> None:
    """Add what says who grades, and on which machine."""
    parser.add_argument(
        "--jobs", type=number_of_jobs, default=0, help="worker processes (default: the cores)"
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="grade on the Dask cluster of this scheduler, such as tcp://192.0.2.1:8786",
    )
    parser.add_argument(
        "--kernels",
        choices=(WARM, COLD),
        default=WARM,
        help="start kernels from a server that has imported what notebooks need, or each from "
        "nothing (default: warm)",
    )
