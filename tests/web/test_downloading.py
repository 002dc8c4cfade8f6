"""Downloads of a class: the same files as `autograder export`, from what the database knows."""

import base64
import csv
import io
import json
import re
import zipfile

import pytest
from werkzeug.test import TestResponse

from autograder.lms.record import from_json
from autograder.web.exports import FORMATS
from tests.web.test_teaching import graded
from tests.web.world import Browser, World

WORKSHEET = (
    '﻿Identifier,"Full name","Email address",Status,Grade,"Maximum grade",'
    '"Grade can be changed","Last modified (submission)","Last modified (grade)",'
    '"Feedback comments"\n'
    '"Participant 3","Alice Adams",alice@example.invalid,"-",,100.00,Yes,-,-,\n'
    '"Participant 1","Bob Brown",bob@example.invalid,"-",,100.00,Yes,-,-,\n'
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,dropout (77)\n"
    "    Points Possible,,,,,70\n"
    '"Adams, Alice",1,S-100,alice,One,\n'
    '"Brown, Bob",2,S-101,bob,One,\n'
)
BLACKBOARD = (
    '﻿"Last Name","First Name","Username","Student ID","Dropout [Total Pts: 35 Score] |9"\n'
    '"Adams","Alice","alice","S-100",""\n"Brown","Bob","bob","S-101",""\n'
)


def download(browser: Browser, name: str, sheet: str = "", **fields: str) -> TestResponse:
    browser.get("/i/")
    if sheet:
        fields["sheet"] = (io.BytesIO(sheet.encode()), "sheet.csv")  # type: ignore[assignment]
    return browser.post(f"/i/export/{name}", {"csrf": browser.csrf()} | fields)


def teacher(world: World) -> Browser:
    graded(world)
    return world.visit(world.tina)


def test_the_table_holds_the_attempt_that_counts(world: World):
    page = download(teacher(world), "csv")
    assert page.mimetype == "text/csv"
    assert page.headers["Content-Disposition"] == "attachment; filename=dropout-csv.csv"
    rows = list(csv.DictReader(io.StringIO(page.data.decode("utf-8-sig"))))
    found = [(row["name"], row["id_number"], row["attempt"], row["score"]) for row in rows]
    assert found == [("Alice Adams", "S-100", "2", "30"), ("Bob Brown", "S-101", "1", "25")]
    assert {row["student"] for row in rows} == {
        world.user(world.alice).pseudonym, world.user(world.bob).pseudonym
    }  # fmt: skip


def test_late_penalties_are_taken_off(world: World):
    browser = teacher(world)
    world.set_policy(due_at=world.clock.now.replace(hour=0), late_penalty_per_day=0.1)
    rows = csv.DictReader(io.StringIO(download(browser, "csv").data.decode("utf-8-sig")))
    assert [(row["score"], row["late_penalty"]) for row in rows] == [
        ("26.5", "3.5"),
        ("21.5", "3.5"),
    ]


def test_the_records_are_valid(world: World):
    page = download(teacher(world), "result")
    records = [from_json(line) for line in page.text.splitlines()]
    assert [record.student.lms["name"] for record in records] == ["Alice Adams", "Bob Brown"]
    assert [record.score for record in records] == [30, 25]


def test_the_workbook_is_one(world: World):
    page = download(teacher(world), "xlsx")
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(page.data)).namelist()


def test_moodles_worksheet_is_filled_where_the_address_is_known(tmp_path):
    world = World(tmp_path, ask_emails=True)
    page = download(teacher(world), "moodle-worksheet", WORKSHEET)
    rows = list(csv.DictReader(io.StringIO(page.data.decode("utf-8-sig"))))
    assert [row["Grade"] for row in rows] == ["85.71", "71.43"]
    assert all("<p>" in row["Feedback comments"] for row in rows)
    world.db.close()


def test_moodles_zip_holds_the_pages(tmp_path):
    world = World(tmp_path, ask_emails=True)
    page = download(teacher(world), "moodle-feedback", WORKSHEET)
    archive = zipfile.ZipFile(io.BytesIO(page.data))
    assert sorted(archive.namelist()) == [
        "p_1_assignfeedback_file/feedback.html", "p_3_assignfeedback_file/feedback.html"
    ]  # fmt: skip
    assert b"<!DOCTYPE html>" in archive.read("p_3_assignfeedback_file/feedback.html")
    world.db.close()


def test_canvass_gradebook_is_filled(world: World):
    page = download(teacher(world), "canvas-csv", CANVAS)
    assert page.mimetype == "text/csv"
    assert [line.rpartition(",")[2] for line in page.text.splitlines()[2:]] == ["60", "50"]


def test_blackboards_gradebook_is_filled(world: World):
    page = download(teacher(world), "blackboard-csv", BLACKBOARD)
    assert page.mimetype == "text/csv"
    assert '"30"' in page.text or ",30" in page.text


def test_what_is_not_in_the_file_is_listed_and_the_file_can_be_had(world: World):
    """Without addresses nobody can be found in Moodle's sheet; nobody is dropped without a word."""
    page = download(teacher(world), "moodle-worksheet", WORKSHEET)
    assert page.status_code == 200
    assert "The file holds 0 scores and 0 comments." in page.text
    assert page.text.count("no row of sheet.csv is this student&#39;s") == 2
    (content,) = re.findall(r'href="data:text/csv;base64,([^"]+)"', page.text)
    assert base64.b64decode(content).decode() == WORKSHEET
    assert 'download="dropout-moodle-worksheet.csv"' in page.text


@pytest.mark.parametrize("name", [name for name, kind in FORMATS.items() if kind.needs_sheet])
def test_a_missing_or_wrong_sheet_is_explained(world: World, name: str):
    browser = teacher(world)
    page = download(browser, name)
    assert (page.status_code, "Choose the file" in page.text) == (422, True)
    page = download(browser, name, "<script>alert(1)</script>\n")
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "<script>alert" not in page.text


def test_where_nothing_is_graded_there_is_nothing_to_download(world: World):
    page = download(world.visit(world.tina), "csv")
    assert (page.status_code, "Nothing is graded yet" in page.text) == (422, True)


def test_an_unknown_format_is_not_there(world: World):
    assert download(teacher(world), "exe").status_code == 404


def test_the_records_say_nothing_of_hidden_cases(world: World):
    text = download(teacher(world), "result").text
    assert all(json.loads(line)["seed_id"] is None for line in text.splitlines())
