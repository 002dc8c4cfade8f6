"""Stock nbgrader, with our preprocessors named in its configuration, gives the same scores."""

from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from traitlets.config import Config

from autograder.gradebook.course_config import load_config, nbgrader_api
from autograder.gradebook.writing import CourseGradebook
from tests.classroom.conftest import LIMITS, GradedClass
from tests.sample_class.sample import SUBMISSIONS, Sample
from tests.sample_class.students import CLASS

pytestmark = pytest.mark.xdist_group("graded class")  # they share what is slow to make

READABLE = [sample for sample in CLASS if not sample.trouble]
NAMES = [f"{sample.student}-{sample.assignment}" for sample in READABLE]


def configured(graded_class: GradedClass, folder: Path) -> Config:
    """Return the course's own configuration, with another gradebook and other folders."""
    config = load_config(graded_class.course.root)
    config.CourseDirectory.submitted_directory = str(SUBMISSIONS)
    config.CourseDirectory.autograded_directory = str(folder / "autograded")
    config.CourseDirectory.feedback_directory = str(folder / "feedback")
    config.CourseDirectory.db_url = f"sqlite:///{folder / 'gradebook.db'}"
    config.GradeExercises.cell_seconds = LIMITS.cell_seconds
    config.GradeExercises.call_seconds = LIMITS.call_seconds
    return config


@pytest.fixture(scope="module")
def autograded(graded_class: GradedClass, tmp_path_factory: pytest.TempPathFactory) -> Config:
    """Run nbgrader's autograde for every readable sample."""
    config = configured(graded_class, tmp_path_factory.mktemp("nbgrader"))
    gradebook = CourseGradebook(config)
    for assignment in graded_class.course.assignment_names():
        gradebook.ensure_assignment(assignment)
    gradebook.close()
    api = nbgrader_api(config)
    for sample in READABLE:
        result = api.autograde(sample.assignment, sample.student, force=True, create=True)
        assert result["success"], result
    return config


@pytest.mark.parametrize("sample", READABLE, ids=NAMES)
def test_scores_are_the_same_to_the_last_digit(
    sample: Sample, graded_class: GradedClass, autograded: Config
) -> None:
    report = graded_class.reports[sample.assignment, sample.student]
    with Gradebook(autograded.CourseDirectory.db_url, "keepprob") as gradebook:
        for item in report.exercises:
            grade = gradebook.find_grade(
                f"check_{item.name}", sample.assignment, sample.assignment, sample.student
            )
            assert (grade.auto_score, grade.needs_manual_grade) == (item.score, item.score is None)


def test_nbgraders_feedback_page_shows_our_sentence(
    graded_class: GradedClass, autograded: Config
) -> None:
    result = nbgrader_api(autograded).generate_feedback("dropout", "scale-sven", force=True)
    assert result["success"], result
    folder = Path(autograded.CourseDirectory.feedback_directory)
    page = (folder / "scale-sven" / "dropout" / "dropout.html").read_text(encoding="utf-8")
    report = graded_class.reports["dropout", "scale-sven"]
    sentence = report.exercises[0].message
    assert sentence.split(":")[0] in page
