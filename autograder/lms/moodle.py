"""Moodle: the offline grading worksheet, and the zip of feedback files.

Participant numbers are of one assignment and cannot be guessed, and Moodle compares the headings in
the language of whoever uploads: so both start from the worksheet that the teacher downloads.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.lms.comments import comment_html
from autograder.lms.outcome import Exported, listed, waits
from autograder.lms.record import ResultRecord
from autograder.lms.roster import EMAIL, ID_NUMBER, PARTICIPANT, USERNAME, match
from autograder.lms.scale import number, scaled
from autograder.lms.sheets import Row, Sheet, SheetError, filled, read_sheet, written

# Moodle's own headings in English, German, French, Spanish and Brazilian Portuguese. In another
# language, columns are found by what is in them, and the one of the comments has to be named.
IDENTIFIER = ("Identifier", "ID", "Identifiant", "Identificador")
GRADE = ("Grade", "Bewertung", "Note", "Calificación", "Nota")
MAXIMUM = (
    "Maximum grade", "Bestwertung", "Note maximale", "Calificación máxima", "Nota máxima",
)  # fmt: skip
COMMENTS = (
    "Feedback comments", "Feedback als Kommentar", "Feedback par commentaires",
    "Comentarios de retroalimentación", "Comentários de feedback",
)  # fmt: skip
EMAILS = ("Email address", "E-Mail-Adresse", "Adresse de courriel", "Dirección de correo")
ID_NUMBERS = ("ID number", "ID-Nummer", "Numéro d'identification", "Número de ID",
              "Número de identificação")  # fmt: skip
USERNAMES = ("Username", "Anmeldename", "Nom d'utilisateur", "Nombre de usuario",
             "Identificação de usuário")  # fmt: skip
NUMBERED = re.compile(r"^\D*?(\d+)$")
EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip; a fixed date makes the same bytes each time


@dataclass(frozen=True)
class Columns:
    """Where a worksheet keeps what is needed; None for a column that is not there."""

    identifier: int
    grade: int
    comments: int | None
    maximum: int
    email: int | None
    id_number: int | None
    username: int | None


def worksheet_rows(sheet: Sheet, columns: Columns) -> dict[int, dict[str, str]]:
    """Return what each row of a worksheet calls its student."""
    return {
        index: {
            PARTICIPANT: participant(row.value(columns.identifier)) or "",
            EMAIL: row.value(columns.email),
            ID_NUMBER: row.value(columns.id_number),
            USERNAME: row.value(columns.username),
        }
        for index, row in enumerate(sheet.rows)
        if index
    }


def participant(text: str) -> str | None:
    """Return the number of `Participant 3`, in any language; None where there is none."""
    found = NUMBERED.match(text.strip())
    return found[1] if found else None


def worksheet(
    content: bytes,
    records: Sequence[ResultRecord],
    *,
    name: str = "the worksheet",
    comment_column: str | None = None,
) -> Exported:
    """Fill a downloaded worksheet: grades and comments, all else byte for byte. Raises SheetError.

    comment_column: the heading of the comments, where Moodle speaks a language that is not known
    here. A row without a result stays as it is, unless it holds a comment: Moodle's download has
    lost that comment's formatting, and an upload would write the loss back, so the row is left out.
    """
    sheet, columns = read_worksheet(content, name, comment_column)
    matching = match(records, worksheet_rows(sheet, columns), name)
    exported = Exported(b"", attention=list(matching.faults))
    cells: dict[tuple[int, int], str] = {}
    for index, record in matching.pairs.items():
        maximum = number(sheet.rows[index].value(columns.maximum))
        grade = scaled(record, maximum)
        if grade is None:
            exported.attention.append(waits(record.student.id))
        elif maximum is None:
            exported.attention.append(
                f"{record.student.id}: row {index + 1} of {name} names no maximum grade, so its "
                "grade was left as it was. Download the worksheet again."
            )
        else:
            cells[index, columns.grade] = grade
            exported.grades += 1
        if columns.comments is not None:
            cells[index, columns.comments] = written(comment_html(record))
            exported.comments += 1
    _check_width(sheet, cells, name)
    commented = [index for index in matching.rest if sheet.rows[index].value(columns.comments)]
    _note_rest(exported, sheet, columns, matching.rest, commented)
    exported.content = filled(sheet, cells, commented)
    return exported


def read_worksheet(
    content: bytes, name: str, comment_column: str | None = None, *, needs_comments: bool = True
) -> tuple[Sheet, Columns]:
    """Read a worksheet and find its columns. Raises SheetError where one is missing.

    needs_comments: whether a column of comments under an unknown heading is a fault.
    """
    sheet = read_sheet(content, name)
    header = sheet.header
    identifier = _column(header, IDENTIFIER)
    if identifier is None and all(participant(row.value(0)) for row in sheet.rows[1:]):
        identifier = 0
    grade = _column(header, GRADE)
    maximum = _or_else(_column(header, MAXIMUM), _maximum_by_content(sheet, grade))
    grade = _or_else(grade, maximum - 1 if maximum else None)
    if identifier is None or grade is None or maximum is None:
        raise SheetError(
            f"{name} is no grading worksheet of Moodle with points: its columns are "
            f"{', '.join(header)[:300]}. Expected Identifier, Grade, Maximum grade and Feedback "
            "comments, in Moodle's language. In the assignment, choose “Download grading "
            "worksheet” (the feedback type “Offline grading worksheet” has to be on, and the grade "
            "of the type “Point”), and give that file."
        )
    comments = _column(header, [comment_column] if comment_column else COMMENTS)
    hidden = comments is None and (comment_column or len(header) > 1 + _last_known(header, grade))
    if needs_comments and hidden:
        raise SheetError(
            f"{name}: the column of comments was not found among {', '.join(header)[:300]}. Name "
            "it with --comment-column, for an upload would write back old comments without their "
            "formatting; or download the worksheet with Moodle in English."
        )
    email = _or_else(_column(header, EMAILS), _email_by_content(sheet))
    others = (_column(header, names) for names in (ID_NUMBERS, USERNAMES))
    return sheet, Columns(identifier, grade, comments, maximum, email, *others)


def _column(header: Sequence[str], names: Iterable[str]) -> int | None:
    wanted = {name.casefold() for name in names}
    found = [index for index, text in enumerate(header) if text.casefold() in wanted]
    return found[0] if found else None


def _or_else(column: int | None, other: int | None) -> int | None:
    return other if column is None else column


def _maximum_by_content(sheet: Sheet, grade: int | None) -> int | None:
    """Return the last column that holds the same points in every row.

    grade: Moodle writes the maximum beside it, so where it is known no other column will do.
    """
    columns = range(len(sheet.header) - 1, 1, -1) if grade is None else [grade + 1]
    for column in columns:
        values = {number(row.value(column)) for row in sheet.rows[1:]}
        if len(values) == 1 and (values.pop() or 0) > 0:
            return column
    return None


def _email_by_content(sheet: Sheet) -> int | None:
    """Return the column in which every row holds an address."""
    for column in range(1, len(sheet.header)):
        if len(sheet.rows) > 1 and all("@" in row.value(column) for row in sheet.rows[1:]):
            return column
    return None


def _last_known(header: Sequence[str], grade: int) -> int:
    """Return where Moodle's own columns end when no feedback type with a text is on."""
    return max(
        (index for index, text in enumerate(header) if text.rstrip().endswith((")", "）"))),
        default=grade,
    )


