"""The result record: what an LMS may know of one attempt. Docs: docs/reference/result-record.md.

Texts in it are plain; whoever renders one escapes it. It names no seed, receipt or expected value.
"""

import functools
import json
import math
from dataclasses import asdict, dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from autograder.core.errors import ExplainedError

SCHEMA = 1
SCHEMA_FILE = "result.schema.json"
LONGEST_REASON = 200

VISIBLE = "visible"
GRADED_BY_PERSON = "graded_by_person"


class RecordError(ExplainedError):
    """A text is no result record; the message says where, and what was expected."""


@dataclass(frozen=True)
class Student:
    """Who it is. id: the name of the student's folder. lms: what LMSs call the student.

    lms: by kind: ``name``, ``email``, ``id_number``, ``username``, ``moodle_participant`` (of this
    assignment), ``moodle_user_id``, ``canvas_user_id``. A name is for people; nothing is matched by
    it.
    """

    id: str
    lms: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TaskResult:
    """One graded task: an exercise, or a written answer.

    id: nbgrader's grade id. score, max: points; score is None while it waits for a person.
    verdict: the status in words, in the record's language. message_text: plain text for the
    student. visibility: ``visible``, ``hidden``, ``after_due_date`` or ``after_published``.
    """

    id: str
    name: str
    score: float | None
    max: float
    status: str
    verdict: str = ""
    visibility: str = VISIBLE
    misconception_id: str | None = None
    message_text: str = ""
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ResultRecord:
    """One attempt. Times are texts: ISO 8601, UTC, ending in Z.

    score: points that stand, manual points counted and late_penalty taken off; None while anything
    waits for a person. late_penalty: points. late: after the due date, by nbgrader's
    dates or by the LMS's mark. late_seconds: by nbgrader's dates, 0 where in time or not known.
    feedback_page: a path relative to the folder of results. seed_id: tells hidden cases apart, and
    says nothing about them.
    """

    assignment: str
    student: Student
    score: float | None
    max_score: float
    tests: tuple[TaskResult, ...] = ()
    attempt: int = 1
    submitted_at: str | None = None
    graded_at: str | None = None
    late_penalty: float = 0.0
    late: bool = False
    late_seconds: float = 0.0
    language: str = "en"
    trouble: str | None = None
    feedback_page: str | None = None
    feedback_url: str | None = None
    submission_sha256: str | None = None
    kit_version: str | None = None
    seed_id: str | None = None

    def to_json(self) -> str:
        """Return the record as a text; every number is finite. Raises RecordError on a bad one."""
        text = json.dumps({"schema": SCHEMA} | asdict(self), ensure_ascii=False, indent=1)
        from_json(text, f"the record of {self.student.id} in {self.assignment}")
        return text + "\n"


def from_json(text: str, where: str = "the text") -> ResultRecord:
    """Read a record. Fields of a later version are left out. Raises RecordError."""
    try:
        found = json.loads(text, parse_constant=_not_finite, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise RecordError(f"{where} is no result record: {error}. {_expected()}") from error
    fault = best_match(_validator().iter_errors(found))
    if fault is not None:
        reason = fault.message[:LONGEST_REASON]
        raise RecordError(
            f"{where} is no result record: at {fault.json_path}, {reason}. {_expected()}"
        )
    tests = tuple(_known(TaskResult, test) for test in found["tests"])
    student = _known(Student, found["student"])
    return _known(ResultRecord, found | {"tests": tests, "student": student})


def read_record(path: Path) -> ResultRecord:
    """Read a record's file. Raises RecordError, or OSError where there is none."""
    return from_json(path.read_text(encoding="utf-8", errors="replace"), str(path))


@functools.cache
def schema() -> dict[str, Any]:
    """Return the JSON Schema of a record."""
    text = files("autograder.lms").joinpath(SCHEMA_FILE).read_text(encoding="utf-8")
    return dict(json.loads(text))


@functools.cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def _known(kind: Any, found: dict[str, Any]) -> Any:
    """Make a dataclass of the fields that it has."""
    named = {name: value for name, value in found.items() if name in kind.__dataclass_fields__}
    lists = {name: tuple(value) for name, value in named.items() if isinstance(value, list)}
    return kind(**named | lists)


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _not_finite(digits)


def _not_finite(digits: str) -> NoReturn:
    raise ValueError(f"the number {digits} is not finite")


def _expected() -> str:
    return (
        f"Expected schema {SCHEMA} of docs/reference/result-record.md; "
        "`autograder export result` writes it anew."
    )
