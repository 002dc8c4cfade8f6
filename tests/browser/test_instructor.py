"""An instructor's path in a real browser: formgrader, manual grading, feedback."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Page, expect

from autograder.authoring.keys import build_pool, indices_for
from autograder.course.layout import find_course
from autograder.gradebook.course_config import put_environment_first
from tests.browser.conftest import Picture
from tests.browser.formgrader_page import FormgraderPage
from tests.browser.lab import Lab, jupyter_lab
from tests.sample_class.sample import ROOT, SUBMISSIONS, position

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("browser instructor"),  # they share a server
]

ASSIGNMENT = "regularization_in_practice"
STUDENTS = {"ada": ("Ada", "Lovelace"), "empty-eve": ("Eve", "Empty"), "sum-suki": ("Suki", "Sum")}
WRITTEN = {"table": 8.0, "why_rescale": 5.0, "why_tune_together": 7.0}
ANSWER = """\
With keep_prob = 0.5 half of the units are silent while training, so the next layer hears half the
volume: a mean of 0.2625 on average in place of 0.525. At prediction all of them speak, and it hears
twice as much as it has learnt from. Dividing by 0.5 makes up for it, but only on average: the mask
(1, 0, 1, 0) gives 0.3, and another one gives more."""
COMMENT = "Well put. How far from 0.525 can one mask be?"


def gradebook_of(course: Path) -> Gradebook:
    put_environment_first()  # for a new one nbgrader starts `alembic`
    return Gradebook(f"sqlite:///{course / 'gradebook.db'}", "keepprob")


def hand_in(course: Path, student: str) -> None:
    """Copy a sample submission. Its written answers are the model's: one gets its own words."""
    name = f"{ASSIGNMENT}.ipynb"
    notebook = nbformat.read(SUBMISSIONS / student / ASSIGNMENT / name, as_version=4)
    notebook["cells"][position(notebook, "why_rescale")]["source"] = ANSWER
    folder = course / "submitted" / student / ASSIGNMENT
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / name)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Serve a course folder with a few submissions; nothing is generated or graded yet."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("solutions", "datasets"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    exchange = tmp_path_factory.mktemp("exchange")  # without one the formgrader warns
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    config += f'c.Exchange.root = "{exchange}"\n'
    (folder / "nbgrader_config.py").write_text(config, encoding="utf-8")
    with gradebook_of(folder) as gradebook:
        for student, (first_name, last_name) in STUDENTS.items():
            hand_in(folder, student)
            gradebook.add_student(student, first_name=first_name, last_name=last_name)
    ours, copy = find_course(ROOT), find_course(folder)
    # Keys are slow to make: those of the repository serve other tests too.
    build_pool(ours, ASSIGNMENT, only=indices_for(ours, ASSIGNMENT, STUDENTS), jobs=2)
    half_written = shutil.ignore_patterns(".*")  # by another test, just now
    shutil.copytree(ours.keys_folder(ASSIGNMENT), copy.keys_folder(ASSIGNMENT), ignore=half_written)
    shutil.copy(ours.secret_file, copy.secret_file)
    with jupyter_lab(folder, tmp_path_factory.mktemp("home")) as lab:
        yield lab


def scores_of_the_command(course: Path) -> dict[tuple[str, str], float]:
    """Return what `autograder grade` gives for each student's exercises."""
    program = Path(sys.executable).with_name("autograder")
    command = [program, "grade", ASSIGNMENT, "--submitted", "submitted", "--output", "again"]
    subprocess.run(command, cwd=course, check=True, capture_output=True)
    lines = (course / "again" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    return {
        (record["student"], f"check_{exercise['name']}"): exercise["score"]
        for record in map(json.loads, lines)
        for exercise in record["exercises"]
    }


def test_from_generate_to_feedback(lab: Lab, page: Page, picture: Picture):
    formgrader = FormgraderPage(page, lab)
    page.keyboard.press("Control+B")  # the list of files gives its room to the formgrader
    assignment = formgrader.row(ASSIGNMENT)
    formgrader.press(assignment, "assign")
    assert (lab.folder / "assignments" / ASSIGNMENT / "answer_key.h5").exists()
    picture(page, "instructor/assignments")

    assignment.locator(".num-submissions a").click()
    for student in STUDENTS:
        formgrader.press(formgrader.row(student), "autograde")
    expect(formgrader.row("ada")).to_contain_text("needs manual grading")
    picture(page, "instructor/submissions")

    formgrader.open_submission(ASSIGNMENT, "Lovelace, Ada")
    for grade_id, points in WRITTEN.items():
        formgrader.give_points(grade_id, points)
    formgrader.write_comment("why_rescale", COMMENT)
    picture(formgrader.answer("why_rescale"), "instructor/written-answer")

    formgrader = FormgraderPage(page, lab)
    formgrader.press(formgrader.row(ASSIGNMENT), "generate-feedback")
    formgrader.go("Manage Students")
    expect(formgrader.row("ada")).to_contain_text("95 / 100")
    picture(page, "instructor/scores")
    feedback = lab.folder / "feedback" / "ada" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    assert COMMENT in feedback.read_text(encoding="utf-8")

    with gradebook_of(lab.folder) as gradebook:
        grades = {
            (submission.student.id, grade.name): grade
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
            for notebook in submission.notebooks
            for grade in notebook.grades
        }
        written = {name: grades["ada", name].score for name in WRITTEN}
        automatic = {
            key: grade.score for key, grade in grades.items() if key[1].startswith("check_")
        }
    assert written == WRITTEN
    assert automatic == scores_of_the_command(lab.folder)
