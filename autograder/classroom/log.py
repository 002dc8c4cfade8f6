"""grade.log: what a run did and how long each stage took, one JSON object a line.

Nothing here decides a score, and nothing of it is in results.jsonl: it depends on the machine.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE = "grade.log"


class Log:
    """Adds lines to the log of an output folder; an OSError names the file."""

    def __init__(self, output: Path) -> None:
        self._path = output / FILE

    def write(self, what: str, **facts: Any) -> None:
        """Add a line. what: ``run``, ``graded``, ``note`` or ``end``."""
        self._append(
            {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "what": what} | facts
        )

    def _append(self, line: Mapping[str, Any]) -> None:
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:  # of a full disk says nothing of the file
            raise OSError(error.errno, error.strerror, str(self._path)) from error
