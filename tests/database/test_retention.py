from datetime import timedelta

import pytest
from sqlalchemy import select

from autograder.database import Database, alerts, outbox, queue, retention, sessions, standings
from autograder.database.columns import Base
from autograder.database.outbox import Outcome
from autograder.database.retention import Erased
from autograder.database.sessions import Visit
from autograder.database.tables import Attempt, User
from tests.database.rows import MINUTE, NOW, Class, a_class, link, platform, user

DAY = timedelta(days=1)
OF_STUDENTS = {
    "alert",
    "attempt",
    "lms_user",
    "outbox",
    "result",
    "upload",
    "web_session",
}


@pytest.fixture
def students(database: Database) -> Class:
    return a_class(database, 2)


def counts(database: Database) -> dict[str, int]:
    """How many rows each table has, but for those without any."""
    with database.reading() as session:
        rows = {
            table.name: len(session.execute(select(table)).all())
            for table in Base.metadata.sorted_tables
        }
    return {name: number for name, number in rows.items() if number}


def a_whole_life(students: Class, number: int, now=NOW) -> Attempt:
    """Somebody launches, hands in, is graded, gets a score, and something went wrong too."""
    attempt = students.hand_in("a", number, now)
    students.claim(now=now)
    students.finish(attempt)
    students.send(attempt, 7.0, now)
    with students.database.transaction() as session:
        visit = Visit(
            user_id=attempt.user_id, role="student", language="en", link_id=students.link.id
        )
        sessions.start(session, visit, now, 60 * MINUTE)
        alerts.add(session, "oh", now=now, link_id=attempt.link_id, attempt_id=attempt.id)
    return attempt


def deliver(students: Class, now=NOW) -> None:
    with students.database.transaction() as session:
        while (row := outbox.claim(session, "s", now, MINUTE)) is not None:
            outbox.record(session, row, "s", Outcome(state="delivered"), now)


def test_an_erased_person_leaves_nothing(students: Class):
    for number in (0, 1):
        a_whole_life(students, number)
    before = counts(students.database)
    with students.database.transaction() as session:
        assert retention.erase_user(session, students.users[0].id) == Erased(1, 1)
    after = counts(students.database)
    assert after == {
        name: number // 2 if name in OF_STUDENTS else number for name, number in before.items()
    }
    with students.database.reading() as session:
        assert [row.id for row in session.query(User)] == [students.users[1].id]


def test_erasing_nobody_erases_nothing(students: Class):
    a_whole_life(students, 0)
    before = counts(students.database)
    with students.database.transaction() as session:
        assert retention.erase_user(session, 999) == Erased(0, 0)
    assert counts(students.database) == before


def test_an_erased_attempt_is_no_longer_its_graders(students: Class):
    attempt = students.hand_in("a")
    students.claim("a")
    with students.database.transaction() as session:
        retention.erase_user(session, attempt.user_id)
    assert not students.finish(attempt, "a")
    assert students.hand_in("b", 1).id != attempt.id, "its number is not used again"


def test_an_erased_course_leaves_nothing_but_who_is_elsewhere_too(students: Class):
    for number in (0, 1):
        a_whole_life(students, number)
    with students.database.transaction() as session:
        elsewhere = link(session, students.link.platform_id, "elsewhere")
        elsewhere.context_id = "another course"
    a_whole_life(Class(students.database, elsewhere, students.users), 1)
    with students.database.transaction() as session:
        erased = retention.erase_course(session, students.link.platform_id, "course")
    assert erased == Erased(1, 2)
    left = {name: number for name, number in counts(students.database).items() if number}
    assert left == {"platform": 1, "link": 1} | dict.fromkeys(OF_STUDENTS, 1)


def test_another_platforms_course_of_the_same_name_stays(students: Class):
    with students.database.transaction() as session:
        other = platform(session, "other")
        theirs = link(session, other.id)
        somebody = user(session, other.id)
    a_whole_life(Class(students.database, theirs, [somebody]), 0)
    with students.database.transaction() as session:
        assert retention.erase_course(session, students.link.platform_id, "course") == Erased(0, 0)
    assert counts(students.database)["attempt"] == 1


def purge(students: Class, before, now) -> Erased:
    with students.database.transaction() as session:
        return retention.purge(session, before, now)


def test_what_is_old_goes_and_what_is_new_stays(students: Class):
    a_whole_life(students, 0, NOW)
    a_whole_life(students, 1, NOW + 2 * DAY)
    deliver(students, NOW + 2 * DAY)
    assert purge(students, NOW + DAY, NOW + 2 * DAY + MINUTE / 2) == Erased(1, 1)
    assert counts(students.database) == {"platform": 1, "link": 1} | dict.fromkeys(OF_STUDENTS, 1)


