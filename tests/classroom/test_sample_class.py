"""The whole pipeline on the sample class: every score is right, and every sentence fits."""

import json
import re
from dataclasses import replace

import pytest
from nbgrader.api import Gradebook

from autograder.classroom.grading import Submission, grade_submission
from autograder.classroom.run import Progress, run_class
from tests.classroom.conftest import GradedClass
from tests.sample_class.sample import SUBMISSIONS, Sample
from tests.sample_class.students import CLASS

pytestmark = pytest.mark.xdist_group("graded class")  # they share what is slow to make

NAMES = [f"{sample.student}-{sample.assignment}" for sample in CLASS]


def test_the_class_is_large_enough() -> None:
    assert len(CLASS) >= 40
    assert len({(sample.student, sample.assignment) for sample in CLASS}) == len(CLASS)


@pytest.mark.parametrize("sample", CLASS, ids=NAMES)
def test_the_committed_notebook_is_the_one_that_the_sample_makes(sample: Sample) -> None:
    assert (sample.folder / sample.file_name).read_bytes() == sample.content()
    expected = json.loads((sample.folder / "expected.json").read_text(encoding="utf-8"))
    assert expected == sample.expectation()


def test_no_stray_submission_is_committed() -> None:
    found = {(path.parent.name, path.name) for path in SUBMISSIONS.glob("*/*")}
    assert found == {(sample.student, sample.assignment) for sample in CLASS}


@pytest.mark.parametrize("sample", CLASS, ids=NAMES)
def test_every_exercise_gets_what_is_expected(sample: Sample, graded_class: GradedClass) -> None:
    report = graded_class.reports[sample.assignment, sample.student]
    assert bool(report.trouble) == sample.trouble
    assert set(sample.expected) <= {item.name for item in report.exercises}
    for item in report.exercises:
        status, share, misconception = sample.expected.get(item.name, ("passed", 1.0, None))
        found = (item.status, item.misconception)
        assert found == (status, misconception), f"{item.name}: {item.message}"
        if status == "not_gradable":
            assert item.score is None
        elif share is not None:
            assert item.score == pytest.approx(share * item.max_score), item.name
        else:
            assert item.score is not None
            assert item.score < item.max_score


def test_the_feedback_follows_the_notebooks_language(graded_class: GradedClass) -> None:
    report = graded_class.reports["dropout", "scale-na"]
    assert report.facts["language"] == "zh"
    assert report.exercises[0].message.startswith("请把保留下来的激活值除以 keep_prob")
    page = (graded_class.settings.output / "pages" / "scale-na" / "dropout.html").read_text("utf-8")
    assert '<html lang="zh-Hans"' in page
    assert "还不正确" in page
    assert graded_class.reports["dropout", "scale-sven"].facts["language"] == "en"


@pytest.mark.parametrize("sample", CLASS, ids=NAMES)
def test_the_gradebook_has_the_same_scores(sample: Sample, graded_class: GradedClass) -> None:
    report = graded_class.reports[sample.assignment, sample.student]
    url = f"sqlite:///{graded_class.settings.output / 'gradebook.db'}"
    with Gradebook(url, "keepprob") as gradebook:
        for item in report.exercises:
            grade = gradebook.find_grade(
                f"check_{item.name}", sample.assignment, sample.assignment, sample.student
            )
            assert grade.auto_score == item.score
            assert grade.needs_manual_grade == (item.score is None)


def test_every_submission_has_a_page_and_a_record(graded_class: GradedClass) -> None:
    output = graded_class.settings.output
    lines = (output / "results.jsonl").read_text(encoding="utf-8").splitlines()
    records = [(line["assignment"], line["student"]) for line in map(json.loads, lines)]
    assert records == sorted(graded_class.reports)
    for assignment, student in records:
        assert (output / "pages" / student / f"{assignment}.html").is_file()
    assert (output / "overview.html").is_file()


def test_every_page_is_small(graded_class: GradedClass) -> None:
    pages = list((graded_class.settings.output / "pages").rglob("*.html"))
    assert len(pages) == len(graded_class.reports)
    assert max(page.stat().st_size for page in pages) < 100_000


def test_pages_hold_no_seed_and_no_receipt(graded_class: GradedClass) -> None:
    for report in graded_class.reports.values():
        page = graded_class.settings.output / "pages" / report.student
        text = (page / f"{report.assignment}.html").read_text(encoding="utf-8")
        receipt = str(report.facts.get("receipt", ""))
        assert "keepprob-receipt" not in text
        if receipt:
            seed = re.search(r"seed=(\d+)", receipt)
            assert seed is not None
            assert seed.group(1) not in text


def test_a_second_run_grades_nothing_again(graded_class: GradedClass) -> None:
    started: list[int] = []
    found = [item for item in graded_class.found if item.student in ("ada", "randn-ravi")]
    settings = replace(graded_class.settings, jobs=1)
    again = run_class(found, settings, Progress(start=started.append))
    assert started == [0]
    assert [(item.student, item.score) for item in again] == [
        (item.student, graded_class.reports[item.assignment, item.student].score) for item in again
    ]


def test_a_receipt_replays_the_same_cases(graded_class: GradedClass) -> None:
    report = graded_class.reports["dropout", "odd-olaf"]
    found = next(
        item
        for item in graded_class.found
        if (item.assignment, item.student) == ("dropout", "odd-olaf")
    )
    replayed = grade_submission(
        Submission(
            graded_class.course.root,
            found.assignment,
            found.student,
            found.path,
            receipt=str(report.facts["receipt"]),
        )
    ).report
    assert replayed.exercises == report.exercises
    assert replayed.facts["receipt"] == report.facts["receipt"]
