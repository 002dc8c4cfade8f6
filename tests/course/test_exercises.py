import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.core.calling import perform
from autograder.core.outcome import Call, Returned
from autograder.course.exercises import load_exercises
from autograder.course.layout import CourseError
from tests.course.courses import EXERCISES, make_course


@pytest.fixture(autouse=True)
def _python_as_it_was() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def names(course, assignment: str = "toy") -> list[str]:
    return [exercise.name for exercise in load_exercises(course, assignment)]


def test_exercises_come_in_the_order_of_the_file(tmp_path: Path):
    assert names(make_course(tmp_path)) == ["double", "add"]


def test_the_tuple_exercises_decides_where_there_is_one(tmp_path: Path):
    course = make_course(tmp_path, toy=f"{EXERCISES}\nEXERCISES = (add, double)\n")
    assert names(course) == ["add", "double"]


def test_a_second_name_is_no_second_exercise(tmp_path: Path):
    assert names(make_course(tmp_path, toy=f"{EXERCISES}\nalias = add\n")) == ["double", "add"]


def test_an_exercise_may_stand_in_a_module_beside(tmp_path: Path):
    course = make_course(tmp_path, toy="from toy.parts import double, add\n")
    (course.solutions / "toy" / "parts.py").write_text(EXERCISES)
    assert names(course) == ["double", "add"]


@pytest.mark.parametrize("module", ["exercises", "toy.exercises"])
def test_right_styles_are_added(tmp_path: Path, module: str):
    course = make_course(tmp_path)
    course.right_styles_file("toy").write_text(
        f"from {module} import double\n\n\n@double.right_style\ndef sum_of_two(x): return x + x\n"
    )
    assert list(load_exercises(course, "toy")[0].right_styles) == ["sum_of_two"]
    assert "exercises" not in sys.modules


def test_references_may_import_when_they_are_called(tmp_path: Path):
    source = EXERCISES.replace("import toy_models\n", "").replace(
        "    return toy_models", "    import toy_models\n    return toy_models"
    )
    double = load_exercises(make_course(tmp_path, toy=source), "toy")[0]
    assert perform(Call("double", (2,)), double.reference) == [Returned(4)]


def test_two_courses_do_not_mix(tmp_path: Path):
    for name, factor in (("one", 10), ("two", 20)):
        (tmp_path / name).mkdir()
        course = make_course(tmp_path / name)
        (course.solutions / "toy_models.py").write_text(f"def times(x, factor): return {factor}")
        assert load_exercises(course, "toy")[0].reference(1) == factor


def test_a_changed_file_is_read_again(tmp_path: Path):
    course = make_course(tmp_path)
    load_exercises(course, "toy")
    changed = EXERCISES.replace("def add", "def total").replace("@add", "@total")
    course.exercises_file("toy").write_text(changed)
    assert names(course) == ["double", "total"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0\n", r"exercises\.py, line 1\): ZeroDivisionError"),
        ("def f(:\n", "SyntaxError"),
        ("raise SystemExit(3)\n", "SystemExit"),
        ("import no_such_module\n", "ModuleNotFoundError"),
        ("x = 1\n", "defines no exercise"),
        (f"{EXERCISES}\nfirst = add\n{EXERCISES}", "two exercises named add"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, source: str, message: str):
    with pytest.raises(CourseError, match=message) as caught:
        load_exercises(make_course(tmp_path, toy=source), "toy")
    assert "exercises.py" in str(caught.value)


def test_an_assignment_cannot_take_the_name_of_a_module_in_use(tmp_path: Path):
    with pytest.raises(CourseError, match="solutions/json has the name of a Python module"):
        load_exercises(make_course(tmp_path, json=EXERCISES), "json")
