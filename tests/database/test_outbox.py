from dataclasses import replace

import pytest

from autograder.database import Database, outbox
from autograder.database.outbox import AT_ONE_LMS, Outcome
from autograder.database.tables import Attempt, Outbox, Platform
from tests.database.rows import LINE_ITEM, MINUTE, NOW, Class, a_class, link, platform, user

DELIVERED = Outcome(state="delivered", shown_score=5.0, comment_sent="5.0 of 10")


@pytest.fixture
def students(database: Database) -> Class:
    return a_class(database)


@pytest.fixture
def attempt(students: Class) -> Attempt:
    return students.hand_in("a")


def claim(students: Class, owner: str = "a", now=NOW) -> Outbox | None:
    with students.database.transaction() as session:
        return outbox.claim(session, owner, now, MINUTE)


def record(students: Class, sent: Outbox, outcome: Outcome, owner: str = "a", now=NOW) -> bool:
    with students.database.transaction() as session:
        return outbox.record(session, sent, owner, outcome, now)


def test_a_score_waits_to_be_sent(students: Class, attempt: Attempt):
    assert students.send(attempt, 5.0)
    row = students.row()
    assert (row.state, row.score_given, row.lineitem_url) == ("waiting", 5.0, f"{LINE_ITEM}&link=3")
    with students.database.reading() as session:
        assert [row.id for row in outbox.due(session, NOW, 10)] == [row.id]
        assert outbox.states(session) == {"waiting": 1}


def test_a_newer_score_replaces_an_older_one(students: Class, attempt: Attempt):
    students.send(attempt, 5.0)
    assert students.send(attempt, 3.0, NOW + MINUTE)
    assert students.row().score_given == 3.0


@pytest.mark.parametrize("age", [0, 1])
def test_an_older_score_changes_nothing(students: Class, attempt: Attempt, age: int):
    students.send(attempt, 5.0)
    assert not students.send(attempt, 3.0, NOW - age * MINUTE)
    assert students.row().score_given == 5.0


def test_a_newer_score_waits_again_though_the_last_one_was_refused(
    students: Class, attempt: Attempt
):
    students.send(attempt, 5.0)
    sent = claim(students)
    record(students, sent, Outcome(state="dead", reason="locked", detail="500", comment_sent="x"))
    students.send(attempt, 6.0, NOW + MINUTE)
    row = students.row()
    assert (row.state, row.reason, row.detail, row.tries) == ("waiting", "", "", 0)
    assert row.comment_sent == "x"


def test_without_a_line_item_there_is_nothing_to_send(students: Class, attempt: Attempt):
    students.link.lineitem_url = None
    with pytest.raises(ValueError, match="no line item"):
        students.send(attempt, 5.0)


def test_a_claimed_row_is_nobody_elses(students: Class, attempt: Attempt):
    students.send(attempt, 5.0)
    sent = claim(students, "a")
    assert (sent.tries, sent.first_tried_at) == (1, NOW)
    assert claim(students, "b") is None
    assert not record(students, sent, DELIVERED, "b")
    assert record(students, sent, DELIVERED, "a")


def test_a_sender_that_died_leaves_its_row_to_the_next(students: Class, attempt: Attempt):
    students.send(attempt, 5.0)
    claim(students, "a")
    again = claim(students, "b", NOW + 2 * MINUTE)
    assert (again.tries, again.first_tried_at) == (2, NOW)
    assert not record(students, again, DELIVERED, "a")


def test_what_came_of_it_is_kept(students: Class, attempt: Attempt):
    students.send(attempt, 5.0)
    record(students, claim(students), DELIVERED, now=NOW + MINUTE)
    row = students.row()
    assert (row.state, row.shown_score, row.comment_sent) == ("delivered", 5.0, "5.0 of 10")
    assert (row.delivered_at, row.lease_owner) == (NOW + MINUTE, None)
    assert claim(students, now=NOW + 9 * MINUTE) is None


def test_a_row_that_is_to_be_sent_again_waits_until_then(students: Class, attempt: Attempt):
    students.send(attempt, 5.0)
    later = Outcome(state="waiting", reason="busy", next_at=NOW + 5 * MINUTE)
    record(students, claim(students), later)
    assert claim(students, now=NOW + 4 * MINUTE) is None
    assert claim(students, now=NOW + 5 * MINUTE).reason == "busy"


