"""`autograder export` and `autograder collect`, from the command line to the file."""

import csv
import io
from pathlib import Path

import pytest

from autograder.cli.main import main
from tests.lms.archives import NOTEBOOK, archive
from tests.lms.gradebooks import grade_by_hand, make_gradebook, report, write_graded
from tests.lms.making import moodle_row, worksheet

ROOT = Path(__file__).parents[2]
RIGHT = ROOT / "tests/submissions/ada/dropout/dropout.ipynb"


@pytest.fixture
def graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(ROOT)
    folder = tmp_path / "graded"
    write_graded(folder, report("ada"), report("bo", 20.0), report("cy", None))
    make_gradebook(folder, {"ada": 15.0, "bo": 20.0, "cy": None})
    return folder


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    path = tmp_path / "downloaded.csv"
    rows = [moodle_row(at, name, name) for at, name in enumerate(["ada", "cy", "dan"], 3)]
    path.write_bytes(worksheet(*rows).replace(b"Email address", b"ID number"))
    return path


def test_a_worksheet_is_filled_and_what_is_missing_is_listed(
    graded: Path, sheet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    to = tmp_path / "upload.csv"
    code = main(["export", "moodle-worksheet", "dropout", "--graded", str(graded), "--sheet",
                 str(sheet), "--to", str(to)])  # fmt: skip
    said = capsys.readouterr().out
    assert code == 1
    rows = list(csv.DictReader(to.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["Grade"] for row in rows] == ["75", "", ""]
    assert "upload.csv: 1 scores, 2 comments" in said
    assert "* bo: no row of" in said
    assert "* cy: no score yet" in said
    assert "Without a result, their grade was left as it was: Participant 5" in said


def test_more_than_the_maximum_is_said(
    graded: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
):
    grade_by_hand(graded, "ada", "check_dropout_forward", 22.0)
    main(["export", "moodle-worksheet", "dropout", "--graded", str(graded), "--sheet", str(sheet)])
    assert "ada: 22 of 20 points; the file says the maximum." in capsys.readouterr().out
    upload = graded / "exports" / "dropout-moodle-worksheet.csv"
    assert ",100,100.00,Yes" in upload.read_text(encoding="utf-8")


def test_a_table_has_everybody(graded: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["export", "csv", "dropout", "--graded", str(graded)]) == 0
    to = graded / "exports" / "dropout-csv.csv"
    text = to.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [(row["student"], row["score"]) for row in rows] == [
        ("ada", "15"), ("bo", "20"), ("cy", ""),
    ]  # fmt: skip
    assert (graded / "pages" / "ada" / "dropout.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["moodle-worksheet"], "is of one assignment"),
        (["moodle-worksheet", "dropout"], "give it with --sheet"),
        (["canvas-csv", "dropout"], "Canvas's exported gradebook"),
        (["csv", "economics"], "no assignment 'economics'"),
        (["csv", "l2_regularization"], "Grade first"),
        (["gradescope"], "is of one assignment"),
        (["csv", "dropout", "--students", "nowhere.json"], "nowhere.json is no file"),
    ],
)
def test_a_wrong_call_is_explained(
    graded: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["export", *arguments, "--graded", str(graded)]) == 2
    assert sentence in capsys.readouterr().err


def test_the_download_is_never_overwritten(
    graded: Path, sheet: Path, capsys: pytest.CaptureFixture[str]
):
    before = sheet.read_bytes()
    assert main(["export", "moodle-worksheet", "dropout", "--graded", str(graded), "--sheet",
                 str(sheet), "--to", str(sheet)]) == 2  # fmt: skip
    assert "is the downloaded table itself" in capsys.readouterr().err
    assert sheet.read_bytes() == before


# --- collect


def test_what_was_collected_finds_its_way_back(
    graded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Moodle's zip and worksheet in, its feedback files out: the numbers are kept on the way."""
    submitted = tmp_path / "submitted"
    zipped = archive(tmp_path / "all.zip", {"A B_7_assignsubmission_file_dropout.ipynb": NOTEBOOK})
    sheet = tmp_path / "sheet.csv"
    sheet.write_bytes(worksheet(moodle_row(7, "A B", "ada")))
    assert main(["collect", "dropout", str(zipped), "--sheet", str(sheet), "--submitted",
                 str(submitted)]) == 0  # fmt: skip
    assert "1 new" in capsys.readouterr().out
    assert (submitted / "ada/dropout/dropout.ipynb").read_bytes() == NOTEBOOK
    main(["export", "moodle-feedback", "dropout", "--graded", str(graded), "--students",
          str(submitted / "students.json")])  # fmt: skip
    said = capsys.readouterr().out
    assert "Feedback files added: 1" in said
    assert "bo: the participant number is not known" in said


def test_collected_work_is_found_by_the_grader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from autograder.classroom.submissions import find_submissions
    from autograder.course.layout import find_course

    monkeypatch.chdir(ROOT)
    submitted = tmp_path / "submitted"
    path = archive(tmp_path / "x.zip", {"adams_11_22_dropout-1.ipynb": RIGHT.read_bytes()})
    assert main(["collect", "dropout", str(path), "--submitted", str(submitted), "--timezone",
                 "UTC", "--file-dates"]) == 0  # fmt: skip
    (found,) = find_submissions(find_course(ROOT), submitted, ["dropout"])
    assert (found.student, found.timestamp) == ("canvas-11", "2026-11-04 10:00:00 UTC")
    assert found.path.read_bytes() == RIGHT.read_bytes()


def test_what_was_not_taken_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(ROOT)
    path = archive(tmp_path / "x.zip", {"../up.ipynb": b"x", "ada/a.pdf": b"", "bo/b.ipynb": b"y"})
    assert main(["collect", "dropout", str(path), "--submitted", str(tmp_path / "s")]) == 1
    said = capsys.readouterr().out
    assert "1 new" in said
    assert "Not taken:" in said
    assert "leads out of the archive" in said


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["economics", "x.zip"], "no assignment 'economics'"),
        (["dropout", "nowhere.zip"], "neither a zip archive nor a folder"),
        (["dropout", "README.md"], "no zip archive"),
        (["dropout", "docs", "--file-dates"], "needs --timezone"),
    ],
)
def test_a_wrong_collection_is_explained(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(ROOT)
    assert main(["collect", *arguments, "--submitted", str(tmp_path)]) == 2
    assert sentence in capsys.readouterr().err


def test_an_unknown_zone_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="2"):
        main(["collect", "dropout", "x.zip", "--timezone", "Mars/Olympus"])
    assert "no known time zone" in capsys.readouterr().err
