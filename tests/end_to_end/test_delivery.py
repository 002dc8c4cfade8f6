"""Scores reach the gradebook of each kind of LMS, whatever it does meanwhile."""

import logging
from datetime import timedelta

import pytest

from autograder.database import outbox
from autograder.database.tables import Outbox
from tests.end_to_end.quick_engine import ADVICE, notebook
from tests.end_to_end.whole import School, Seat, Whole, school
from tests.platform.rules import CANVAS, MOODLE
from tests.platform.state import User


def graded(either: School, points: float, user: User | None = None) -> Seat:
    """Hand in a notebook and have it graded; nothing is sent yet."""
    seat = either.open(user or either.alice)
    page = seat.hand_in(notebook(points))
    assert "/a/attempt/" in page.url, page.text
    either.whole.grade()
    return seat


def delivered(either: School, points: float, user: User | None = None) -> Seat:
    """Hand in a notebook, have it graded and sent, once."""
    seat = graded(either, points, user)
    either.whole.deliver()
    return seat


def test_score_and_comment_stand_in_the_gradebook(either: School):
    seat = delivered(either, 15)
    assert either.shown() == 75
    (comment,) = either.comments()
    assert ADVICE in comment
    assert f"{either.whole.url}/a/attempt/" in comment
    assert "In the gradebook of your course" in seat.look().text
    assert either.whole.outbox() == ["delivered"]


def test_only_what_is_final_is_sent(either: School):
    seat = either.open(either.alice)
    seat.hand_in(notebook(15))
    either.whole.deliver()
    assert either.platform.scores_sent() == []
    either.whole.grade()
    either.whole.deliver()
    (score,) = either.platform.scores_sent()
    assert (score["activityProgress"], score["gradingProgress"]) == ("Completed", "FullyGraded")
    assert (score["scoreGiven"], score["scoreMaximum"]) == (75, 100)


def test_a_zero_arrives(either: School):
    delivered(either, 0)
    assert either.shown() == 0
    assert either.whole.outbox() == ["delivered"]


def test_the_same_file_twice_is_one_attempt(either: School):
    delivered(either, 15)
    either.whole.clock.forward(minutes=5)
    seat = delivered(either, 15)
    assert "This very file was handed in before" in seat.look().text
    assert len(either.whole.engine.graded) == 1
    assert len(either.platform.scores_sent()) == 1
    assert len(either.comments()) == 1


def test_a_better_score_in_the_same_second(either: School):
    delivered(either, 10)
    either.whole.clock.forward(milliseconds=300)
    delivered(either, 15)
    either.whole.deliver_all()
    assert either.shown() == 75
    assert either.whole.outbox() == ["delivered"]
    assert len(either.platform.scores_sent()) == (3 if either.platform.rules.whole_seconds else 2)


def test_a_worse_attempt_lowers_nothing(either: School):
    delivered(either, 15)
    either.whole.clock.forward(minutes=5)
    delivered(either, 10)
    assert either.shown() == 75
    assert len(either.platform.scores_sent()) == 1


def test_each_student_gets_their_own(either: School):
    delivered(either, 15)
    delivered(either, 20, either.bob)
    assert [either.shown(), either.shown(either.bob)] == [75, 100]


def test_the_maximum_is_the_line_items(either: School):
    either.item.maximum = 8
    delivered(either, 15)
    assert either.shown() == 6


def test_moodle_keeps_a_teachers_grade_and_the_teacher_reads_it(moodle: School):
    delivered(moodle, 10)
    moodle.item.grade(moodle.alice).overridden = 77
    moodle.whole.clock.forward(minutes=5)
    seat = delivered(moodle, 15)
    assert moodle.shown() == 77
    assert moodle.whole.outbox() == ["differs"]
    assert "shows another value" in seat.look().text
    page = moodle.open(moodle.teacher).page.text
    assert "shows 77 on its own scale; 15 of 20 points were sent" in page
    sent = len(moodle.platform.scores_sent())
    moodle.whole.clock.forward(hours=30)
    moodle.whole.deliver_all()
    assert len(moodle.platform.scores_sent()) == sent  # it does not fight


