"""How a process that grades begins: it imports what it needs, and does no more than that."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.classroom.beginning import importing
from autograder.classroom.workers import LocalWorkers

ON_CLUSTER = """
from autograder.classroom.on_cluster import grade_on_cluster
try:
    grade_on_cluster({}, b"", b"", b"")
except ValueError:  # this is no worker of Dask's
    pass
"""
ON_A_PLATFORM = """
from autograder.hosted.__main__ import main
main(["gradescope", sys.argv[1]])
"""


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


@pytest.mark.parametrize("program", [ON_CLUSTER, ON_A_PLATFORM])
def test_no_process_that_only_grades_compiles_the_grammar(tmp_path: Path, program: str) -> None:
    said = "print('nbformat' in sys.modules, sys.modules['rfc3987_syntax'])"
    command = [sys.executable, "-c", f"import sys\n{program}\n{said}", str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "True None\n"
