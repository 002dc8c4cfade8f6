"""Canvas: the gradebook's CSV, reduced to one assignment and to the students who have a score.

Canvas takes a blank over a score for a change, makes a new assignment of a column that it does not
know, and would set back other columns to what they were at the download: so only the students'
columns and the one to fill are written, and only rows with a new score.
"""

import re
from collections.abc import Sequence

from autograder.lms.columns import chosen_column, columns_named
from autograder.lms.outcome import Exported, listed, waits
from autograder.lms.record import ResultRecord
from autograder.lms.roster import CANVAS_ID, EMAIL, ID_NUMBER, USERNAME, match
from autograder.lms.scale import number, scaled
from autograder.lms.sheets import Sheet, SheetError, read_sheet, reduced

LAST_OF_STUDENT = "section"
POINTS_POSSIBLE = "points possible"
EXCUSED = "EX"
OF_ASSIGNMENT = re.compile(r"^(?P<title>.*\S)\s*\((?P<id>\d+)\)$")


def gradebook_csv(
    content: bytes,
    records: Sequence[ResultRecord],
    *,
    name: str = "the gradebook",
    column: str | None = None,
) -> Exported:
    """Return what Canvas imports, from its exported gradebook. Raises SheetError.

    column: the assignment's title, its id, or the whole heading; else the assignment's name.
    """
    sheet = read_sheet(content, name)
    last = _last_of_student(sheet, name)
    titles = columns_named(sheet, OF_ASSIGNMENT, after=last)
    chosen = chosen_column(titles, column or records[0].assignment, name)
    heads = _heads(sheet)
    possible = _points_possible(sheet, heads, chosen)
    rows = student_rows(sheet)
    matching = match(records, rows, name)
    exported = Exported(b"", attention=list(matching.faults))
    cells: dict[tuple[int, int], str] = {}
    for index, record in matching.pairs.items():
        score = scaled(record, possible)
        if sheet.rows[index].value(chosen).upper() == EXCUSED:
            exported.notes.append(f"{record.student.id}: excused in Canvas, and left so.")
        elif score is None:
            exported.attention.append(waits(record.student.id))
        else:
            cells[index, chosen] = score
    exported.grades = len(cells)
    if possible is None:
        exported.notes.append("Canvas names no points possible; the points are those of KeepProb.")
    if matching.rest:
        names = listed([_who(sheet, index) for index in matching.rest])
        exported.notes.append(f"Without a result, and not in the file: {names}.")
    wanted = [0, *heads, *(index for index, _ in cells)]
    exported.content = reduced(sheet, wanted, [*range(last + 1), chosen], cells)
    return exported


def _last_of_student(sheet: Sheet, name: str) -> int:
    lowered = [text.casefold() for text in sheet.header]
    if lowered[:1] != ["student"] or "id" not in lowered or LAST_OF_STUDENT not in lowered:
        raise SheetError(
            f"{name} is no gradebook of Canvas: its columns are {', '.join(sheet.header)[:300]}. "
            "Expected Student, ID, …, Section and the assignments. In Canvas, choose Grades > "
            "Export > Export Entire Gradebook, with Canvas in English, and give that file."
        )
    return lowered.index(LAST_OF_STUDENT)


def _points_possible(sheet: Sheet, heads: Sequence[int], column: int) -> float | None:
    for index in heads:
        row = sheet.rows[index]
        if row.value(0).casefold() == POINTS_POSSIBLE:
            return number(row.value(column)) or None
    return None


def _heads(sheet: Sheet) -> list[int]:
    """Return the rows below the heading that are no student's, as `Points Possible`."""
    return [
        index
        for index, row in enumerate(sheet.rows)
        if index and (row.value(0).casefold() == POINTS_POSSIBLE or not row.value(1))
    ]


def student_rows(sheet: Sheet) -> dict[int, dict[str, str]]:
    """Return what each row of a gradebook calls its student."""
    heads = _heads(sheet)
    lowered = [text.casefold() for text in sheet.header]

    def value(index: int, title: str) -> str:
        return sheet.rows[index].value(lowered.index(title)) if title in lowered else ""

    return {
        index: {
            CANVAS_ID: value(index, "id"),
            ID_NUMBER: value(index, "sis user id"),
            USERNAME: value(index, "sis login id"),
            EMAIL: value(index, "sis login id"),  # many schools log in with the address
        }
        for index in range(1, len(sheet.rows))
        if index not in heads
    }


def _who(sheet: Sheet, index: int) -> str:
    return sheet.rows[index].value(0) or sheet.rows[index].value(1)
