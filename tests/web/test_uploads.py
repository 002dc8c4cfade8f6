"""What is taken as a notebook: whatever comes, it is bounded, and the answer is a sentence."""

import ast
import io
import json
from inspect import getsource
from itertools import chain

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage

from autograder.notebook import intake
from autograder.notebook.intake import parse_notebook
from autograder.web.uploads import RefusedFileError, normal_form, receive, shown_name
from autograder.web.words import words_of
from tests.web.world import notebook

LIMIT = 5_000_000

texts = st.text(st.characters(exclude_categories=()), max_size=30)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
cells = st.fixed_dictionaries(
    {},
    optional={
        "cell_type": st.sampled_from(["code", "markdown", "raw", "evil"]) | values,
        "source": texts | st.lists(texts, max_size=3) | values,
        "metadata": values,
        "outputs": values,
        "attachments": values,
        "id": values,
    },
)
notebooks = st.fixed_dictionaries(
    {"cells": st.lists(cells, max_size=4), "nbformat": st.just(4)},
    optional={"metadata": values, "nbformat_minor": values, "extra": values},
)


def file(content: bytes, name: str = "dropout.ipynb") -> FileStorage:
    return FileStorage(io.BytesIO(content), name)


def refusal(*files: FileStorage) -> RefusedFileError:
    with pytest.raises(RefusedFileError) as caught:
        receive(files, LIMIT)
    return caught.value


@given(notebooks)
def test_what_is_kept_is_a_valid_notebook_in_its_normal_form(found: dict):
    kept = normal_form(json.dumps(found).encode())
    nbformat.validate(nbformat.reads(kept.decode(), as_version=4))
    assert normal_form(kept) == kept
    assert parse_notebook(kept) == parse_notebook(json.dumps(found).encode())


@given(st.binary(max_size=400) | values.map(lambda found: json.dumps(found).encode()))
def test_anything_else_is_refused_with_a_sentence(content: bytes):
    error = refusal(file(content))
    for language in ("en", "zh"):
        assert words_of(language).student.files[error.key].format(**error.values)


def test_outputs_are_not_kept():
    page = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<script>"}}
    kept = receive([file(notebook("x = 1", outputs=[page]))], LIMIT)
    assert b"<script>" not in kept.content
    assert kept == receive([file(notebook("x = 1"))], LIMIT)


def test_nothing_and_several_files_are_refused():
    assert refusal().key == "none"
    assert refusal(FileStorage(io.BytesIO(), "")).key == "none"
    assert refusal(file(notebook()), file(notebook())).key == "several"


def test_a_file_above_the_limit_is_refused_with_its_size():
    error = refusal(file(b" " * (LIMIT + 1_000_001)))
    assert (error.key, error.values) == ("large", {"size": "6", "megabytes": "5"})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7",
        b"PK\x03\x04",
        b"\xff\xfe\x00",
        b"<html>",
        b"[]",
        b"{}",
        b"null",
        b'{"nbformat": 4}',
        b'{"nbformat": 4, "cells": 3}',
        b'{"nbformat": 4, "cells": [3]}',
        b'{"nbformat": 9, "cells": []}',
        b'{"nbformat": true, "cells": []}',
        b'{"nbformat": 1e400, "cells": []}',
        b"[" * 2_000_000,
        b'{"nbformat": 4, "cells": ' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"nbformat": 4, "cells": [' + b"[]," * 400_000 + b"[]]}",
        b'{"nbformat": 4, "cells": [], "metadata": ' + b'{"a":' * 100 + b"1" + b"}" * 100 + b"}",
        b'{"nbformat": 4, "n": ' + b"9" * 100_000 + b"}",
        json.dumps({"nbformat": 4, "cells": [{}] * 3000}).encode(),
        notebook("x = 1\n" * 200_000),
    ],
    ids=range(21),
)  # fmt: skip
def test_bombs_and_rubbish_are_refused(content: bytes):
    error = refusal(file(content))
    for language in ("en", "zh"):
        assert words_of(language).student.files[error.key].format(**error.values)


def test_every_reason_of_the_intake_has_words():
    refusals = [
        call.args[1]
        for call in ast.walk(ast.parse(getsource(intake)))
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "IntakeError" and call.args[1:]
    ]
    found = (ast.walk(refusal) for refusal in refusals)
    reasons = {node.value for node in chain(*found) if isinstance(node, ast.Constant)}
    assert len(reasons) == len(refusals) + 1  # one of them gives either of two
    for language in ("en", "zh"):
        assert reasons <= words_of(language).student.files.keys()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("dropout.ipynb", "dropout.ipynb"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\dropout.ipynb", "dropout.ipynb"),
        ("a\x00b\x1b[31m\r\n.ipynb", "a␀b .ipynb"),
        ("x" * 5000, "x" * 80 + "… (+4920)"),
        ("‮bpynpi.exe", "�bpynpi.exe"),
        ("笔记本.ipynb", "笔记本.ipynb"),
    ],
)
def test_a_name_is_made_fit_to_be_shown(name: str, shown: str):
    assert shown_name(name) == shown
