"""`autograder moodle sync` against a Moodle as silent as the real one, and as often in trouble."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import request

from autograder.core.errors import ExplainedError
from autograder.lms.addresses import TokenError, UnreachableError
from autograder.lms.moodle_rest import MoodleRest
from tests.bridges.fake_moodle import COMMENT, DRAFT, FakeMoodle
from tests.bridges.running import FILE, WHO, Bridge, Grader, hand_in_all, notebook

pytestmark = pytest.mark.usefixtures("grader")  # no kernels


def calls(function: str) -> Callable[[], bool]:
    return lambda: request.form.get("wsfunction") == function


SAVING = calls("mod_assign_save_grade")


# --- Moodle's silences


def test_a_grade_that_moodle_did_not_take_is_noticed(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.drops_grades = True
    assert to_moodle.sync() == 1
    assert "40 was sent, and no grade is shown" in to_moodle.said
    moodle.drops_grades = False
    assert to_moodle.sync() == 0
    assert moodle.grades[4] == 40.0


def test_a_comment_that_is_another_one_is_noticed(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.row(3).comment = "<p>something else</p>"
    assert to_moodle.sync("--look-again") == 1
    assert "the comment that is shown is another one" in to_moodle.said


def test_every_call_holds_what_moodle_needs(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    (form,) = moodle.saves
    assert form["attemptnumber"] == "-1"
    assert form["plugindata[assignfeedbackcomments_editor][format]"] == "1"
    assert {COMMENT, DRAFT, "addattempt", "workflowstate", "applytoall"} <= form.keys()


def test_a_refusal_with_status_200_is_one_students(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    fault = json.dumps({"exception": "dml_write_exception", "errorcode": "dmlwriteexception",
                        "message": "Error writing to database"})  # fmt: skip
    moodle.plant(lambda: SAVING() and request.form["userid"] == "5", 200, body=fault)
    assert to_moodle.sync() == 1
    assert "Moodle refused: Error writing to database (dmlwriteexception)" in to_moodle.said
    assert moodle.grades == {3: 30.0, 4: 40.0, 6: 60.0, 7: 70.0}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"grade": -2}, "not of the type Point"),
        ({"teamsubmission": 1}, "in groups"),
        ({"blindmarking": 1}, "identities are hidden"),
        ({"cmid": 35}, "there are: 35: Dropout"),
    ],
)
def test_an_assignment_that_would_go_wrong_is_refused(
    settings: dict[str, int], sentence: str, moodle: FakeMoodle, to_moodle: Bridge
):
    moodle.settings = settings
    with pytest.raises(ExplainedError, match=sentence):
        to_moodle.sync()


@pytest.mark.parametrize("missing", ["comments", "file"])
def test_a_feedback_type_that_is_off_is_named(missing: str, moodle: FakeMoodle, to_moodle: Bridge):
    moodle.feedback_types = tuple({"comments", "file"} - {missing})
    with pytest.raises(ExplainedError, match="is off, and Moodle would drop it"):
        to_moodle.sync()


def test_a_marking_workflow_holds_grades_back_and_is_named(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.settings = {"markingworkflow": 1}
    moodle.hand_in(3, {FILE: notebook(2.0)})
    assert to_moodle.sync() == 0
    assert moodle.saves[0]["workflowstate"] == "readyforrelease"
    assert "students see grades when you release them" in to_moodle.said


# --- token and service


def test_a_service_without_a_function_is_named(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.functions = moodle.functions[:-1]
    with pytest.raises(TokenError, match="lacks gradereport_user_get_grade_items"):
        to_moodle.sync()


def test_a_token_that_moodle_does_not_know(
    moodle: FakeMoodle, to_moodle: Bridge, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("KEEPPROB_MOODLE_TOKEN", "f" * 32)
    with pytest.raises(TokenError, match="Invalid token"):
        to_moodle.sync()


def test_the_token_is_in_no_address_and_no_output(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    to_moodle.sync()
    token = moodle.asked[0].form["wstoken"]
    assert all(token not in call.path for call in moodle.asked)
    assert token not in to_moodle.said
    for file in to_moodle.folder.rglob("*"):
        assert not file.is_file() or token.encode() not in file.read_bytes()


def test_the_token_goes_to_the_site_alone(moodle: FakeMoodle, to_moodle: Bridge):
    """A file's address that leads elsewhere is followed without it."""
    moodle.hand_in(3, {FILE: notebook(2.0)})
    real, moodle.url = moodle.url, moodle.url.replace("127.0.0.1", "localhost")
    assert to_moodle.sync() == 1
    away = [call for call in moodle.asked if call.host.startswith("localhost")]
    assert [(call.method, call.form) for call in away] == [("GET", {})]
    moodle.url = real


