"""From Moodle's and Canvas's archives, and from folders, to nbgrader's layout."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.lms.choosing import Collected, Rules
from autograder.lms.collecting import collect
from autograder.lms.handed_in import of_canvas, of_moodle
from autograder.lms.roster import Roster
from autograder.lms.sheet_ids import sheet_ids
from autograder.lms.sheets import SheetError
from autograder.lms.sources import Entry, read_source
from tests.lms.archives import NOTEBOOK, archive
from tests.lms.making import moodle_row, worksheet
from tests.lms.test_canvas import SHEET as CANVAS_SHEET

RULES = Rules("dropout", ["dropout.ipynb", "dropout.zh.ipynb"], 1_000_000)
ZONE = ZoneInfo("Europe/Berlin")


def collected(
    tmp_path: Path, files: dict[str, bytes], rules: Rules = RULES, roster: Roster | None = None
) -> Collected:
    path = archive(tmp_path / "x.zip", files)
    roster = Roster() if roster is None else roster
    return collect(read_source(path), tmp_path / "submitted", roster, rules)


def laid_out(tmp_path: Path) -> dict[str, bytes]:
    """All that lies in submitted/."""
    folder = tmp_path / "submitted"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- names


@pytest.mark.parametrize(
    "name",
    [
        "Alice Adams_3_assignsubmission_file/dropout.ipynb",
        "Alice Adams_3_assignsubmission_file_/dropout.ipynb",
        "Alice Adams_3_assignsubmission_file_/sub/dropout.ipynb",
        "Alice Adams_3_assignsubmission_file_dropout.ipynb",
        "Group 1-Alice Adams_3_assignsubmission_file_dropout.ipynb",
        "download/Alice Adams_3_assignsubmission_file/dropout.ipynb",
        "_3_assignsubmission_file_dropout.ipynb",
    ],
)
def test_moodles_names_are_read(tmp_path: Path, name: str):
    roster = Roster()
    done = collected(tmp_path, {name: b"x"}, roster=roster)
    assert done.faults == []
    assert laid_out(tmp_path) == {"dropout-participant-3/dropout/dropout.ipynb": b"x"}
    assert roster.ids("dropout-participant-3", "dropout")["moodle_participant"] == "3"


@pytest.mark.parametrize(
    ("name", "student", "late"),
    [
        ("adamsalice_101_5678_dropout.ipynb", "canvas-101", False),
        ("adamsalice_LATE_101_5678_dropout.ipynb", "canvas-101", True),
        ("adamsalice_LATE_101_5678_dropout-2.ipynb", "canvas-101", True),
        ("żółćëñ_101_5678_dropout.ipynb", "canvas-101", False),
        ("anon_x9Yz1_5678_dropout.ipynb", "anon-x9Yz1", False),
        ("LATE_anon_x9Yz1_5678_dropout.ipynb", "anon-x9Yz1", True),
        ("submissions/adamsalice_101_5678_dropout.ipynb", "canvas-101", False),
    ],
)
def test_canvass_names_are_read(tmp_path: Path, name: str, student: str, late: bool):
    roster = Roster()
    done = collected(tmp_path, {name: b"x"}, roster=roster)
    assert done.faults == []
    assert laid_out(tmp_path) == {f"{student}/dropout/dropout.ipynb": b"x"}
    assert roster.is_late(student, "dropout") == late
    assert done.late == ([student] if late else [])


@pytest.mark.parametrize(
    "name", ["ada/dropout/dropout.ipynb", "ada/dropout.ipynb", "ada_dropout.ipynb", "ada/my.ipynb"]
)
def test_a_persons_names_are_read(tmp_path: Path, name: str):
    assert collected(tmp_path, {name: b"x"}).faults == []
    assert laid_out(tmp_path) == {"ada/dropout/dropout.ipynb": b"x"}


def test_a_file_named_like_anothers_stays_with_its_sender(tmp_path: Path):
    files = {
        "Eve_9_assignsubmission_file_Bob_2_assignsubmission_file_dropout.ipynb": b"eve",
        "Eve_9_assignsubmission_file_/Bob_2_assignsubmission_file_/dropout.ipynb": b"eve",
    }
    collected(tmp_path, files)
    assert set(laid_out(tmp_path)) == {"dropout-participant-9/dropout/dropout.ipynb"}


def test_two_names_for_one_user_are_refused(tmp_path: Path):
    """A student who calls themselves `x_77` would hand in as user 77."""
    files = {
        "x_77_101_5678_dropout.ipynb": b"eve",
        "bob_77_99_dropout.ipynb": b"bob",
        "carol_78_98_dropout.ipynb": b"carol",
    }
    done = collected(tmp_path, files)
    assert laid_out(tmp_path) == {"canvas-78/dropout/dropout.ipynb": b"carol"}
    assert done.faults[0].startswith("user 77: its files name bob, x")


names = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="_/\\"), max_size=12
)
files = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"),
                min_size=1, max_size=30)  # fmt: skip


@given(names, st.integers(0, 10**6), files, st.sampled_from(["", "_"]))
def test_moodles_number_is_its_own_whatever_the_file_is_called(name, number, file, underscore):
    def entry(path: str) -> Entry:
        return Entry(path, None, lambda limit: b"")

    for path in (
        f"{name}_{number}_assignsubmission_file{underscore}/{file}",
        f"{name}_{number}_assignsubmission_file_{file}",
    ):
        found = of_moodle(entry(path))
        assert found is not None
        assert found.ids["moodle_participant"] == str(number)
        assert found.file == file


@given(
    st.text(st.characters(categories=["Ll"]), min_size=1, max_size=8),
    st.booleans(),
    st.integers(1, 10**9),
    st.integers(1, 10**9),
    files,
)
def test_canvass_user_is_its_own_whatever_the_file_is_called(name, late, user, number, file):
    middle = "_LATE" if late else ""
    found = of_canvas(Entry(f"{name}{middle}_{user}_{number}_{file}", None, lambda limit: b""))
    assert found is not None
    assert (found.ids, found.late, found.file) == (
        {"canvas_user_id": str(user), "name": name}, late, file,
    )  # fmt: skip


# --- which notebook


def test_the_file_that_was_uploaded_last_is_taken(tmp_path: Path):
    files = {
        f"ada_1_{number}_{name}": name.encode()
        for number, name in enumerate(["dropout-2.ipynb", "dropout.ipynb", "dropout-10.ipynb"])
    }
    done = collected(tmp_path, files)
    assert laid_out(tmp_path) == {"canvas-1/dropout/dropout.ipynb": b"dropout-10.ipynb"}
    assert "of dropout-2.ipynb, dropout.ipynb, dropout-10.ipynb" in done.notes[0]


def test_both_languages_are_taken(tmp_path: Path):
    files = {"ada/dropout.ipynb": b"en", "ada/dropout.zh (1).ipynb": b"zh"}
    collected(tmp_path, files)
    assert laid_out(tmp_path) == {
        "ada/dropout/dropout.ipynb": b"en",
        "ada/dropout/dropout.zh.ipynb": b"zh",
    }


def test_other_files_do_not_get_in_the_way(tmp_path: Path):
    files = {"ada/dropout.ipynb": b"x", "ada/data.csv": b"1", "ada/readme.txt": b""}
    assert collected(tmp_path, files).faults == []
    assert list(laid_out(tmp_path)) == ["ada/dropout/dropout.ipynb"]


@pytest.mark.parametrize(
    "files",
    [
        {"ada/a.ipynb": b"x", "ada/b.ipynb": b"y"},
        {"ada/dropout.pdf": b"x"},
        {"ada/dropout.ipynb.zip": b"x"},
    ],
)
def test_where_no_notebook_can_be_told_a_person_is_asked(tmp_path: Path, files: dict[str, bytes]):
    done = collected(tmp_path, files)
    assert laid_out(tmp_path) == {}
    assert done.faults[0].startswith("ada: no notebook was taken from ")


def test_a_notebook_of_nobody_is_listed(tmp_path: Path):
    done = collected(tmp_path, {"dropout.ipynb": b"x", "a/b/c/dropout.ipynb": b"x"})
    assert len(done.faults) == 2
    assert all("whose it is cannot be told" in fault for fault in done.faults)


def test_a_file_that_is_too_large_is_listed(tmp_path: Path):
    done = collected(tmp_path, {"ada/dropout.ipynb": b"x" * 2_000_000, "bo/dropout.ipynb": b"y"})
    assert laid_out(tmp_path) == {"bo/dropout/dropout.ipynb": b"y"}
    assert "ada: dropout.ipynb was not taken, it has more than 1 MB" in done.faults[0]


# --- what is there already


def test_the_same_again_changes_nothing(tmp_path: Path):
    collected(tmp_path, {"ada/dropout.ipynb": NOTEBOOK})
    before = laid_out(tmp_path)
    done = collected(tmp_path, {"ada/dropout.ipynb": NOTEBOOK})
    assert (done.same, done.new, done.newer) == (["ada"], [], [])
    assert laid_out(tmp_path) == before


def test_newer_work_replaces_and_the_earlier_is_kept(tmp_path: Path):
    for content in (b"1", b"2", b"3"):
        done = collected(tmp_path, {"ada/dropout.ipynb": content})
    assert done.newer == ["ada"]
    assert laid_out(tmp_path) == {
        "ada/dropout/dropout.ipynb": b"3",
        ".earlier/ada/dropout/1/dropout.ipynb": b"1",
        ".earlier/ada/dropout/2/dropout.ipynb": b"2",
    }


def test_work_that_is_known_to_be_older_is_put_aside(tmp_path: Path):
    late = datetime(2026, 11, 5, tzinfo=UTC)
    early = datetime(2026, 11, 4, tzinfo=UTC)
    for when, content in ((late, b"late"), (early, b"early")):
        rules = Rules("dropout", RULES.names, 100, times={"folder ada": when})
        done = collected(tmp_path, {"ada/dropout.ipynb": content}, rules)
    assert done.older == ["ada"]
    assert laid_out(tmp_path) == {
        "ada/dropout/dropout.ipynb": b"late",
        "ada/dropout/timestamp.txt": b"2026-11-05 00:00:00 UTC\n",
        ".earlier/ada/dropout/1/dropout.ipynb": b"early",
        ".earlier/ada/dropout/1/timestamp.txt": b"2026-11-04 00:00:00 UTC\n",
    }


def test_a_file_that_is_there_twice_is_taken_once(tmp_path: Path):
    path = archive(tmp_path / "x.zip", {"ada/dropout.ipynb": b"1", "ada/drop0ut.ipynb": b"2"})
    path.write_bytes(path.read_bytes().replace(b"drop0ut", b"dropout"))
    done = collect(read_source(path), tmp_path / "submitted", Roster(), RULES)
    assert laid_out(tmp_path) == {"ada/dropout/dropout.ipynb": b"2"}
    assert "of dropout.ipynb, dropout.ipynb" in done.notes[0]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("O'Neil, PhD", "O_Neil__PhD"),
        ("عَلِي", "عَلِي"),
        ("😀 Zoë", "__Zoë"),
        ("..hidden", "hidden"),
        ("é" * 200, "é" * 75),
    ],
)
def test_any_name_becomes_a_folder(tmp_path: Path, name: str, folder: str):
    roster = Roster()
    collected(tmp_path, {f"{name}/dropout.ipynb": b"x"}, roster=roster)
    assert list(laid_out(tmp_path)) == [f"{folder}/dropout/dropout.ipynb"]
    assert roster.ids(folder, "dropout") == {"name": name}


def test_a_link_in_the_place_is_not_written_through(tmp_path: Path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "submitted").mkdir()
    (tmp_path / "submitted" / "ada").symlink_to(tmp_path / "outside")
    done = collected(tmp_path, {"ada/dropout.ipynb": b"x"})
    assert list((tmp_path / "outside").iterdir()) == []
    assert "is a link" in done.faults[0]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1,
               max_size=40))  # fmt: skip
def test_no_name_leads_out_of_the_folder(tmp_path_factory, name: str):
    tmp_path = tmp_path_factory.mktemp("out")
    collected(tmp_path, {f"{name}/dropout.ipynb": b"x"})
    assert {path.name for path in tmp_path.iterdir()} <= {"x.zip", "submitted"}


# --- who is who, and when


MOODLE_FILES = {
    "Alice Adams_3_assignsubmission_file_dropout.ipynb": b"a",
    "Alice Adams_4_assignsubmission_file_dropout.ipynb": b"b",
}


def test_moodles_sheet_names_the_folders_and_the_times(tmp_path: Path):
    rows = [
        moodle_row(3, "Alice Adams", "Alice@x.y"), moodle_row(4, "Alice Adams", "adams@x.y"),
    ]  # fmt: skip
    when = '"Wednesday, 4 November 2026, 10:11 AM"'
    sheet = worksheet(*(row.replace("Yes,-,", f"Yes,{when},") for row in rows))
    known = sheet_ids(sheet, "sheet.csv", ZONE)
    rules = Rules("dropout", RULES.names, 100, times=known.times, ids=known.ids)
    roster = Roster()
    collected(tmp_path, MOODLE_FILES, rules, roster)
    assert laid_out(tmp_path) == {
        "alice@x.y/dropout/dropout.ipynb": b"a",
        "alice@x.y/dropout/timestamp.txt": b"2026-11-04 09:11:00 UTC\n",
        "adams@x.y/dropout/dropout.ipynb": b"b",
        "adams@x.y/dropout/timestamp.txt": b"2026-11-04 09:11:00 UTC\n",
    }
    assert roster.ids("alice@x.y", "dropout") == {
        "name": "Alice Adams", "email": "Alice@x.y", "moodle_participant": "3",
    }  # fmt: skip


def test_without_a_zone_no_time_is_made_up(tmp_path: Path):
    assert sheet_ids(worksheet(moodle_row(3, "A", "a@x.y")), "x", None).times == {}
    collected(tmp_path, MOODLE_FILES)
    assert not any(name.endswith("timestamp.txt") for name in laid_out(tmp_path))


def test_files_dates_count_where_it_is_asked_for(tmp_path: Path):
    rules = Rules("dropout", RULES.names, 100, zone=ZONE)
    collected(tmp_path, {"ada/dropout.ipynb": b"x"}, rules)
    stamp = laid_out(tmp_path)["ada/dropout/timestamp.txt"]
    assert stamp == b"2026-11-04 09:00:00 UTC\n"


def test_canvass_gradebook_names_the_folders(tmp_path: Path):
    known = sheet_ids(CANVAS_SHEET, "grades.csv", None)
    rules = Rules("dropout", RULES.names, 100, ids=known.ids)
    collected(tmp_path, {"adamsalice_101_5_dropout.ipynb": b"x"}, rules)
    assert laid_out(tmp_path) == {"S1/dropout/dropout.ipynb": b"x"}


def test_a_student_who_is_known_keeps_the_folder(tmp_path: Path):
    roster = Roster()
    roster.add("ada", "l2", {"email": "a@x.y"})
    known = sheet_ids(worksheet(moodle_row(3, "A", "a@x.y")), "x", None)
    rules = Rules("dropout", RULES.names, 100, ids=known.ids)
    collected(tmp_path, {"A_3_assignsubmission_file_dropout.ipynb": b"x"}, rules, roster)
    assert laid_out(tmp_path) == {"ada/dropout/dropout.ipynb": b"x"}


def test_two_students_never_share_a_folder(tmp_path: Path):
    sheet = worksheet(moodle_row(3, "A", "a@x.y"), moodle_row(4, "B", "a@x.y"))
    known = sheet_ids(sheet, "x", None)
    rules = Rules("dropout", RULES.names, 100, ids=known.ids)
    done = collected(tmp_path, MOODLE_FILES, rules)
    assert laid_out(tmp_path) == {}
    assert "they would share the folder" in done.faults[0]


def test_a_folder_of_somebody_else_is_not_taken(tmp_path: Path):
    roster = Roster()
    roster.add("a_b", "l2", {"id_number": "a_b"})
    sheet = worksheet(moodle_row(3, "A", "a/b")).replace(b"Email address", b"ID number")
    known = sheet_ids(sheet, "x", None)
    rules = Rules("dropout", RULES.names, 100, ids=known.ids)
    done = collected(tmp_path, {"A_3_assignsubmission_file_dropout.ipynb": b"x"}, rules, roster)
    assert laid_out(tmp_path) == {}
    assert "is another student's" in done.faults[0]


def test_last_years_number_is_not_this_years_student(tmp_path: Path):
    roster = Roster()
    roster.add("old@x.y", "dropout", {"email": "old@x.y", "moodle_participant": "3"})
    known = sheet_ids(worksheet(moodle_row(3, "A", "new@x.y")), "x", None)
    rules = Rules("dropout", RULES.names, 100, ids=known.ids)
    collected(tmp_path, {"A_3_assignsubmission_file_dropout.ipynb": b"x"}, rules, roster)
    assert list(laid_out(tmp_path)) == ["new@x.y/dropout/dropout.ipynb"]


def test_a_new_address_is_the_same_student(tmp_path: Path):
    roster = Roster()
    roster.add("ada", "l2", {"canvas_user_id": "101", "email": "old@x.y"})
    known = sheet_ids(CANVAS_SHEET, "grades.csv", None)
    rules = Rules("dropout", RULES.names, 100, ids=known.ids)
    collected(tmp_path, {"adamsalice_101_5_dropout.ipynb": b"x"}, rules, roster)
    assert list(laid_out(tmp_path)) == ["ada/dropout/dropout.ipynb"]
    assert roster.ids("ada", "dropout")["email"] == "alice@example.invalid"


def test_another_sheet_is_refused():
    with pytest.raises(SheetError, match="neither"):
        sheet_ids(b"a,b\n1,2\n", "x.csv", None)
