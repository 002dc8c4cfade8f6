"""Gradescope: what its autograder reads about a submission, and the results that it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from autograder.lms.comments import clean, comment_text, test_html
from autograder.lms.record import GRADED_BY_PERSON, ResultRecord, TaskResult

PASSED, FAILED = "passed", "failed"
FOR_INSTRUCTORS = "For the instructor"


@dataclass(frozen=True)
class Metadata:
    """What submission_metadata.json says. attempt: 1 for the first. student: its address or id."""

    student: str
    attempt: int
    submitted_at: datetime | None


def metadata_from(found: Any) -> Metadata:
    """Read submission_metadata.json; whatever is missing has a default."""
    known = found if isinstance(found, Mapping) else {}
    users = known.get("users")
    user = users[0] if isinstance(users, list) and users and isinstance(users[0], Mapping) else {}
    student = str(user.get("email") or user.get("id") or known.get("id") or "student")
    earlier = known.get("previous_submissions")
    attempt = 1 + (len(earlier) if isinstance(earlier, list) else 0)
    return Metadata(clean(student), attempt, _moment(known.get("created_at")))


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def results(
    record: ResultRecord, *, seconds: float, visibility: str, remarks: Sequence[str] = ()
) -> dict[str, Any]:
    """Return what results.json holds.

    seconds: how long the grading took. visibility: of each test to the student. remarks: for the
    instructor alone. What the student's code printed is hidden always. A task without a score
    counts 0 there, since Gradescope knows no open score; its text says that a person looks at it.
    """
    tests = [
        _test(test, number, record.language, visibility)
        for number, test in enumerate(record.tests, 1)
    ]
    if remarks:
        tests.append(
            {
                "name": FOR_INSTRUCTORS,
                "name_format": "text",
                "output": clean("\n".join(remarks)),
                "output_format": "text",
                "visibility": "hidden",
            }
        )
    return {
        "execution_time": round(seconds, 3),
        "output": comment_text(record).partition("\n")[0],
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {
            "schema": 1,
            "kit_version": record.kit_version,
            "seed_id": record.seed_id,
            "submission_sha256": record.submission_sha256,
        },
        "tests": tests,
    }


def _test(test: TaskResult, number: int, language: str, visibility: str) -> dict[str, Any]:
    score = min(max(test.score or 0.0, 0.0), test.max)
    full = test.status == PASSED or (test.status == GRADED_BY_PERSON and score == test.max)
    return {
        "name": clean(test.name),
        "name_format": "text",
        "number": str(number),
        "score": score,
        "max_score": test.max,
        "status": PASSED if full else FAILED,
        "output": test_html(test, language),
        "output_format": "html",
        "visibility": visibility if test.visibility == "visible" else test.visibility,
    }


def without_score(sentence: str, remarks: Sequence[str]) -> dict[str, Any]:
    """Return results with 0 points and a sentence: where nothing could be graded."""
    hidden = {
        "name": FOR_INSTRUCTORS,
        "name_format": "text",
        "output": clean("\n".join(remarks)),
        "output_format": "text",
        "visibility": "hidden",
    }
    return {
        "score": 0,
        "output": clean(sentence),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [hidden] if remarks else [],
    }
