"""Blackboard: the file for working offline, reduced to the students' columns and one column.

A column that Blackboard does not know arrives as text with 0 points, so none is made up: the
heading has to hold the column's id, as in ``Dropout [Total Pts: 100 Score] |123456``.
"""

import re
from collections.abc import Sequence

from autograder.lms.columns import chosen_column, columns_named
from autograder.lms.outcome import Exported, listed, waits
from autograder.lms.record import ResultRecord
from autograder.lms.roster import ID_NUMBER, USERNAME, match
from autograder.lms.scale import number, scaled
from autograder.lms.sheets import Sheet, SheetError, read_sheet, reduced

# Each run of spaces is looked at from its beginning alone: a heading of many took hours.
OF_COLUMN = re.compile(r"^(?P<title>.*?)(?<!\s)(?:\s*\[(?P<what>[^\[\]]*)\])?\s*\|\s*(?P<id>\d+)$")
TOTAL = re.compile(r"Total Pts:\s*([\d.,]+)", re.IGNORECASE)


def gradebook_csv(
    content: bytes,
    records: Sequence[ResultRecord],
    *,
    name: str = "the file",
    column: str | None = None,
) -> Exported:
    """Return what Blackboard uploads, from its downloaded file. Raises SheetError.

    column: the title, the column's id or the whole heading; else the assignment's name. The file
    keeps the download's encoding and separator.
    """
    sheet = read_sheet(content, name)
    lowered = [text.casefold() for text in sheet.header]
    if "username" not in lowered:
        raise SheetError(
            f"{name} is no gradebook file of Blackboard: its columns are "
            f"{', '.join(sheet.header)[:300]}. Expected Username among them. In Blackboard, choose "
            "Download Grades, with Blackboard in English, and give that file."
        )
    titles = columns_named(sheet, OF_COLUMN)
    chosen = chosen_column(titles, column or records[0].assignment, name)
    total = TOTAL.search(titles[chosen]["what"] or "")
    rows = {
        index: {
            USERNAME: row.value(lowered.index("username")),
            ID_NUMBER: row.value(lowered.index("student id")) if "student id" in lowered else "",
        }
        for index, row in enumerate(sheet.rows)
        if index
    }
    matching = match(records, rows, name)
    exported = Exported(b"", attention=list(matching.faults))
    cells: dict[tuple[int, int], str] = {}
    for index, record in matching.pairs.items():
        score = scaled(record, number(total[1]) if total else None)
        if score is None:
            exported.attention.append(waits(record.student.id))
        else:
            cells[index, chosen] = score
    exported.grades = len(cells)
    _notes(exported, sheet, [rows[index][USERNAME] for index in matching.rest], total)
    ours = [index for index in range(len(sheet.header)) if index not in titles or index == chosen]
    exported.content = reduced(sheet, [0, *(index for index, _ in cells)], ours, cells)
    return exported


def _notes(exported: Exported, sheet: Sheet, rest: list[str], total: re.Match[str] | None) -> None:
    if total is None:
        exported.notes.append("The heading names no total; the points are those of KeepProb.")
    if rest:
        exported.notes.append(f"Without a result, and not in the file: {listed(rest)}.")
    exported.notes.append("Blackboard's file holds no comments; send the pages another way.")
