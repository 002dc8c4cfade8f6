"""Each switch of the rules about scores does what it says."""

from datetime import timedelta, timezone

import pytest

from tests.platform.conftest import NOON, Classroom
from tests.platform.scores import RESULTS_TYPE, SCORE_TYPE
from tests.platform.scoring import CANVAS_SUBMISSION


def test_a_score_and_its_comment_stand_in_the_gradebook(either: Classroom):
    assert either.post(comment="Well done") == 200
    assert either.shown() == 80
    assert either.comments() == ["Well done"]
    assert either.result()["resultScore"] == 80
    assert either.result()["comment"] == "Well done"


def test_a_score_is_scaled_to_the_line_item(either: Classroom):
    either.item.maximum = 20
    either.post(scoreGiven=3, scoreMaximum=4)
    assert either.shown() == 15


def test_results_are_out_of_the_line_item_or_of_what_was_sent(moodle: Classroom, canvas: Classroom):
    for room in (moodle, canvas):
        room.item.maximum = 20
        room.post(scoreGiven=3, scoreMaximum=4)
    assert [moodle.result()[name] for name in ("resultScore", "resultMaximum")] == [15, 20]
    assert [canvas.result()[name] for name in ("resultScore", "resultMaximum")] == [3, 4]


def test_moodle_refuses_the_same_second(moodle: Classroom):
    assert moodle.post(seconds=0.1) == 200
    assert moodle.post(seconds=0.9, scoreGiven=90) == 409
    assert moodle.post(seconds=1, scoreGiven=90) == 200
    assert moodle.shown() == 90


def test_canvas_refuses_an_earlier_moment_only(canvas: Classroom):
    assert canvas.post(seconds=0.2) == 200
    assert canvas.post(seconds=0.1) == 400
    assert canvas.post(seconds=0.2, scoreGiven=90) == 200
    assert canvas.shown() == 90


def test_a_future_timestamp_blocks_what_comes_before_it(moodle: Classroom):
    assert moodle.post(seconds=7200) == 200
    assert moodle.post(seconds=3600, scoreGiven=90) == 409


def test_a_time_without_an_offset_is_the_servers(moodle: Classroom):
    moodle.platform.set(server_zone=timezone(timedelta(hours=2)))
    assert moodle.post(timestamp="2026-03-02T12:00:00") == 200
    assert moodle.item.grade(moodle.alice).timestamp == NOON - timedelta(hours=2)


@pytest.mark.parametrize("change", [{"gradingProgress": "Pending"}, {"scoreGiven": None}])
def test_what_is_not_final_wipes_the_grade(either: Classroom, change: dict[str, object]):
    either.post()
    assert either.post(seconds=5, **change) == 200
    assert either.shown() is None


def test_moodle_keeps_a_teachers_grade_and_says_200(moodle: Classroom):
    moodle.post(comment="first")
    moodle.item.grade(moodle.alice).overridden = 77
    assert moodle.post(seconds=5, scoreGiven=95, comment="second") == 200
    assert moodle.shown() == 77
    assert moodle.comments() == ["first"]
    assert moodle.result()["resultScore"] == 77


def test_canvas_overwrites_a_teachers_grade_unless_told(canvas: Classroom):
    canvas.post()
    canvas.item.grade(canvas.alice).overridden = 77
    assert canvas.result()["resultScore"] == 77
    canvas.post(seconds=5, **{CANVAS_SUBMISSION: {"prioritize_non_tool_grade": True}})
    assert canvas.shown() == 77
    canvas.post(seconds=9)
    assert canvas.shown() == 80


def test_canvas_keeps_the_tools_own_score_too_where_it_is_told_to_keep_one(canvas: Classroom):
    keeping = {CANVAS_SUBMISSION: {"prioritize_non_tool_grade": True}}
    canvas.post(**keeping)
    assert canvas.post(seconds=5, scoreGiven=95, **keeping) == 200
    assert canvas.shown() == 80


def test_moodle_caps_what_is_shown(moodle: Classroom, canvas: Classroom):
    for room in (moodle, canvas):
        room.post(scoreGiven=130)
    assert moodle.item.grade(moodle.alice).score == 130
    assert [moodle.shown(), canvas.shown()] == [100, 130]


def test_moodle_clears_a_comment_that_is_not_sent_again(moodle: Classroom):
    moodle.post(comment="first")
    moodle.post(seconds=5)
    assert moodle.comments() == []


def test_canvas_appends_comments(canvas: Classroom):
    for seconds, comment in enumerate(["first", "first", ""]):
        canvas.post(seconds=seconds, comment=comment)
    assert canvas.comments() == ["first", "first"]


def test_a_locked_grade_and_a_locked_item_answer_500_for_ever(moodle: Classroom):
    moodle.item.grade(moodle.alice).locked = True
    assert [moodle.post(), moodle.post(seconds=5)] == [500, 500]
    assert moodle.post(moodle.bob) == 200
    moodle.item.locked = True
    assert moodle.post(moodle.bob, seconds=5) == 500
    assert moodle.shown() is None


def test_a_teacher_gets_no_grade(moodle: Classroom, canvas: Classroom):
    assert [room.post(room.teacher) for room in (moodle, canvas)] == [400, 422]


