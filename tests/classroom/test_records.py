"""Result records of a class: what was graded, and what stands in the gradebook since."""

from pathlib import Path

import pytest

from autograder.classroom.records import NoResultsError, class_records, write_records
from autograder.course.layout import Course, find_course
from autograder.lms.record import read_record
from autograder.lms.roster import Roster
from tests.lms.gradebooks import (
    grade_by_hand,
    hand_in_late,
    make_gradebook,
    opened,
    report,
    write_graded,
)


@pytest.fixture(scope="module")
def course() -> Course:
    return find_course(Path(__file__).parent)


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    write_graded(tmp_path, report("ada"), report("bo", 20.0))
    return tmp_path


def made(course: Course, graded: Path, roster: Roster | None = None):
    return class_records(course, graded, ["dropout"], roster or Roster())


def test_a_record_says_what_the_report_says(course: Course, graded: Path):
    make_gradebook(graded, {"ada": 15.0, "bo": 20.0})
    found = made(course, graded)
    ada, bo = found.records
    assert found.attention == []
    assert (ada.score, ada.max_score, bo.score) == (15.0, 20.0, 20.0)
    assert ada.submitted_at == "2026-11-04T10:00:00.000Z"
    assert ada.graded_at is not None
    assert ada.feedback_page == "pages/ada/dropout.html"
    (task,) = ada.tests
    assert (task.id, task.misconception_id) == ("check_dropout_forward", "no_rescale_forward")
    assert task.verdict == "Not right yet"


def test_no_record_names_the_seed(course: Course, graded: Path):
    make_gradebook(graded, {"ada": 15.0, "bo": 20.0})
    for path in write_records(graded, made(course, graded).records):
        text = path.read_text(encoding="utf-8")
        assert "receipt" not in text
        assert "12345" not in text
        assert read_record(path).seed_id


def test_records_lie_beside_their_pages(course: Course, graded: Path):
    make_gradebook(graded, {"ada": 15.0, "bo": 20.0})
    files = write_records(graded, made(course, graded).records)
    assert [path.relative_to(graded).as_posix() for path in files] == [
        "pages/ada/dropout.json", "pages/bo/dropout.json",
    ]  # fmt: skip


def test_manual_points_and_comments_count(course: Course, graded: Path):
    make_gradebook(graded, {"ada": 15.0, "bo": 20.0}, written=True)
    grade_by_hand(graded, "ada", "answer", 4.0, "Well said.")
    grade_by_hand(graded, "ada", "check_dropout_forward", 17.0)
    ada, bo = made(course, graded).records
    assert (ada.score, ada.max_score) == (21.0, 25.0)
    answer = ada.tests[1]
    assert (answer.status, answer.message_text) == ("graded_by_person", "Well said.")
    assert bo.score is None
    assert bo.tests[1].status == "not_gradable"


def test_a_late_penalty_is_taken_off(course: Course, graded: Path):
    make_gradebook(graded, {"ada": 15.0, "bo": 20.0})
    hand_in_late(graded, "ada", 90, 5.0)
    hand_in_late(graded, "bo", -90, 0.0)
    ada, bo = made(course, graded).records
    assert (ada.score, ada.late_penalty, ada.late_seconds, ada.late) == (10.0, 5.0, 90.0, True)
    assert (bo.score, bo.late_seconds, bo.late) == (20.0, 0.0, False)


def test_a_penalty_never_makes_less_than_nothing(course: Course, graded: Path):
    make_gradebook(graded, {"ada": 15.0, "bo": 20.0})
    hand_in_late(graded, "ada", 90, 99.0)
    assert made(course, graded).records[0].score == 0.0


def test_what_waits_for_a_person_has_no_score(course: Course, tmp_path: Path):
    write_graded(tmp_path, report("ada", None, trouble="The grader stumbled."))
    make_gradebook(tmp_path, {"ada": None})
    (ada,) = made(course, tmp_path).records
    assert ada.score is None


def test_without_a_gradebook_the_automatic_points_are_said_to_be_so(course: Course, graded: Path):
    make_gradebook(graded, {"ada": 15.0})
    found = made(course, graded)
    assert [record.score for record in found.records] == [15.0, 20.0]
    assert found.attention[0].startswith("bo, dropout: not in the gradebook")


def test_what_lms_call_a_student_is_there(course: Course, graded: Path):
    make_gradebook(graded, {"ada": 15.0, "bo": 20.0})
    with opened(graded) as gradebook:
        gradebook.update_or_create_student(
            "ada", first_name="Ada", last_name="Lovelace", email="a@x.y"
        )
    roster = Roster()
    roster.add("ada", "dropout", {"moodle_participant": "3", "email": "new@x.y"})
    roster.mark_late("ada", "dropout", late=True)
    ada = made(course, graded, roster).records[0]
    assert ada.student.lms == {
        "name": "Ada Lovelace", "email": "new@x.y", "moodle_participant": "3",
    }  # fmt: skip
    assert ada.late


def test_who_handed_nothing_in_is_known(course: Course, graded: Path):
    make_gradebook(graded, {"ada": 15.0, "bo": 20.0})
    with opened(graded) as gradebook:
        gradebook.add_student("zoe")
    roster = Roster()
    roster.add("yan", "dropout", {"email": "y@x.y"})
    absent = made(course, graded, roster).absent
    assert [(record.student.id, record.score) for record in absent] == [
        ("yan", None),
        ("zoe", None),
    ]


def test_without_results_there_is_a_sentence(course: Course, tmp_path: Path):
    with pytest.raises(NoResultsError, match="Grade first"):
        made(course, tmp_path)
