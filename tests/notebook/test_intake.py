"""Whatever is handed in: a notebook, or a sentence."""

import contextlib
import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.notebook.intake import (
    MAX_CODE,
    IntakeError,
    _marks,
    _without_texts,
    parse_notebook,
    read_bytes,
)


def notebook(*cells: Any, **fields: Any) -> bytes:
    """Return a notebook's bytes."""
    body = {"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": 5} | fields
    return json.dumps(body).encode()


def code(source: Any, **metadata: Any) -> dict[str, Any]:
    """Return a code cell."""
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "id": "a"}


def test_a_notebook_is_read_and_is_valid() -> None:
    found = parse_notebook(notebook(code(["a = 1\n", "b = 2"])))
    nbformat.validate(found)
    assert found["cells"][0]["source"] == "a = 1\nb = 2"


def test_only_the_grade_id_of_a_cells_metadata_is_kept() -> None:
    cell = code("1", tags=["skip-execution"], nbgrader={"grade_id": "predict", "points": 1000})
    found = parse_notebook(notebook(cell))
    assert found["cells"][0]["metadata"] == {"nbgrader": {"grade_id": "predict"}}


def test_outputs_and_counts_are_dropped() -> None:
    cell = code("1") | {"outputs": [{"output_type": "stream"}], "execution_count": 7}
    found = parse_notebook(notebook(cell))["cells"][0]
    assert (found["outputs"], found["execution_count"]) == ([], None)


def test_the_submissions_kernel_is_not_used() -> None:
    found = parse_notebook(notebook(metadata={"kernelspec": {"name": "evil"}}))
    assert found["metadata"]["kernelspec"]["name"] == "python3"


def test_notebooks_of_format_3_are_converted() -> None:
    old = {
        "metadata": {"name": ""},
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {"cell_type": "code", "input": "x = 1", "language": "python", "outputs": []}
                ],
            }
        ],
    }
    assert parse_notebook(json.dumps(old).encode())["cells"][0]["source"] == "x = 1"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"def f(): ...", "not a readable notebook: its JSON breaks at line 1"),
        (b"<!DOCTYPE html><p>a notebook</p>", "not a readable notebook: it is a web page"),
        (b"\xff\xfe\x00", "no UTF-8 text"),
        (b"[1, 2]", "no Jupyter notebook"),
        (b'{"a": 1}', "no Jupyter notebook"),
        (b'{"nbformat": 4}', "no readable list of cells"),
        (b'{"nbformat": 4, "cells": {"a": 1}}', "no readable list of cells"),
        (b'{"nbformat": 4, "cells": [7]}', "no readable list of cells"),
        (b'{"nbformat": 9, "cells": []}', "notebook format 9"),
        (b'{"nbformat": true, "cells": []}', "no"),
        (b"[" * 100_000, "not a readable notebook"),
        (b"[" * 200 + b"]" * 200, "levels deep"),
    ],
)
def test_what_is_no_notebook_gets_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(IntakeError) as caught:
        parse_notebook(content, "dropout.ipynb")
    assert sentence in str(caught.value)
    assert "dropout.ipynb" in str(caught.value)


def test_too_many_cells_are_refused() -> None:
    with pytest.raises(IntakeError, match="2001 cells; at most 2000"):
        parse_notebook(notebook(*[code("1")] * 2001))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_any_json_is_a_notebook_or_gets_a_sentence(data: Any) -> None:
    for content in (data, {"nbformat": 4, "cells": data}, {"nbformat": 4, "cells": [data]}):
        with contextlib.suppress(IntakeError):
            nbformat.validate(parse_notebook(json.dumps(content).encode()))


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_bytes(b"{}")
    assert read_bytes(tmp_path / "a.ipynb") == b"{}"


def test_a_large_file_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.ipynb").open("wb") as file:
        file.truncate(200_000_000)
    with pytest.raises(IntakeError, match="has 200 MB; at most 20 MB"):
        read_bytes(tmp_path / "a.ipynb")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "a.ipynb").symlink_to(tmp_path / "secret")
    with pytest.raises(IntakeError, match="not a link"):
        read_bytes(tmp_path / "a.ipynb")


def test_a_pipe_and_a_folder_are_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    for name in ("pipe.ipynb", "folder.ipynb"):
        with pytest.raises(IntakeError, match="not a regular file"):
            read_bytes(tmp_path / name)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(IntakeError, match=r"dropout\.ipynb is missing\. Hand in"):
        read_bytes(tmp_path / "dropout.ipynb")


def test_half_a_letter_in_a_cell_does_not_stop_the_writing() -> None:
    found = parse_notebook(notebook(code("x = '\ud800'")))
    assert found["cells"][0]["source"].encode() == b"x = '?'"


