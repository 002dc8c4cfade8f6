"""`nbgrader export --exporter=autograder.lms.exporters.…`, as nbgrader starts it."""

import csv
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.lms import exporters
from autograder.lms.roster import Roster
from tests.lms.gradebooks import make_gradebook, opened, report, write_graded
from tests.lms.making import BLACKBOARD_HEADER, CANVAS_HEADER, moodle_row, record, worksheet

NBGRADER = Path(sys.executable).with_name("nbgrader")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course")
    write_graded(folder / "graded", report("ada"), report("bo", 20.0))
    stored = record("ada", lms={"email": "old@x.y"}, feedback_page="pages/ada/dropout.html")
    (folder / "graded/pages/ada/dropout.json").write_text(stored.to_json(), encoding="utf-8")
    make_gradebook(folder, {"ada": 17.0, "bo": 20.0})
    with opened(folder) as gradebook:
        gradebook.add_student("zoe", first_name="Carol", last_name="O'Neil, PhD")
        gradebook.update_or_create_student("ada", email="a@x.y")
    roster = Roster()
    roster.add("ada", "dropout", {"moodle_participant": "3"})
    (folder / "submitted").mkdir()
    (folder / "submitted" / "students.json").write_text(roster.to_json(), encoding="utf-8")
    sheet = worksheet(moodle_row(3, "Ada", "a@x.y"), moodle_row(4, "Bo", "bo"))
    (folder / "sheet.csv").write_bytes(sheet)
    return folder


def export(course: Path, name: str, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [NBGRADER, "export", f"--exporter=autograder.lms.exporters.{name}",
         f"--db=sqlite:///{course / 'gradebook.db'}", "--to=out", *more],
        cwd=course, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def test_a_table_is_quoted_and_blank_where_nothing_came(course: Path):
    ended = export(course, "Csv")
    assert ended.returncode == 0, ended.stderr
    text = (course / "out").read_text(encoding="utf-8-sig")
    rows = {row["student"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert rows["zoe"]["name"] == "Carol O'Neil, PhD"
    assert [rows[name]["score"] for name in ("ada", "bo", "zoe")] == ["17", "20", ""]
    assert "Divide by keep_prob." in rows["ada"]["feedback"]


def test_moodles_worksheet_is_filled(course: Path):
    ended = export(course, "MoodleWorksheet", "--MoodleWorksheet.sheet=sheet.csv")
    assert ended.returncode == 0, ended.stderr
    text = (course / "out").read_text(encoding="utf-8-sig")
    assert [row["Grade"] for row in csv.DictReader(io.StringIO(text))] == ["85", "100"]


def test_moodles_feedback_is_zipped(course: Path):
    ended = export(course, "MoodleFeedback")
    assert ended.returncode == 0, ended.stderr
    with zipfile.ZipFile(course / "out") as archive:
        assert archive.namelist() == ["p_3_assignfeedback_file/feedback.html"]
    assert "bo: there is no page" in ended.stderr


def test_without_the_sheet_there_is_a_sentence(course: Path):
    ended = export(course, "CanvasCsv")
    assert ended.returncode != 0
    assert "name it with --CanvasCsv.sheet=FILE" in ended.stderr


def directly(course: Path, name: str, **traits: object) -> bytes:
    """What an exporter writes, without the command around it."""
    settings = {
        "to": str(course / "out"),
        "graded": str(course / "graded"),
        "students": str(course / "submitted" / "students.json"),
        "assignment": ["dropout"],
    }
    with opened(course) as gradebook:
        getattr(exporters, name)(**settings | traits).export(gradebook)
    return (course / "out").read_bytes()


def test_canvass_gradebook_is_filled(course: Path):
    sheet = course / "canvas.csv"
    sheet.write_text(f"{CANVAS_HEADER}\nA,1,ada,a,x,,,\n", encoding="utf-8")
    assert directly(course, "CanvasCsv", sheet=str(sheet)).splitlines()[-1] == b"A,1,ada,a,x,17"


def test_blackboards_gradebook_is_filled(course: Path):
    sheet = course / "blackboard.csv"
    sheet.write_text(f"{BLACKBOARD_HEADER}\nA,B,ada,1,,Yes,,\n", encoding="utf-8")
    assert directly(course, "BlackboardCsv", sheet=str(sheet)).splitlines()[-1].endswith(b",42.5")


def test_one_student_may_be_chosen(course: Path):
    content = directly(course, "Csv", student=["bo"], assignment=[])
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [row["student"] for row in rows] == ["bo"]


def test_a_workbook_is_written(course: Path):
    assert directly(course, "Xlsx").startswith(b"PK")


@pytest.mark.parametrize("text", ["{}", None])
def test_a_record_that_is_not_the_students_is_not_taken(course: Path, text: str | None):
    path = course / "graded" / "pages" / "bo" / "dropout.json"
    path.write_text(record("ada").to_json() if text is None else text, encoding="utf-8")
    content = directly(course, "Csv", student=["bo"])
    path.unlink()
    assert b"Divide by keep_prob" not in content


def test_nobody_handed_in_is_explained(course: Path):
    with pytest.raises(exporters.ExporterError, match="nobody has a submission"):
        directly(course, "MoodleFeedback", student=["zoe"])
