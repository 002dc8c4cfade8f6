"""The result record: what is written can be read, and what is broken is explained."""

import json
import math
import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from autograder.core.report import STATUSES
from autograder.lms.record import (
    GRADED_BY_PERSON,
    RecordError,
    ResultRecord,
    Student,
    TaskResult,
    from_json,
    read_record,
    schema,
)
from tests.lms.making import record
from tests.reading_docs import named_in_rows, read, section

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
points = st.floats(0, 1e6)
times = (
    st.datetimes()
    .map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%S}Z")
    .filter(lambda text: re.match(r"\d{4}-", text) is not None)
)
tasks = st.builds(
    TaskResult,
    id=names,
    name=names,
    score=st.none() | points,
    max=points,
    status=st.sampled_from([*STATUSES, GRADED_BY_PERSON]),
    verdict=texts,
    visibility=st.sampled_from(["visible", "hidden", "after_due_date", "after_published"]),
    misconception_id=st.none() | texts,
    message_text=texts,
    remarks=st.lists(texts, max_size=2).map(tuple),
)
records = st.builds(
    ResultRecord,
    assignment=names,
    student=st.builds(Student, id=names, lms=st.dictionaries(names, texts, max_size=3)),
    score=st.none() | points,
    max_score=points,
    tests=st.lists(tasks, max_size=3).map(tuple),
    attempt=st.integers(1, 1000),
    submitted_at=st.none() | times,
    graded_at=st.none() | times,
    late_penalty=points,
    late=st.booleans(),
    late_seconds=points,
    feedback_page=st.none() | texts,
    trouble=st.none() | texts,
)


@given(records)
def test_what_is_written_is_read_again(made: ResultRecord):
    assert from_json(made.to_json()) == made


@given(records)
def test_what_is_written_keeps_the_schema(made: ResultRecord):
    assert list(Draft202012Validator(schema()).iter_errors(json.loads(made.to_json()))) == []


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(schema())


def test_a_field_of_a_later_version_is_left_out():
    found = json.loads(record().to_json())
    found["mood"] = "good"
    found["tests"][0]["mood"] = found["student"]["mood"] = "good"
    assert from_json(json.dumps(found)) == record()


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"schema": 2}, "$.schema"),
        ({"score": -1}, "$.score"),
        ({"score": "92"}, "$.score"),
        ({"score": True}, "$.score"),
        ({"max_score": None}, "$.max_score"),
        ({"attempt": 0}, "$.attempt"),
        ({"late_penalty": -0.5}, "$.late_penalty"),
        ({"student": {"id": ""}}, "$.student.id"),
        ({"submitted_at": "2026-11-04 10:00:00"}, "$.submitted_at"),
        ({"graded_at": "2026-11-04T10:00:00+02:00"}, "$.graded_at"),
        ({"submission_sha256": "12"}, "$.submission_sha256"),
        ({"tests": [{"id": "a"}]}, "$.tests[0]"),
        ({"tests": None}, "$.tests"),
        ({"assignment": 3}, "$.assignment"),
    ],
)
def test_a_broken_field_is_named(change: dict, where: str):
    found = json.loads(record().to_json()) | change
    with pytest.raises(RecordError) as caught:
        from_json(json.dumps(found), "ada.json")
    assert str(caught.value).startswith(f"ada.json is no result record: at {where}")
    assert "Expected schema 1" in str(caught.value)


def test_a_missing_field_is_named():
    found = json.loads(record().to_json())
    del found["max_score"]
    with pytest.raises(RecordError, match="'max_score' is a required property"):
        from_json(json.dumps(found))


@pytest.mark.parametrize(
    "text", ["", "[]", "{", "null", '"x"', "[" * 100_000, '{"schema": NaN}', '{"schema": 1e999}']
)
def test_anything_else_is_explained(text: str):
    with pytest.raises(RecordError, match="is no result record"):
        from_json(text)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_not_finite_is_never_written(number: float):
    with pytest.raises(RecordError, match="not finite"):
        replace(record(), score=number).to_json()


def test_a_file_is_read(tmp_path: Path):
    path = tmp_path / "dropout.json"
    path.write_text(record().to_json(), encoding="utf-8")
    assert read_record(path) == record()
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(RecordError, match=r"dropout\.json is no result record"):
        read_record(path)


def test_every_field_is_documented():
    page = read("docs/reference/result-record.md")
    found = json.loads(record().to_json())
    assert named_in_rows(section(page, "The record")) == set(found)
    assert named_in_rows(section(page, "A task")) == set(found["tests"][0])
    assert named_in_rows(section(page, "The student")) == {"id", "lms"}


def test_every_field_is_in_the_schema():
    found = json.loads(record().to_json())
    assert set(schema()["properties"]) == set(found)
    assert set(schema()["properties"]["tests"]["items"]["properties"]) == set(found["tests"][0])
