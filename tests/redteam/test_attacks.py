"""Every attack gets what its honest part deserves, is flagged, and leaves nothing behind."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.classroom.grading import Graded, Submission, grade_submission, released_notebook
from autograder.core.report import PASSED
from autograder.kernel.sandbox import provisioner
from autograder.kernel.sandbox.box import BUBBLEWRAP
from autograder.kernel.sandbox.started import Started
from autograder.kernel.session import Limits
from tests.processes import left_over
from tests.redteam.attack import ATTACKS, Attack, submitted
from tests.redteam.conftest import Machine

LIMITS = Limits(cell_seconds=10, call_seconds=6, notebook_seconds=180)
NAMES = [attack.name for attack in ATTACKS]


@pytest.fixture
def boxes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Started]]:
    """Every box that is started; afterwards none of them, and no file, is left."""
    started: list[Started] = []
    start = provisioner.start

    def noted(*arguments: object, **named: object) -> Started:
        started.append(start(*arguments, **named))  # type: ignore[arg-type]
        return started[-1]

    monkeypatch.setattr(provisioner, "start", noted)
    scratch = Path(tempfile.mkdtemp(prefix="s", dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield started
    assert list(scratch.iterdir()) == []
    scratch.rmdir()
    # bubblewrap does not wait for its first process where the program in the box ended by itself:
    # then it stays in the list, ended, until the machine's init looks.
    assert left_over([box._first for box in started]) == []


def grade(
    attack: Attack,
    machine: Machine,
    folder: Path,
    sandbox: str = BUBBLEWRAP,
    *,
    warm: bool = False,
) -> Graded:
    """Hand it in and grade it, the way a class is graded."""
    path = folder / "toy.ipynb"
    released = released_notebook(machine.course, "toy")
    path.write_bytes(submitted(attack, released, machine.places))
    root = machine.course.root
    return grade_submission(
        Submission(root, "toy", "mallory", path, limits=LIMITS, sandbox=sandbox, warm=warm)
    )


def text_of(graded: Graded) -> str:
    """All that the notebook's cells printed."""
    assert graded.notebook is not None
    outputs = [output for cell in graded.notebook["cells"] for output in cell.get("outputs", [])]
    return "".join(str(output.get("text", "")) for output in outputs)


def test_there_are_enough_of_them():
    assert len(ATTACKS) >= 45
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("warm", [False, True], ids=["cold", "warm"])
@pytest.mark.parametrize("attack", ATTACKS, ids=NAMES)
def test_it_gets_what_its_honest_part_deserves(
    attack: Attack, machine: Machine, tmp_path: Path, boxes: list[Started], warm: bool
):
    begun = time.monotonic()
    graded = grade(attack, machine, tmp_path, warm=warm)
    assert graded.report.trouble is None
    found = {item.name: item.status for item in graded.report.exercises}
    scores = {item.name: item.score for item in graded.report.exercises}
    assert found["double"] in attack.statuses["double"], graded.report.exercises
    assert found["add"] in attack.statuses["add"], graded.report.exercises
    assert (
        scores["double"] == 0 or PASSED in attack.statuses["double"] or "right_once" in attack.name
    )
    assert "loot: True" not in text_of(graded)
    flags = graded.report.facts["flags"]
    assert any(attack.flags in flag for flag in flags), flags or "no flag"
    assert graded.report.facts["sandbox"] == BUBBLEWRAP
    assert len(boxes) >= 1
    assert {box._forked is not None for box in boxes} == {warm}
    assert time.monotonic() - begun < LIMITS.notebook_seconds
