"""A fault in a course, for its author; and how many faults are raised at once."""

import inspect
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any


class CourseFault(Exception):  # noqa: N818 - a finding about the author's files, not an error of ours
    """Something in the course that has to be mended.

    what: what is wrong, a sentence. where: the exercise, its part, and the file. how_to_mend: what
    to do, a sentence.
    """

    def __init__(self, what: str, where: str, how_to_mend: str) -> None:
        super().__init__(what, where, how_to_mend)
        self.what, self.where, self.how_to_mend = what, where, how_to_mend

    def __str__(self) -> str:
        return f"{self.where}\n  {self.what}\n  To mend it: {self.how_to_mend}"


def raise_all(faults: Iterable[CourseFault]) -> None:
    """Raise one fault as it is, several as an ExceptionGroup, and nothing where there are none."""
    found = list(faults)
    if len(found) == 1:
        raise found[0]
    if found:
        raise ExceptionGroup(f"{len(found)} faults", found)


def faults_of(check: Callable[[], None]) -> list[CourseFault]:
    """Run a check and return its faults."""
    try:
        check()
    except CourseFault as fault:
        return [fault]
    except ExceptionGroup as group:
        return [fault for fault in group.exceptions if isinstance(fault, CourseFault)]
    return []


def place(function: Callable[..., Any]) -> str:
    """Say where a function stands, ``solutions/dropout/exercises.py, line 12``."""
    try:
        path = Path(inspect.getsourcefile(function) or "")
        line = inspect.getsourcelines(function)[1]
    except (OSError, TypeError):
        return "in no file"
    folder = Path.cwd()
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    return f"{shown}, line {line}"
