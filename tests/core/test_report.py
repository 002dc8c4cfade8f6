import json

import pytest

from autograder.core.report import SCHEMA, STATUSES, ExerciseReport, Report
from tests.core.verdicts import verdict

PASSED = ExerciseReport("scale", 10, 10, "passed", "scale is right.")
FAILED = ExerciseReport("slopes", 2.5, 8, "failed", "slopes is wrong.", details=("a", "b"))
UNGRADED = ExerciseReport("total", None, 6, "not_gradable", "A person will look.")


def test_the_score_is_the_sum():
    assert Report("toy", (PASSED, FAILED)).score == 12.5


def test_there_is_no_score_where_an_exercise_has_none():
    assert Report("toy", (PASSED, UNGRADED)).score is None


def test_there_is_no_score_where_the_submission_is_in_trouble():
    assert Report("toy", (PASSED,), trouble="no kernel").score is None


def test_an_exercise_without_a_score_counts_for_the_largest_score():
    assert Report("toy", (PASSED, UNGRADED)).max_score == 16


def test_a_record_is_json_and_comes_back_as_it_was():
    record = Report("toy", (PASSED, FAILED, UNGRADED), student="ada").to_record()
    assert json.loads(json.dumps(record, allow_nan=False)) == record


def test_a_record_names_its_schema_first():
    assert next(iter(Report("toy", ()).to_record().items())) == ("schema", SCHEMA)


def test_a_record_tells_all_that_is_known_of_an_exercise():
    (found,) = Report("toy", (FAILED,)).to_record()["exercises"]
    assert found == {
        "name": "slopes",
        "score": 2.5,
        "max_score": 8,
        "status": "failed",
        "message": "slopes is wrong.",
        "misconception": None,
        "details": ["a", "b"],
        "remarks": [],
        "finding": None,
        "case": None,
        "trouble": None,
    }


def test_further_facts_are_part_of_the_record():
    assert Report("toy", (PASSED,), facts={"receipt": "r"}).to_record()["receipt"] == "r"


def test_no_fact_takes_the_place_of_a_score():
    record = Report("toy", (FAILED,), facts={"score": 100, "student": "eve"}).to_record()
    assert (record["score"], record["student"]) == (2.5, "")


@pytest.mark.parametrize(
    "function", [lambda A, factor: A * factor, lambda A, factor: A, lambda A, factor: None]
)
def test_a_verdict_of_the_grader_is_json(function):
    record = Report("toy", (verdict("scale", function),)).to_record()
    assert record["exercises"][0]["status"] in STATUSES
    assert json.dumps(record, allow_nan=False)
