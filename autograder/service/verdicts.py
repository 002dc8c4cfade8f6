"""What grading gave, made ready to be kept: troubles of ours, the page, the record."""

import json
from datetime import datetime

from autograder.classroom.records import record_from
from autograder.classroom.work import Graded
from autograder.core.report import Report
from autograder.core.words import SOURCE
from autograder.feedback.labels import BY_LANGUAGE
from autograder.feedback.page import feedback_page
from autograder.lms.from_report import Facts
from autograder.lms.record import Student


def whole_trouble(report: Report) -> bool:
    """Tell whether the engine could not grade a submission, through no fault of the file."""
    return bool(report.trouble and report.facts.get("trouble_reason"))


def troubles(report: Report) -> list[str]:
    """Return what went wrong in the engine, in its own words; empty where all was as it should."""
    own = [str(report.facts["trouble_reason"])] if whole_trouble(report) else []
    return own + [
        f"{item.name}: {item.trouble}" for item in report.exercises if item.trouble and not own
    ]


def page_of(graded: Graded) -> str:
    """Return the feedback page."""
    labels = BY_LANGUAGE[str(graded.report.facts.get("language", SOURCE))]
    return feedback_page(graded.report, graded.sources, labels=labels)


def record_json(report: Report, received_at: datetime, graded_at: datetime) -> dict[str, object]:
    """Return the record of an attempt, under a pseudonym and without a late penalty, as JSON."""
    facts = Facts(submitted_at=received_at, graded_at=graded_at)
    record = record_from(report, Student(report.student), facts)
    return dict(json.loads(record.to_json()))
