from pathlib import Path

import pytest

from autograder.course.layout import Course, CourseError, find_course
from tests.course.courses import make_course


def test_a_course_is_found_from_any_folder_in_it(tmp_path: Path):
    course = make_course(tmp_path)
    assert find_course(tmp_path) == course
    assert find_course(tmp_path / "solutions" / "toy") == course


def test_outside_a_course_the_reader_is_told_what_is_missing(tmp_path: Path):
    with pytest.raises(CourseError, match=r"is not in a course.*nbgrader_config\.py"):
        find_course(tmp_path)


def test_assignments_are_the_folders_with_exercises(tmp_path: Path):
    course = make_course(tmp_path, b="", a="")
    (tmp_path / "solutions" / "notes").mkdir()
    assert course.assignment_names() == ["a", "b"]


def test_an_unknown_assignment_is_answered_with_the_known_ones(tmp_path: Path):
    course = make_course(tmp_path, a="", b="")
    for ask in (course.require, course.fingerprint, course.public_fingerprint):
        with pytest.raises(CourseError, match=r"no assignment 'c'; it has a, b\."):
            ask("c")


def test_everything_stands_below_the_root():
    course = Course(Path("/srv/course"))
    assert course.solutions == Path("/srv/course/solutions")
    assert course.released_notebook("dropout", "zh") == Path(
        "/srv/course/assignments/dropout/dropout.zh.ipynb"
    )
    assert course.key_file("dropout", 3) == Path("/srv/course/.autograder/keys/dropout/03.h5")
