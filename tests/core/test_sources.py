import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.core.outcome import Raised
from autograder.core.sources import find_definition, located, names_called

SOLVED = "def scale(A, factor):\n    return A * factor"
STUB = "def scale(A, factor):\n    raise NotImplementedError"


def test_a_function_is_found_with_its_cell_and_text():
    found = find_definition("scale", ["x = 1", "import math\n" + SOLVED + "\nprint(1)"])
    assert (found.cell, found.text) == (1, SOLVED)


def test_a_function_that_nobody_defines_is_not_found():
    assert find_definition("scale", ["x = 1", "def scales():\n    pass", "# def scale():"]) is None


def test_a_function_within_another_is_not_found():
    assert find_definition("scale", ["def outer():\n    " + SOLVED.replace("\n", "\n    ")]) is None


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "...",
        "return",
        "return None",
        '"""Scale."""',
        '"""Scale."""\n    pass',
        "raise NotImplementedError",
        'raise NotImplementedError("write me")',
        '"""Scale."""\n    A_scaled = None\n    return None',
    ],
)
def test_a_placeholder_is_unwritten(body):
    assert find_definition("scale", [f"def scale(A, factor):\n    {body}"]).unwritten


@pytest.mark.parametrize(
    "body",
    [
        "return A",
        "return 0",
        "raise ValueError",
        "A_scaled = None\n    return A_scaled",
        "A *= factor",
        "print(A)",
        "if factor:\n        return A",
        "yield",
        "pass\n    return A * factor",
    ],
)
def test_anything_else_is_written(body):
    assert not find_definition("scale", [f"def scale(A, factor):\n    {body}"]).unwritten


@pytest.mark.parametrize(
    "later",
    [
        SOLVED,
        "scale = lambda A, factor: A * factor",
        "scale: Callable = partial(multiply)",
        "scale, other = solutions",
        "from mine import scale",
        "from mine import other as scale",
        "class scale:\n    pass",
        "if True:\n    def scale(A, factor):\n        return A",
        "try:\n    from mine import scale\nexcept ImportError:\n    pass",
        "def scale(A, factor):\n    return A *",
    ],
)
def test_a_later_definition_takes_the_place_of_a_placeholder(later):
    found = find_definition("scale", [STUB, later])
    assert (found.cell, found.unwritten) == (1, False)


@pytest.mark.parametrize(
    "later", ["scale.tried = True", "scale(1, 2)", "scales = scale", "x[scale] = 1", "scale: int"]
)
def test_the_use_of_a_name_is_no_definition(later):
    assert find_definition("scale", [STUB, later]).cell == 0


def test_a_placeholder_that_comes_later_wins():
    assert find_definition("scale", [SOLVED, STUB]).unwritten


@pytest.mark.parametrize("line", ["%matplotlib inline", "!ls", "?scale", "%%time", "    %time x"])
def test_magics_are_no_syntax_errors(line):
    source = f"if 1:\n    pass\n{line}\n" if line.startswith(" ") else f"{line}\n"
    assert find_definition("scale", [source.replace("    %", "%") + SOLVED]).text == SOLVED


@pytest.mark.parametrize(
    "source",
    [
        "def scale(A, factor)\n    return A",
        "def scale(A, factor):\nreturn A",
        "def scale(A, factor):\n\treturn (A",
        "def scale(A):\n    return '\0'",
        "def scale(A):\n    return " + "(" * 5000,
    ],
)
def test_a_cell_that_python_cannot_read_still_defines(source):
    found = find_definition("scale", [source])
    assert (found.cell, found.text, found.unwritten) == (0, source, False)


def test_an_unknown_escape_in_a_docstring_is_no_warning_and_no_error():
    source = 'def scale(A, factor):\n    "$\\sigma$"\n    return A'
    assert find_definition("scale", [source]).text == source


def test_source_text_is_never_run():
    assert find_definition("scale", ["raise SystemExit", "1 / 0", SOLVED]).cell == 2


@given(st.lists(st.text(), max_size=3))
def test_no_text_whatever_is_too_strange(cells):
    found = find_definition("scale", cells)
    assert found is None or 0 <= found.cell < len(cells)


def test_the_names_that_a_text_calls_are_found():
    source = "def scale(A):\n    B = helper(A) + np.sum(A)\n    return other(B), third"
    assert names_called(source) == {"helper", "other"}


@given(st.text())
def test_a_text_that_is_no_python_calls_nothing(text):
    assert names_called(f"def broken(:{text}") == frozenset()


CELLS = ["import numpy as np", "def f(x):\n    return x / 0", "# 6f9d"]


def test_a_line_that_a_cell_has_is_where_an_exception_stands():
    for error in (
        Raised("ZeroDivisionError", "", 2, "return x / 0", "f"),
        Raised("ValueError", ""),
    ):
        assert located(error, CELLS) == error


@pytest.mark.parametrize(
    ("line", "code"),
    [(2, "an argument"), (1234, "return x / 0"), (1234, ""), (1, "return x / 0"), (1, "# 6f9d")],
)
def test_a_place_that_no_cell_has_is_not_told(line: int, code: str):
    found = located(Raised("ValueError", "text", line, code, "f"), CELLS)
    assert found == Raised("ValueError", "text")


def test_a_cell_of_empty_lines_that_python_cannot_read_takes_no_time():
    """Looking for the name from each of its lines to its end took minutes of a grader's."""
    assert find_definition("double", ["(\n" + "\n" * 499_000 + "x"]) is None
