"""A real notebook, graded by the engine of the command line in its sandbox, and delivered."""

import pytest
from sqlalchemy import select

from autograder.authoring.keys import build_pool, indices_for
from autograder.database.tables import Result, User
from autograder.service.engine import ClassroomEngine
from tests.end_to_end.whole import COURSE, School, Seat, Whole
from tests.sample_class.sample import SUBMISSIONS

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("release")]  # they share the keys

ASSIGNMENT = "dropout"
STUDENTS = ("ada", "scale-sven")


def work_of(student: str) -> bytes:
    """Return a notebook of the sample class."""
    return (SUBMISSIONS / student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").read_bytes()


def seats(moodle: School) -> list[Seat]:
    """Launch the students; they get pseudonyms whose hidden keys the sample class shares."""
    found = [moodle.open(user) for user in (moodle.alice, moodle.bob)]
    with moodle.whole.database.transaction() as session:
        for user, name in zip(session.scalars(select(User)), STUDENTS, strict=True):
            user.pseudonym = name
    return found


def test_a_right_and_a_wrong_notebook_through_the_real_engine(moodle: School):
    build_pool(COURSE, ASSIGNMENT, only=indices_for(COURSE, ASSIGNMENT, STUDENTS), jobs=2)
    for seat, student in zip(seats(moodle), STUDENTS, strict=True):
        seat.hand_in(work_of(student))
    whole = moodle.whole
    whole.engine = ClassroomEngine(COURSE, 1)
    try:
        whole.grade()
    finally:
        whole.engine.end()
    whole.deliver()
    assert moodle.shown(moodle.alice) == 100
    assert mistakes(whole) == [set(), {"no_rescale_forward"}]
    worse = moodle.shown(moodle.bob)
    assert worse is not None
    assert 80 < worse < 100  # half of one exercise's points
    assert "dropout_forward" in moodle.comments(moodle.bob)[0]


def mistakes(whole: Whole) -> list[set[str]]:
    """Return the misconceptions in the record of each attempt, in their order."""
    with whole.database.reading() as session:
        records = session.scalars(select(Result.record).order_by(Result.attempt_id)).all()
    return [
        {test["misconception_id"] for test in record["tests"] if test["misconception_id"]}
        for record in records
    ]
