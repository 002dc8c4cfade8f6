"""Without the wall, each attack works: a defence without a control is not believed."""

import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.classroom.running import UNSAFE, run_notebook
from autograder.core.outcome import Call, Died, Returned
from autograder.kernel import jupyter, launching
from autograder.kernel.growth import resident_bytes
from autograder.kernel.interface import NoAnswerError
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.sandbox.box import Box
from autograder.kernel.session import CodeCell, Limits, interrogate
from autograder.kernel.wire import Room
from tests.redteam.attack import ATTACKS, SHOW, WRONG, Attack
from tests.redteam.conftest import Machine
from tests.redteam.security_table import PAGE, renewed

ROOT = Path(__file__).resolve().parents[2]
PLAN = {"double": [("a", (Call("double", (1.0,)),))]}

# How graders compare that run in the student's own process, each in a cell of its own.
COMPARISONS = [
    "np.testing.assert_allclose(double(x), expected)",
    "assert np.allclose(double(x), expected)",
    "assert np.all(double(x) == expected)",
    "assert all(abs(a - b) < 1e-9 for a, b in zip(double(x), expected))",
    "assert not np.any(np.abs(double(x) - expected) > 1e-9)",
]
COMPARE = """
import numpy as np

def compare():
    x = np.array([1.0, 2.0, 3.0])
    expected = 2 * x
    {}

compare()
"""


def attacks_with(control: str) -> list[Attack]:
    return [attack for attack in ATTACKS if attack.control.split()[0] == control]


def with_control(control: str) -> pytest.MarkDecorator:
    found = attacks_with(control)
    assert found, control
    return pytest.mark.parametrize("attack", found, ids=[attack.name for attack in found])


@contextmanager
def bare(folder: Path) -> Iterator[JupyterKernel]:
    """A kernel without a wall, in a folder as a student has it."""
    (folder / "answer_key.h5").write_bytes(b"the public answers")
    kernel = JupyterKernel(folder)
    try:
        kernel.start()
        yield kernel
    finally:
        kernel.close()


def printed(kernel: JupyterKernel, source: str) -> str:
    outputs = kernel.run_cell(source, 60).outputs
    return "".join(str(output.get("text", "")) for output in outputs)


def start(kernel: JupyterKernel, attack: Attack, machine: Machine | None = None) -> None:
    """Run the attack's cells, but not the one that shows what it got."""
    for source in attack.cells(machine.places if machine else {})[:-1]:
        kernel.run_cell(source, 60)


@with_control("loot")
def test_without_a_wall_it_gets_something(attack: Attack, machine: Machine, tmp_path: Path):
    if attack.name == "harming/packages" and not os.access(sys.prefix, os.W_OK):
        pytest.skip("this Python belongs to another user")
    with bare(tmp_path) as kernel:
        start(kernel, attack, machine)
        assert printed(kernel, SHOW) == "loot: True\n"


@with_control("accepted")
def test_a_grader_in_the_same_process_accepts_it(attack: Attack, tmp_path: Path):
    with bare(tmp_path) as kernel:
        start(kernel, attack)
        assert any(accepts(kernel, comparison) for comparison in COMPARISONS)


def accepts(kernel: JupyterKernel, comparison: str) -> bool:
    """Whether such a grader is content."""
    return kernel.run_cell(COMPARE.format(comparison), 20).error is None


@pytest.mark.parametrize("right", [True, False])
def test_such_graders_tell_right_from_wrong_otherwise(right: bool, tmp_path: Path):
    with bare(tmp_path) as kernel:
        kernel.run_cell("def double(x): return 2 * x" if right else WRONG, 20)
        assert {accepts(kernel, comparison) for comparison in COMPARISONS} == {right}


@with_control("channel")
def test_without_checks_of_the_channel_the_answers_are_believed(
    attack: Attack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jupyter, "refuse_early", lambda channel: None)
    monkeypatch.setattr(secrets, "token_hex", lambda size: "0" * 2 * size)
    monkeypatch.setattr(jupyter, "found_from_plain", lambda answer, names: {
        name: launching_found() for name in names
    })  # fmt: skip
    outcome = interrogate(
        [CodeCell(at, source) for at, source in enumerate(attack.cells({}))],
        PLAN,
        start=lambda: JupyterKernel(tmp_path, box=Box()),
        limits=Limits(cell_seconds=60, call_seconds=60),
    )
    assert outcome.exercises["double"].results["a"] == (Returned(1.0),)


def launching_found() -> object:
    from autograder.kernel.messages import Found

    return Found("found")


@with_control("pickled")
def test_a_grader_that_unpickles_runs_it(attack: Attack, tmp_path: Path):
    with bare(tmp_path) as kernel:
        start(kernel, attack)
        assert "loot: True" in printed(
            kernel, "import pickle; pickle.loads(pickle.dumps(double(1)))"
        )


@with_control("gone")
def test_the_process_is_gone_indeed(attack: Attack, tmp_path: Path):
    with bare(tmp_path) as kernel:
        start(kernel, attack)
        with pytest.raises(NoAnswerError) as caught:
            kernel.call(Call("double", (1.0,)), 10, Room(10**6))
    assert isinstance(caught.value.failure, Died)


@with_control("stuck")
def test_an_interrupt_alone_does_not_end_it(
    attack: Attack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(jupyter, "INTERRUPT_SECONDS", 1.0)
    with bare(tmp_path) as kernel:
        start(kernel, attack)
        assert kernel.run_cell("double(1)", 3).lost  # time to become deaf


@with_control("twice")
def test_without_a_box_the_next_one_finds_it(attack: Attack, machine: Machine, tmp_path: Path):
    name = machine.places["NAME"]
    found = []
    try:
        for _ in range(2):
            with bare(tmp_path) as kernel:
                start(kernel, attack, machine)
                found.append(printed(kernel, SHOW))
    finally:
        for folder in (Path.home(), Path("/tmp"), Path("/dev/shm")):
            (folder / name).unlink(missing_ok=True)
    assert found == ["loot: False\n", "loot: True\n"]


@with_control("graded")
def test_where_keras_is_it_would_be_right(attack: Attack, tmp_path: Path):
    cells = [CodeCell(at, source) for at, source in enumerate(attack.cells({}))]
    limits = Limits(call_seconds=60)
    outcome = run_notebook(cells, PLAN, tmp_path, limits, UNSAFE)
    (result,) = outcome.exercises["double"].results["a"]
    assert isinstance(result, Returned)
    assert float(result.value) == 2.0


@with_control("growth")
def test_unwatched_the_grader_grows(
    attack: Attack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    before, grown = resident_bytes(), []

    def unwatched(self: launching.Growth) -> bool:
        grown.append(resident_bytes() - before)  # it may shrink again when the message ends
        return False

    monkeypatch.setattr(launching.Growth, "is_too_large", unwatched)
    with bare(tmp_path) as kernel:
        kernel.run_cell(attack.cells({})[0].replace("20_000", "400"), 30)
    assert max(grown) > 200 * 2**20


@with_control("unit")
def test_the_test_that_is_its_control_exists(attack: Attack):
    file, name = attack.control.split()[1].split("::")
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.M)


def test_every_control_is_one_of_these():
    kinds = {attack.control.split()[0] for attack in ATTACKS}
    tested = {
        "accepted", "channel", "gone", "graded", "growth", "loot", "pickled", "stuck", "twice",
        "unit",
    }  # fmt: skip
    assert kinds == tested


def test_the_documented_attacks_are_these():
    """To renew the table: python -m tests.redteam.security_table."""
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page
    assert renewed(page.replace("[reading/", "[")) == page
