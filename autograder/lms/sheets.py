"""A table that an LMS gave for download: some cells are filled, all else stays byte for byte.

Python's `csv` gives the cells' texts but not where they stand, so that a file written with it may
differ from the download in quotes, line ends and byte order mark.
"""

import codecs
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from autograder.core.errors import ExplainedError

SEPARATORS = ",;\t"
MAX_BYTES = 50_000_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class SheetError(ExplainedError):
    """A downloaded table is not what was expected; the message says what, and what to do."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text without quotes, and where it stands in the sheet's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Row:
    """One row: its cells, and where it stands with its line end."""

    cells: tuple[Cell, ...]
    start: int
    end: int

    def value(self, column: int | None) -> str:
        """Return a cell's text without spaces around it; "" where the row has no such cell."""
        if column is None or column >= len(self.cells):
            return ""
        return self.cells[column].text.strip()


@dataclass(frozen=True)
class Sheet:
    """A downloaded table. mark: its byte order mark. codec: how its text is encoded."""

    text: str
    mark: bytes
    codec: str
    separator: str
    rows: tuple[Row, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The texts of the first row, spaces around them left out."""
        return tuple(cell.text.strip() for cell in self.rows[0].cells)


def read_sheet(content: bytes, name: str) -> Sheet:
    """Read a table of UTF-8 or UTF-16, with commas, semicolons or tabs. Raises SheetError.

    name: of the file, for messages.
    """
    if len(content) > MAX_BYTES:
        raise SheetError(f"{name} has {len(content) / 1e6:.0f} MB; a table of grades is smaller.")
    mark, codec = _encoding(content)
    try:
        text = content[len(mark) :].decode(codec)
    except UnicodeDecodeError as error:
        raise SheetError(
            f"{name} is no text in UTF-8. Download it again as CSV, or save it as "
            "“CSV UTF-8”, and give that file."
        ) from error
    separator = _separator(text)
    rows = _rows(text, separator, name)
    if not rows:
        raise SheetError(f"{name} is empty; expected the table that the LMS gives for download.")
    return Sheet(text, mark, codec, separator, rows)


def _encoding(content: bytes) -> tuple[bytes, str]:
    for mark, codec in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark):
            return mark, codec
    return b"", "utf-8"


def _separator(text: str) -> str:
    """Return the separator that the first line has most of, outside of quotes."""
    first = re.sub(r'"[^"]*"', "", text.splitlines()[0] if text.strip() else "")
    return max(SEPARATORS, key=first.count)


def _rows(text: str, separator: str, name: str) -> tuple[Row, ...]:
    """Cut the text into rows and cells; lines with nothing in them are left out."""
    quoted = re.compile(r'"([^"]*(?:""[^"]*)*)"')
    bare = re.compile(f"[^{re.escape(separator)}\r\n]*")
    rows: list[Row] = []
    cells: list[Cell] = []
    at = start = 0
    while at < len(text):
        found = quoted.match(text, at) if text[at] == '"' else bare.match(text, at)
        if found is None or not _ends(text, found.end(), separator):
            line = text.count("\n", 0, at) + 1
            raise SheetError(
                f"{name}, line {line}: the quotes of a cell do not match. Download the table "
                "again, and give that file as it came."
            )
        value = found[1].replace('""', '"') if text[at] == '"' else found[0]
        cells.append(Cell(value, at, found.end()))
        at = found.end()
        if text[at : at + 1] == separator:
            at += 1
            if at == len(text) or text[at] in "\r\n":
                cells.append(Cell("", at, at))
            else:
                continue
        at += 2 if text.startswith("\r\n", at) else 1 if at < len(text) else 0
        if len(cells) > 1 or cells[0].text:
            rows.append(Row(tuple(cells), start, at))
        cells, start = [], at
    return tuple(rows)


def _ends(text: str, at: int, separator: str) -> bool:
    return at == len(text) or text[at] in (separator, "\r", "\n")


def filled(
    sheet: Sheet, cells: Mapping[tuple[int, int], str], leave_out: Collection[int] = ()
) -> bytes:
    """Return the sheet with these cells filled, all else byte for byte.

    cells: the new texts by row and column, as `written` gives them. leave_out: rows to drop.
    """
    pieces, at = [], 0
    for index, row in enumerate(sheet.rows):
        if index in leave_out:
            pieces.append(sheet.text[at : row.start])
            at = row.end
            continue
        for column, cell in enumerate(row.cells):
            if (new := cells.get((index, column))) is not None:
                pieces += [sheet.text[at : cell.start], new]
                at = cell.end
    pieces.append(sheet.text[at:])
    return sheet.mark + "".join(pieces).encode(sheet.codec)


def reduced(sheet: Sheet, rows: Collection[int], columns: Collection[int], new: Mapping[
    tuple[int, int], str
]) -> bytes:  # fmt: skip
    """Return some rows and columns of the sheet, cells as they stand in it or as `new` says."""
    lines = []
    for index in sorted(rows):
        row = sheet.rows[index]
        end = sheet.text[row.cells[-1].end : row.end] or "\n"
        texts = [_cell_text(sheet, row, index, column, new) for column in sorted(columns)]
        lines.append(sheet.separator.join(texts) + end)
    return sheet.mark + "".join(lines).encode(sheet.codec)


def _cell_text(
    sheet: Sheet, row: Row, index: int, column: int, new: Mapping[tuple[int, int], str]
) -> str:
    if (index, column) in new:
        return new[index, column]
    if column >= len(row.cells):
        return ""
    return sheet.text[row.cells[column].start : row.cells[column].end]


def written(text: str) -> str:
    """Return a text as a cell: in quotes, its own ones doubled."""
    return '"' + text.replace('"', '""') + '"'


def neutral(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula."""
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) or text[:1] in _FORMULA else text
