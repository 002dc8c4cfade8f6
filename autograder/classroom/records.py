"""The result records of a class: results.jsonl and the gradebook, put together.

They are made when something is exported, not when a submission is graded: manual points and late
penalties come after the grading, and the gradebook is where they stand.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.utils import parse_utc

from autograder.classroom.results import FILE, load_results
from autograder.classroom.writer import page_path
from autograder.core.errors import ExplainedError
from autograder.core.report import Report
from autograder.core.words import SOURCE
from autograder.course.layout import Course
from autograder.feedback.labels import BY_LANGUAGE, status_word
from autograder.gradebook.course_config import (
    course_directory,
    load_config,
    put_environment_first,
)
from autograder.kernel.scratch import write_by_rename
from autograder.lms.from_report import Facts, record_of, with_gradebook
from autograder.lms.record import ResultRecord, Student
from autograder.lms.roster import EMAIL, Roster
from autograder.notebook.repair import CHECK_PREFIX


class NoResultsError(ExplainedError):
    """There is nothing to export; the message says what to do first."""


@dataclass
class ClassRecords:
    """The records, ordered by assignment and student.

    absent: students who are known and handed nothing in, a record without tasks each. attention: a
    sentence for each record whose points may not be all.
    """

    records: list[ResultRecord]
    absent: list[ResultRecord] = field(default_factory=list)
    attention: list[str] = field(default_factory=list)


def class_records(
    course: Course, graded: Path, assignments: Sequence[str], roster: Roster
) -> ClassRecords:
    """Return the records of these assignments. Raises NoResultsError where there are none.

    graded: the folder with results.jsonl and pages; where it holds a gradebook.db, that is asked in
    place of the course's own. roster: what LMSs call the students.
    """
    reports = load_results(graded / FILE)
    chosen = [report for key, report in sorted(reports.items()) if key[0] in assignments]
    if not chosen:
        raise NoResultsError(
            f"{graded / FILE} holds no result of {', '.join(assignments)}. Grade first: "
            "autograder grade; or name the folder with the results with --graded."
        )
    with _gradebook(course, graded) as gradebook:
        made = ClassRecords([])
        for report in chosen:
            ids = _ids(gradebook, report.student) | roster.ids(report.student, report.assignment)
            late = roster.is_late(report.student, report.assignment)
            record = _record(report, graded, Student(report.student, ids), late)
            standing = with_gradebook(record, gradebook) if gradebook else None
            if standing is None:
                made.attention.append(
                    f"{report.student}, {report.assignment}: not in the gradebook. Exported are "
                    "the automatic points alone; grade it again, so that the gradebook knows it."
                )
            made.records.append(standing or record)
        made.absent = _absent(made.records, gradebook, assignments, roster)
    return made


def write_records(graded: Path, records: Sequence[ResultRecord]) -> list[Path]:
    """Write each record beside its page, pages/<student>/<assignment>.json; return the files."""
    written = []
    for record in records:
        path = graded / "pages" / record.student.id / f"{record.assignment}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_by_rename(path, record.to_json())
        written.append(path)
    return written


def _record(report: Report, graded: Path, student: Student, late: bool) -> ResultRecord:
    page = graded / page_path(report)
    is_there = page.is_file()
    facts = Facts(
        submitted_at=_moment(report.facts.get("timestamp")),
        # The page is written by the run that graded, and by nothing else.
        graded_at=datetime.fromtimestamp(page.stat().st_mtime, UTC) if is_there else None,
        feedback_page=page_path(report).as_posix() if is_there else None,
        late=late,
    )
    return record_from(report, student, facts)


def record_from(report: Report, student: Student, facts: Facts) -> ResultRecord:
    """Return a report as a record, with its automatic points alone, in its language's words."""
    labels = BY_LANGUAGE.get(str(report.facts.get("language")), BY_LANGUAGE[SOURCE])
    return record_of(
        report,
        student,
        facts,
        verdict_of=lambda status: status_word(labels, status),
        grade_id_of=lambda name: CHECK_PREFIX + name,
    )


def _moment(timestamp: object) -> datetime | None:
    """Read a text of timestamp.txt; None where there is none."""
    try:
        moment: datetime = parse_utc(str(timestamp))
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC)


@contextlib.contextmanager
def _gradebook(course: Course, graded: Path) -> Iterator[Gradebook | None]:
    """Open the gradebook that belongs to the results; None where it was never made."""
    own = (graded / "gradebook.db").resolve()
    directory = course_directory(load_config(course.root))
    url = f"sqlite:///{own}" if own.is_file() else str(directory.db_url)
    path = url.removeprefix("sqlite:///")
    if path != url and not Path(path).is_file():
        yield None
        return
    put_environment_first()
    with Gradebook(url, directory.course_id) as gradebook:
        yield gradebook


def _ids(gradebook: Gradebook | None, student: str) -> dict[str, str]:
    """Return what nbgrader knows of a student (`nbgrader db student add`)."""
    try:
        found = gradebook.find_student(student) if gradebook else None
    except MissingEntry:
        found = None
    if found is None:
        return {}
    name = " ".join(part for part in (found.first_name, found.last_name) if part)
    ids = {"name": name, EMAIL: found.email, "lms_user_id": found.lms_user_id}
    return {kind: str(text) for kind, text in ids.items() if text}


def _absent(
    records: Sequence[ResultRecord],
    gradebook: Gradebook | None,
    assignments: Sequence[str],
    roster: Roster,
) -> list[ResultRecord]:
    """Return a blank record for each known student without a result, in what was graded."""
    known = {student.id for student in gradebook.students} if gradebook else set()
    there = {(record.assignment, record.student.id) for record in records}
    graded = {record.assignment for record in records}
    blank = ResultRecord(assignment="", student=Student("-"), score=None, max_score=0.0)
    return [
        replace(
            blank,
            assignment=assignment,
            student=Student(name, _ids(gradebook, name) | roster.ids(name, assignment)),
        )
        for assignment in assignments
        if assignment in graded
        for name in sorted(known | set(roster.students))
        if (assignment, name) not in there
    ]
