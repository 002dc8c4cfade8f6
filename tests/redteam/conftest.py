"""A toy course with secrets, and a machine with things to get at, for all attacks."""

import os
import secrets
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import nbformat
import pytest

from autograder.authoring.keys import build_pool
from autograder.course.layout import Course
from tests.course.courses import make_course

EXERCISES = '''
import numpy as np
from autograder.core.exercise import exercise
from autograder.core.parts import Array, Number


@exercise(points=3, returns=Array("y"))
def double(x):
    """Double x."""
    return 2 * x


@double.case
def short(rng):
    return {"x": rng.normal(size=3)}


@double.case
def long(rng):
    return {"x": rng.normal(size=7)}


@exercise(points=2, returns=Number("y"))
def add(a, b):
    """Add b to a."""
    return a + b


@add.case
def two_numbers(rng):
    return {"a": float(rng.normal()), "b": int(rng.integers(1, 9))}


@add.case
def other_numbers(rng):
    return {"a": float(rng.normal()), "b": int(rng.integers(1, 9))}
'''

CONFIGURATION = """
from pathlib import Path
c = get_config()
c.CourseDirectory.root = str(Path(__file__).parent)
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"
"""


@dataclass(frozen=True)
class Machine:
    """What an attacker may know. places: by the name that stands for it in the attacks."""

    course: Course
    places: dict[str, str]


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Make the course with its keys, and listen on every kind of socket."""
    root = tmp_path_factory.mktemp("course")
    course = make_course(root, toy=EXERCISES)
    _release(course)
    path, modules = list(sys.path), set(sys.modules)
    build_pool(course, "toy", jobs=1)
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]
    (root / "submitted" / "other").mkdir(parents=True)
    (root / "submitted" / "other" / "toy.ipynb").write_text("{}")
    (root / "private.txt").write_text("private")
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        gradebook.execute("create table grade (score)")
        gradebook.execute("insert into grade values (3)")
    gradebook.close()
    mark, abstract = secrets.token_hex(16), f"s{secrets.token_hex(8)}"
    with (
        subprocess.Popen(["sleep", "3600"], env={"SECRET_OF_THE_GRADER": mark}) as another,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        _listening(str(root / "socket")),
        _listening(f"\0{abstract}"),
    ):
        yield Machine(
            course,
            {
                "COURSE": str(root),
                "HOME": str(root),
                "MARK": mark,
                "GRADER": str(os.getpid()),
                "GRADER_PROGRAM": "pytest",
                "PORT": str(tcp.getsockname()[1]),
                "SOCKET": str(root / "socket"),
                "ABSTRACT": abstract,
                "NAME": f"poison-{abstract}",
            },
        )
        another.kill()


def _listening(address: str) -> socket.socket:
    made = socket.socket(socket.AF_UNIX)
    made.bind(address)
    made.listen()
    return made


def _release(course: Course) -> None:
    """Write what students get: a solution cell and a grade cell for each exercise."""
    notebook = nbformat.v4.new_notebook()
    for name, points in (("double", 3), ("add", 2)):
        for grade_id, text in ((name, "raise NotImplementedError()"), (f"check_{name}", "")):
            cell = nbformat.v4.new_code_cell(text or f"check({name})")
            graded = bool(not text)
            cell["metadata"]["nbgrader"] = {
                "grade_id": grade_id, "grade": graded, "solution": not graded, "locked": graded,
                "schema_version": 3, "task": False,
            } | ({"points": points} if graded else {})  # fmt: skip
            notebook["cells"].append(cell)
    folder = course.assignments / "toy"
    folder.mkdir(parents=True)
    for place in (folder, course.solutions / "toy"):
        nbformat.write(notebook, place / "toy.ipynb")
    (course.root / "nbgrader_config.py").write_text(CONFIGURATION)
