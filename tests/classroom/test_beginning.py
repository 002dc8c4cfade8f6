"""How a process that grades begins: it imports what it needs, and does no more than that."""

import gc
import subprocess
import sys

import pytest

from autograder.classroom.beginning import importing
from autograder.classroom.workers import LocalWorkers

STARTS = (
    "autograder.classroom.cluster",
    "autograder.classroom.remote",
    "autograder.cli.grading",
    "autograder.hosted.coursera",
    "autograder.hosted.gradescope",
)


def state() -> tuple[bool, bool, bool]:
    """Tell of this process: does it collect, is anything left out of that, can it grade?"""
    return gc.isenabled(), gc.get_freeze_count() > 0, "autograder.classroom.remote" in sys.modules


def test_nothing_is_collected_while_modules_are_imported() -> None:
    frozen = gc.get_freeze_count()
    with importing():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > frozen
    gc.unfreeze()


def test_garbage_is_collected_again_where_an_import_failed() -> None:
    with pytest.raises(ImportError), importing():
        raise ImportError
    assert gc.isenabled()
    gc.unfreeze()


def test_a_worker_collects_what_comes_after_its_imports() -> None:
    workers = LocalWorkers(1)
    try:
        assert workers.submit(state).result() == (True, True, True)
    finally:
        workers.shutdown()


@pytest.mark.parametrize("module", STARTS)
def test_no_process_that_grades_compiles_the_grammar(module: str) -> None:
    program = f"import sys, {module}; print(sys.modules['rfc3987_syntax'])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (found.stdout, found.returncode) == ("None\n", 0)