def _check_width(sheet: Sheet, cells: Mapping[tuple[int, int], str], name: str) -> None:
    for index, column in cells:
        if column >= len(sheet.rows[index].cells):
            raise SheetError(
                f"{name}, row {index + 1}: has {len(sheet.rows[index].cells)} cells, and the "
                f"heading {len(sheet.header)}. Download the worksheet again."
            )


def _note_rest(
    exported: Exported, sheet: Sheet, columns: Columns, rest: list[int], commented: list[int]
) -> None:
    if rest:
        names = listed([_who(sheet.rows[index], columns) for index in rest])
        exported.notes.append(f"Without a result, their grade was left as it was: {names}.")
    if commented:
        names = listed([_who(sheet.rows[index], columns) for index in commented])
        exported.notes.append(
            "Left out of the file, for they have no result and a comment in Moodle whose "
            f"formatting an upload would destroy: {names}."
        )


def _who(row: Row, columns: Columns) -> str:
    return row.value(columns.email) or row.value(columns.identifier)


def feedback_zip(
    pages: Mapping[str, bytes],
    records: Sequence[ResultRecord],
    *,
    sheet: bytes | None = None,
    name: str = "the worksheet",
) -> Exported:
    """Return the zip of feedback files: one page for each participant.

    pages: by the student's id. sheet: the downloaded worksheet, where the numbers are not known
    from `autograder collect`. A name before the number could hold an underscore, which would shift
    Moodle's fields; so none is written.
    """
    exported = Exported(b"")
    numbers = {record.student.id: record.student.lms.get(PARTICIPANT) for record in records}
    if sheet is not None:
        found, columns = read_worksheet(sheet, name, needs_comments=False)
        rows = worksheet_rows(found, columns)
        matching = match(records, rows, name)
        exported.attention += matching.faults
        numbers = {item.student.id: rows[row][PARTICIPANT] for row, item in matching.pairs.items()}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for record in records:
            student = record.student.id
            number_, page = numbers.get(student), pages.get(student)
            if number_ and page is not None:
                path = f"p_{number_}_assignfeedback_file/feedback.html"
                member = zipfile.ZipInfo(path, EARLIEST)
                member.external_attr = 0o644 << 16
                file.writestr(member, page, zipfile.ZIP_DEFLATED)
                exported.comments += 1
            elif page is None:
                exported.attention.append(f"{student}: there is no page. Grade it again.")
            elif sheet is None:
                exported.attention.append(
                    f"{student}: the participant number is not known. Give the downloaded "
                    "worksheet with --sheet, or collect the submissions from Moodle's zip."
                )
    exported.content = archive.getvalue()
    exported.notes.append(f"Moodle has to report: Feedback files added: {exported.comments}.")
    return exported
