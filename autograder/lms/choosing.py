"""Which of a student's files is which notebook of the assignment."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from autograder.lms.handed_in import HandedIn


@dataclass(frozen=True)
class Rules:
    """How a source is collected.

    names: of the released notebooks, the one in the source language first. limit: bytes of one.
    zone: of the dates in the source, None where they mean nothing (LMSs write the time of the
    download). times: when students handed in, by participant or user, where a sheet says it. ids:
    what a sheet says of each participant or user, by the key of `HandedIn`.
    """

    assignment: str
    names: Sequence[str]
    limit: int
    zone: ZoneInfo | None = None
    times: Mapping[str, datetime] = field(default_factory=dict)
    ids: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass
class Collected:
    """What was done, by student, and a sentence for each thing that a person has to see to."""

    new: list[str] = field(default_factory=list)
    newer: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def choose(
    files: Sequence[HandedIn], student: str, rules: Rules, done: Collected
) -> dict[str, HandedIn]:
    """Return which file is which released notebook; of several, the one uploaded last."""
    ranked: dict[str, list[tuple[int, int]]] = defaultdict(list)
    notebooks = [
        index for index, item in enumerate(files) if item.file.casefold().endswith(".ipynb")
    ]
    for index in notebooks:
        if (place := _place(files[index].file, rules.names)) is not None:
            ranked[place[0]].append((place[1], index))
    if not ranked and len(notebooks) == 1:
        ranked[rules.names[0]].append((0, notebooks[0]))
        done.notes.append(
            f"{student}: {files[notebooks[0]].file} was taken as {rules.names[0]}; it is the only "
            "notebook."
        )
    if not ranked:
        there = ", ".join(item.file for item in files)[:300]
        done.faults.append(
            f"{student}: no notebook was taken from {there}. Expected {rules.names[0]}; put the "
            f"right one into submitted/{student}/{rules.assignment}/ by hand."
        )
    chosen = {name: files[max(found)[1]] for name, found in ranked.items()}
    for name, found in ranked.items():
        if len(found) > 1:
            several = ", ".join(files[index].file for _, index in found)
            done.notes.append(f"{student}: of {several}, {chosen[name].file} was taken.")
    return chosen


def _place(file: str, names: Sequence[str]) -> tuple[str, int] | None:
    """Return which released notebook a file is, and its number where it was uploaded again.

    `dropout-1.ipynb` and `dropout (1).ipynb` are later than `dropout.ipynb`, and
    `ada_dropout.ipynb` is one too.
    """
    for name in sorted(names, key=len, reverse=True):
        stem = re.escape(name.removesuffix(".ipynb"))
        form = rf"(?:.*[^\w]|.*_)?{stem}(?:[-_ ]*\(?(\d{{1,4}})\)?)?\.ipynb"
        if found := re.fullmatch(form, file.strip(), re.IGNORECASE):
            return name, int(found[1] or 0)
    return None
