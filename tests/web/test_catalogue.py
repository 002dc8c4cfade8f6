"""What a teacher can choose: the released assignments, by their notebooks."""

import shutil

from autograder.course.layout import Course, find_course
from autograder.web.catalogue import catalogue
from tests.web.world import ROOT


def test_every_released_assignment_has_its_title_and_points():
    course = find_course(ROOT)
    offered = catalogue(course)
    assert list(offered) == course.assignment_names()
    dropout = offered["dropout"]
    assert dropout.points == 100
    assert (dropout.title("en"), dropout.title("zh")) == ("Dropout", "Dropout（随机失活）")
    assert dropout.title("de") == "Dropout"


def test_what_is_not_released_is_not_offered(tmp_path):
    for name in ("dropout", "l2_regularization"):
        (tmp_path / "solutions" / name).mkdir(parents=True)
        (tmp_path / "solutions" / name / "exercises.py").touch()
    released = ROOT / "assignments" / "dropout"
    shutil.copytree(released, tmp_path / "assignments" / "dropout")
    (tmp_path / "assignments" / "dropout" / "dropout.zh.ipynb").unlink()
    offered = catalogue(Course(tmp_path))
    assert list(offered) == ["dropout"]
    assert offered["dropout"].title("zh") == "Dropout"
