"""The fuzzer's targets, with inputs that hypothesis makes up; `make fuzz` tries many more."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.target import TARGETS, read_frame, read_notebook

CORPUS = Path(__file__).parent / "corpus"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
            ["cells", "cell_type", "source", "metadata", "nbformat", "nbgrader", "worksheets"]
        ), inner, max_size=4)
    ),
    max_leaves=20,
)  # fmt: skip


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*/*")), ids=lambda path: path.name)
def test_what_the_fuzzer_starts_from_is_read(path: Path):
    TARGETS[path.parent.name](path.read_bytes())


@given(st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_survived(content: bytes):
    read_frame(content)
    read_notebook(content)


@given(JSON, st.sampled_from([2, 3, 4]))
@settings(max_examples=300, deadline=None)
def test_any_json_is_survived_as_a_notebook(body: object, version: int):
    notebook = body if isinstance(body, dict) else {"cells": body}
    read_notebook(json.dumps(notebook | {"nbformat": version}).encode())


@given(JSON)
@settings(max_examples=200, deadline=None)
def test_any_source_is_survived(source: object):
    cells = [{"cell_type": "code", "source": source, "metadata": source}]
    read_notebook(json.dumps({"cells": cells, "nbformat": 4}).encode())
