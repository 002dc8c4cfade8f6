"""Plain tables: CSV and XLSX, one row a student and assignment. A missing score is a blank."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

from autograder.lms.comments import clean, comment_text
from autograder.lms.outcome import Exported
from autograder.lms.record import ResultRecord
from autograder.lms.sheets import neutral

COLUMNS = (
    "assignment", "student", "name", "email", "id_number", "attempt", "submitted_at", "graded_at",
    "late", "late_seconds", "late_penalty", "score", "max_score", "feedback",
)  # fmt: skip
LONGEST_CELL = 32_000  # of a spreadsheet
MADE_AT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)  # the same records, the same bytes

Value = str | float | None


def csv_table(records: Sequence[ResultRecord]) -> Exported:
    """Return a table as CSV: UTF-8 with a byte order mark, for spreadsheets ask for it.

    Texts that a spreadsheet would take for a formula get an apostrophe in front.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for row in table(records):
        writer.writerow([_csv_text(value) for value in row])
    return Exported(stream.getvalue().encode("utf-8-sig"), grades=_graded(records))


def xlsx_table(records: Sequence[ResultRecord]) -> Exported:
    """Return a table as an Excel workbook; texts are texts there and never formulas."""
    from xlsxwriter import Workbook

    stream = io.BytesIO()
    workbook = Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    workbook.set_properties({"created": MADE_AT})
    sheet = workbook.add_worksheet("Results")
    for line, row in enumerate(table(records)):
        for column, value in enumerate(row):
            if isinstance(value, str) and value:
                sheet.write_string(line, column, value[:LONGEST_CELL])
            elif isinstance(value, float):
                sheet.write_number(line, column, value)
    sheet.freeze_panes(1, 2)
    workbook.close()
    return Exported(stream.getvalue(), grades=_graded(records))


def table(records: Sequence[ResultRecord]) -> list[list[Value]]:
    """Return the rows, headings first: the fixed columns, then the score in each task."""
    tasks = list(dict.fromkeys(
        (record.assignment, test.name, test.max) for record in records for test in record.tests
    ))  # fmt: skip
    heads = [clean(f"{assignment}: {name} ({maximum:g})") for assignment, name, maximum in tasks]
    return [[*COLUMNS, *heads], *([*_fixed(record), *_scores(record, tasks)] for record in records)]


def _fixed(record: ResultRecord) -> list[Value]:
    lms, handed_in = record.student.lms, bool(record.tests or record.trouble)
    return [
        clean(record.assignment),
        clean(record.student.id),
        clean(lms.get("name", "")),
        clean(lms.get("email", "")),
        clean(lms.get("id_number", "")),
        float(record.attempt) if handed_in else None,
        record.submitted_at or "",
        record.graded_at or "",
        _yes_or_no(record.late) if handed_in else "",
        float(record.late_seconds) if handed_in else None,
        float(record.late_penalty) if handed_in else None,
        None if record.score is None else float(record.score),
        float(record.max_score) if handed_in else None,
        comment_text(record, LONGEST_CELL) if handed_in else "",
    ]


def _yes_or_no(value: bool) -> str:
    return "yes" if value else "no"


def _scores(record: ResultRecord, tasks: Sequence[tuple[str, str, float]]) -> list[Value]:
    scores = {(record.assignment, test.name, test.max): test.score for test in record.tests}
    found = [scores.get(task) for task in tasks]
    return [None if score is None else float(score) for score in found]


def _csv_text(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:.10g}" if isinstance(value, float) else neutral(value)


def _graded(records: Sequence[ResultRecord]) -> int:
    return sum(record.score is not None for record in records)
