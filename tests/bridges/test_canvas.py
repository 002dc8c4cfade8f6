"""`autograder canvas sync` against a Canvas that adds every comment to the others."""

import json
from typing import Any

import pytest
from flask import request

from autograder.core.errors import ExplainedError
from autograder.lms.addresses import TokenError, UnreachableError
from autograder.lms.canvas_rest import CanvasRest
from tests.bridges.fake_canvas import OF_ASSIGNMENT, TOKEN, FakeCanvas
from tests.bridges.running import FILE, Bridge, Grader, hand_in_all, notebook

pytestmark = pytest.mark.usefixtures("grader")  # no kernels


def comments(canvas: FakeCanvas, user: int) -> list[str]:
    return [item["comment"].splitlines()[0] for item in canvas.work[user].comments]


def is_grading() -> bool:
    return request.method == "PUT" and "/comments/" not in request.path


# --- the whole way


def test_everybody_gets_grade_comment_and_page(canvas: FakeCanvas, to_canvas: Bridge):
    hand_in_all(canvas)
    assert to_canvas.sync() == 0
    assert canvas.grades == {3: 15.0, 4: 20.0, 5: 25.0, 6: 30.0, 7: 35.0}
    (comment,) = canvas.work[4].comments
    assert comment["comment"].startswith("Score: 8 of 20\n")
    (file,) = comment["attachments"]
    (upload,) = [item for item in canvas.uploads.values() if item["user"] == 4]
    assert upload["content"] == b"page of S-4: 8.0"
    assert file["display_name"] == upload["name"]
    assert "Sent and read back: 5" in to_canvas.said


