"""The sample class, graded once for all tests of this folder."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.classroom.run import Progress, RunSettings, run_class
from autograder.classroom.submissions import Found, find_submissions
from autograder.core.report import Report
from autograder.course.layout import Course, find_course
from autograder.kernel.session import Limits
from tests.sample_class.sample import SUBMISSIONS

LIMITS = Limits(cell_seconds=45, call_seconds=10)


@dataclass(frozen=True)
class GradedClass:
    """A finished run."""

    course: Course
    found: list[Found]
    settings: RunSettings
    reports: dict[tuple[str, str], Report]


@pytest.fixture(scope="session")
def course() -> Course:
    """Return this repository's course."""
    return find_course(Path(__file__).parent)


@pytest.fixture(scope="session")
def graded_class(course: Course, tmp_path_factory: pytest.TempPathFactory) -> GradedClass:
    """Grade every sample submission with two workers, into a gradebook of its own."""
    found = find_submissions(course, SUBMISSIONS, course.assignment_names())
    output = tmp_path_factory.mktemp("graded")
    settings = RunSettings(course, output, own_gradebook=True, jobs=2, limits=LIMITS)
    reports = run_class(found, settings, Progress())
    return GradedClass(
        course, found, settings, {(item.assignment, item.student): item for item in reports}
    )
