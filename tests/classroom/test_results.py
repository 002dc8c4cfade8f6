"""results.jsonl: what is written is read back."""

import json
import pickle
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from autograder.classroom.results import Shared, append_result, load_results, write_results
from autograder.core.report import ExerciseReport, Report


def report(student: str, score: float | None = 3.0) -> Report:
    """Return a report."""
    exercise = ExerciseReport(
        "f", score, 5.0, "failed", "Divide by m.", "no_m", ("a",), ("b",), "wrong_value", "small"
    )
    return Report("a1", (exercise,), student, 1, ("put back",), None, {"receipt": "r"})


def test_a_record_is_read_back(tmp_path: Path) -> None:
    append_result(tmp_path / "r", report("ada"))
    assert load_results(tmp_path / "r") == {("a1", "ada"): report("ada")}


def test_a_later_record_replaces_an_earlier_one(tmp_path: Path) -> None:
    append_result(tmp_path / "r", report("ada", None))
    append_result(tmp_path / "r", report("ada", 5.0))
    assert load_results(tmp_path / "r")["a1", "ada"].score == 5.0


def test_records_are_sorted(tmp_path: Path) -> None:
    write_results(tmp_path / "r", [report("eve"), report("ada")])
    assert [student for _, student in load_results(tmp_path / "r")] == ["ada", "eve"]


def test_a_line_that_was_cut_off_is_skipped(tmp_path: Path) -> None:
    append_result(tmp_path / "r", report("ada"))
    with (tmp_path / "r").open("a") as file:
        file.write('{"schema": 1, "student": "e')
    assert list(load_results(tmp_path / "r")) == [("a1", "ada")]


def test_no_file_is_no_results(tmp_path: Path) -> None:
    assert load_results(tmp_path / "none") == {}


def test_a_record_cut_inside_a_letter_is_skipped_and_the_next_one_kept(tmp_path: Path) -> None:
    (tmp_path / "r").write_bytes('{"a": "é'.encode()[:-1])
    append_result(tmp_path / "r", report("ada"))
    assert list(load_results(tmp_path / "r")) == [("a1", "ada")]


SCORES = st.none() | st.integers(0, 5) | st.floats(0, 5) | st.just(-0.0)
FACTS = st.dictionaries(
    st.sampled_from(["engine", "receipt", "limits", "sandbox", "flags", "own"]),
    st.none() | st.booleans() | st.text() | st.integers() | st.floats(allow_nan=False)
    | st.dictionaries(st.text(), st.integers()),
)  # fmt: skip


@given(st.lists(st.tuples(SCORES, FACTS)))
def test_reports_that_share_their_parts_say_the_same(given: list[tuple[float | None, dict]]):
    reports = [replace(report("ada", score), facts=facts) for score, facts in given]
    shared = Shared()
    for each in reports:
        said = json.dumps(shared.of(each).to_record())
        assert said == json.dumps(each.to_record())


def test_equal_verdicts_and_limits_of_other_processes_are_kept_once():
    shared, limits = Shared(), {"limits": {"cell_seconds": 60.0}}
    first, second = (
        shared.of(pickle.loads(pickle.dumps(replace(report(name), facts=limits))))
        for name in ("ada", "eve")
    )
    assert first.exercises[0] is second.exercises[0]
    assert first.facts["limits"] is second.facts["limits"]
