"""What `autograder moodle sync` leaves on the disk: its journal, folders, on a dry run nothing."""

from pathlib import Path

import pytest

from autograder.core.errors import ExplainedError
from tests.bridges.fake_moodle import FakeMoodle, Person
from tests.bridges.running import FILE, WHO, Bridge, Grader, hand_in_all, notebook

pytestmark = pytest.mark.usefixtures("grader")  # no kernels


# --- what is remembered


def test_without_the_journal_what_stands_is_recognized(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    to_moodle.sync()
    (to_moodle.output / "sync" / "moodle-dropout.jsonl").unlink()
    moodle.asked = []
    assert to_moodle.sync() == 0
    assert moodle.saves == []
    assert "Stands already: 5" in to_moodle.said
    assert "Sent and read back: 0" in to_moodle.said
    assert to_moodle.sync() == 0


def test_a_journal_that_was_cut_off_is_read(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    to_moodle.sync()
    file = to_moodle.output / "sync" / "moodle-dropout.jsonl"
    file.write_bytes(file.read_bytes()[:-20])
    moodle.asked = []
    assert to_moodle.sync() == 0
    assert moodle.saves == []


def test_the_journal_of_another_assignment_is_refused(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    with pytest.raises(ExplainedError, match=r"is of .*, course 12, assignment 34"):
        to_moodle.sync("--course", "13")


def test_work_whose_folder_was_removed_is_taken_again(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    folder = to_moodle.submitted / WHO.format(3)
    folder.rename(to_moodle.folder / "away")
    assert to_moodle.sync() == 0
    assert (folder / "dropout" / FILE).is_file()


# --- a dry run


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_does_nothing(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    assert to_moodle.sync("--dry-run") == 0
    assert (everything(to_moodle.folder), moodle.rows) == ({}, {})
    assert "user 4 (李小龙): would take dropout.ipynb, handed in 2027-01-15" in to_moodle.said


def test_a_dry_run_says_what_would_be_sent(moodle: FakeMoodle, to_moodle: Bridge, grader: Grader):
    hand_in_all(moodle)
    to_moodle.sync()
    moodle.grade_by_hand(4, 77.0)
    moodle.grade_by_hand(5, -1.0)
    before, saved = everything(to_moodle.folder), len(moodle.saves)
    assert to_moodle.sync("--dry-run") == 1
    assert everything(to_moodle.folder) == before
    assert len(moodle.saves) == saved
    assert f"{WHO.format(5)}: would send 50 of 100, comment and page" in to_moodle.said
    assert "77 was given by a person" in to_moodle.said
    assert "Stands already: 3" in to_moodle.said


# --- names


@pytest.mark.parametrize(
    "name",
    [
        "../../../../tmp/dropout.ipynb", "/etc/dropout.ipynb", "..\\dropout.ipynb",
        "李_dropout (2).ipynb", "dropout.ipynb.ipynb", "a\x00b.ipynb", "\u202egnp.ipynb",
        "x" * 300 + ".ipynb",
    ],
)  # fmt: skip
def test_a_files_name_never_becomes_a_path(name: str, moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {name: notebook(2.0)})
    assert to_moodle.sync() == 0
    files = {path.name for path in to_moodle.submitted.rglob("*") if path.is_file()}
    assert files == {"students.json", "timestamp.txt", FILE}
    assert not {"\x00", "\u202e"} & set(to_moodle.said)


@pytest.mark.parametrize("number", ["../../up", ".hidden", "a/b", "\x1b[31m", "💥"])
def test_an_id_number_never_becomes_a_path(number: str, moodle: FakeMoodle, to_moodle: Bridge):
    """What is left of a number that could lead elsewhere is a folder's name, or nothing at all."""
    moodle.people[3] = Person("\x1b[2J\u202eEve", "", number)
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    kept = [path for path in to_moodle.submitted.iterdir() if path.is_dir()]
    assert len(kept) <= 1
    assert all(path.parent == to_moodle.submitted for path in kept)
    assert not {"\x1b", "\u202e"} & set(to_moodle.said)