def test_a_score_that_comes_while_another_is_sent_waits_until_that_is_done(
    students: Class, attempt: Attempt
):
    students.send(attempt, 5.0)
    sent = claim(students, "a")
    students.send(attempt, 6.0, NOW + MINUTE / 4)
    assert claim(students, "b", NOW + MINUTE / 2) is None, "nobody overtakes the older score"
    assert not record(students, sent, DELIVERED, "a", NOW + MINUTE / 2)
    row = students.row()
    assert (row.state, row.comment_sent) == ("waiting", "5.0 of 10")
    assert claim(students, "b", NOW + MINUTE / 2).score_given == 6.0


def test_a_new_timestamp_to_send_does_not_make_a_score_newer(students: Class, attempt: Attempt):
    students.send(attempt, 5.0)
    ahead = Outcome(state="waiting", restamped_at=NOW + 3 * MINUTE, next_at=NOW + 3 * MINUTE)
    record(students, claim(students), ahead)
    assert students.row().restamped_at == NOW + 3 * MINUTE
    assert students.send(attempt, 6.0, NOW + MINUTE)
    assert (students.row().score_given, students.row().restamped_at) == (6.0, None)


def test_a_score_that_was_delivered_can_be_sent_again(students: Class, attempt: Attempt):
    students.send(attempt, 5.0)
    record(students, claim(students), replace(DELIVERED, state="differs"))
    with students.database.transaction() as session:
        outbox.resend(session, students.row().id, NOW + MINUTE)
    assert claim(students, now=NOW + MINUTE).score_given == 5.0


def test_what_came_of_an_erased_score_is_forgotten(students: Class, attempt: Attempt):
    students.send(attempt, 5.0)
    sent = claim(students)
    with students.database.transaction() as session:
        session.delete(session.merge(students.users[0]))
    assert not record(students, sent, DELIVERED)


def test_the_longest_due_is_sent_first(students: Class):
    for number, later in [(0, 2), (1, 0), (2, 1)]:
        students.send(students.hand_in("a", number), 5.0, NOW + later * MINUTE)
    sent = [claim(students, now=NOW + 3 * MINUTE).user_id for _ in range(3)]
    assert sent == [students.users[number].id for number in (1, 2, 0)]


def test_a_score_that_is_sent_again_waits_whatever_comes_of_the_last_sending(
    students: Class, attempt: Attempt
):
    students.send(attempt, 5.0)
    sent = claim(students)
    with students.database.transaction() as session:
        outbox.resend(session, sent.id, NOW)
    assert not record(students, sent, Outcome(state="dead", reason="locked"))
    assert (students.row().state, students.row().reason) == ("waiting", "")
    assert claim(students, "b") is not None


def test_an_lms_that_is_slow_leaves_senders_for_the_others(database: Database):
    slow = a_class(database, AT_ONE_LMS + 1)
    with database.transaction() as session:
        other = platform(session, "another client")
        quick = Class(database, link(session, other.id, "4"), [user(session, other.id)])
    for number in range(AT_ONE_LMS + 1):
        slow.send(slow.hand_in("a", number), 5.0)
    quick.send(quick.hand_in("a", now=NOW + MINUTE), 5.0, NOW + MINUTE)
    later = NOW + MINUTE
    claimed = [claim(slow, f"sender {number}", later) for number in range(AT_ONE_LMS + 2)]
    links = [row and row.link_id for row in claimed]
    assert links == [slow.link.id] * AT_ONE_LMS + [quick.link.id, None]
    assert claimed[0] is not None
    record(slow, claimed[0], DELIVERED, "sender 0", later)
    assert claim(slow, "sender 0", later) is not None


def test_nothing_is_sent_to_an_lms_that_is_shut_out(students: Class, attempt: Attempt):
    students.send(attempt, 5.0)
    set_active(students, False)
    assert claim(students) is None
    set_active(students, True)
    assert claim(students) is not None


def set_active(students: Class, active: bool) -> None:
    with students.database.transaction() as session:
        session.get_one(Platform, students.link.platform_id).active = active
