"""`autograder moodle sync` against a Moodle: who gets what, and what is left to a person."""

import json

import pytest
from flask import request

from tests.bridges.fake_moodle import FakeMoodle, Person
from tests.bridges.running import FILE, WHO, Bridge, Grader, hand_in_all, notebook

pytestmark = pytest.mark.usefixtures("grader")  # no kernels


# --- the whole way


def test_everybody_gets_grade_comment_and_page(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    assert to_moodle.sync() == 0
    assert moodle.grades == {3: 30.0, 4: 40.0, 5: 50.0, 6: 60.0, 7: 70.0}
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
    assert moodle.grades == {3: 10.0}


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
    assert moodle.grades == {3: 90.0}
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
    assert moodle.grades == {3: 10.0}


def test_more_than_the_maximum_is_sent_as_the_maximum(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(25.0)})
    assert to_moodle.sync() == 0
    assert moodle.grades == {3: 100.0}


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
    assert moodle.grades == {4: 10.0}
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
    assert moodle.grades == {4: 10.0}


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
    assert moodle.grades == {3: 90.0}


# --- what a person has graded


def test_a_grade_by_hand_is_kept_and_listed(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    moodle.grade_by_hand(3, 77.0, "<p>by hand</p>")
    assert to_moodle.sync() == 1
    assert (moodle.row(3).grade, moodle.row(3).comment) == (77.0, "<p>by hand</p>")
    assert "77 was given by a person" in to_moodle.said
    assert moodle.grades[4] == 40.0


def test_a_grade_by_hand_after_ours_is_kept(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.grade_by_hand(3, 77.0)
    assert to_moodle.sync() == 1
    assert moodle.grades == {3: 77.0}


def test_overwriting_has_to_be_asked_for(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    moodle.grade_by_hand(3, 77.0)
    assert to_moodle.sync("--overwrite") == 0
    assert moodle.grades == {3: 10.0}


def test_a_grade_by_hand_of_earlier_work_gives_way(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    moodle.grade_by_hand(3, 77.0)
    moodle.hand_in(3, {FILE: notebook(18.0)})
    assert to_moodle.sync() == 0
    assert moodle.grades == {3: 90.0}


def test_a_grade_that_was_taken_away_is_given_again(moodle: FakeMoodle, to_moodle: Bridge):
    moodle.hand_in(3, {FILE: notebook(2.0)})
    to_moodle.sync()
    moodle.grade_by_hand(3, -1.0)
    assert to_moodle.sync() == 0
    assert moodle.grades == {3: 10.0}


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
    assert moodle.grades[4] == 40.0


def test_an_override_after_ours_shows_where_one_looks_again(moodle: FakeMoodle, to_moodle: Bridge):
    hand_in_all(moodle)
    to_moodle.sync()
    moodle.overridden[3] = 88.0
    assert to_moodle.sync() == 0
    assert to_moodle.sync("--look-again") == 1
    assert "feedback was sent, but its grade is overridden" in to_moodle.said
