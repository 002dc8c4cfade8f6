"""A result record from a report, and from what nbgrader's gradebook says of it since."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from autograder.core.report import NOT_GRADABLE, Report
from autograder.lms.record import GRADED_BY_PERSON, ResultRecord, Student, TaskResult
from autograder.lms.words import words_of


@dataclass(frozen=True)
class Facts:
    """What a report does not say of its attempt; times are aware, None where unknown."""

    submitted_at: datetime | None = None
    graded_at: datetime | None = None
    feedback_page: str | None = None
    late: bool = False


def record_of(
    report: Report,
    student: Student,
    facts: Facts,
    *,
    verdict_of: Callable[[str], str],
    grade_id_of: Callable[[str], str],
) -> ResultRecord:
    """Return a report as a record, with its automatic points alone.

    verdict_of: words for a status. grade_id_of: nbgrader's grade id of an exercise.
    """
    tests = tuple(
        TaskResult(
            id=grade_id_of(item.name),
            name=item.name,
            score=item.score,
            max=item.max_score,
            status=item.status,
            verdict=verdict_of(item.status),
            misconception_id=item.misconception,
            message_text=item.message,
            remarks=item.remarks,
        )
        for item in report.exercises
    )
    receipt = report.facts.get("receipt")
    return ResultRecord(
        assignment=report.assignment,
        student=student,
        score=report.score,
        max_score=report.max_score,
        tests=tests,
        attempt=report.attempt,
        submitted_at=utc_text(facts.submitted_at),
        graded_at=utc_text(facts.graded_at),
        late=facts.late,
        language=str(report.facts.get("language", "en")),
        trouble=report.trouble,
        feedback_page=facts.feedback_page,
        submission_sha256=report.facts.get("submission_sha256"),
        kit_version=report.facts.get("engine"),
        seed_id=seed_id(str(receipt)) if receipt else None,
    )


def seed_id(receipt: str) -> str:
    """Return a name for the hidden cases of a receipt that tells nothing about them."""
    return hashlib.sha256(receipt.encode()).hexdigest()[:12]


def utc_text(moment: datetime | None) -> str | None:
    """Return an aware time as the record writes it, in milliseconds."""
    if moment is None:
        return None
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def with_gradebook(record: ResultRecord, gradebook: Gradebook) -> ResultRecord | None:
    """Return the record with the points that stand in the gradebook; None where it has none.

    Manual points, written answers and late penalties are counted. A task that nbgrader marks for a
    person has no score, and then the record has none.
    """
    try:
        submission = gradebook.find_submission(record.assignment, record.student.id)
    except MissingEntry:
        return None
    grades = {grade.name: grade for book in submission.notebooks for grade in book.grades}
    if not grades:
        return replace(record, score=None)
    late_seconds = max(float(submission.total_seconds_late), 0.0)
    comments = {
        comment.name: comment.comment for book in submission.notebooks for comment in book.comments
    }
    known = {test.id for test in record.tests}
    tests = [_standing(test, grades.get(test.id)) for test in record.tests]
    tests += [
        _written_answer(grade, comments.get(name), record.language)
        for name, grade in sorted(grades.items())
        if name not in known
    ]
    return _summed(
        replace(
            record,
            tests=tuple(tests),
            late_penalty=float(submission.late_submission_penalty or 0),
            late=record.late or late_seconds > 0,
            late_seconds=late_seconds,
        )
    )


def _standing(test: TaskResult, grade: Any) -> TaskResult:
    return replace(test, score=_points(grade)) if grade is not None else test


def _written_answer(grade: Any, comment: str | None, language: str) -> TaskResult:
    points, words = _points(grade), words_of(language)
    status = NOT_GRADABLE if points is None else GRADED_BY_PERSON
    return TaskResult(
        id=grade.name,
        name=grade.name,
        score=points,
        max=float(grade.max_score),
        status=status,
        verdict=words.waits if points is None else words.by_person,
        message_text=comment or "",
    )


def _points(grade: Any) -> float | None:
    return None if grade.needs_manual_grade else max(float(grade.score), 0.0)


def _summed(record: ResultRecord) -> ResultRecord:
    scores = [test.score for test in record.tests]
    total = sum(score for score in scores if score is not None)
    waits = any(score is None for score in scores)
    return replace(
        record,
        score=None if waits else max(total - record.late_penalty, 0.0),
        max_score=float(sum(test.max for test in record.tests)),
    )


def blank_record(assignment: str, student: Student) -> ResultRecord:
    """Return a record that only the gradebook knows about (see `with_gradebook`)."""
    return ResultRecord(assignment=assignment, student=student, score=None, max_score=0.0)
