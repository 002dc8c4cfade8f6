"""What the container starts on Coursera: grade one submission, write feedback.json."""

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from autograder.classroom.records import record_from
from autograder.core.errors import ExplainedError
from autograder.core.words import SOURCE
from autograder.feedback.labels import BY_LANGUAGE
from autograder.feedback.page import feedback_page
from autograder.hosted.grading import grade_file, handed_in, load_package
from autograder.hosted.memory import too_little
from autograder.lms.coursera import feedback, refusal
from autograder.lms.from_report import Facts
from autograder.lms.record import Student

GRADED, FAILED = 0, 1


def main(arguments: Sequence[str]) -> int:
    """Grade what lies in a folder laid out as Coursera's /shared.

    arguments: the package's folder, and that folder. Returns 1, and writes nothing, where there is
    no score: Coursera then shows a grader's error in place of 0 points.
    """
    folder, shared = Path(arguments[0]), Path(arguments[1])
    (shared / "feedback.json").unlink(missing_ok=True)
    try:
        return _grade(folder, shared)
    except ExplainedError as error:
        return _failed(str(error))
    except Exception as error:
        return _failed(repr(error))


def _grade(folder: Path, shared: Path) -> int:
    package = load_package(folder)
    if sentence := too_little():
        return _failed(sentence)
    # Not promised by Coursera; without it, all learners meet the same hidden key.
    student = os.environ.get("userId", "")  # noqa: SIM112  # it is spelt so
    path = handed_in(package, shared / "submission")
    graded = grade_file(package, path, student, 1, (str(shared),))
    report = graded.report
    record = record_from(report, Student(student or "learner"), Facts(graded_at=datetime.now(UTC)))
    reason = report.facts.get("trouble_reason")
    if record.trouble is not None and reason is None:  # the file is at fault, not the grader
        answer = refusal(record.trouble)
        _write(shared / "txtFeedback.txt", answer["feedback"] + "\n")
        _write(shared / "feedback.json", json.dumps(answer, allow_nan=False) + "\n")
        return GRADED
    found = feedback(record)
    if found is None:
        return _failed(f"{record.trouble or 'something waits for a person'} {reason or ''}")
    labels = BY_LANGUAGE.get(record.language, BY_LANGUAGE[SOURCE])
    page = feedback_page(report, graded.sources, labels=labels)
    _write(shared / "htmlFeedback.html", page)
    _write(shared / "feedback.json", json.dumps(found, allow_nan=False) + "\n")
    return GRADED


def _failed(reason: str) -> int:
    print(f"No score: {reason}", file=sys.stderr)
    return FAILED


def _write(path: Path, text: str) -> None:
    scratch = path.with_name(f".{path.name}.new")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(path)
