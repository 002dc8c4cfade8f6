"""Gradescope's and Coursera's results, from a record."""

import json

import pytest
from hypothesis import given

from autograder.lms.coursera import feedback
from autograder.lms.gradescope import metadata_from, results, without_score
from tests.lms.making import record, task
from tests.lms.test_record import records

VISIBILITIES = {"visible", "hidden", "after_due_date", "after_published"}


@given(records)
def test_every_score_is_within_its_bounds(made):
    found = results(made, seconds=1.0, visibility="after_published", remarks=["a", "b"])
    json.dumps(found, allow_nan=False)
    assert found["stdout_visibility"] == "hidden"
    *tests, note = found["tests"]
    assert note["visibility"] == "hidden"
    assert "score" not in note
    for test in tests:
        assert 0 <= test["score"] <= test["max_score"]
        assert test["status"] in {"passed", "failed"}
        assert test["visibility"] in VISIBILITIES - {"visible"}
        assert test["output_format"] == "html"


def test_a_hostile_text_is_escaped():
    made = record(tasks=(task(message="<img src=x onerror=alert(1)>"),))
    (test,) = results(made, seconds=0.0, visibility="visible")["tests"]
    assert "<img" not in test["output"]


def test_a_hidden_task_stays_hidden_whatever_is_asked_for():
    from dataclasses import replace

    made = record(tasks=(replace(task(), visibility="hidden"),))
    (test,) = results(made, seconds=0.0, visibility="visible")["tests"]
    assert test["visibility"] == "hidden"


def test_without_a_score_there_are_no_points_and_a_hidden_reason():
    found = without_score("Nobody's fault.", ["RuntimeError()"])
    assert found["score"] == 0
    assert found["stdout_visibility"] == "hidden"
    assert [test["visibility"] for test in found["tests"]] == ["hidden"]
    assert "RuntimeError" not in found["output"]


@pytest.mark.parametrize("found", [None, [], {}, {"users": []}, {"users": 3, "created_at": 5}])
def test_metadata_may_be_anything(found: object):
    known = metadata_from(found)
    assert (known.student, known.attempt, known.submitted_at) == ("student", 1, None)


def test_metadata_says_who_when_and_how_often():
    known = metadata_from(
        {
            "id": 7,
            "created_at": "2026-11-04T10:00:00.5-07:00",
            "users": [{"email": "a@x.y", "id": 1}],
            "previous_submissions": [{}, {}],
        }
    )
    assert (known.student, known.attempt) == ("a@x.y", 3)
    assert known.submitted_at is not None
    assert known.submitted_at.isoformat() == "2026-11-04T10:00:00.500000-07:00"


@given(records)
def test_courseras_share_is_a_number_between_0_and_1(made):
    found = feedback(made)
    if made.score is None or made.max_score == 0:
        assert found is None
    else:
        assert type(found["fractionalScore"]) is float
        assert 0 <= found["fractionalScore"] <= 1
        assert found["feedbackType"] == "HTML"
        assert found["feedback"]
