"""Flags say where a person should look; a solution as the course writes it has none."""

from pathlib import Path

import nbformat
import pytest

from autograder.notebook.flags import MAX_FLAGS, MOST_PARTS, TABLE, Flag, flags_of

ROOT = Path(__file__).parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*/*.ipynb"))


@pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)
def test_the_courses_own_solutions_have_none(path: Path):
    notebook = nbformat.read(path, as_version=4)
    cells = [
        cell["source"]
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and cell["metadata"].get("nbgrader", {}).get("solution")
    ]
    assert len(cells) >= 4
    assert flags_of(list(enumerate(cells))) == []


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import ctypes", "imports ctypes, which calls C functions"),
        ("from os import path\nfrom gc import get_objects", "imports gc, which searches"),
        ("from autograder.kernel import inside", "imports autograder, which uses the grader's"),
        ("from autograder import check, local_check", "imports autograder"),
        ("import sys\nsys._getframe(1)", "uses _getframe"),
        ("exec('a = 1')", "calls exec"),
        ("np.allclose = lambda *a: True", "replaces np.allclose"),
        ("np.sum, a = 1, 2", "replaces np.sum"),
        ("class A:\n    def __eq__(self, other): return True", "defines __eq__"),
        ("open('/proc/self/maps')", "names /proc"),
        ("!ls", "starts a program"),
        ("x = [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]", "a table of 12 numbers"),
        (
            "def f(x):\n    import os\n    return 'CI' in os.environ",
            "looks at the environment in f",
        ),
    ],
)
def test_what_no_exercise_asks_for_is_flagged(source: str, reason: str):
    found = flags_of([(4, source)])
    assert any(reason in flag.reason and flag.cell == 4 for flag in found), found


def test_a_flag_says_where():
    assert flags_of([(2, "a = 1\nimport gc")]) == [
        Flag(2, 2, "imports gc, which searches the memory for objects")
    ]
    assert str(Flag(2, 1, "uses fork")) == "cell 2, line 1: uses fork"


@pytest.mark.parametrize(
    "source",
    [
        "from autograder import check, load",
        "%matplotlib inline\nimport numpy as np",
        "def f(x):\n    return",
        "def broken(:",
        "(" * 10_000,
        "'a sentence with /proc in it'",
        "a.b = 1",
    ],
)
def test_what_is_usual_or_unreadable_is_not(source: str):
    assert flags_of([(0, source)]) == []


def test_there_is_an_end_to_them():
    assert len(flags_of([(0, "\n".join(["import gc"] * 500))])) == MAX_FLAGS


def test_a_list_without_end_is_counted_to_a_bound():
    (flag,) = flags_of([(0, "x = [" + "1, " * 5_000 + "]")])
    count = int(flag.reason.split()[4])
    assert TABLE <= count <= MOST_PARTS


def test_flags_stop_at_fifty():
    assert len(flags_of([(0, "import gc\n" * 200)])) == MAX_FLAGS