def test_an_old_attempt_stays_as_long_as_a_newer_one_of_the_same_person(students: Class):
    for words, later in [("a", 0), ("b", 2)]:
        students.hand_in(words, 0, NOW + later * DAY)
        students.finish(students.claim())
    assert purge(students, NOW + DAY, NOW + 2 * DAY).attempts == 0
    assert purge(students, NOW + 3 * DAY, NOW + 3 * DAY).attempts == 2


@pytest.mark.parametrize("unfinished", ["queued", "grading", "unsent"])
def test_unfinished_work_stays_however_old(students: Class, unfinished: str):
    attempt = students.hand_in("a")
    if unfinished != "queued":
        students.claim()
    if unfinished == "unsent":
        students.finish(attempt)
        students.send(attempt, 7.0)
    assert purge(students, NOW + 9 * DAY, NOW + 9 * DAY).attempts == 0
    if unfinished == "unsent":
        deliver(students)
        assert purge(students, NOW + 9 * DAY, NOW + 9 * DAY) == Erased(1, 1)


def test_people_who_never_handed_in_are_forgotten_too(students: Class):
    assert purge(students, NOW + DAY, NOW + DAY) == Erased(2, 0)


def test_people_whose_session_goes_on_stay(students: Class):
    with students.database.transaction() as session:
        visit = Visit(user_id=students.users[0].id, role="instructor", language="en")
        sessions.start(session, visit, NOW, 3 * DAY)
    assert purge(students, NOW + DAY, NOW + DAY) == Erased(1, 0)
    assert purge(students, NOW + DAY, NOW + 3 * DAY) == Erased(1, 0)


@pytest.mark.parametrize("words", ["0", "ada@b.example", "id-9", "the pseudonym"])
def test_a_person_is_found_by_any_name_that_is_theirs_alone(students: Class, words: str):
    with students.database.transaction() as session:
        ada = session.merge(students.users[0])
        ada.email, ada.sis_id, ada.name = "ada@b.example", "id-9", "Ada"
    words = ada.pseudonym if words == "the pseudonym" else words
    with students.database.reading() as session:
        lms = students.link.platform_id
        assert [row.id for row in retention.people(session, lms, words)] == [ada.id]
        assert retention.people(session, lms, "Ada") == []
        assert retention.people(session, lms + 1, words) == []


def test_the_table_of_a_class_has_all_attempts_with_their_points(students: Class):
    first = a_whole_life(students, 1)
    second = students.hand_in("b", 1)
    other = students.hand_in("a", 0)
    with students.database.transaction() as session:
        session.merge(students.users[0]).name = "zoe"
        session.merge(students.users[1]).name = "Ada"
    with students.database.reading() as session:
        ada, zoe = standings.of_link(session, students.link.id)
        alone = standings.of_user(session, students.users[1].id, students.link.id)
        assert standings.by_public_id(session, other.public_id).id == other.id
        assert standings.by_public_id(session, "x") is None
    points = [(row.attempt.id, row.score, row.max_score) for row in ada.attempts]
    assert points == [(first.id, 7.0, 10.0), (second.id, None, None)]
    assert [row.attempt.id for row in alone] == [first.id, second.id]
    assert (ada.outbox.score_given, zoe.outbox, zoe.user.name) == (7.0, None, "zoe")
    assert len(zoe.attempts) == 1


def test_alerts_are_put_away_at_their_link_only(students: Class):
    with students.database.transaction() as session:
        other = link(session, students.link.platform_id, "other")
        alerts.add(session, "here", now=NOW, link_id=students.link.id)
        alerts.add(session, "there", now=NOW, link_id=other.id)
        alerts.add(session, "all", now=NOW)
    with students.database.transaction() as session:
        (here,) = alerts.unseen(session, students.link.id)
        alerts.put_away(session, other.id, [here.id], NOW)
        assert alerts.unseen(session, students.link.id) == [here]
        alerts.put_away(session, students.link.id, [here.id], NOW)
        assert alerts.unseen(session, students.link.id) == []
        assert [row.text for row in alerts.unseen(session, other.id)] == ["there"]
        assert [row.text for row in alerts.unseen(session, None)] == ["all"]


def test_grading_again_counts_as_unfinished(students: Class):
    attempt = students.hand_in("a")
    students.finish(students.claim())
    with students.database.transaction() as session:
        queue.regrade(session, attempt.id)
    assert purge(students, NOW + DAY, NOW + DAY).attempts == 0
