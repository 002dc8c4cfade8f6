"""What `autograder export` does for each format that renders results."""

from collections.abc import Callable, Mapping

from autograder.classroom.records import ClassRecords, class_records, write_records
from autograder.cli.export import NEED_SHEET, Wanted
from autograder.lms import blackboard, canvas, moodle, tables
from autograder.lms.comments import clean, points_text
from autograder.lms.outcome import Exported
from autograder.lms.record import ResultRecord
from autograder.lms.roster import load_roster

Lines = tuple[list[str], list[str]]
"""What to say, and what needs attention."""


def export_results(asked: Wanted) -> Lines:
    """Write the records, and the file that was asked for."""
    roster = load_roster(asked.students)
    made = class_records(asked.course, asked.graded, asked.assignments, roster)
    files = write_records(asked.graded, made.records)
    if asked.format == "result":
        lines, attention = [f"{len(files)} records: {asked.graded / 'pages'}"], made.attention
    else:
        exported = MAKERS[asked.format](asked, made)
        asked.to.parent.mkdir(parents=True, exist_ok=True)
        _write(asked, exported)
        lines = [_summary(asked, exported), *_capped(asked, made), *exported.notes]
        attention = made.attention + exported.attention
    return [clean(line) for line in lines], [clean(line) for line in attention]


def _write(asked: Wanted, exported: Exported) -> None:
    scratch = asked.to.with_name(f".{asked.to.name}.new")
    scratch.write_bytes(exported.content)
    scratch.replace(asked.to)


def _summary(asked: Wanted, exported: Exported) -> str:
    what = f"{exported.grades} scores" if asked.format != "moodle-feedback" else ""
    files = "pages" if asked.format == "moodle-feedback" else "comments"
    more = f"{exported.comments} {files}" if exported.comments or not what else ""
    return f"{asked.to}: {', '.join(part for part in (what, more) if part)}"


def _capped(asked: Wanted, made: ClassRecords) -> list[str]:
    """Say whose points are more than the maximum, which LMSs refuse without a word."""
    if asked.format not in NEED_SHEET:
        return []
    return [
        f"{record.student.id}: {points_text(record.score)} of {points_text(record.max_score)} "
        "points; the file says the maximum."
        for record in made.records
        if record.score is not None and record.score > record.max_score
    ]


def _worksheet(asked: Wanted, made: ClassRecords) -> Exported:
    return moodle.worksheet(
        _sheet(asked),
        made.records,
        name=str(asked.sheet),
        comment_column=asked.comment_column,
    )


def _feedback(asked: Wanted, made: ClassRecords) -> Exported:
    pages = {
        record.student.id: (asked.graded / record.feedback_page).read_bytes()
        for record in made.records
        if record.feedback_page
    }
    sheet = asked.sheet.read_bytes() if asked.sheet else None
    return moodle.feedback_zip(pages, made.records, sheet=sheet, name=str(asked.sheet))


def _canvas(asked: Wanted, made: ClassRecords) -> Exported:
    return canvas.gradebook_csv(
        _sheet(asked), made.records, name=str(asked.sheet), column=asked.column
    )


def _blackboard(asked: Wanted, made: ClassRecords) -> Exported:
    return blackboard.gradebook_csv(
        _sheet(asked), made.records, name=str(asked.sheet), column=asked.column
    )


def _sheet(asked: Wanted) -> bytes:
    return asked.sheet.read_bytes() if asked.sheet else b""


def _everybody(made: ClassRecords) -> list[ResultRecord]:
    everybody = [*made.records, *made.absent]
    return sorted(everybody, key=lambda record: (record.assignment, record.student.id))


MAKERS: Mapping[str, Callable[[Wanted, ClassRecords], Exported]] = {
    "moodle-worksheet": _worksheet,
    "moodle-feedback": _feedback,
    "canvas-csv": _canvas,
    "blackboard-csv": _blackboard,
    "csv": lambda asked, made: tables.csv_table(_everybody(made)),
    "xlsx": lambda asked, made: tables.xlsx_table(_everybody(made)),
}
