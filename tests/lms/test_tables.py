"""Plain tables: what is missing is blank, and no text becomes a formula."""

import csv
import io
import zipfile
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from autograder.lms.record import ResultRecord, Student
from autograder.lms.tables import COLUMNS, csv_table, table, xlsx_table
from tests.lms.making import record, task

ABSENT = ResultRecord("dropout", Student("zoe", {"name": "Zoë"}), None, 0.0)
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_missing_submission_is_blank_and_no_zero():
    found = rows(csv_table([record(), ABSENT]).content)
    assert found[1] == dict.fromkeys(found[1], "") | {
        "assignment": "dropout", "student": "zoe", "name": "Zoë",
    }  # fmt: skip


def test_an_open_score_is_blank_and_zero_is_zero():
    found = rows(csv_table([record(score=None), record("bo", score=0.0)]).content)
    assert [row["score"] for row in found] == ["", "0"]
    assert [row["dropout: dropout_forward (20)"] for row in found] == ["", "0"]


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_any_name_is_one_cell_and_no_formula(name: str):
    (row,) = rows(csv_table([record(name)]).content)
    assert not row["student"].lstrip(" ").startswith(("=", "+", "-", "@"))
    assert row["score"] == "15"


def test_a_name_with_a_comma_shifts_no_column():
    (row,) = rows(csv_table([record(lms={"name": "Carol O'Neil, PhD", "email": "-1"})]).content)
    assert (row["name"], row["email"], row["max_score"]) == ("Carol O'Neil, PhD", "'-1", "20")


def test_each_task_has_its_column():
    tasks = (task("a", 1.0), task("b", 2.0))
    heading, line = table([record(tasks=tasks)])
    assert heading[len(COLUMNS) :] == ["dropout: a (20)", "dropout: b (20)"]
    assert line[len(COLUMNS) :] == [1.0, 2.0]


def test_the_workbook_holds_numbers_as_numbers_and_texts_as_texts():
    content = xlsx_table([record("=1+1", tasks=(task(message="=cmd()"),)), ABSENT]).content
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
        texts = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
    assert list(sheet.iter(f"{MAIN}f")) == []
    strings = ["".join(item.itertext()) for item in texts]
    cells = {cell.get("r"): cell for cell in sheet.iter(f"{MAIN}c")}
    score = COLUMNS.index("score")
    column = chr(ord("A") + score)
    assert cells["B2"].get("t") == "s"
    assert strings[int(cells["B2"].findtext(f"{MAIN}v") or -1)] == "=1+1"
    assert cells[f"{column}2"].findtext(f"{MAIN}v") == "15"
    assert f"{column}3" not in cells


def test_the_same_records_give_the_same_workbook():
    assert xlsx_table([record()]).content == xlsx_table([record()]).content