def test_a_teachers_grade_of_as_many_points_keeps_its_comment(moodle: School):
    delivered(moodle, 15)
    moodle.item.grade(moodle.alice).overridden = 100
    moodle.whole.clock.forward(minutes=5)
    delivered(moodle, 20)
    (row,) = moodle.whole.outbox_rows()
    assert (row.state, row.reason, row.shown_score) == ("differs", "comment", 100)


@pytest.mark.slow
def test_a_locked_grade_is_given_up_after_a_day(moodle: School):
    moodle.item.grade(moodle.alice).locked = True
    delivered(moodle, 15)
    assert moodle.whole.outbox() == ["waiting"]
    begun = moodle.whole.clock()
    moodle.whole.deliver_all()
    assert moodle.whole.outbox() == ["dead"]
    assert moodle.whole.clock() - begun < timedelta(hours=24, minutes=31)
    page = moodle.open(moodle.teacher).page.text
    assert "Locked" in page or "locked" in page


def test_a_grade_that_is_unlocked_in_time_arrives(moodle: School):
    moodle.item.locked = True
    delivered(moodle, 15)
    moodle.item.locked = False
    moodle.whole.deliver_all()
    assert moodle.shown() == 75
    assert moodle.whole.outbox() == ["delivered"]


def test_a_deleted_item_is_refused_at_once(either: School):
    graded(either, 15)
    either.platform.delete(either.item)
    either.whole.deliver()
    assert either.whole.outbox() == ["refused"]


def test_a_course_where_the_tool_is_not_allowed(either: School):
    graded(either, 15)
    either.course.forbidden = True
    either.whole.deliver()
    assert either.whole.outbox() == ["refused"]


def test_a_student_who_has_left(either: School):
    graded(either, 15)
    del either.course.members[either.alice.id]
    either.whole.deliver()
    assert either.whole.outbox() == ["refused"]


def test_a_revoked_token_is_replaced(either: School):
    delivered(either, 10)
    either.platform.revoke_tokens()
    either.whole.clock.forward(minutes=5)
    delivered(either, 15)
    assert either.shown() == 75
    assert len(either.platform.requests("/token")) == 2


def test_a_token_is_kept_while_it_lasts(either: School):
    delivered(either, 10)
    either.whole.clock.forward(minutes=50)
    delivered(either, 15)
    assert len(either.platform.requests("/token")) == 1
    either.whole.clock.forward(minutes=11)
    delivered(either, 20)
    assert len(either.platform.requests("/token")) == 2


def test_throttling_and_trouble_pass(either: School):
    graded(either, 15)
    either.platform.throttle(times=3)
    either.whole.deliver()
    assert either.whole.outbox() == ["waiting"]
    either.platform.fail("/scores", 502, times=2)
    either.whole.deliver_all()
    assert either.shown() == 75
    assert either.whole.outbox() == ["delivered"]


def test_a_blocked_key_set_is_explained_and_passes(moodle: School):
    moodle.platform.set(keyset_blocked=True)
    delivered(moodle, 15)
    assert moodle.whole.outbox() == ["waiting"]
    assert "curlsecurityblockedhosts" in moodle.whole.outbox_rows()[0].detail
    moodle.platform.set(keyset_blocked=False)
    moodle.whole.deliver_all()
    assert moodle.shown() == 75


def test_a_sender_killed_before_it_sends(either: School):
    graded(either, 15)
    whole = either.whole
    with whole.database.transaction() as session:
        assert outbox.claim(session, "killed", whole.clock(), timedelta(minutes=5))
    whole.deliver()
    assert either.shown() is None
    whole.clock.forward(minutes=6)
    whole.deliver()
    assert either.shown() == 75
    assert whole.outbox() == ["delivered"]


