"""Whoever grades is told where submissions may use more memory than there is."""

from pathlib import Path

from autograder.classroom.run import RunSettings
from autograder.cli.grading import machine_bytes, memory_note
from autograder.course.layout import Course
from autograder.kernel.session import Limits

GIB = 2**30


def note(jobs: int, machine: int) -> str:
    settings = RunSettings(
        Course(Path()),
        Path(),
        jobs=jobs,
        limits=Limits(memory_bytes=3 * GIB),
        limits_of={"large": Limits(memory_bytes=4 * GIB)},
    )
    return memory_note(settings, machine)


def test_what_fits_is_not_mentioned():
    assert note(2, 8 * GIB) == ""


def test_what_does_not_is_said_with_what_to_do():
    assert note(3, 8 * GIB).startswith(
        "3 submissions at once may use 12 GiB of memory; this machine has 8 GiB."
    )
    assert "--jobs" in note(3, 8 * GIB)


def test_the_machine_has_memory():
    assert machine_bytes() > GIB // 4
