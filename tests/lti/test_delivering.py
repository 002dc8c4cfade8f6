"""Scores reach a gradebook, whatever it does; tried with the rules of Moodle and of Canvas."""

import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.delivering import deliver
from autograder.lti.errors import FetchError
from autograder.lti.steps import Again, Dead, Delivered, Delivery, Differs, Refused, Restamp
from tests.lti.gradebooks import CANVAS, Answering, Gradebook, Sender
from tests.lti.lms import AGS_SCOPE, MOODLE, NOW, FakeFetcher, answer
from tests.lti.services import line_item

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
products = pytest.mark.parametrize("platform", [MOODLE, CANVAS], ids=["moodle", "canvas"])
NO_ANSWER = FetchError("No answer.", "timeout")

troubles = st.lists(
    st.sampled_from([0, 500, 502, 503, 429, 408]).map(
        lambda status: answer("", status) if status else NO_ANSWER
    ),
    max_size=12,
)


def row(given_: float = 8.0, comment: str = "Well.", **changes: Any) -> Delivery:
    made = {
        "user_id": "3", "score_given": given_, "score_maximum": 10.0, "comment": comment,
        "timestamp": NOW, "submitted_at": NOW - 5 * SECOND, "first_tried_at": NOW,
    }  # fmt: skip
    return Delivery(**made | changes)


def sender(platform: Any, **changes: Any) -> Sender:
    return Sender(Gradebook(platform.product, NOW, **changes), platform)


@products
def test_a_new_score_takes_one_try(platform: Any):
    it = sender(platform)
    it.send(row())
    assert it.steps == [Delivered(80.0)]
    assert (it.gradebook.score, it.gradebook.comment) == (80.0, "Well.")


@products
def test_the_same_score_again_is_not_sent_again(platform: Any):
    it = sender(platform)
    done = it.send(row())
    it.send(replace(done, tries=1, timestamp=NOW + HOUR))
    assert it.gradebook.posts == 1
    assert it.steps[-1] == Delivered(80.0)


@products
def test_a_delivered_score_that_the_lms_lost_is_sent_again(platform: Any):
    it = sender(platform)
    done = it.send(row())
    it.gradebook.score = it.gradebook.given_at = None
    it.send(replace(done, tries=1, timestamp=NOW + HOUR))
    assert it.gradebook.posts == 2


@products
def test_a_score_whose_answer_was_lost_is_there_already(platform: Any):
    it = sender(platform, lost=1)
    it.send(row())
    assert [type(step) for step in it.steps] == [Again, Delivered]
    assert it.gradebook.stamps == [NOW]
    assert it.gradebook.comments in ([], ["Well."])


def test_a_better_score_in_the_same_second_takes_two_tries():
    it = sender(MOODLE)
    done = it.send(row())
    it.send(replace(done, tries=1, score_given=9.0, timestamp=NOW + timedelta(milliseconds=300)))
    assert [type(step) for step in it.steps] == [Delivered, Restamp, Delivered]
    assert it.gradebook.score == 90.0


def test_an_older_time_than_canvas_has_is_sent_again_with_a_newer_one():
    it = sender(CANVAS, score=10.0, given_at=NOW + 2 * SECOND)
    it.send(row(sent_shares=(0.1,)))
    assert [type(step) for step in it.steps] == [Restamp, Delivered]
    assert it.gradebook.stamps == [NOW + 3 * SECOND]


@products
def test_an_override_is_seen_and_not_fought(platform: Any):
    it = sender(platform, override=77.0)
    it.send(row())
    assert it.steps == [Differs("overridden", 77.0)]
    assert it.gradebook.posts == 1


@products
def test_a_better_score_takes_the_place_of_our_own(platform: Any):
    it = sender(platform)
    done = it.send(row())
    it.send(replace(done, tries=1, score_given=9.0, timestamp=NOW + HOUR))
    assert (it.gradebook.score, it.steps[-1]) == (90.0, Delivered(90.0))


def test_canvas_keeps_what_a_teacher_gave_whatever_is_sent_later():
    it = sender(CANVAS)
    done = it.send(row())
    it.gradebook.override = 77.0
    for hours, given_ in enumerate((9.0, 10.0), 1):
        done = it.send(replace(done, tries=1, score_given=given_, timestamp=NOW + hours * HOUR))
        assert it.steps[-1] == Differs("overridden", 77.0, was_sent=False)
    assert (it.gradebook.override, it.gradebook.posts) == (77.0, 1)
    it.gradebook.override = None
    it.send(replace(done, tries=1, score_given=9.5, timestamp=NOW + 3 * HOUR))
    assert it.gradebook.score == 95.0


def test_a_score_that_came_to_canvas_without_an_answer_is_known_as_ours():
    it = sender(CANVAS, score=80.0, given_at=NOW, comment="Well.")
    it.send(row(9.0, timestamp=NOW + HOUR, sent_shares=(0.6, 0.8)))
    assert (it.gradebook.score, it.steps[-1]) == (90.0, Delivered(90.0))


def test_a_locked_grade_is_dead_after_a_day():
    it = sender(MOODLE, locked=True)
    it.send(row())
    assert it.steps[-1] == Dead("locked", "Error writing to database")
    assert it.gradebook.now >= NOW + 24 * HOUR


