"""Downloaded tables: read as the csv module reads them, changed in nothing but what is meant."""

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.lms.sheets import SheetError, filled, neutral, read_sheet, reduced, written

cells = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"), max_size=12
) | st.sampled_from(
    ["O'Neil, PhD", 'the "great"', "=1+1", "a_b", "😀", "عَلِي", "", "line\nbreak", "1,5", ";", "\t"]
)
tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=6)
)
styles = st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
ends = st.sampled_from(["\r\n", "\n"])
encodings = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


def made(table: list[list[str]], style: int, end: str, encoding: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=style, lineterminator=end).writerows(table)
    return stream.getvalue().encode(encoding)


def with_head(table: list[list[str]]) -> list[list[str]]:
    """A heading first, so that the separator can be seen."""
    return [[f"c{index}" for index in range(len(table[0]))], *table]


@given(tables, styles, ends, encodings)
def test_the_cells_are_those_of_the_csv_module(table, style, end, encoding):
    sheet = read_sheet(made(with_head(table), style, end, encoding), "x.csv")
    assert [[cell.text for cell in row.cells] for row in sheet.rows] == with_head(table)


@given(tables, styles, ends, encodings)
def test_nothing_filled_is_nothing_changed(table, style, end, encoding):
    content = made(with_head(table), style, end, encoding)
    assert filled(read_sheet(content, "x.csv"), {}) == content


@given(tables, styles, ends, encodings, cells, st.data())
def test_a_filled_cell_changes_no_other_byte(table, style, end, encoding, new, data):
    content = made(with_head(table), style, end, encoding)
    sheet = read_sheet(content, "x.csv")
    row = data.draw(st.integers(0, len(sheet.rows) - 1))
    column = data.draw(st.integers(0, len(table[0]) - 1))
    changed = filled(sheet, {(row, column): written(new)})
    cell = sheet.rows[row].cells[column]
    before = sheet.mark + sheet.text[: cell.start].encode(sheet.codec)
    after = sheet.text[cell.end :].encode(sheet.codec)
    assert changed == before + written(new).encode(sheet.codec) + after
    assert read_sheet(changed, "x.csv").rows[row].cells[column].text == new


@given(tables, styles, ends)
def test_a_row_that_is_left_out_takes_nothing_with_it(table, style, end):
    content = made(with_head(table), style, end, "utf-8")
    left = filled(read_sheet(content, "x.csv"), {}, leave_out=[1])
    assert left == made([with_head(table)[0], *table[1:]], style, end, "utf-8")


def test_a_reduced_sheet_keeps_cells_as_they_stood():
    sheet = read_sheet(b'a,"b b",c\r\n1,"x, y",3\r\n4,5,6\r\n', "x.csv")
    assert reduced(sheet, [0, 1], [1, 2], {(1, 2): "9"}) == b'"b b",c\r\n"x, y",9\r\n'


@pytest.mark.parametrize(("text", "separator"), [("a;b;c\n1,5;2;3", ";"), ("a\tb\n1\t2", "\t"),
                                                 ("a,b\n1;2;3;4,2", ",")])  # fmt: skip
def test_the_separator_is_the_headings(text: str, separator: str):
    assert read_sheet(text.encode(), "x.csv").separator == separator


def test_a_mark_stays():
    assert read_sheet(codecs.BOM_UTF8 + b"a,b\n", "x.csv").header == ("a", "b")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        ("Müller,1".encode("latin-1"), "no text in UTF-8"),
        (b'a,b\n"x"y,2\n', "line 2: the quotes"),
        (b'a,b\n1,"x\n', "line 2: the quotes"),
    ],
)
def test_a_broken_sheet_is_explained(content: bytes, sentence: str):
    with pytest.raises(SheetError, match=sentence):
        read_sheet(content, "x.csv")


@given(st.text())
def test_no_neutral_text_is_a_formula(text: str):
    assert not neutral(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


@given(st.text().filter(lambda text: not text.lstrip().startswith(("=", "+", "-", "@"))))
def test_other_texts_stay(text: str):
    assert neutral(text).removeprefix("'") == text.removeprefix("'")
