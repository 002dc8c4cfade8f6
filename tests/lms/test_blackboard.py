"""Blackboard's gradebook file: keyed by user name, headings with their ids."""

import pytest

from autograder.lms.blackboard import OF_COLUMN, gradebook_csv
from autograder.lms.sheets import SheetError
from tests.lms.making import BLACKBOARD_HEADER, record

ROWS = [
    '"Adams","Alice","aadams","0012","2026-11-01","Yes","",""',
    '"O\'Neil, PhD","Carol","coneil","0013","","Yes","12.00","9"',
]
SHEET = ("\ufeff" + "\r\n".join([BLACKBOARD_HEADER, *ROWS, ""])).encode()


def test_students_columns_and_one_column_are_written():
    exported = gradebook_csv(SHEET, [record("coneil")])
    assert exported.content.decode() == (
        '\ufeff"Last Name","First Name","Username","Student ID","Last Access","Availability",'
        '"Dropout [Total Pts: 50 Score] |123456"\r\n'
        '"O\'Neil, PhD","Carol","coneil","0013","","Yes",37.5\r\n'
    )
    assert exported.attention == []
    assert "aadams" in exported.notes[0]


def test_utf_16_with_tabs_stays_so():
    sheet = SHEET.decode("utf-8-sig").replace(",", "\t").encode("utf-16")
    sheet = sheet.replace("O'Neil\t PhD".encode("utf-16-le"), "O'Neil".encode("utf-16-le"))
    exported = gradebook_csv(sheet, [record("aadams")])
    assert exported.content[:2] == sheet[:2]
    assert "\t37.5" in exported.content.decode("utf-16")


def test_leading_zeros_of_an_id_count():
    assert gradebook_csv(SHEET, [record("0012")]).grades == 1
    assert gradebook_csv(SHEET, [record("12")]).grades == 0


def test_no_column_is_made_up():
    with pytest.raises(SheetError, match="a column that is made up"):
        gradebook_csv(SHEET, [record("aadams")], column="L2")
    assert gradebook_csv(SHEET, [record("aadams")], column="7").grades == 1


def test_a_heading_without_a_total_takes_our_points():
    sheet = SHEET.replace(b" [Total Pts: 50 Score]", b"")
    exported = gradebook_csv(sheet, [record("aadams")])
    assert exported.content.endswith(b",15\r\n")
    assert "names no total" in exported.notes[0]


def test_an_open_score_is_left_out_and_listed():
    exported = gradebook_csv(SHEET, [record("aadams", score=None)])
    assert exported.grades == 0
    assert "aadams: no score yet" in exported.attention[0]


def test_another_table_is_refused():
    with pytest.raises(SheetError, match="no gradebook file of Blackboard"):
        gradebook_csv(b"Name,Grade\nA,1\n", [record()])


@pytest.mark.parametrize("heading", ["a" + " " * 2_000_000 + "x", "[" * 2_000_000])
def test_a_heading_made_to_take_long_takes_no_time(heading: str):
    """A teacher uploads a table to the LTI tool, which serves others too."""
    assert OF_COLUMN.search(heading) is None