def test_a_locked_grade_that_is_unlocked_in_time_is_delivered():
    it = sender(MOODLE, troubles=[answer({"scoreMaximum": 100}), answer("", 500)] * 5)
    it.send(row())
    assert it.steps[-1] == Delivered(80.0)


def test_a_grade_from_the_future_stops():
    it = sender(MOODLE, score=10.0, given_at=NOW + 2 * HOUR)
    it.send(row())
    assert [type(step) for step in it.steps] == [Refused]
    assert it.steps[0].reason == "future"


@products
def test_the_maximum_is_the_line_items(platform: Any):
    it = sender(platform, maximum=12.0)
    it.send(row())
    assert it.gradebook.score == 9.6


def test_canvas_gets_a_comment_only_when_it_changed():
    it = sender(CANVAS)
    done = it.send(row())
    done = it.send(replace(done, score_given=9.0, timestamp=NOW + HOUR, tries=1))
    it.send(replace(done, comment="Better.", timestamp=NOW + 2 * HOUR, tries=1))
    assert it.gradebook.comments == ["Well.", "Better."]


def test_moodle_gets_the_comment_each_time():
    it = sender(MOODLE)
    done = it.send(row())
    it.send(replace(done, score_given=9.0, timestamp=NOW + HOUR, tries=1))
    assert it.gradebook.comment == "Well."


@products
@given(troubles, st.floats(0, 1, exclude_max=True), st.integers(0, 2))
@settings(max_examples=60, deadline=None)
def test_what_passes_ends_with_the_score_in_the_gradebook(
    platform: Any, found: list[Any], chance: float, lost: int
):
    it = sender(platform, troubles=list(found), lost=lost)
    it.chance = chance
    it.send(row())
    assert isinstance(it.steps[-1], Delivered)
    assert (it.gradebook.score, it.gradebook.comment) == (80.0, "Well.")
    assert len(it.gradebook.comments) <= 1
    assert it.gradebook.stamps == sorted(set(it.gradebook.stamps))


@given(
    st.lists(
        st.sampled_from([0, 200, 400, 401, 403, 404, 409, 422, 429, 500, 503]),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(["", "[]", "{}", "null", "<html>", '[{"userId": "3", "resultScore": 1}]']),
    st.sampled_from([MOODLE, CANVAS]),
    st.sampled_from([0.2, 0.5, 0.99]),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_it_ends_whatever_the_lms_answers(
    cycle: list[int], text: str, platform: Any, chance: float
):
    answers = itertools.cycle(answer(text, status) if status else NO_ANSWER for status in cycle)
    it = Sender(Answering(platform.product, NOW, answers), platform, chance)
    it.send(row())
    stamps = [NOW, *(step.timestamp for step in it.steps if isinstance(step, Restamp))]
    assert all(a < b for a, b in itertools.pairwise(stamps))
    assert it.gradebook.now <= NOW + 25 * HOUR


def test_without_the_scope_nothing_is_sent():
    fetcher = FakeFetcher([])
    item = line_item(fetcher, scopes=(AGS_SCOPE + "result.readonly",))
    assert deliver(row(), item, NOW, lambda: 0.5) == Refused("no_scope")
    assert fetcher.requests == []


def test_without_the_scope_for_results_the_lms_is_believed():
    fetcher = FakeFetcher([answer("", 200)])
    item = line_item(fetcher, scopes=(AGS_SCOPE + "score",))
    assert deliver(row(), item, NOW, lambda: 0.5) == Delivered()
    assert len(fetcher.requests) == 1


def test_a_line_item_that_may_not_be_read_is_no_hindrance():
    fetcher = FakeFetcher([answer("", 403), answer("", 200), answer("", 500)])
    assert deliver(row(), line_item(fetcher), NOW, lambda: 0.5) == Delivered()


def test_a_deleted_line_item_is_refused():
    step = deliver(row(), line_item(FakeFetcher([answer("", 404)])), NOW, lambda: 0.5)
    assert isinstance(step, Refused)
    assert step.reason == "gone"


def test_no_access_token_is_tried_again_and_named():
    item = line_item(FakeFetcher([answer({"error": "invalid_client"}, 400)]))
    item.client.tokens.drop(item.client.scopes)
    step = deliver(row(), item, NOW, lambda: 0.5)
    assert isinstance(step, Again)
    assert step.reason == "token"
    assert "invalid_client" in step.detail


def test_moodles_misleading_404_is_tried_again_and_explained():
    item = line_item(FakeFetcher([answer("jwks_helper::fix_jwks_alg(): Argument #1", 404)]))
    item.client.tokens.drop(item.client.scopes)
    step = deliver(row(), item, NOW, lambda: 0.5)
    assert isinstance(step, Again)
    assert step.reason == "keyset"
    assert "curlsecurityblockedhosts" in step.detail


def test_a_throttle_of_canvas_is_waited_for():
    throttle = answer("403 Forbidden (Rate Limit Exceeded)", 403)
    item = line_item(FakeFetcher([answer({"scoreMaximum": 1}), throttle]), CANVAS)
    step = deliver(row(), item, NOW, lambda: 0.5)
    assert isinstance(step, Again)
    assert step.reason == "throttled"