def test_a_sender_killed_after_it_sent(either: School):
    graded(either, 15)
    whole = either.whole
    with whole.database.reading() as session:
        (before,) = outbox.due(session, whole.clock(), 1)
    whole.deliver()
    assert either.shown() == 75
    forget_delivery(whole, before.id)
    whole.clock.forward(minutes=6)
    whole.deliver_all()
    assert either.shown() == 75
    assert len(either.comments()) == 1
    assert whole.outbox() == ["delivered"]


def forget_delivery(whole: Whole, outbox_id: int) -> None:
    """Leave the row as a sender leaves it that is killed between the answer and its record."""
    with whole.database.transaction() as session:
        row = session.get_one(Outbox, outbox_id)
        row.state, row.delivered_at, row.comment_sent, row.shown_score = "waiting", None, None, None
        row.lease_owner, row.lease_until = "killed", whole.clock() + timedelta(minutes=5)


def test_a_grader_killed_at_work(either: School):
    seat = either.open(either.alice)
    seat.hand_in(notebook(15))
    whole = either.whole
    whole.claim_and_die()
    whole.grade()
    assert whole.states() == {"graded"}
    whole.deliver()
    assert either.shown() == 75


def test_two_platforms_with_one_issuer(whole: Whole):
    """Two schools at one hosted LMS: same issuer, same user ids, other clients and gradebooks."""
    issuer = "https://canvas.instructure.com"
    one, two = (school(whole, CANVAS, issuer=issuer) for _ in range(2))
    delivered(one, 10)
    delivered(two, 15)
    assert [one.shown(), two.shown()] == [50, 75]
    assert [len(each.platform.requests("/token")) for each in (one, two)] == [1, 1]
    whole.clock.forward(minutes=5)
    delivered(one, 20)
    assert [one.shown(), two.shown()] == [100, 75]


def test_moodle_is_never_asked_for_pages(moodle: School):
    delivered(moodle, 15)
    assert not [seen for seen in moodle.platform.seen if "limit" in seen.query]


def test_canvas_gets_a_comment_only_where_it_changed(whole: Whole):
    either = school(whole, CANVAS)
    delivered(either, 15)
    either.platform.fail("/scores", 503)
    whole.clock.forward(minutes=5)
    delivered(either, 20)
    whole.deliver_all()
    assert len(either.comments()) == 2
    assert either.comments()[0] != either.comments()[1]


def test_attempts_that_canvas_limits_hold_up_no_score(whole: Whole):
    either = school(whole, CANVAS)
    either.item.attempts_allowed = 1
    delivered(either, 10)
    whole.clock.forward(minutes=5)
    delivered(either, 15)
    assert either.shown() == 75


def test_moodle_gets_the_comment_each_time(whole: Whole):
    either = school(whole, MOODLE)
    delivered(either, 10)
    whole.clock.forward(minutes=5)
    delivered(either, 15)
    assert all(score["comment"] for score in either.platform.scores_sent())


def test_the_tools_new_key_is_fetched(either: School):
    delivered(either, 10)
    either.whole.clock.forward(days=1)
    either.whole.keys.rotate(either.whole.clock())
    delivered(either, 15)
    assert either.shown() == 75
    assert len(either.platform.requests("/token")) == 2
    assert either.tool is not None
    assert either.tool.keyset is not None
    assert len(either.tool.keyset["keys"]) == 2


def test_the_platforms_new_key_is_fetched(either: School):
    delivered(either, 10)
    either.platform.rotate_key()
    either.whole.clock.forward(minutes=5)
    delivered(either, 15)
    assert either.shown() == 75


def test_no_log_tells_of_a_student(either: School, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    delivered(either, 15)
    secrets = [*either.platform.tokens, "Alice", "alice", "S-100", "Adams"]
    assert "POST /lti/launch" in caplog.text
    assert [secret for secret in secrets if secret in caplog.text] == []
