"""Each exercise is asked in the box in which it belongs, and every result says which one it was."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from autograder.classroom import running
from autograder.classroom.preprocessors import GradeExercises
from autograder.classroom.running import UNSAFE, confidential, run_notebook
from autograder.core.outcome import Call, KerasProbe, Raised, Returned
from autograder.course.layout import CourseError
from autograder.kernel.sandbox.box import BUBBLEWRAP
from autograder.kernel.session import CodeCell, Limits, NotebookOutcome

LIMITS = Limits(cell_seconds=60, call_seconds=60)
PROBE = KerasProbe("shapes", "shapes", inputs=None)
IN_NUMPY = [("a", (Call("double", (3,)),))]
IN_KERAS = [("a", (Call("model", (2,), probes=(PROBE,)),))]
CHEAT = """
def double(x):
    import keras
    return float(keras.ops.add(x, x))
"""
HONEST = "import keras\nlayer = keras.layers.Dense(1)\ndef double(x):\n    return 2 * x"
MODEL = """
def model(n):
    return keras.Sequential([keras.Input((n,)), keras.layers.Dense(1)])
print(model(3).count_params())
"""


def cells(*sources: str) -> list[CodeCell]:
    return [CodeCell(index, source) for index, source in enumerate(sources)]


def asked(folder: Path, plan: dict[str, Any], sandbox: str, *sources: str) -> NotebookOutcome:
    outcome = run_notebook(cells(*sources), plan, folder, LIMITS, sandbox)
    assert outcome.trouble is None
    assert list(outcome.exercises) == list(plan)
    return outcome


def test_an_answer_in_numpy_cannot_ask_keras(tmp_path: Path):
    outcome = asked(tmp_path, {"double": IN_NUMPY}, BUBBLEWRAP, CHEAT)
    (result,) = outcome.exercises["double"].results["a"]
    assert isinstance(result, Raised)
    assert result.type_name == "AbsentError"
    assert "Compute with NumPy" in result.text
    assert outcome.starts == 1


def test_without_the_box_it_could(tmp_path: Path):
    outcome = asked(tmp_path, {"double": IN_NUMPY}, UNSAFE, CHEAT)
    assert outcome.exercises["double"].results["a"] == (Returned(6.0),)


def test_both_kinds_are_asked_where_they_belong(tmp_path: Path):
    plan = {"model": IN_KERAS, "double": IN_NUMPY}
    outcome = asked(tmp_path, plan, BUBBLEWRAP, HONEST, MODEL)
    assert outcome.exercises["double"].results["a"] == (Returned(6),)
    (result,) = outcome.exercises["model"].results["a"]
    assert result == Returned({"shapes": "(1,), (2, 1)"})
    assert outcome.cells[1].outputs[0]["text"] == "4\n"
    assert outcome.cells[0].error is None
    assert outcome.starts == 2


class _Runs:
    """Stands for `interrogate`: says what was asked, and where."""

    def __init__(self, trouble: str | None = None) -> None:
        self.plans: list[list[str]] = []
        self._trouble = trouble

    def __call__(
        self, cells: Any, plan: dict[str, Any], *, start: Any, limits: Limits
    ) -> NotebookOutcome:
        self.plans.append(list(plan))
        return NotebookOutcome(trouble=self._trouble)


def test_a_notebook_without_keras_is_run_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(running, "interrogate", runs := _Runs())
    run_notebook(cells("a = 1"), {"double": []}, tmp_path, LIMITS, BUBBLEWRAP)
    assert runs.plans == [["double"]]


@pytest.mark.parametrize("warm", [False, True])
def test_how_kernels_are_started_is_told_to_the_box(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, warm: bool
):
    boxes = []

    def run(cells: Any, plan: Any, *, start: Any, limits: Limits) -> NotebookOutcome:
        start()
        return NotebookOutcome()

    monkeypatch.setattr(running, "interrogate", run)
    monkeypatch.setattr(running, "JupyterKernel", lambda folder, box, **rest: boxes.append(box))
    run_notebook(cells("a"), {"f": IN_NUMPY}, tmp_path, LIMITS, BUBBLEWRAP, warm=warm)
    assert [box.warm for box in boxes] == [warm]


def test_without_a_sandbox_everything_is_asked_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(running, "interrogate", runs := _Runs())
    plan = {"double": IN_NUMPY, "model": IN_KERAS}
    run_notebook(cells("a = 1"), plan, tmp_path, LIMITS, UNSAFE)
    assert runs.plans == [["double", "model"]]


def test_all_of_the_course_is_confidential_but_python_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in ("solutions", ".autograder", ".venv", "submitted"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(running, "programs", lambda: [str(tmp_path / ".venv" / "lib")])
    names = [Path(path).name for path in confidential(tmp_path)]
    assert names == [".autograder", "solutions", "submitted"]


def configured(**settings: Any) -> GradeExercises:
    return GradeExercises(config=Config(GradeExercises=settings))


def test_every_limit_can_be_configured():
    names = {field.name for field in fields(Limits)}
    assert names < GradeExercises.class_own_traits(config=True).keys()
    assert configured(memory_bytes=3).limits().memory_bytes == 3
    assert configured().limits() == Limits()


def test_an_assignment_can_have_limits_of_its_own():
    own = configured(call_seconds=9, of_assignment={"dropout": {"cell_seconds": 1}})
    assert own.limits("dropout") == Limits(call_seconds=9, cell_seconds=1)
    assert own.limits("another") == own.limits() == Limits(call_seconds=9)


def test_a_limit_that_does_not_exist_is_named():
    with pytest.raises(CourseError, match="sets cells; the limits are cell_seconds"):
        configured(of_assignment={"dropout": {"cells": 1}}).limits("dropout")


def test_limits_become_the_bounds_of_the_box():
    bounds = running.bounds_of(Limits(cpu_seconds=7, memory_bytes=1, file_bytes=2, folder_bytes=3))
    assert (bounds.cpu_seconds, bounds.memory_bytes) == (7, 1)
    assert (bounds.file_bytes, bounds.folder_bytes) == (2, 3)
