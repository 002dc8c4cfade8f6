import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from autograder.course.layout import Course, CourseError
from autograder.course.secret import course_secret


def test_the_secret_is_made_once(tmp_path: Path):
    course = Course(tmp_path)
    assert len(course_secret(course)) == 32
    assert course_secret(course) == course_secret(course)
    assert [path.name for path in course.state.iterdir()] == ["secret"]


def test_two_courses_have_two_secrets(tmp_path: Path):
    assert course_secret(Course(tmp_path / "a")) != course_secret(Course(tmp_path / "b"))


def test_all_who_ask_at_once_get_the_same(tmp_path: Path):
    with ThreadPoolExecutor(16) as executor:
        found = set(executor.map(course_secret, [Course(tmp_path)] * 64))
    assert len(found) == 1


def test_only_the_owner_reads_it(tmp_path: Path):
    course = Course(tmp_path)
    course_secret(course)
    assert stat.S_IMODE(course.secret_file.stat().st_mode) == 0o600
    assert stat.S_IMODE(course.state.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o777])
def test_a_secret_that_others_may_read_is_refused(tmp_path: Path, mode: int):
    course = Course(tmp_path)
    course_secret(course)
    course.secret_file.chmod(mode)
    with pytest.raises(CourseError, match=f"chmod 600 '{course.secret_file}'"):
        course_secret(course)


@pytest.mark.parametrize("text", ["", "abc\n", "g" * 64, "a" * 65, "a" * 64 + "\n\n", "ä" * 64])
def test_a_damaged_secret_is_refused(tmp_path: Path, text: str):
    course = Course(tmp_path)
    course_secret(course)
    course.secret_file.write_text(text, encoding="utf-8")
    with pytest.raises(CourseError, match="is damaged"):
        course_secret(course)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path):
    (tmp_path / ".autograder").write_text("")
    with pytest.raises(CourseError, match="cannot be read or made"):
        course_secret(Course(tmp_path))
