"""Submissions are found in nbgrader's layout."""

import os
from pathlib import Path

import pytest

from autograder.classroom.submissions import SubmittedError, find_submissions
from autograder.course.layout import find_course

COURSE = find_course(Path(__file__).parent)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return two students' submissions of one assignment."""
    for student in ("eve", "ada"):
        (tmp_path / student / "dropout").mkdir(parents=True)
    (tmp_path / "ada" / "dropout" / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC\n")
    (tmp_path / "notes.txt").write_text("not a student")
    return tmp_path


def test_students_come_in_order(folder: Path) -> None:
    found = find_submissions(COURSE, folder, ["dropout", "l2_regularization"])
    assert [(item.student, item.timestamp) for item in found] == [
        ("ada", "2026-01-02 03:04:05 UTC"),
        ("eve", None),
    ]
    assert found[0].path == folder / "ada" / "dropout" / "dropout.ipynb"


def test_students_can_be_chosen(folder: Path) -> None:
    assert [item.student for item in find_submissions(COURSE, folder, ["dropout"], ["eve"])] == [
        "eve"
    ]


def test_an_unknown_student_is_named(folder: Path) -> None:
    with pytest.raises(SubmittedError, match="no submission of bob"):
        find_submissions(COURSE, folder, ["dropout"], ["bob"])


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SubmittedError, match="is not a folder"):
        find_submissions(COURSE, tmp_path / "none", ["dropout"])


@pytest.mark.parametrize("stamp", [b"2024-13-45", "2026-01-02".encode("utf-16"), b"", b"?"])
def test_a_timestamp_that_says_no_time_is_left_out(folder: Path, stamp: bytes) -> None:
    (folder / "ada" / "dropout" / "timestamp.txt").write_bytes(stamp)
    assert find_submissions(COURSE, folder, ["dropout"], ["ada"])[0].timestamp is None


def test_a_folder_that_cannot_be_looked_into_stops_nobody(folder: Path) -> None:
    (folder / "zed").mkdir()
    (folder / "zed" / "dropout").symlink_to("a" * 300)
    found = find_submissions(COURSE, folder, ["dropout"])
    assert [item.student for item in found] == ["ada", "eve", "zed"]


def test_hidden_folders_are_no_students(folder: Path) -> None:
    (folder / ".ipynb_checkpoints" / "dropout").mkdir(parents=True)
    found = find_submissions(COURSE, folder, ["dropout"])
    assert [item.student for item in found] == ["ada", "eve"]


def test_a_timestamp_that_is_no_small_file_is_left_out(folder: Path, tmp_path: Path) -> None:
    stamp = folder / "ada" / "dropout" / "timestamp.txt"
    text = stamp.read_text()
    stamp.unlink()
    os.mkfifo(stamp)
    assert find_submissions(COURSE, folder, ["dropout"], ["ada"])[0].timestamp is None
    stamp.unlink()
    (tmp_path / "elsewhere").write_text(text)
    stamp.symlink_to(tmp_path / "elsewhere")
    assert find_submissions(COURSE, folder, ["dropout"], ["ada"])[0].timestamp is None
    stamp.unlink()
    stamp.write_text(text + " " * 10_000)
    assert find_submissions(COURSE, folder, ["dropout"], ["ada"])[0].timestamp is None


@pytest.mark.parametrize(
    ("folder_name", "student"),
    [
        (b"bad\xff", "bad\\xff"),
        (b"\x1b[31mred", "\\x1b[31mred"),
        ("Zo\u00eb O'Neil".encode(), "Zo\u00eb O'Neil"),
    ],
)
def test_a_folder_of_any_name_is_graded_under_a_name_that_can_be_written(
    tmp_path: Path, folder_name: bytes, student: str
) -> None:
    os.makedirs(os.path.join(os.fsencode(tmp_path), folder_name, b"dropout"))  # noqa: PTH103, PTH118 - pathlib takes no bytes
    (found,) = find_submissions(COURSE, tmp_path, ["dropout"])
    assert (found.student, os.fsencode(found.path.parent.parent.name)) == (student, folder_name)
    assert [
        item.student for item in find_submissions(COURSE, tmp_path, ["dropout"], [student])
    ] == [student]