def test_students_are_read_from_all_pages(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.page_size = 1
    hand_in_all(canvas)
    assert to_canvas.sync() == 0
    assert len(canvas.grades) == 5


def test_a_page_of_another_server_is_not_asked_for(canvas: FakeCanvas, to_canvas: Bridge):
    link = {"Link": '<https://example.org/api/v1/next>; rel="next"'}
    canvas.plant(lambda: request.path.endswith("/users"), 200, body="[]", headers=link)
    with pytest.raises(ExplainedError, match=r"the next page lies at example\.org"):
        to_canvas.sync()


def test_who_handed_in_nothing_gets_no_zero(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    assert to_canvas.sync() == 0
    assert canvas.grades == {3: 5.0}


def test_a_mark_of_lateness_is_kept(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.hand_in(3, {FILE: notebook(2.0)}, late=True)
    canvas.hand_in(4, {FILE: notebook(2.0)})
    to_canvas.sync()
    roster = json.loads((to_canvas.submitted / "students.json").read_text())
    assert roster["late"] == {"dropout": ["S-3"]}
    assert "Late, by the LMS's mark: S-3." in to_canvas.said


def test_what_canvas_takes_off_for_lateness_is_no_difference(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.hand_in(3, {FILE: notebook(20.0)}, late=True)
    canvas.work[3].deducted = 5.0
    assert to_canvas.sync() == 0
    assert to_canvas.sync() == 0
    assert len(canvas.work[3].comments) == 1


# --- comments


def test_a_second_sync_sends_nothing(canvas: FakeCanvas, to_canvas: Bridge):
    hand_in_all(canvas)
    to_canvas.sync()
    canvas.asked = []
    assert to_canvas.sync() == 0
    assert {call.method for call in canvas.asked} == {"GET"}
    assert not [call for call in canvas.asked if call.path.startswith("/files/")]
    assert "Stands already: 5" in to_canvas.said


def test_new_words_about_the_same_page_are_an_edit(
    canvas: FakeCanvas, to_canvas: Bridge, grader: Grader
):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    to_canvas.sync()
    before, number = canvas.work[3].comments[0]["attachments"], canvas.work[3].comments[0]["id"]
    grader.message = "Multiply by the mask."
    assert to_canvas.sync() == 0
    (comment,) = canvas.work[3].comments
    assert "Multiply by the mask." in comment["comment"]
    assert (comment["id"], comment["attachments"]) == (number, before)


def test_a_new_page_takes_the_place_of_the_comment(
    canvas: FakeCanvas, to_canvas: Bridge, grader: Grader
):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    to_canvas.sync()
    (before,) = canvas.work[3].comments
    grader.page = "another page"
    assert to_canvas.sync() == 0
    (after,) = canvas.work[3].comments
    assert after["id"] != before["id"]
    assert after["attachments"] != before["attachments"]


def test_a_comment_that_cannot_be_removed_is_listed_and_tried_again(
    canvas: FakeCanvas, to_canvas: Bridge, grader: Grader
):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    to_canvas.sync()
    grader.page, canvas.may_delete = "another page", False
    assert to_canvas.sync() == 1
    assert "an earlier comment of the autograder's could not be removed" in to_canvas.said
    assert to_canvas.sync() == 1
    assert len(canvas.work[3].comments) == 2
    canvas.may_delete = True
    assert to_canvas.sync() == 0
    (comment,) = canvas.work[3].comments
    assert to_canvas.sync() == 0
    assert canvas.work[3].comments == [comment]


def test_each_attempt_keeps_its_comment(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    to_canvas.sync()
    canvas.hand_in(3, {FILE: notebook(18.0)})
    assert to_canvas.sync() == 0
    assert comments(canvas, 3) == ["Score: 2 of 20", "Score: 18 of 20"]
    assert [item["attempt"] for item in canvas.work[3].comments] == [1, 2]
    assert canvas.grades == {3: 45.0}


def test_an_answer_that_was_lost_adds_no_second_comment(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    canvas.plant(is_grading, 502, after=True)
    assert to_canvas.sync() == 1
    assert comments(canvas, 3) == ["Score: 2 of 20"]
    assert to_canvas.sync() == 0
    assert comments(canvas, 3) == ["Score: 2 of 20"]


@pytest.mark.parametrize("arrives", [False, True])
def test_a_run_that_is_killed_while_it_sends_leaves_one_comment(
    arrives: bool,
    canvas: FakeCanvas,
    to_canvas: Bridge,
    grader: Grader,
    monkeypatch: pytest.MonkeyPatch,
):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    to_canvas.sync()
    grader.page, grader.message, push = "another page", "Multiply by the mask.", CanvasRest.push

    def killed(self: CanvasRest, *arguments: Any) -> None:
        if arrives:
            push(self, *arguments)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(CanvasRest, "push", killed)
        with pytest.raises(SystemExit):
            to_canvas.sync()
    assert to_canvas.sync() == 0
    (comment,) = canvas.work[3].comments
    assert "Multiply by the mask." in comment["comment"]


def test_without_the_journal_what_stands_is_recognized(
    canvas: FakeCanvas, to_canvas: Bridge, grader: Grader
):
    hand_in_all(canvas)
    to_canvas.sync()
    (to_canvas.output / "sync" / "canvas-dropout.jsonl").unlink()
    assert to_canvas.sync() == 0
    grader.page = "another page"
    assert to_canvas.sync() == 0
    assert [len(item.comments) for item in canvas.work.values()] == [1] * 5


def test_a_teachers_comments_stay(canvas: FakeCanvas, to_canvas: Bridge, grader: Grader):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    canvas.work[3].comments.append({"id": 1, "author_id": 11, "comment": "Well done", "attempt": 1})
    to_canvas.sync()
    grader.page = "another page"
    to_canvas.sync()
    assert comments(canvas, 3) == ["Well done", "Score: 2 of 20"]


# --- what a person has to see to


def test_a_grade_by_hand_is_kept_and_listed(canvas: FakeCanvas, to_canvas: Bridge):
    hand_in_all(canvas)
    to_canvas.sync()
    canvas.grade_by_hand(3, 44.0)
    assert to_canvas.sync() == 1
    assert "44 was given by a person" in to_canvas.said
    assert canvas.grades[3] == 44.0
    assert to_canvas.sync("--overwrite") == 0
    assert canvas.grades[3] == 15.0


def test_who_is_excused_stays_so(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    canvas.work[3].excused = True
    assert to_canvas.sync("--overwrite") == 1
    assert "S-3: the student is excused in Canvas" in to_canvas.said
    assert canvas.grades == {}


def test_a_refusal_is_one_students_and_in_canvas_words(canvas: FakeCanvas, to_canvas: Bridge):
    hand_in_all(canvas)
    words = json.dumps({"errors": [{"message": "The grading period is closed"}]})
    canvas.plant(lambda: is_grading() and "/5" in request.path, 403, body=words)
    assert to_canvas.sync() == 1
    assert "S-5: Canvas refused" in to_canvas.said
    assert "The grading period is closed" in to_canvas.said
    assert canvas.grades == {3: 15.0, 4: 20.0, 6: 30.0, 7: 35.0}


def test_a_grade_that_canvas_did_not_take_is_noticed(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    canvas.drops_grades = True
    assert to_canvas.sync() == 1
    assert "5 was sent, and no grade is shown" in to_canvas.said


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"grading_type": "pass_fail"}, "not graded in points"),
        ({"points_possible": 0}, "has no points"),
        ({"anonymize_students": True}, "graded anonymously"),
        ({"group_category_id": 5}, "in groups"),
        ({"moderated_grading": True}, "moderated"),
    ],
)
def test_an_assignment_that_would_go_wrong_is_refused(
    settings: dict[str, Any], sentence: str, canvas: FakeCanvas, to_canvas: Bridge
):
    canvas.settings = settings
    with pytest.raises(ExplainedError, match=sentence):
        to_canvas.sync()


def test_grades_that_are_posted_by_hand_are_named(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.settings = {"post_manually": True}
    assert to_canvas.sync() == 0
    assert "students see them when you post them" in to_canvas.said


def test_an_assignment_that_is_not_there(canvas: FakeCanvas, to_canvas: Bridge):
    missing = json.dumps({"errors": [{"message": "The specified resource does not exist."}]})
    canvas.plant(lambda: request.path == OF_ASSIGNMENT, 404, body=missing)
    with pytest.raises(ExplainedError, match="specified resource does not exist"):
        to_canvas.sync()


# --- token, quota, trouble


def test_a_token_that_canvas_does_not_know(
    canvas: FakeCanvas, to_canvas: Bridge, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KEEPPROB_CANVAS_TOKEN", "7~anothertoken")
    with pytest.raises(TokenError, match="does not know the token"):
        to_canvas.sync()


def test_the_token_goes_to_canvas_alone(canvas: FakeCanvas, to_canvas: Bridge):
    """Files lie on another host, in both directions."""
    hand_in_all(canvas)
    to_canvas.sync()
    away = [call for call in canvas.asked if call.host.startswith("localhost")]
    assert {call.path.split("/")[1] for call in away} == {"store", "upload"}
    assert {call.authorization for call in away} == {None}
    assert TOKEN not in to_canvas.said


@pytest.mark.parametrize(
    ("status", "body"), [(403, "403 Forbidden (Rate Limit Exceeded)\n"), (429, "slow down")]
)
def test_a_throttled_grade_is_given_once(
    status: int, body: str, canvas: FakeCanvas, to_canvas: Bridge
):
    canvas.hand_in(3, {FILE: notebook(2.0)})
    canvas.plant(is_grading, status, body=body, times=2)
    assert to_canvas.sync() == 0
    assert len(to_canvas.slept) == 2
    assert comments(canvas, 3) == ["Score: 2 of 20"]


def test_a_quota_that_runs_low_is_given_time(canvas: FakeCanvas, to_canvas: Bridge):
    few = {"X-Rate-Limit-Remaining": "40.5"}
    canvas.plant(lambda: request.path.endswith("/self"), 200, body='{"id": 900}', headers=few)
    assert to_canvas.sync() == 0
    assert [1 <= pause <= 5 for pause in to_canvas.slept] == [True]


def test_a_server_that_dies_in_the_middle_loses_nothing(canvas: FakeCanvas, to_canvas: Bridge):
    hand_in_all(canvas)
    canvas.plant(lambda: is_grading() and "/3" not in request.path[-3:], 502, times=10_000)
    with pytest.raises(UnreachableError, match="What was done is kept"):
        to_canvas.sync()
    assert canvas.grades == {3: 15.0}
    canvas.faults = []
    assert to_canvas.sync() == 0
    assert [len(item.comments) for item in canvas.work.values()] == [1] * 5


def test_a_dry_run_only_asks(canvas: FakeCanvas, to_canvas: Bridge):
    hand_in_all(canvas)
    assert to_canvas.sync("--dry-run") == 0
    assert {call.method for call in canvas.asked} == {"GET"}
    assert not list(to_canvas.folder.iterdir())
    assert "user 4 (李小龙): would take dropout.ipynb" in to_canvas.said


def test_a_file_uploaded_again_under_another_name_is_taken(canvas: FakeCanvas, to_canvas: Bridge):
    canvas.hand_in(3, {"dropout-2.ipynb": notebook(2.0)})
    assert to_canvas.sync() == 0
    assert (to_canvas.submitted / "S-3" / "dropout" / FILE).is_file()
