"""Toy courses in a temporary folder."""

from pathlib import Path

from autograder.course.layout import Course

EXERCISES = '''
import numpy as np
import toy_models
from autograder.core.exercise import exercise
from autograder.core.parts import Array, Number


@exercise(points=3, returns=Array("y"))
def double(x):
    """Double x."""
    return toy_models.times(x, 2)


@double.case
def small(rng):
    return {"x": rng.normal(size=(2, 3))}


@double.misconception(credit=0.5)
def squares(x):
    """Add x to itself."""
    return x * x


@exercise(points=2, returns=Number("y"))
def add(a, b):
    """Add b to a."""
    return a + b


@add.case
def two_numbers(rng):
    return {"a": float(rng.normal()), "b": int(rng.integers(1, 9))}
'''

MODELS = """
def times(x, factor):
    return factor * x
"""


def make_course(root: Path, **assignments: str) -> Course:
    """Write a course with these exercises files (default: one assignment, `toy`)."""
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    for name, source in (assignments or {"toy": EXERCISES}).items():
        folder = root / "solutions" / name
        folder.mkdir(parents=True)
        (folder / "exercises.py").write_text(source)
    (root / "solutions" / "toy_models.py").write_text(MODELS)
    return Course(root)
