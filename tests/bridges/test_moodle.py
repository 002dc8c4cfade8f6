"""`autograder moodle sync` against a Moodle that is as silent as the real one."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import request

from autograder.core.errors import ExplainedError
from autograder.lms.addresses import TokenError, UnreachableError
from autograder.lms.moodle_rest import MoodleRest
from tests.bridges.fake_moodle import COMMENT, DRAFT, FakeMoodle, Person
from tests.bridges.running import Bridge, Grader, notebook

FILE = "dropout.ipynb"
WHO = "student{}@example.invalid"


def calls(function: str) -> Callable[[], bool]:
    return lambda: request.form.get("wsfunction") == function


SAVING = calls("mod_assign_save_grade")


@pytest.fixture(autouse=True)
def _pretending(grader: Grader) -> None:
    """Grade without kernels in every test of this file."""


def hand_in_all(moodle: FakeMoodle) -> None:
    for user in moodle.people:
        moodle.hand_in(user, {FILE: notebook(2.0 * user)})


def grades(moodle: FakeMoodle) -> dict[int, float]:
    """The grades that stand, by user."""
    return {user: row.grade for (user, _), row in moodle.rows.items() if row.grade >= 0}


# --- the whole way


def test_everybody_gets_grade_comment_and_page(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    assert to_moodle.sync() == 0
    assert grades(moodle) == {3: 30.0, 4: 40.0, 5: 50.0, 6: 60.0, 7: 70.0}
    row = moodle.row(4)
    assert "Score: 8 of 20" in row.comment
    assert row.files == {"feedback.html": b"page of student4@example.invalid: 8.0"}
    assert f"{WHO.format(4)}: 40 of 100, comment and page" in to_moodle.said
    assert "Sent and read back: 5" in to_moodle.said


def test_who_handed_in_nothing_gets_no_zero(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    moodle.hand_in(4, {FILE: notebook(2.0)})
    moodle.work[4].status = "draft"
    assert to_moodle.sync() == 0
    assert grades(moodle) == {3: 10.0}


def test_a_second_sync_sends_nothing(moodle: FakeMoodle, to_moodle: Bridge, grader: Grader):
    hand_in_all(moodle)
    to_moodle.sync()
    before, moodle.asked = len(moodle.saves), []
    assert to_moodle.sync() == 0
    assert (before, moodle.saves) == (5, [])
    assert "Stands already: 5" in to_moodle.said
    assert not [call for call in moodle.asked if "pluginfile" in call.path]


def test_work_handed_in_again_is_graded_again(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.hand_in(3, {FILE: notebook(18.0)})
    assert to_moodle.sync() == 0
    assert grades(moodle) == {3: 90.0}
    assert "1 newer than before" in to_moodle.said
    assert (to_moodle.submitted / ".earlier" / WHO.format(3) / "dropout" / "1" / FILE).is_file()


def test_the_same_file_again_is_marked_as_graded_again(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.hand_in(3, {FILE: notebook(2.0)})
    assert to_moodle.sync() == 0
    assert len(moodle.saves) == 2


def test_a_new_attempt_has_a_grade_of_its_own(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.hand_in(3, {FILE: notebook(18.0)}, attempt=1)
    assert to_moodle.sync() == 0
    assert {key: row.grade for key, row in moodle.rows.items()} == {(3, 0): 10.0, (3, 1): 90.0}


def test_times_of_handing_in_are_noted(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    moodle.work[3].at = 1_700_000_000
    to_moodle.sync()
    stamp = to_moodle.submitted / WHO.format(3) / "dropout" / "timestamp.txt"
    assert stamp.read_text() == "2023-11-14 22:13:20 UTC\n"


def test_folders_are_called_by_the_number_that_the_list_hides(
    moodle: FakeMoodle, to_moodle: Bridge
):
    moodle.people[3] = Person("A", "a@example.invalid", "M-77")
    moodle.hand_in(3, {FILE: notebook(2.0)})
    assert to_moodle.sync() == 0
    assert (to_moodle.submitted / "M-77" / "dropout" / FILE).is_file()
    known = json.loads((to_moodle.submitted / "students.json").read_text())["students"]["M-77"]
    assert known == {"moodle_user_id": "3", "name": "A", "email": "a@example.invalid",
                     "id_number": "M-77"}  # fmt: skip


@pytest.mark.parametrize("number", ["", "  "])
def test_without_address_and_number_the_folder_has_moodles_own(
    number: str, moodle: FakeMoodle, to_moodle: Bridge
):
    moodle.people[3] = Person("李小龙", "", number)
    moodle.hand_in(3, {FILE: notebook(2.0)})
    assert to_moodle.sync() == 0
    assert (to_moodle.submitted / "moodle-3").is_dir()


def test_an_address_that_changed_hands_moves_nobodys_work(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.people[4], moodle.people[3] = moodle.people[3], Person("x", "new@example.invalid")
    moodle.hand_in(4, {FILE: notebook(18.0)})
    assert to_moodle.sync() == 1
    assert "is another student's in students.json" in to_moodle.said
    assert grades(moodle) == {3: 10.0}


def test_more_than_the_maximum_is_sent_as_the_maximum(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(25.0)})
    assert to_moodle.sync() == 0
    assert grades(moodle) == {3: 100.0}


def test_what_a_student_wrote_is_escaped(moodle: FakeMoodle, to_moodle: Bridge, grader: Grader):
    grader.message = "raised <script>alert('x')</script> & more"
    moodle.hand_in(3, {FILE: notebook(2.0)})
    assert to_moodle.sync() == 0
    assert "<script>" not in moodle.row(3).comment
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; more" in moodle.row(3).comment


# --- what a person has to see to


def test_a_score_that_waits_for_a_person_is_listed(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(None)})
    moodle.hand_in(4, {FILE: notebook(2.0)})
    assert to_moodle.sync() == 1
    assert grades(moodle) == {4: 10.0}
    assert f"{WHO.format(3)}: no score yet" in to_moodle.said


def test_who_is_no_student_gets_no_orphan_row(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(77, {FILE: notebook(2.0)})
    assert to_moodle.sync() == 0
    assert moodle.rows == {}
    assert not list(to_moodle.submitted.glob("*77*"))
    assert "no active student of the course, so left alone: user 77" in to_moodle.said


@pytest.mark.parametrize("files", [{}, {"essay.pdf": b"x"}])
def test_work_without_a_notebook_is_listed(
    files: dict[str, bytes], moodle: FakeMoodle, to_moodle: Bridge
):
    moodle.hand_in(4, files)
    assert to_moodle.sync() == 1
    assert "user 4 (李小龙): handed in" in to_moodle.said
    assert moodle.rows == {}


def test_a_file_that_is_too_large_is_listed_and_the_rest_is_done(
    moodle: FakeMoodle, to_moodle: Bridge, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("autograder.bridges.pulling.MAX_BYTES", 2_000_000)
    moodle.hand_in(3, {FILE: b"x" * 2_000_001})
    moodle.hand_in(4, {FILE: notebook(2.0)})
    assert to_moodle.sync() == 1
    assert "more than 2 MB" in to_moodle.said
    assert grades(moodle) == {4: 10.0}


def test_old_work_is_not_graded_for_work_that_could_not_be_taken(
    moodle: FakeMoodle, to_moodle: Bridge
):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.hand_in(3, {FILE: notebook(18.0)})
    moodle.plant(lambda: "pluginfile" in request.path, 404)
    assert to_moodle.sync() == 1
    assert len(moodle.saves) == 1
    assert to_moodle.sync() == 0
    assert grades(moodle) == {3: 90.0}


# --- what a person has graded


def test_a_grade_by_hand_is_kept_and_listed(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.grade_by_hand(3, 77.0, "<p>by hand</p>")
    assert to_moodle.sync() == 1
    assert (moodle.row(3).grade, moodle.row(3).comment) == (77.0, "<p>by hand</p>")
    assert "77 was given by a person" in to_moodle.said
    assert grades(moodle)[4] == 40.0


def test_a_grade_by_hand_after_ours_is_kept(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.grade_by_hand(3, 77.0)
    assert to_moodle.sync() == 1
    assert grades(moodle) == {3: 77.0}


def test_overwriting_has_to_be_asked_for(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    moodle.grade_by_hand(3, 77.0)
    assert to_moodle.sync("--overwrite") == 0
    assert grades(moodle) == {3: 10.0}


def test_a_grade_by_hand_of_earlier_work_gives_way(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    moodle.grade_by_hand(3, 77.0)
    moodle.hand_in(3, {FILE: notebook(18.0)})
    assert to_moodle.sync() == 0
    assert grades(moodle) == {3: 90.0}


def test_a_grade_that_was_taken_away_is_given_again(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.grade_by_hand(3, -1.0)
    assert to_moodle.sync() == 0
    assert grades(moodle) == {3: 10.0}


@pytest.mark.parametrize("how", ["overridden", "locked"])
def test_what_the_gradebook_holds_is_not_fought(how: str, moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    if how == "locked":
        moodle.locked.add(3)
    else:
        moodle.overridden[3] = 88.0
    assert to_moodle.sync("--overwrite") == 1
    assert moodle.row(3).saved == 0
    assert f"{WHO.format(3)}: its grade is {how} in Moodle's gradebook" in to_moodle.said
    assert grades(moodle)[4] == 40.0


def test_an_override_after_ours_shows_where_one_looks_again(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    to_moodle.sync()
    moodle.overridden[3] = 88.0
    assert to_moodle.sync() == 0
    assert to_moodle.sync("--look-again") == 1
    assert "feedback was sent, but its grade is overridden" in to_moodle.said


# --- Moodle's silences


def test_a_grade_that_moodle_did_not_take_is_noticed(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.drops_grades = True
    assert to_moodle.sync() == 1
    assert "40 was sent, and no grade is shown" in to_moodle.said
    moodle.drops_grades = False
    assert to_moodle.sync() == 0
    assert grades(moodle)[4] == 40.0


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
    assert grades(moodle) == {3: 30.0, 4: 40.0, 6: 60.0, 7: 70.0}


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
    assert len(grades(moodle)) == 5


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
    assert grades(moodle) == {3: 30.0}
    moodle.faults, moodle.asked = [], []
    assert to_moodle.sync() == 0
    assert [form["userid"] for form in moodle.saves] == ["4", "5", "6", "7"]
    assert "Stands already: 1" in to_moodle.said


def test_an_answer_that_was_lost_does_no_harm(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    moodle.plant(SAVING, 502, times=6, after=True)
    assert to_moodle.sync() == 1
    assert grades(moodle) == {3: 10.0}
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
    assert grades(moodle) == {3: 90.0}


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
    assert grades(moodle) == {3: 10.0 + 5 * bonus}
    assert "Multiply by the mask." in moodle.row(3).comment


def test_one_students_trouble_is_not_the_others(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.plant(lambda: SAVING() and request.form["userid"] == "5", 500, times=10_000)
    assert to_moodle.sync() == 1
    assert grades(moodle) == {3: 30.0, 4: 40.0, 6: 60.0, 7: 70.0}
    assert f"{WHO.format(5)}: 127.0.0.1" in to_moodle.said


def test_a_download_that_fails_is_made_good_the_next_time(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.plant(lambda: "pluginfile.php/4/" in request.path, 500, times=6)
    assert to_moodle.sync() == 1
    assert 4 not in grades(moodle)
    assert to_moodle.sync() == 0
    assert grades(moodle)[4] == 40.0


def test_a_site_that_lies_elsewhere_is_named(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.plant(lambda: True, 301, headers={"Location": "https://www.example.org/x"})
    with pytest.raises(ExplainedError, match=r"leads to https://www\.example\.org"):
        to_moodle.sync()


def test_a_page_in_place_of_json_is_explained(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.plant(lambda: True, 200, body="<html>maintenance</html>")
    with pytest.raises(ExplainedError, match="did not answer as Moodle's web service does"):
        to_moodle.sync()


# --- what is remembered


def test_without_the_journal_what_stands_is_recognized(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    to_moodle.sync()
    (to_moodle.output / "sync" / "moodle-dropout.jsonl").unlink()
    moodle.asked = []
    assert to_moodle.sync() == 0
    assert moodle.saves == []
    assert "Stands already: 5" in to_moodle.said
    assert "Sent and read back: 0" in to_moodle.said
    assert to_moodle.sync() == 0


def test_a_journal_that_was_cut_off_is_read(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    to_moodle.sync()
    file = to_moodle.output / "sync" / "moodle-dropout.jsonl"
    file.write_bytes(file.read_bytes()[:-20])
    moodle.asked = []
    assert to_moodle.sync() == 0
    assert moodle.saves == []


def test_the_journal_of_another_assignment_is_refused(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    with pytest.raises(ExplainedError, match=r"is of .*, course 12, assignment 34"):
        to_moodle.sync("--course", "13")


def test_work_whose_folder_was_removed_is_taken_again(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    folder = to_moodle.submitted / WHO.format(3)
    folder.rename(to_moodle.folder / "away")
    assert to_moodle.sync() == 0
    assert (folder / "dropout" / FILE).is_file()


# --- a dry run


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_does_nothing(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    assert to_moodle.sync("--dry-run") == 0
    assert (everything(to_moodle.folder), moodle.rows) == ({}, {})
    assert "user 4 (李小龙): would take dropout.ipynb, handed in 2027-01-15" in to_moodle.said


def test_a_dry_run_says_what_would_be_sent(moodle: FakeMoodle, to_moodle: Bridge, grader: Grader):
    hand_in_all(moodle)
    to_moodle.sync()
    moodle.grade_by_hand(4, 77.0)
    moodle.grade_by_hand(5, -1.0)
    before, saved = everything(to_moodle.folder), len(moodle.saves)
    assert to_moodle.sync("--dry-run") == 1
    assert everything(to_moodle.folder) == before
    assert len(moodle.saves) == saved
    assert f"{WHO.format(5)}: would send 50 of 100, comment and page" in to_moodle.said
    assert "77 was given by a person" in to_moodle.said
    assert "Stands already: 3" in to_moodle.said


# --- names


@pytest.mark.parametrize(
    "name",
    [
        "../../../../tmp/dropout.ipynb", "/etc/dropout.ipynb", "..\\dropout.ipynb",
        "李_dropout (2).ipynb", "dropout.ipynb.ipynb", "a\x00b.ipynb", "\u202egnp.ipynb",
        "x" * 300 + ".ipynb",
    ],
)  # fmt: skip
def test_a_files_name_never_becomes_a_path(name: str, moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {name: notebook(2.0)})
    assert to_moodle.sync() == 0
    files = {path.name for path in to_moodle.submitted.rglob("*") if path.is_file()}
    assert files == {"students.json", "timestamp.txt", FILE}
    assert not {"\x00", "\u202e"} & set(to_moodle.said)


@pytest.mark.parametrize("number", ["../../up", ".hidden", "a/b", "\x1b[31m", "💥"])
def test_an_id_number_never_becomes_a_path(number: str, moodle: FakeMoodle, to_moodle: Bridge):
    """What is left of a number that could lead elsewhere is a folder's name, or nothing at all."""
    moodle.people[3] = Person("\x1b[2J\u202eEve", "", number)
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    kept = [path for path in to_moodle.submitted.iterdir() if path.is_dir()]
    assert len(kept) <= 1
    assert all(path.parent == to_moodle.submitted for path in kept)
    assert not {"\x1b", "\u202e"} & set(to_moodle.said)
