"""A translated code cell differs from the English one in comments and texts alone."""

import pytest

from autograder.authoring.code_texts import has_prose, same_code

DOUBLE = 'def f(x):\n    """Double x."""\n    return 2 * x'


@pytest.mark.parametrize(
    ("original", "translated"),
    [
        ("x = 1  # the first", "x = 1  # 第一个"),
        ("# a comment\nx = 1", "x = 1"),
        ('print("the mean", x)', 'print("均值", x)'),
        ('f"{a} of {b}"', 'f"{b} 中的 {a}"'),
        (DOUBLE, DOUBLE),
        (DOUBLE, DOUBLE.replace("Double x.", "返回两倍。")),
    ],
)
def test_comments_and_texts_may_differ(original: str, translated: str) -> None:
    assert same_code(original, translated)


@pytest.mark.parametrize(
    ("original", "translated"),
    [
        ("x = 1", "x = 2"),
        ('d["W1"]', 'd["W2"]'),
        ('print("the mean")', 'print("the median")'),
        ('f"{a} of {b}"', 'f"{b} 中的 {b}"'),
        ('f"{a:.2f} of {b}"', 'f"{b} 中的 {a:.3f}"'),
        ("f(x)", "f(x, y)"),
        ("x", "x\ny"),
        ("x = 1", "x ="),
        ('x = "ab cd"', "x = 1"),
    ],
)
def test_nothing_else_may(original: str, translated: str) -> None:
    assert not same_code(original, translated)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = 1  # one", True),
        ('print("the mean", x)', True),
        ('f"mean of {x}"', True),
        ('def f():\n    """Return nothing."""', True),
        ("### BEGIN SOLUTION\nx = 1\n### END SOLUTION", False),
        ('d["W1"] = np.zeros(3)', False),
        ("check(f)", False),
        ("import numpy as np", False),
        ("f(", False),
    ],
)
def test_prose_is_what_people_read(source: str, expected: bool) -> None:
    assert has_prose(source) is expected
