"""The documentation of exercises, keys and grading is true."""

import dataclasses
import inspect
import re
import sys
from pathlib import Path

import pytest

from autograder.authoring.check_course import check_course
from autograder.authoring.keys import POOL_SIZE
from autograder.core import comparing, parts
from autograder.core.exercise import (
    JUDGED,
    MASK_CALLS,
    UNSEEN_CALLS,
    VALUE_CALLS,
    Exercise,
    exercise,
)
from autograder.core.key import VERSION
from autograder.core.masks import ALARM
from autograder.core.outcome import KerasProbe
from autograder.core.program import MAX_NODES, OPERATIONS
from autograder.core.unseen import MAX_BITS
from autograder.core.values import MAX_DEPTH, MAX_ELEMENTS
from autograder.core.values import MAX_NODES as MAX_ENTRIES
from autograder.course.layout import find_course
from autograder.notebook import intake
from autograder.storage import answer_key_file, answer_key_layout, plain_reader
from tests.reading_docs import named_in_rows, read, rows, section

FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.M | re.S)


def explanation() -> str:
    return read("docs/explanation/how-grading-decides.md")


# --- the answer key


def key_page() -> str:
    return read("docs/reference/answer-key.md")


def test_the_key_format_has_the_documented_version():
    versions = set(re.findall(r"version (\d+)", key_page()))
    assert versions == {str(VERSION)}


def test_every_field_of_a_key_is_documented():
    layout = vars(answer_key_layout)
    tables = [layout[name] for name in layout if name.isupper() and isinstance(layout[name], dict)]
    names = {name for table in tables for name in table}
    assert {name for name in names if not re.search(rf"\b{name}\b", key_page())} == set()
    for kind in (*answer_key_layout.LEAF_KINDS, *answer_key_layout.GROUP_KINDS, *JUDGED):
        assert f"`{kind}`" in key_page()


def test_the_operations_of_programs_are_documented():
    listed = re.findall(r"`(\w+)`", section(key_page(), "Programs").split("operations are")[1])
    assert listed == list(OPERATIONS)


def test_the_bounds_are_documented():
    documented = [row[1].split()[0] for row in rows(section(key_page(), "Bounds"))]
    bounds = (
        answer_key_file.MAX_FILE_BYTES,
        plain_reader.MAX_BYTES,
        plain_reader.MAX_MEMBERS,
        MAX_ELEMENTS,
        plain_reader.MAX_DIMENSIONS,
        plain_reader.MAX_CHARACTERS,
        MAX_DEPTH,
        answer_key_layout.MAX_PART_DEPTH,
        MAX_NODES,
    )
    assert documented == [f"{bound:,}" for bound in bounds]


# --- exercises


def api_page() -> str:
    return read("docs/reference/exercise-api.md")


def parameters(function: object) -> list[str]:
    """Names of the parameters that an author gives: neither self nor what is decorated."""
    found = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    return [item.name for item in found if item.kind is item.KEYWORD_ONLY]


def test_every_decorator_of_an_exercise_is_documented():
    properties = {"name", "title", "parameters"}
    methods = {name for name in vars(Exercise) if not name.startswith("_")} - properties
    methods = {name for name in methods if inspect.isfunction(getattr(Exercise, name))}
    sections = set(re.findall(r"^## `Exercise\.(\w+)`$", api_page(), re.M))
    assert sections == methods
    for name in methods:
        text = section(api_page(), f"`Exercise.{name}`")
        for parameter in parameters(getattr(Exercise, name)):
            assert parameter in text


def test_the_arguments_of_exercise_are_documented():
    assert named_in_rows(section(api_page(), "`exercise`")) == set(parameters(exercise))


def test_every_part_is_documented():
    made = {name for name, item in vars(parts).items() if name[0].isupper() and callable(item)}
    made -= {name for name in made if inspect.isclass(getattr(parts, name))} | {"Any", "Part"}
    shown = {name.split("(")[0] for name in named_in_rows(section(api_page(), "Parts"))}
    assert shown == made


def test_every_way_of_judging_is_documented():
    assert named_in_rows(section(api_page(), "`Exercise.case`")) >= set(JUDGED)


def test_every_question_to_a_model_is_documented():
    asked = set(re.findall(r"^    \* ``(\w+)``|; ``(\w+)``", KerasProbe.__doc__ or "", re.M))
    text = section(api_page(), "`Exercise.probes`")
    assert {name for pair in asked for name in pair if name} <= named_in_rows(text)
    for field in dataclasses.fields(KerasProbe):
        assert field.name in text


# --- grading


def test_the_stated_false_alarm_rate_is_the_engines():
    assert ALARM == 3e-8
    assert 26 * ALARM < 1e-6
    assert "below 3 × 10⁻⁸ each" in explanation()


def test_the_stated_tolerances_are_the_engines():
    stated = {
        row[0].split("`")[1]: (row[1], row[2]) for row in rows(section(explanation(), "Tolerances"))
    }
    assert stated == {
        kind: (f"{comparing.RTOL[kind]}", f"{comparing.ATOL[kind]}") for kind in comparing.RTOL
    }


def test_the_stated_numbers_of_calls_and_keys_are_the_engines():
    assert (VALUE_CALLS, MASK_CALLS, UNSEEN_CALLS, MAX_BITS, POOL_SIZE) == (2, 6, 36, 16, 16)
    assert "Six draws" in explanation()
    assert "36 calls" in explanation()
    assert "at most 16 random bits" in explanation()
    assert "a pool of 16" in explanation()
    assert "Two calls" in api_page()
    assert "Seven calls" in api_page()
    assert "37 calls" in api_page()


def test_the_bounds_on_submissions_are_documented():
    text = section(read("docs/reference/configuration.md"), "Bounds on what is handed in")
    stated = [number.replace(",", "") for number in re.findall(r"\d[\d,]*", text)]
    assert [int(number) for number in stated] == [
        intake.MAX_BYTES // 10**6,
        intake.MAX_CELLS,
        intake.MAX_CODE,
        intake.MAX_DEPTH,
        MAX_ELEMENTS,
        MAX_ENTRIES,
        MAX_DEPTH,
    ]


# --- the example of docs/how-to/add-an-exercise.md


def test_the_exercise_of_the_how_to_passes_every_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(sys, "path", sys.path.copy())
    (tmp_path / "nbgrader_config.py").write_text("", encoding="utf-8")
    files = FILE.findall(read("docs/how-to/add-an-exercise.md"))
    assert len(files) == 3
    for name, body in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(body, encoding="utf-8")
    assert [str(fault) for fault in check_course(find_course(tmp_path))] == []