def test_a_tool_that_is_not_allowed_in_the_course(either: Classroom):
    either.course.forbidden = True
    assert either.post() == 403


def test_a_deleted_item(either: Classroom):
    either.platform.delete(either.item)
    assert either.post() == 404


def test_throttling_passes(moodle: Classroom, canvas: Classroom):
    for room in (moodle, canvas):
        room.platform.throttle()
    assert [moodle.post(), moodle.post()] == [429, 200]
    assert [canvas.post(), canvas.post()] == [403, 200]


def test_a_failure_may_have_headers(either: Classroom):
    either.platform.fail("/scores", 503, times=2, Retry_After="7")
    statuses = [either.post() for _ in range(3)]
    assert statuses == [503, 503, 200]


def test_moodles_line_item_belongs_to_nobody_without_its_query(moodle: Classroom):
    url = moodle.tool.item_url(moodle.course, moodle.item)
    assert url.endswith("/lineitem?type_id=1")
    assert moodle.tool.call("GET", url).status_code == 200
    assert moodle.tool.call("GET", url.partition("?")[0]).status_code == 403
    assert moodle.tool.call("POST", url + "/scores", data="{}").status_code == 405


def test_canvas_has_no_query(canvas: Classroom):
    assert "?" not in canvas.tool.item_url(canvas.course, canvas.item)


def test_a_number_that_is_none(either: Classroom):
    assert either.post(scoreGiven=float("nan")) == 400


def test_another_content_type(either: Classroom):
    url = either.tool.item_url(either.course, either.item, "/scores")
    assert either.tool.call("POST", url, data="{}", content_type="text/plain").status_code == 400
    assert either.tool.call("POST", url, data="{}", content_type=SCORE_TYPE).status_code == 400


def test_without_a_maximum(moodle: Classroom, canvas: Classroom):
    assert moodle.post(scoreMaximum=None, scoreGiven=0.5) == 200
    assert moodle.shown() == 50
    assert canvas.post(scoreMaximum=None) == 422


def test_a_zero_is_a_score(either: Classroom):
    either.post(scoreGiven=0, comment="nothing yet")
    assert either.result()["resultScore"] == 0


@pytest.mark.parametrize(
    ("accept", "status"), [(RESULTS_TYPE, 200), ("*/*", 200), ("application/json", 400)]
)
def test_moodle_wants_its_own_type_accepted(moodle: Classroom, accept: str, status: int):
    url = moodle.tool.item_url(moodle.course, moodle.item, "/results")
    assert moodle.tool.call("GET", url, headers={"Accept": accept}).status_code == status


def test_a_refusal_says_why(moodle: Classroom, canvas: Classroom):
    said = []
    for room in (moodle, canvas):
        url = room.tool.item_url(room.course, room.item, "/scores")
        said.append(room.tool.call("POST", url, data="x", content_type=SCORE_TYPE).get_json())
    assert said[0]["status"] == 400
    assert said[0]["reason"].startswith("not JSON")
    assert said[1]["errors"]["message"].startswith("not JSON")


def test_moodles_results_have_a_time(moodle: Classroom, canvas: Classroom):
    for room in (moodle, canvas):
        room.post()
    assert moodle.result()["timestamp"] == "2026-03-02T12:00:00+00:00"
    assert "timestamp" not in canvas.result()


def test_canvas_counts_submissions(canvas: Classroom):
    canvas.item.attempts_allowed = 1
    assert canvas.post() == 200
    assert canvas.post(seconds=5, scoreGiven=90) == 422
    assert canvas.post(seconds=5, **{CANVAS_SUBMISSION: {"new_submission": False}}) == 200


def test_canvas_refuses_a_submission_of_the_future(canvas: Classroom):
    statuses = [
        canvas.post(
            seconds=seconds,
            **{CANVAS_SUBMISSION: {"submitted_at": (NOON + timedelta(seconds=ahead)).isoformat()}},
        )
        for seconds, ahead in enumerate([59, 61])
    ]
    assert statuses == [200, 400]


def test_a_line_item_tells_its_maximum(either: Classroom):
    found = either.tool.call("GET", either.tool.item_url(either.course, either.item))
    assert found.get_json(force=True)["scoreMaximum"] == 100


def test_moodle_pages_only_what_is_limited_and_quotes_badly(moodle: Classroom):
    for user in (moodle.alice, moodle.bob):
        moodle.post(user)
    url = moodle.tool.item_url(moodle.course, moodle.item, "/results")
    assert "Link" not in moodle.tool.call("GET", url).headers
    link = moodle.tool.call("GET", f"{url}&limit=1").headers["Link"]
    assert "rel=“next”" in link.encode("latin-1").decode()
    assert "&amp;" in link


def test_canvas_pages_properly(canvas: Classroom):
    canvas.platform.set(page_size=1)
    for user in (canvas.alice, canvas.bob):
        canvas.post(user)
    page = canvas.tool.call("GET", canvas.tool.item_url(canvas.course, canvas.item, "/results"))
    address, relation = page.headers["Link"].split("; ")
    following = canvas.tool.call("GET", address.strip("<>"))
    assert relation == 'rel="next"'
    assert [entry["userId"] for entry in following.get_json(force=True)] == [canvas.bob.id]
