"""results.jsonl: one record a submission, appended as they come, sorted at the end."""

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from autograder.core.report import ExerciseReport, Report
from autograder.kernel.scratch import write_by_rename

FILE = "results.jsonl"
_OWN = ("schema", "student", "assignment", "attempt", "score", "max_score", "exercises")
_TAIL = ("repairs", "trouble")
SHARED = ("engine", "language", "limits", "sandbox")
"""Facts that a whole class has in common, or nearly."""


def load_results(path: Path) -> dict[tuple[str, str], Report]:
    """Return the reports of an earlier run by (assignment, student); a broken line is skipped."""
    if not path.is_file():
        return {}
    reports = {}
    for line in path.read_bytes().splitlines():
        try:
            report = report_from(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        reports[report.assignment, report.student] = report
    return reports


def report_from(record: dict[str, Any]) -> Report:
    """Read a record that `Report.to_record` wrote. Raises KeyError or TypeError on another one."""
    exercises = tuple(_exercise_from(item) for item in record["exercises"])
    return Report(
        record["assignment"],
        exercises,
        record["student"],
        record["attempt"],
        tuple(record["repairs"]),
        record["trouble"],
        {key: value for key, value in record.items() if key not in _OWN + _TAIL},
    )


def _exercise_from(item: dict[str, Any]) -> ExerciseReport:
    lists = {name: tuple(item[name]) for name in ("details", "remarks")}
    return ExerciseReport(**(item | lists))


def append_result(path: Path, report: Report) -> None:
    """Add one record and push it to the disk. Raises OSError; what is cut off then is skipped."""
    with path.open("ab+") as file:
        file.write(b"\n" * _is_cut_off(file) + _line(report).encode())
        file.flush()
        os.fsync(file.fileno())


def _is_cut_off(file: BinaryIO) -> bool:
    """Tell whether the last line has no end: its writer was stopped."""
    if file.seek(0, os.SEEK_END) == 0:
        return False
    file.seek(-1, os.SEEK_END)
    return file.read(1) != b"\n"


def write_results(path: Path, reports: Iterable[Report]) -> None:
    """Write all records, sorted by assignment and student, by rename."""
    ordered = sorted(reports, key=lambda report: (report.assignment, report.student))
    write_by_rename(path, map(_line, ordered))


class Shared:
    """Keeps equal verdicts and facts once: a large class has few different ones, in many reports.

    Reports come from other processes, and each brings its own copy of all that it says.
    """

    def __init__(self) -> None:
        self._verdicts: dict[str, ExerciseReport] = {}
        self._facts: dict[tuple[str, str], Any] = {}

    def of(self, report: Report) -> Report:
        """Return an equal report that shares its parts with those before."""
        exercises = tuple(self._verdicts.setdefault(repr(item), item) for item in report.exercises)
        facts = {
            name: self._facts.setdefault((name, repr(fact)), fact) if name in SHARED else fact
            for name, fact in report.facts.items()
        }
        return replace(report, exercises=exercises, facts=facts)


def _line(report: Report) -> str:
    return json.dumps(report.to_record(), ensure_ascii=False, allow_nan=False) + "\n"
