"""results.jsonl: what is written is read back."""

from pathlib import Path

from autograder.classroom.results import append_result, load_results, write_results
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
