"""Who is who: kept in a file, and never decided by a student."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.lms.roster import FILE, Roster, RosterError, load_roster, match, save_roster
from tests.lms.making import record

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
kinds = st.sampled_from(
    ["email", "id_number", "username", "canvas_user_id", "moodle_user_id", "moodle_participant"]
)


@given(st.lists(st.tuples(texts, texts, st.dictionaries(kinds, texts)), max_size=5))
def test_what_is_noted_is_read_again(tmp_path_factory, notes):
    roster = Roster()
    for student, assignment, ids in notes:
        roster.add(student, assignment, ids)
        roster.mark_late(student, assignment, "email" in ids)
    path = tmp_path_factory.mktemp("roster") / FILE
    path.write_text(roster.to_json(), encoding="utf-8")
    assert load_roster(path) == roster


def test_a_number_is_of_one_assignment():
    roster = Roster()
    roster.add("ada", "dropout", {"moodle_participant": "3", "email": "a@x.y"})
    roster.add("ada", "l2", {"moodle_participant": "8", "email": ""})
    assert roster.ids("ada", "dropout") == {"email": "a@x.y", "moodle_participant": "3"}
    assert roster.ids("ada", "l2")["moodle_participant"] == "8"
    assert "moodle_participant" not in roster.ids("ada", "other")
    assert roster.known_as({"moodle_participant": "3"}, "l2") is None
    assert roster.known_as({"email": "A@X.Y"}, "l2") == "ada"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": 9}', '{"schema": 1, "students": 3}'])
def test_a_damaged_file_is_explained(tmp_path: Path, text: str):
    path = tmp_path / FILE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RosterError, match="cannot be read"):
        load_roster(path)


def test_the_account_decides_where_an_address_changed_hands():
    roster = Roster()
    roster.add("ada", "dropout", {"moodle_user_id": "3", "email": "old@x.y"})
    roster.add("bo", "dropout", {"moodle_user_id": "4", "email": "bo@x.y"})
    assert roster.known_as({"moodle_user_id": "3", "email": "bo@x.y"}, "dropout") == "ada"
    new = {"moodle_user_id": "5", "email": "bo@x.y"}
    assert roster.known_as(new, "dropout") == "bo"
    assert roster.contradicts("bo", "dropout", new)


def test_an_account_of_another_lms_is_found_by_the_address():
    roster = Roster()
    roster.add("ada", "dropout", {"canvas_user_id": "3", "email": "ada@x.y"})
    ids = {"moodle_user_id": "4", "email": "Ada@x.y"}
    assert roster.known_as(ids, "dropout") == "ada"
    assert not roster.contradicts("ada", "dropout", ids)


def test_a_roster_is_written_in_one_step(tmp_path: Path):
    roster = Roster()
    roster.add("ada", "dropout", {"email": "ada@x.y"})
    path = tmp_path / "new" / FILE
    save_roster(roster, path)
    assert load_roster(path) == roster
    assert [file.name for file in path.parent.iterdir()] == [FILE]


def test_there_need_be_no_file(tmp_path: Path):
    assert load_roster(tmp_path / FILE) == Roster()


def test_two_records_of_one_row_match_nothing():
    one, other = record("a@x.y"), record("ada", lms={"email": "A@x.y"})
    matching = match([one, other], {4: {"email": "a@x.y"}}, "sheet")
    assert matching.pairs == {}
    assert matching.rest == [4]
    assert matching.faults[0].startswith("a@x.y, ada: they fit one row of sheet (row 5)")


def test_two_rows_of_one_address_match_nothing():
    rows = {1: {"email": "a@x.y"}, 2: {"email": "a@x.y"}}
    matching = match([record("a@x.y")], rows, "sheet")
    assert matching.pairs == {}
    assert "fits several rows" in matching.faults[0]


@given(
    st.lists(st.sampled_from("abcdef"), max_size=6), st.lists(st.sampled_from("abcdef"), max_size=6)
)
def test_every_record_and_every_row_is_accounted_for(students, addresses):
    records = [record(name) for name in students]
    rows = {index: {"email": name} for index, name in enumerate(addresses)}
    matching = match(records, rows, "sheet")
    assert set(matching.pairs) | set(matching.rest) == set(rows)
    assert not set(matching.pairs) & set(matching.rest)
    paired = sorted(found.student.id for found in matching.pairs.values())
    named = sorted(name for fault in matching.faults for name in fault.split(":")[0].split(", "))
    assert sorted(paired + named) == sorted(students)
    for index, found in matching.pairs.items():
        assert rows[index]["email"] == found.student.id
