"""The files of `autograder export`, made of what the database knows of a class."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.database.tables import Link, Result, User
from autograder.lms import blackboard, canvas, moodle, tables
from autograder.lms.outcome import Exported
from autograder.lms.record import ResultRecord, Student
from autograder.lms.roster import EMAIL, ID_NUMBER
from autograder.service.standing import record_of, with_penalty
from autograder.web import standing


@dataclass(frozen=True)
class Sheet:
    """A table that an LMS gave for download. column: where the grade goes, if it is named."""

    name: str
    content: bytes
    column: str | None = None


@dataclass(frozen=True)
class ClassResults:
    """Records of the attempts that count, by pseudonym, and the pages of feedback with them."""

    records: list[ResultRecord]
    pages: dict[str, bytes]


Maker = Callable[[ClassResults, Sheet], Exported]


def results_of(session: Session, link: Link) -> ClassResults:
    """Return the record and page of each student's attempt that counts."""
    records, pages = [], {}
    for row in standing.of_class(session, link):
        if (tried := row.standing.counting) is None:
            continue
        result = session.scalars(select(Result).where(Result.attempt_id == tried.row.id)).one()
        record = with_penalty(record_of(result), row.standing.rules, tried.row.received_at)
        records.append(replace(record, student=_student(row.user), attempt=tried.row.number))
        pages[row.user.pseudonym] = result.page.encode()
    return ClassResults(records, pages)


def _student(user: User) -> Student:
    """Return who it is, by what the LMS lets us know today."""
    ids = {"name": user.name, EMAIL: user.email, ID_NUMBER: user.sis_id}
    return Student(user.pseudonym, {kind: text for kind, text in ids.items() if text})


def _result(found: ClassResults, sheet: Sheet) -> Exported:
    lines = [
        json.dumps(json.loads(record.to_json()), ensure_ascii=False) for record in found.records
    ]
    return Exported("".join(f"{line}\n" for line in lines).encode(), len(lines), len(lines))


def _worksheet(found: ClassResults, sheet: Sheet) -> Exported:
    return moodle.worksheet(
        sheet.content, found.records, name=sheet.name, comment_column=sheet.column
    )


def _feedback(found: ClassResults, sheet: Sheet) -> Exported:
    return moodle.feedback_zip(
        found.pages, found.records, sheet=sheet.content or None, name=sheet.name
    )


def _canvas(found: ClassResults, sheet: Sheet) -> Exported:
    return canvas.gradebook_csv(sheet.content, found.records, name=sheet.name, column=sheet.column)


def _blackboard(found: ClassResults, sheet: Sheet) -> Exported:
    return blackboard.gradebook_csv(
        sheet.content, found.records, name=sheet.name, column=sheet.column
    )


@dataclass(frozen=True)
class Format:
    """A file to download.

    needs_sheet: it fills a table of the LMS's. column: its column may be named.
    """

    make: Maker
    extension: str
    kind: str
    needs_sheet: bool = False
    column: bool = False


CSV, ZIP = "text/csv", "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Mapping[str, Format] = {
    "csv": Format(lambda found, sheet: tables.csv_table(found.records), ".csv", CSV),
    "xlsx": Format(lambda found, sheet: tables.xlsx_table(found.records), ".xlsx", XLSX),
    "result": Format(_result, ".jsonl", "application/x-ndjson"),
    "moodle-worksheet": Format(_worksheet, ".csv", CSV, needs_sheet=True, column=True),
    "moodle-feedback": Format(_feedback, ".zip", ZIP, needs_sheet=True),
    "canvas-csv": Format(_canvas, ".csv", CSV, needs_sheet=True, column=True),
    "blackboard-csv": Format(_blackboard, ".csv", CSV, needs_sheet=True, column=True),
}


def file_name(assignment: str, name: str) -> str:
    """Return what a download is called."""
    return f"{assignment}-{name}{FORMATS[name].extension}"
