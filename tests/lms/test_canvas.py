"""Canvas's gradebook: reduced to one column and to those who have a score."""

import csv
import io

import pytest

from autograder.lms.canvas import gradebook_csv
from autograder.lms.sheets import SheetError
from tests.lms.making import CANVAS_HEADER, record

ROWS = [
    "    Points Possible,,,,,10,40,(read only)",
    '"Adams, Alice",101,S1,alice@example.invalid,"Sec, 1",9,,90',
    '"O\'Neil, Carol",102,S2,carol,"Sec, 1",8,30,80',
    '"=Formula, 😀",103,S3,emoji,"Sec, 1",8,EX,80',
    '"Student, Test",104,,abcdef,"Sec, 1",,,',
]
SHEET = "\n".join([CANVAS_HEADER, *ROWS, ""]).encode()


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_only_the_students_columns_and_the_assignments_are_written():
    exported = gradebook_csv(SHEET, [record("S1")])
    assert table(exported.content) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Dropout (4711)"],
        ["    Points Possible", "", "", "", "", "40"],
        ["Adams, Alice", "101", "S1", "alice@example.invalid", "Sec, 1", "30"],
    ]
    assert exported.attention == []


def test_a_student_without_a_new_score_is_not_in_the_file():
    exported = gradebook_csv(SHEET, [record("S1"), record("S2", score=None)])
    assert [row[1] for row in table(exported.content)] == ["ID", "", "101"]
    assert "S2: no score yet" in exported.attention[0]
    assert "Student, Test" in exported.notes[-1]


def test_an_excused_student_stays_excused():
    exported = gradebook_csv(SHEET, [record("S3")])
    assert exported.grades == 0
    assert "excused" in exported.notes[0]


@pytest.mark.parametrize("lms", [{"canvas_user_id": "102"}, {"id_number": "S2"},
                                 {"username": "carol"}])  # fmt: skip
def test_ids_match_and_names_do_not(lms: dict[str, str]):
    assert gradebook_csv(SHEET, [record("x", lms=lms)]).grades == 1
    assert gradebook_csv(SHEET, [record("O'Neil, Carol")]).grades == 0


def test_ids_that_name_two_rows_match_none():
    exported = gradebook_csv(SHEET, [record("x", lms={"canvas_user_id": "101", "id_number": "S2"})])
    assert exported.grades == 0
    assert "fits several rows" in exported.attention[0]
    assert "rows 3, 4" in exported.attention[0]


@pytest.mark.parametrize("column", ["4711", "Dropout (4711)", "dropout", None])
def test_the_column_is_named_by_title_or_id(column: str | None):
    assert gradebook_csv(SHEET, [record("S1")], column=column).grades == 1


def test_no_column_is_made_up():
    with pytest.raises(SheetError, match=r"no columns for 'L2'; there are: Quiz \(7\); Dropout"):
        gradebook_csv(SHEET, [record("S1")], column="L2")


def test_two_columns_of_one_title_are_asked_about():
    twice = SHEET.replace(b"Quiz (7)", b"Dropout (7)")
    with pytest.raises(SheetError, match="2 columns for 'dropout'"):
        gradebook_csv(twice, [record("S1")])
    assert gradebook_csv(twice, [record("S1")], column="4711").grades == 1


def test_semicolons_stay_semicolons():
    sheet = b"Student;ID;SIS User ID;SIS Login ID;Section;Dropout (4711)\n"
    sheet += b"Points Possible;;;;;10,00\nA;1;S1;a;x;\n"
    exported = gradebook_csv(sheet, [record("S1")])
    assert exported.content.splitlines()[-1] == b"A;1;S1;a;x;7.5"


def test_a_row_of_manual_posting_is_kept():
    sheet = "\n".join([CANVAS_HEADER, ",,,,,,Manual Posting,", *ROWS]).encode()
    exported = gradebook_csv(sheet, [record("S1")])
    assert [row[5] for row in table(exported.content)] == [
        "Dropout (4711)", "Manual Posting", "40", "30",
    ]  # fmt: skip


def test_another_table_is_refused():
    with pytest.raises(SheetError, match="no gradebook of Canvas"):
        gradebook_csv(b"Name,Grade\nA,1\n", [record()])