@pytest.mark.parametrize("linked", ["student", "assignment"])
def test_a_folder_that_is_a_link_to_another_students_is_refused(
    tmp_path: Path, linked: str
) -> None:
    (tmp_path / "ada" / "dropout").mkdir(parents=True)
    (tmp_path / "ada" / "dropout" / "dropout.ipynb").write_bytes(notebook(code("1")))
    if linked == "student":
        (tmp_path / "mallory").symlink_to("ada")
    else:
        (tmp_path / "mallory").mkdir()
        (tmp_path / "mallory" / "dropout").symlink_to("../ada/dropout")
    path = tmp_path / "mallory" / "dropout" / "dropout.ipynb"
    assert path.is_file()  # the control: who follows links reads it
    with pytest.raises(IntakeError, match="not a link"):
        read_bytes(path)
    assert read_bytes(tmp_path / "ada" / "dropout" / "dropout.ipynb") == notebook(code("1"))


def test_the_courses_own_folders_may_be_links(tmp_path: Path) -> None:
    (tmp_path / "disk" / "ada" / "dropout").mkdir(parents=True)
    (tmp_path / "disk" / "ada" / "dropout" / "dropout.ipynb").write_bytes(notebook())
    (tmp_path / "submitted").symlink_to("disk")
    assert read_bytes(tmp_path / "submitted" / "ada" / "dropout" / "dropout.ipynb") == notebook()


@pytest.mark.parametrize("name", ["a\nb", "\x1b[31m", "ünïcode", "a b'\"$(x)", "-rf", "\udcff"])
def test_names_may_hold_any_character(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name / "dropout"
    folder.mkdir(parents=True)
    (folder / "dropout.ipynb").write_bytes(notebook())
    assert read_bytes(folder / "dropout.ipynb") == notebook()


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full"])
def test_a_device_is_refused(device: str) -> None:
    with pytest.raises(IntakeError, match="is not a regular file"):
        read_bytes(Path(device))


def test_more_code_than_a_person_writes_is_refused_before_it_is_parsed():
    cell = {"cell_type": "code", "metadata": {}, "source": "x = [" + "1, " * MAX_CODE + "]"}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    with pytest.raises(IntakeError, match="letters of code; at most 500,000"):
        parse_notebook(json.dumps(notebook).encode())


def test_a_notebook_under_another_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "dropout (1).ipynb").write_bytes(notebook())
    with pytest.raises(IntakeError, match=r"the folder holds dropout \(1\)\.ipynb\. Give"):
        read_bytes(tmp_path / "dropout.ipynb")


def test_a_notebook_of_countless_values_is_refused_before_it_is_built() -> None:
    many = b'{"nbformat":4,"nbformat_minor":5,"cells":[],"metadata":{"x":[' + b"{}," * 400_000
    with pytest.raises(IntakeError, match="400,005 values; at most 300,000"):
        parse_notebook(many + b"{}]}}")


def test_commas_in_texts_are_no_values() -> None:
    text = ",".join(map(str, range(400_000)))[:400_000] * 3
    cell = {"cell_type": "markdown", "source": text, "metadata": {}, "id": "a"}
    assert parse_notebook(notebook(cell))["cells"][0]["source"] == text


@pytest.mark.parametrize("text", [b'\\"' * 2_300_000, b"\\\\" * 2_300_000, b'\\\n"' * 1_500_000])
def test_a_text_without_its_end_is_passed_over_once(text: bytes) -> None:
    """Looking for its end from each of its quotation marks took a day."""
    with pytest.raises(IntakeError, match="values; at most 300,000"):
        parse_notebook(b"," * 310_000 + b'"' + text)


def test_lists_within_lists_are_values_too() -> None:
    """Megabytes of brackets, with few commas, took hundreds of megabytes of memory."""
    nest = b"[" * 20 + b"]" * 20
    with pytest.raises(IntakeError, match="values; at most 300,000"):
        parse_notebook(b'{"cells":[' + b",".join([nest] * 20_000) + b'],"nbformat":4}')


def commas_and_lists(value: object) -> tuple[int, int]:
    if not isinstance(value, list):
        return 0, 0
    inner = [commas_and_lists(each) for each in value]
    commas = max(len(value) - 1, 0) + sum(commas for commas, _ in inner)
    return commas, 1 + sum(lists for _, lists in inner)


@given(st.recursive(st.text('a,[{}]"\\', max_size=9) | st.integers(), st.lists, max_leaves=40))
def test_what_stands_in_texts_is_no_value(value: object) -> None:
    assert _marks(_without_texts(json.dumps(value).encode())) == max(commas_and_lists(value))
