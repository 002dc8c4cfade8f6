"""What a downloaded sheet says of an archive's students: who is who, and when they handed in."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from autograder.lms.canvas import student_rows
from autograder.lms.moodle import read_worksheet, worksheet_rows
from autograder.lms.roster import CANVAS_ID, PARTICIPANT
from autograder.lms.sheets import SheetError, read_sheet

HANDED_IN = "last modified (submission)"
MOODLES_ENGLISH = "%A, %d %B %Y, %I:%M %p"


@dataclass
class SheetIds:
    """By the key of `autograder.lms.handed_in.HandedIn`: ids, and times of handing in."""

    ids: dict[str, Mapping[str, str]] = field(default_factory=dict)
    times: dict[str, datetime] = field(default_factory=dict)


def sheet_ids(content: bytes, name: str, zone: ZoneInfo | None) -> SheetIds:
    """Read Moodle's grading worksheet or Canvas's gradebook. Raises SheetError.

    zone: of the worksheet's dates; without it they are not read. Only Moodle's English form of a
    date is known.
    """
    header = [text.casefold() for text in read_sheet(content, name).header]
    if header[:1] == ["student"] and "section" in header:
        rows = student_rows(read_sheet(content, name)).values()
        return SheetIds({f"user {ids[CANVAS_ID]}": ids for ids in rows if ids[CANVAS_ID]})
    try:
        sheet, columns = read_worksheet(content, name, needs_comments=False)
    except SheetError as error:
        raise SheetError(
            f"{name} is neither Moodle's grading worksheet nor Canvas's gradebook. {error}"
        ) from error
    found = SheetIds()
    at = header.index(HANDED_IN) if HANDED_IN in header else None
    for index, ids in worksheet_rows(sheet, columns).items():
        key = f"participant {ids[PARTICIPANT]}"
        found.ids[key] = ids
        with contextlib.suppress(ValueError):
            moment = datetime.strptime(sheet.rows[index].value(at), MOODLES_ENGLISH)
            if zone is not None:
                found.times[key] = moment.replace(tzinfo=zone)
    return found
