from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.database import Database, alerts, queue
from autograder.database.tables import Alert, Result, Upload
from tests.database.rows import MINUTE, NOW, Class, a_class


@pytest.fixture
def students(database: Database) -> Class:
    return a_class(database)


def test_an_accepted_file_is_there_with_its_attempt(students: Class):
    attempt = students.hand_in("a notebook")
    with students.database.reading() as session:
        assert session.get_one(Upload, attempt.id).content == b"a notebook"
    assert (attempt.state, attempt.number, attempt.tries) == ("queued", 1, 0)


def test_attempts_are_numbered_for_each_person(students: Class):
    numbers = [
        students.hand_in(words, user).number for user, words in [(0, "a"), (0, "b"), (1, "a")]
    ]
    assert numbers == [1, 2, 1]


def test_the_same_file_again_is_the_same_attempt(students: Class):
    first = students.hand_in("a")
    students.hand_in("b")
    assert students.hand_in("a").id == first.id


def test_one_person_handing_in_at_once_gets_each_number_once(students: Class):
    words = [str(number // 2) for number in range(12)]
    with ThreadPoolExecutor(4) as threads:
        attempts = list(threads.map(students.hand_in, words))
    assert sorted({attempt.number for attempt in attempts}) == [1, 2, 3, 4, 5, 6]


def test_a_file_of_an_erased_person_is_refused(students: Class):
    with students.database.transaction() as session:
        session.delete(session.merge(students.users[0]))
    with pytest.raises(Exception, match="No row was found"):
        students.hand_in("a")


def test_the_oldest_comes_first(students: Class):
    late = students.hand_in("a", 0, NOW + MINUTE)
    early = students.hand_in("b", 1, NOW)
    assert [students.claim().id, students.claim().id, students.claim()] == [early.id, late.id, None]


def test_a_first_result_comes_before_grading_again(students: Class):
    old = students.hand_in("old")
    students.finish(students.claim())
    with students.database.transaction() as session:
        queue.regrade(session, old.id)
    new = students.hand_in("new", 1, NOW + MINUTE)
    assert [students.claim().id, students.claim().id] == [new.id, old.id]


def test_a_claimed_attempt_is_nobody_elses(students: Class):
    students.hand_in("a")
    attempt = students.claim("a")
    assert (attempt.state, attempt.tries, attempt.lease_until) == ("grading", 1, NOW + MINUTE)
    assert students.claim("b") is None
    assert not students.finish(attempt, "b")
    assert students.finish(attempt, "a")


def test_claims_at_once_get_different_attempts(students: Class):
    handed_in = {students.hand_in(str(number)).id for number in range(8)}
    with ThreadPoolExecutor(4) as threads:
        claimed = list(threads.map(students.claim, "abcdefgh"))
    assert {attempt.id for attempt in claimed} == handed_in
    assert len({attempt.lease_owner for attempt in claimed}) == 8


def test_a_lease_that_ran_out_is_handed_out_again(students: Class):
    students.hand_in("a")
    students.claim("a")
    again = students.claim("b", NOW + 2 * MINUTE)
    assert (again.lease_owner, again.tries) == ("b", 2)
    assert not students.finish(again, "a")
    assert students.finish(again, "b")


def test_a_renewed_lease_does_not_run_out(students: Class):
    attempt = students.hand_in("a")
    students.claim("a")
    with students.database.transaction() as session:
        assert queue.renew(session, attempt.id, "a", NOW + MINUTE, 5 * MINUTE)
        assert not queue.renew(session, attempt.id, "b", NOW + MINUTE, 5 * MINUTE)
    assert students.claim("b", NOW + 5 * MINUTE) is None
    assert students.claim("b", NOW + 7 * MINUTE) is not None


def test_a_result_that_comes_late_but_before_anybody_else_is_kept(students: Class):
    attempt = students.hand_in("a")
    students.claim("a")
    assert students.finish(attempt, "a")
    assert students.claim("b", NOW + 2 * MINUTE) is None


def test_after_two_tries_an_attempt_fails_and_the_instructors_are_told(students: Class):
    attempt = students.hand_in("a")
    other = students.hand_in("b", 1, NOW + 9 * MINUTE)
    students.claim("a")
    students.claim("b", NOW + 2 * MINUTE)
    assert students.claim("c", NOW + 10 * MINUTE).id == other.id
    assert students.attempt(attempt).state == "failed"
    with students.database.reading() as session:
        (alert,) = alerts.unseen(session, students.link.id)
    assert attempt.public_id in alert.text
    assert (alert.attempt_id, alert.link_id) == (attempt.id, students.link.id)


def test_a_result_is_kept_and_a_second_one_replaces_it(students: Class):
    attempt = students.hand_in("a")
    students.claim()
    students.finish(attempt, score=3.0)
    with students.database.transaction() as session:
        queue.regrade(session, attempt.id)
    students.claim()
    students.finish(attempt, score=4.0)
    with students.database.reading() as session:
        result = session.query(Result).one()
    assert (result.record, result.score, result.max_score) == ({"score": 4.0}, 4.0, 10.0)
    assert students.attempt(attempt).state == "graded"


def test_a_record_with_nan_is_refused_on_both_databases(students: Class):
    attempt = students.hand_in("a")
    students.claim()
    with pytest.raises(Exception, match="not JSON compliant"):
        students.finish(attempt, score=float("nan"))
    assert students.attempt(attempt).state == "grading"


def test_giving_up_once_tries_again_and_twice_fails(students: Class):
    attempt = students.hand_in("a")
    states = []
    for _ in range(2):
        students.claim()
        with students.database.transaction() as session:
            assert queue.give_up(session, attempt.id, "a", reason="the kernel died", now=NOW)
        states.append(students.attempt(attempt).state)
    assert states == ["queued", "failed"]
    with students.database.reading() as session:
        assert "could not be graded: the kernel died, 2 times" in session.query(Alert).one().text


def test_only_the_owner_gives_up_or_releases(students: Class):
    attempt = students.hand_in("a")
    students.claim("a")
    with students.database.transaction() as session:
        assert not queue.give_up(session, attempt.id, "b", reason="", now=NOW)
        assert not queue.release(session, attempt.id, "b")
    assert students.attempt(attempt).lease_owner == "a"


def test_a_grader_that_is_asked_to_stop_costs_no_try(students: Class):
    attempt = students.hand_in("a")
    students.claim()
    with students.database.transaction() as session:
        assert queue.release(session, attempt.id, "a")
    assert (students.attempt(attempt).state, students.attempt(attempt).tries) == ("queued", 0)


def test_grading_again_takes_the_attempt_from_a_grader_that_has_it(students: Class):
    attempt = students.hand_in("a")
    students.claim("a")
    with students.database.transaction() as session:
        queue.regrade(session, attempt.id)
    assert not students.finish(attempt, "a")
    assert students.claim("b").tries == 1


def test_where_grading_again_fails_the_earlier_result_stands(students: Class):
    attempt = students.hand_in("a")
    students.claim()
    students.finish(attempt)
    with students.database.transaction() as session:
        queue.regrade(session, attempt.id)
    for later in (1, 3, 5):
        students.claim(str(later), NOW + later * MINUTE)
    assert students.attempt(attempt).state == "graded"
    with students.database.reading() as session:
        assert session.query(Alert).count() == 1


def test_a_place_counts_those_who_are_taken_before(students: Class):
    third = students.hand_in("a", 0, NOW + 2 * MINUTE)
    first = students.hand_in("b", 1, NOW)
    second = students.hand_in("c", 2, NOW)
    with students.database.reading() as session:
        assert [queue.place(session, one) for one in (first, second, third)] == [0, 1, 2]
    assert students.claim().id == first.id
    with students.database.reading() as session:
        now = [students.attempt(one) for one in (first, second, third)]
        assert [queue.place(session, one) for one in now] == [0, 0, 1]
        assert queue.states(session) == {"grading": 1, "queued": 2}
