"""The grader: what it claims, keeps, gives back, and what it does when something fails."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from autograder.core.errors import ExplainedError
from autograder.database.tables import Alert, Link, Result
from autograder.service import grader as module
from autograder.service.standing import attempts_of, settle
from tests.service.conftest import World
from tests.service.grading import graded, grader_of
from tests.service.world import (
    NOON,
    POINTS,
    FakeEngine,
    address,
    attempt_of,
    hand_in,
    make_user,
    outbox_rows,
)


def alerts(world: World) -> list[str]:
    with world.database.reading() as session:
        return [alert.text for alert in session.query(Alert)]


def set_link(world: World, **columns: Any) -> None:
    with world.database.transaction() as session:
        link = session.get_one(Link, world.link)
        for name, value in columns.items():
            setattr(link, name, value)


def test_what_was_handed_in_is_graded_kept_and_put_into_the_outbox(world: World):
    engine = FakeEngine()
    attempt_id = hand_in(world.database, world.user, world.link, score=7.5)
    grader_of(world, engine).step(0.0)
    attempt = attempt_of(world.database, attempt_id)
    assert (attempt.state, attempt.tries, attempt.lease_owner) == ("graded", 1, None)
    task = engine.tasks[0]
    assert (task.assignment, task.student, task.attempt) == ("toy", "s-ada", 1)
    with world.database.reading() as session:
        result = session.get_one(Result, attempt_id)
    assert (result.score, result.max_score) == (7.5, POINTS)
    assert result.record["student"]["id"] == "s-ada"
    assert result.record["submitted_at"] == "2026-03-01T12:00:00.000Z"
    assert "Multiply by two." in result.page
    (row,) = outbox_rows(world.database)
    assert (row.state, row.score_given, row.score_maximum) == ("waiting", 7.5, POINTS)
    assert row.attempt_id == attempt_id
    assert row.comment.startswith("Score: 7.5 of 10")
    assert row.comment.endswith(address(attempt.public_id))


def test_a_grader_takes_no_more_than_there_is_room_for(world: World):
    engine = FakeEngine(room=2)
    for name in ("b", "c", "d"):
        user = make_user(world.database, world.link, name)
        hand_in(world.database, user, world.link, waits=True, name=name)
    grader = grader_of(world, engine)
    grader.step(0.0)
    assert len(engine.tasks) == 2
    engine.finish()
    grader.step(0.0)
    grader.step(0.0)
    assert len(engine.tasks) == 3


def test_a_lease_is_renewed_while_the_work_goes_on(world: World):
    engine = FakeEngine()
    attempt_id = hand_in(world.database, world.user, world.link, waits=True, score=4.0)
    grader = grader_of(world, engine)
    grader.step(0.0)
    for _ in range(8):
        world.clock.go_on(seconds=20)
        grader.step(0.0)
        assert attempt_of(world.database, attempt_id).lease_until > world.clock()
    another = FakeEngine()
    grader_of(world, another).step(0.0)
    assert another.tasks == []
    engine.finish()
    grader.step(0.0)
    assert attempt_of(world.database, attempt_id).state == "graded"


def test_a_lease_that_ran_out_is_another_graders_and_the_first_ones_result_is_dropped(
    world: World,
):
    slow, quick = FakeEngine(), FakeEngine()
    attempt_id = hand_in(world.database, world.user, world.link, waits=True, score=4.0)
    first, second = grader_of(world, slow), grader_of(world, quick)
    first.step(0.0)
    world.clock.go_on(minutes=2)  # the first one sleeps
    second.step(0.0)
    quick.finish()
    second.step(0.0)
    before = outbox_rows(world.database)[0].timestamp
    world.clock.go_on(minutes=1)
    slow.finish()
    first.step(0.0)
    assert attempt_of(world.database, attempt_id).tries == 2
    assert [row.timestamp for row in outbox_rows(world.database)] == [before]


@pytest.mark.parametrize("what", [{"raises": "killed"}, {"raises": "own"}, {"raises": "at once"},
                                  {"trouble": "ours"}])  # fmt: skip
def test_what_fails_in_the_engine_is_tried_twice_and_then_nobody_s_fault(
    world: World, what: dict[str, str]
):
    engine = FakeEngine()
    attempt_id = hand_in(world.database, world.user, world.link, **what)
    grader = grader_of(world, engine)
    grader.step(0.0)
    assert attempt_of(world.database, attempt_id).state == "queued"
    assert alerts(world) == []
    grader.step(0.0)
    attempt = attempt_of(world.database, attempt_id)
    assert (attempt.state, attempt.tries) == ("failed", 2)
    grader.step(0.0)
    assert (len(engine.tasks), engine.afresh) == (2, 2)
    (alert,) = alerts(world)
    assert "could not be graded" in alert
    assert outbox_rows(world.database) == []


def test_where_one_exercise_cannot_be_graded_twice_the_rest_is_shown_and_no_score_is_sent(
    world: World,
):
    attempt_id = hand_in(world.database, world.user, world.link, trouble="exercise")
    grader = grader_of(world, FakeEngine())
    grader.step(0.0)
    assert attempt_of(world.database, attempt_id).state == "queued"
    grader.step(0.0)
    assert attempt_of(world.database, attempt_id).state == "graded"
    assert "No score was sent" in alerts(world)[0]
    assert outbox_rows(world.database) == []


def test_a_file_that_is_no_notebook_is_graded_once_and_has_no_score(world: World):
    attempt_id = graded(world, trouble="file")
    assert attempt_of(world.database, attempt_id).state == "graded"
    assert alerts(world) == []
    assert outbox_rows(world.database) == []


def test_where_nothing_can_be_graded_here_the_grader_ends_and_costs_no_try(world: World):
    attempt_id = hand_in(world.database, world.user, world.link, raises="all")
    engine = FakeEngine()
    with pytest.raises(ExplainedError, match="No sandbox holds"):
        grader_of(world, engine).run(threading.Event())
    attempt = attempt_of(world.database, attempt_id)
    assert (attempt.state, attempt.tries) == ("queued", 0)
    assert engine.ended


def test_asked_to_end_it_finishes_what_it_can(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "FINISH_SECONDS", 10.0)
    engine, stop = FakeEngine(), threading.Event()
    attempt_id = hand_in(world.database, world.user, world.link, waits=True, score=3.0)
    grader = grader_of(world, engine)
    grader.step(0.0)
    stop.set()
    engine.finish()
    grader.run(stop)
    assert attempt_of(world.database, attempt_id).state == "graded"
    assert engine.ended


def test_asked_to_end_it_gives_back_what_it_cannot_finish(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "FINISH_SECONDS", 0.0)
    engine, stop = FakeEngine(), threading.Event()
    attempt_id = hand_in(world.database, world.user, world.link, waits=True, score=3.0)
    grader = grader_of(world, engine)
    grader.step(0.0)
    stop.set()
    grader.run(stop)
    attempt = attempt_of(world.database, attempt_id)
    assert (attempt.state, attempt.tries, attempt.lease_owner) == ("queued", 0, None)
    grader_of(world, FakeEngine()).step(0.0)
    assert attempt_of(world.database, attempt_id).tries == 1


# --- which score counts


def test_a_worse_attempt_changes_nothing_under_best(world: World):
    best = graded(world, score=8.0)
    before = outbox_rows(world.database)
    graded(world, score=5.0)
    after = outbox_rows(world.database)
    assert [row.timestamp for row in after] == [row.timestamp for row in before]
    assert after[0].attempt_id == best


def test_a_better_attempt_replaces_the_score_and_waits_to_be_sent(world: World):
    graded(world, score=5.0)
    better = graded(world, score=8.0)
    (row,) = outbox_rows(world.database)
    assert (row.attempt_id, row.score_given, row.state) == (better, 8.0, "waiting")
    assert row.submitted_at == world.clock()


def test_under_last_the_last_one_counts(world: World):
    set_link(world, keep="last")
    graded(world, score=8.0)
    last = graded(world, score=5.0)
    (row,) = outbox_rows(world.database)
    assert (row.attempt_id, row.score_given) == (last, 5.0)


def test_what_is_late_loses_points_and_says_so(world: World):
    set_link(world, due_at=NOON, late_penalty_per_day=0.2)
    graded(world, score=8.0)
    (row,) = outbox_rows(world.database)
    assert row.score_given == 6.0
    assert "Late penalty: 2 points" in row.comment


def test_a_new_policy_is_settled_and_the_same_again_changes_nothing(world: World):
    graded(world, score=8.0)
    graded(world, score=5.0)
    set_link(world, keep="last")
    for changed in (True, False):
        with world.database.transaction() as session:
            link = session.get_one(Link, world.link)
            now = world.clock() - timedelta(days=1)  # a clock that was set back
            assert changed == settle(session, world.user, link, address=address, now=now)
    assert outbox_rows(world.database)[0].score_given == 5.0


def test_a_link_without_a_line_item_has_nothing_to_send(world: World):
    set_link(world, lineitem_url=None)
    attempt_id = graded(world, score=8.0)
    assert attempt_of(world.database, attempt_id).state == "graded"
    assert outbox_rows(world.database) == []


def test_a_policy_learns_of_every_attempt(world: World):
    graded(world, score=8.0)
    graded(world, trouble="file")
    hand_in(world.database, world.user, world.link, world.clock(), score=1.0)
    with world.database.reading() as session:
        found = attempts_of(session, world.user, world.link)
    assert [(item.number, item.state, item.score) for item in found] == [
        (1, "graded", 8.0),
        (2, "graded", None),
        (3, "queued", None),
    ]
