"""Which site, course and assignment a bridge serves, and with which token.

They come from options, or from ``bridge.toml`` in the course's root. The token is in neither: it
comes from the environment, or from a file that its owner alone may read.
"""

import os
import re
import stat
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.core.errors import ExplainedError
from autograder.lms.addresses import checked_url

FILE = "bridge.toml"
KEYS = {"url", "course", "token_file", "assignments"}
SYSTEMS = {"moodle": "KEEPPROB_MOODLE_TOKEN", "canvas": "KEEPPROB_CANVAS_TOKEN"}
"""The LMSs that a bridge leads to, and the environment variable of each one's token."""
NUMBER = re.compile(r"[0-9]{1,20}")
TOKEN = re.compile(r"[!-~]{8,1000}")


class BridgeError(ExplainedError):
    """A bridge is not set up as it must be; the message says what to give, and where."""


@dataclass(frozen=True)
class Place:
    """Where an assignment is in an LMS. course, assignment: the LMS's numbers, as text."""

    url: str
    course: str
    assignment: str


@dataclass(frozen=True)
class Named:
    """What the options name; None for what they leave to the file."""

    url: str | None = None
    course: str | None = None
    assignment: str | None = None
    token_file: Path | None = None
    allow_http: bool = False


def load_file(path: Path, system: str) -> dict[str, Any]:
    """Return an LMS's part of bridge.toml; an empty one where there is none. Raises BridgeError."""
    if not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BridgeError(f"{path} is no TOML: {error}. docs/lms shows what it holds.") from error
    unknown = [name for name in found if name not in SYSTEMS]
    part = found.get(system, {})
    if not isinstance(part, dict):
        raise BridgeError(f"{path}: {system} is no table; expected a line [{system}].")
    unknown += [f"{system}.{name}" for name in part if name not in KEYS]
    if unknown:
        secret = " A token does not belong into the file." if "token" in str(unknown) else ""
        raise BridgeError(
            f"{path} holds {', '.join(unknown)}, which nothing reads. Expected [moodle] or "
            f"[canvas] with {', '.join(sorted(KEYS))}.{secret}"
        )
    return part


def place(named: Named, part: Mapping[str, Any], assignment: str, system: str) -> Place:
    """Put options and file together. assignment: the course's name of it. Raises BridgeError."""
    known = part.get("assignments") or {}
    found = {
        "--url": named.url or part.get("url"),
        "--course": named.course or part.get("course"),
        "--id": named.assignment or (known.get(assignment) if isinstance(known, Mapping) else None),
    }
    missing = [option for option, value in found.items() if value is None]
    if missing:
        raise BridgeError(
            f"It is not known where {assignment} is in {system.capitalize()}: give "
            f"{', '.join(missing)}, or write it into {FILE} once; docs/lms/{system}.md shows how."
        )
    for option in ("--course", "--id"):
        if not NUMBER.fullmatch(str(found[option])):
            raise BridgeError(
                f"{found[option]!r} is no number for {option}. Expected the one in the address of "
                "its page."
            )
    url = checked_url(str(found["--url"]), allow_http=named.allow_http)
    return Place(url, str(found["--course"]), str(found["--id"]))


def token(named: Named, part: Mapping[str, Any], root: Path, system: str) -> str:
    """Return the token: of --token-file, the environment, or the file's token_file.

    Raises BridgeError where there is none, or others may read its file.
    """
    variable = SYSTEMS[system]
    configured = part.get("token_file")
    if named.token_file is not None:
        text, where = _read(named.token_file), str(named.token_file)
    elif os.environ.get(variable):
        text, where = os.environ[variable], variable
    elif configured is not None:
        path = root / Path(str(configured)).expanduser()
        text, where = _read(path), str(path)
    else:
        raise BridgeError(
            f"There is no token for {system.capitalize()}. Put it into the environment as "
            f"{variable}, or into a file of your own with --token-file; docs/lms/{system}.md says "
            "where it comes from."
        )
    if not TOKEN.fullmatch(text.strip()):
        raise BridgeError(
            f"What {where} holds is no token: expected one word of letters, digits and signs."
        )
    return text.strip()


def _read(path: Path) -> str:
    """Read a file that is its owner's alone."""
    with path.open("rb") as file:
        if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise BridgeError(
                f"Others may read {path}, and could change grades with the token in it. Make it "
                f"yours alone: chmod 600 '{path}'. If somebody may have read it, make a new token."
            )
        return file.read(10_000).decode("utf-8", "replace")
