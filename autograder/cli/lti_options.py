"""The options of `autograder serve` and of the commands below `autograder lti`."""

import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from autograder.cli.options import Subparsers, add_command, add_parser
from autograder.core.errors import ExplainedError
from autograder.course.layout import find_course

PARTS = ("web", "grader", "sender")


def add_serve_parser(commands: Subparsers) -> None:
    """Add `autograder serve`."""
    made = _command(commands, "serve", _serve, "serve the LTI tool: pages, grader and sender")
    made.add_argument(
        "--only",
        action="append",
        choices=PARTS,
        help="start this part alone; repeatable (default: all three)",
    )


def _serve(options: argparse.Namespace, console: Console) -> int:
    with _explaining_the_extra():
        from autograder.cli.serve import serve_command

    return serve_command(options, find_course(Path.cwd()), console)


@contextmanager
def _explaining_the_extra() -> Iterator[None]:
    """Raise ExplainedError where what the LTI tool needs is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ExplainedError(
            f"The LTI tool needs packages that are not installed here ({error.name}). Install "
            "them by: pip install 'keepprob[grade,lms,lti]'"
        ) from error


def _lti(name: str) -> Callable[[argparse.Namespace, Console], int]:
    """Return what runs a command below `autograder lti`."""

    def run(options: argparse.Namespace, console: Console) -> int:
        with _explaining_the_extra():
            from autograder.cli.lti import run_command

        return run_command(name, options, find_course(Path.cwd()), console)

    return run


def add_lti_parser(commands: Subparsers) -> None:
    """Add `autograder lti` with its commands."""
    top = add_parser(commands, "lti", "set up and look after the LTI tool")
    below = top.add_subparsers(dest="lti_command", required=True, metavar="COMMAND")
    _init(below)
    _invite(below)
    _add(below)
    made = _lti_command(below, "remove", "remove an LMS with all that is known of its people")
    made.add_argument("platform", type=int, metavar="ID", help="from `autograder lti platforms`")
    made.add_argument("--yes", action="store_true", help="do not ask")
    _platforms(below)
    made = _lti_command(below, "rotate-keys", "make a new private key; the old one stays 7 days")
    made.description = (
        "Make a new private key. The old one stays in the key set for 7 days, so that an LMS that "
        "has kept the key set finds the key that it knows."
    )
    _doctor(below)
    _erase(below)
    made = _lti_command(below, "purge", "remove what is older than the settings keep")
    made.add_argument("--days", type=_days, help="keep these days (default: retention_days)")
    made = _lti_command(below, "backup", "write the database and the keys into a new folder")
    made.add_argument("folder", type=Path, metavar="FOLDER", help="one that is not there yet")
    made = _lti_command(below, "restore", "make the database and the keys from such a folder")
    made.add_argument("folder", type=Path, metavar="FOLDER", help="from `autograder lti backup`")


def _command(
    commands: Subparsers, name: str, run: Callable[..., int], text: str
) -> argparse.ArgumentParser:
    made = add_command(commands, name, run, text)
    made.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (default: lti.toml of the course)"
    )
    return made


def _lti_command(commands: Subparsers, name: str, text: str) -> argparse.ArgumentParser:
    return _command(commands, name, _lti(name), text)


def _init(below: Subparsers) -> None:
    made = _lti_command(below, "init", "write the settings, and make or upgrade the database")
    made.add_argument("--url", help="the address of the tool, such as https://keepprob.example.edu")


def _invite(below: Subparsers) -> None:
    made = _lti_command(below, "invite", "print a link with which one LMS registers itself")
    made.add_argument("--note", default="", help="for whom it is; shown by nobody else")
    made.add_argument("--days", type=_days, default=7, help="how long it can be used (default: 7)")


def _add(below: Subparsers) -> None:
    made = _lti_command(below, "add", "register an LMS by hand, or correct it")
    made.add_argument("--issuer", required=True, help="as the LMS calls itself (platform ID)")
    made.add_argument("--client-id", required=True, help="what the LMS calls this tool")
    made.add_argument(
        "--deployment-id",
        required=True,
        action="append",
        help="what the LMS calls its installation; repeatable",
    )
    made.add_argument("--auth-url", required=True, help="authentication request URL")
    made.add_argument("--token-url", required=True, help="access token URL")
    made.add_argument("--keyset-url", required=True, help="public keyset URL")
    made.add_argument("--audience", help="of our token requests (default: the access token URL)")
    made.add_argument("--name", default="", help="for people (default: the issuer)")
    made.add_argument(
        "--product", default="", help="moodle, canvas, blackboard, ... (default: told at launch)"
    )


def _platforms(below: Subparsers) -> None:
    made = _lti_command(below, "platforms", "list the LMSs that may launch the tool, or change it")
    chosen = made.add_mutually_exclusive_group()
    chosen.add_argument("--deactivate", type=int, metavar="ID", help="let this one launch no more")
    chosen.add_argument("--activate", type=int, metavar="ID", help="let it launch again")
    chosen.add_argument(
        "--deployment",
        nargs=2,
        metavar=("ID", "DEPLOYMENT"),
        help="let it launch from this installation of its own too",
    )


def _doctor(below: Subparsers) -> None:
    made = _lti_command(below, "doctor", "try the way to each LMS and back, and say what to do")
    made.add_argument("--platform", type=int, metavar="ID", help="only this one")


def _erase(below: Subparsers) -> None:
    made = _lti_command(below, "erase", "remove all that is known of a person or a course")
    chosen = made.add_mutually_exclusive_group(required=True)
    chosen.add_argument("--user", metavar="WHO", help="pseudonym, or what the LMS calls the person")
    chosen.add_argument("--course", metavar="CONTEXT", help="as the LMS calls the course")
    made.add_argument("--platform", type=int, metavar="ID", help="the LMS, where there are several")
    made.add_argument("--yes", action="store_true", help="do not ask")


def _days(text: str) -> int:
    """Read a number of days. Raises argparse.ArgumentTypeError unless it is one above 0."""
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= 36_500):
        raise argparse.ArgumentTypeError(f"{text} is no number of days; expected 1, 2, 3, ...")
    return int(text)
