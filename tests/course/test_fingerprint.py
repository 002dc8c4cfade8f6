from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import fingerprint
from autograder.course.layout import Course
from tests.course.courses import make_course


def both(course: Course) -> tuple[str, str]:
    return course.fingerprint("toy"), course.public_fingerprint("toy")


def append(path: Path) -> None:
    path.write_text((path.read_text() if path.exists() else "") + "# changed\n")


def test_the_same_course_elsewhere_has_the_same_fingerprint(tmp_path: Path):
    for name in "ab":
        (tmp_path / name).mkdir()
    assert both(make_course(tmp_path / "a")) == both(make_course(tmp_path / "b"))


def test_hidden_and_public_keys_have_two_fingerprints(tmp_path: Path):
    hidden, public = both(make_course(tmp_path))
    assert hidden != public


@pytest.mark.parametrize("name", ["toy/exercises.py", "toy/more/parts.py", "toy_models.py"])
def test_a_changed_source_changes_it(tmp_path: Path, name: str):
    course = make_course(tmp_path)
    (course.solutions / "toy" / "more").mkdir()
    before = both(course)
    append(course.solutions / name)
    assert all(one != other for one, other in zip(before, both(course), strict=True))


@pytest.mark.parametrize("name", ["toy/right_styles.py", "toy/toy.ipynb", "other/exercises.py"])
def test_what_no_key_depends_on_leaves_it(tmp_path: Path, name: str):
    course = make_course(tmp_path)
    (course.solutions / "other").mkdir()
    before = both(course)
    append(course.solutions / name)
    assert both(course) == before


def test_line_ends_leave_it(tmp_path: Path):
    course = make_course(tmp_path)
    before = both(course)
    file = course.exercises_file("toy")
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert both(course) == before


def _other_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "VERSION", 99)


def _other_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fingerprint, "version", lambda package: "9.9.9")


@pytest.mark.parametrize("change", [_other_version, _other_keras])
def test_what_computes_changes_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[pytest.MonkeyPatch], None]
):
    course = make_course(tmp_path)
    before = both(course)
    change(monkeypatch)
    assert all(one != other for one, other in zip(before, both(course), strict=True))


def test_a_patch_release_leaves_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    course = make_course(tmp_path)
    monkeypatch.setattr(fingerprint, "version", lambda package: "2.4.6")
    before = both(course)
    monkeypatch.setattr(fingerprint, "version", lambda package: "2.4.7")
    assert both(course) == before
