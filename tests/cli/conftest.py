"""A course in which the command line stands, with the LTI tool and without it."""

from pathlib import Path

import pytest

from autograder.cli.main import main
from autograder.course.layout import Course
from tests.cli.lti import URL
from tests.course.courses import make_course
from tests.redteam.conftest import EXERCISES, _release


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course with a released assignment, in which the command line stands."""
    made = make_course(tmp_path, toy=EXERCISES)
    _release(made)
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def tool(course: Course) -> Course:
    """The same, with the LTI tool set up."""
    assert main(["lti", "init", "--url", URL]) == 0
    return course
