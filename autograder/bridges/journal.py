"""What a bridge has taken and sent so far: a line for each thing, beside the results.

What is about to be sent is on the disk before it is, and what was sent before the next call is
made: so a killed run sends nothing twice, and takes nothing of its own for somebody else's.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.bridges.settings import BridgeError, Place
from autograder.kernel.scratch import write_by_rename
from autograder.lms.online import Sent

FOLDER = "sync"
SCHEMA = 1


@dataclass
class Journal:
    """pulled: what was taken of each user, by the LMS's id. sent: what each was given last."""

    path: Path
    place: Place
    pulled: dict[str, str] = field(default_factory=dict)
    sent: dict[str, Sent] = field(default_factory=dict)

    def note_pulled(self, user: str, stamp: str) -> None:
        """Note that what a user handed in was taken."""
        self.pulled[user] = stamp
        self._append({"user": user, "pulled": stamp})

    def note_sent(self, user: str, sent: Sent) -> None:
        """Note what a user was given, or how it was found to stand."""
        self.sent[user] = sent
        self._append({"user": user, "sent": _plain(sent)})

    def finish(self) -> None:
        """Keep the last line for each thing alone."""
        lines: list[dict[str, Any]] = [{"schema": SCHEMA, **asdict(self.place)}]
        lines += [{"user": user, "pulled": self.pulled[user]} for user in sorted(self.pulled)]
        lines += [{"user": user, "sent": _plain(self.sent[user])} for user in sorted(self.sent)]
        write_by_rename(self.path, "".join(map(_line, lines)))

    def _append(self, found: dict[str, Any]) -> None:
        if not self.path.exists():
            write_by_rename(self.path, _line({"schema": SCHEMA, **asdict(self.place)}))
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_line(found))
            file.flush()
            os.fsync(file.fileno())


def load_journal(output: Path, system: str, assignment: str, place: Place) -> Journal:
    """Read what was done before. Raises BridgeError where it was done at another place.

    A line that was cut off counts for nothing.
    """
    path = output / FOLDER / f"{system}-{assignment}.jsonl"
    journal = Journal(path, place)
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for at, line in enumerate(lines):
        try:
            _take(journal, json.loads(line), first=at == 0)
        except (ValueError, KeyError, TypeError):
            continue
    return journal


def _take(journal: Journal, found: dict[str, Any], *, first: bool) -> None:
    if first:
        there = {name: found[name] for name in asdict(journal.place)}
        if found["schema"] != SCHEMA or there != asdict(journal.place):
            raise BridgeError(
                f"{journal.path} is of {there['url']}, course {there['course']}, assignment "
                f"{there['assignment']} (schema {found['schema']}), and this run of "
                f"{journal.place.url}, course {journal.place.course}, assignment "
                f"{journal.place.assignment}. Name another folder of results with --output; or, "
                "where the course moved, delete the file: what stands in the LMS is compared then."
            )
    elif "pulled" in found:
        journal.pulled[str(found["user"])] = str(found["pulled"])
    else:
        journal.sent[str(found["user"])] = _sent(found["sent"])


def _plain(sent: Sent) -> dict[str, Any]:
    return asdict(sent) | {"at": sent.at.isoformat() if sent.at else None}


def _sent(found: dict[str, Any]) -> Sent:
    at = found["at"]
    return Sent(**(found | {"at": datetime.fromisoformat(at) if at else None}))


def _line(found: dict[str, Any]) -> str:
    return json.dumps(found, ensure_ascii=False, allow_nan=False) + "\n"