# --- servers that have trouble


def test_a_throttled_call_is_made_again_after_the_time_asked_for(
    moodle: FakeMoodle, to_moodle: Bridge
):
    hand_in_all(moodle)
    moodle.plant(SAVING, 429, headers={"Retry-After": "7"}, times=2)
    assert to_moodle.sync() == 0
    assert [7 <= pause < 12 for pause in to_moodle.slept] == [True, True]
    assert len(moodle.grades) == 5


def test_a_server_that_is_down_for_a_moment_is_asked_again(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.plant(SAVING, 503, times=3)
    assert to_moodle.sync() == 0
    assert len(to_moodle.slept) == 3
    assert all(pause <= 2.0 * 2**turn for turn, pause in enumerate(to_moodle.slept))


def test_a_server_that_dies_in_the_middle_loses_nothing(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.plant(lambda: SAVING() and request.form["userid"] != "3", 502, times=10_000)
    with pytest.raises(UnreachableError, match="What was done is kept"):
        to_moodle.sync()
    assert moodle.grades == {3: 30.0}
    moodle.faults, moodle.asked = [], []
    assert to_moodle.sync() == 0
    assert [form["userid"] for form in moodle.saves] == ["4", "5", "6", "7"]
    assert "Stands already: 1" in to_moodle.said


def test_an_answer_that_was_lost_does_no_harm(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    moodle.plant(SAVING, 502, times=6, after=True)
    assert to_moodle.sync() == 1
    assert moodle.grades == {3: 10.0}
    assert to_moodle.sync() == 0


def test_a_regrade_whose_answer_was_lost_is_known_as_ours(
    moodle: FakeMoodle, to_moodle: Bridge, grader: Grader
):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    grader.bonus = 16.0
    moodle.plant(SAVING, 502, times=6, after=True)
    assert to_moodle.sync() == 1
    saves = len(moodle.saves)
    assert to_moodle.sync() == 0
    assert len(moodle.saves) == saves
    assert moodle.grades == {3: 90.0}


def test_new_words_that_never_arrived_are_sent_again(
    moodle: FakeMoodle, to_moodle: Bridge, grader: Grader
):
    """The grade alone does not tell: it is the same before and after."""
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    grader.message = "Multiply by the mask."
    moodle.plant(SAVING, 502, times=6)
    assert to_moodle.sync() == 1
    assert "Multiply by the mask." not in moodle.row(3).comment
    assert to_moodle.sync() == 0
    assert "Multiply by the mask." in moodle.row(3).comment


@pytest.mark.parametrize("arrives", [False, True])
@pytest.mark.parametrize("bonus", [0.0, 16.0])
def test_a_run_that_is_killed_while_it_sends_goes_on(
    arrives: bool,
    bonus: float,
    moodle: FakeMoodle,
    to_moodle: Bridge,
    grader: Grader,
    monkeypatch: pytest.MonkeyPatch,
):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    grader.message, grader.bonus, push = "Multiply by the mask.", bonus, MoodleRest.push

    def killed(self: MoodleRest, *arguments: Any) -> None:
        if arrives:
            push(self, *arguments)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(MoodleRest, "push", killed)
        with pytest.raises(SystemExit):
            to_moodle.sync()
    saves = len(moodle.saves)
    assert to_moodle.sync() == 0
    assert len(moodle.saves) == saves + (not arrives)
    assert moodle.grades == {3: 10.0 + 5 * bonus}
    assert "Multiply by the mask." in moodle.row(3).comment


def test_one_students_trouble_is_not_the_others(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.plant(lambda: SAVING() and request.form["userid"] == "5", 500, times=10_000)
    assert to_moodle.sync() == 1
    assert moodle.grades == {3: 30.0, 4: 40.0, 6: 60.0, 7: 70.0}
    assert f"{WHO.format(5)}: 127.0.0.1" in to_moodle.said


def test_a_download_that_fails_is_made_good_the_next_time(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.plant(lambda: "pluginfile.php/4/" in request.path, 500, times=6)
    assert to_moodle.sync() == 1
    assert 4 not in moodle.grades
    assert to_moodle.sync() == 0
    assert moodle.grades[4] == 40.0


def test_a_site_that_lies_elsewhere_is_named(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.plant(lambda: True, 301, headers={"Location": "https://www.example.org/x"})
    with pytest.raises(ExplainedError, match=r"leads to https://www\.example\.org"):
        to_moodle.sync()


def test_a_page_in_place_of_json_is_explained(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.plant(lambda: True, 200, body="<html>maintenance</html>")
    with pytest.raises(ExplainedError, match="did not answer as Moodle's web service does"):
        to_moodle.sync()
