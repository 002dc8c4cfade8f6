"""Run a submission's notebook in the box in which each of its exercises belongs.

Exercises whose calls hold questions to a Keras model are asked where Keras is; all others where it
does not exist, so that an answer in NumPy cannot ask Keras for it.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.core.key import AnswerKey
from autograder.core.outcome import Call, Raised
from autograder.course.layout import Course
from autograder.kernel.growth import Growth
from autograder.kernel.jupyter import JupyterKernel
from autograder.kernel.sandbox.box import KERAS_PACKAGES, Bounds, Box
from autograder.kernel.sandbox.bubblewrap import programs
from autograder.kernel.sandbox.self_test import chosen_variant
from autograder.kernel.sandbox.standing_in import AbsentError
from autograder.kernel.session import CodeCell, Limits, NotebookOutcome, Plan, interrogate

UNSAFE = "none"
NUMPY_SHARE = 0.6  # of a submission's time, where Keras exercises wait for their turn


def sandbox_of(course: Course) -> str:
    """Return the variant of the sandbox that holds here. Raises NoSandboxError."""
    return chosen_variant(tuple(confidential(course.root)))


def confidential(root: Path) -> Iterator[str]:
    """Yield what a submission must not be able to read: all of the course, except Python in it."""
    used = [Path(path) for path in programs()]
    for path in sorted(root.iterdir()):
        if not any(program.is_relative_to(path) for program in used):
            yield str(path)


def run_notebook(
    cells: Sequence[CodeCell],
    plan: Plan,
    folder: Path,
    limits: Limits,
    sandbox: str,
    *,
    warm: bool = False,
) -> NotebookOutcome:
    """Run the cells and ask for the plan's cases; nothing is raised.

    folder: the data that the notebook reads. sandbox: a variant, or `UNSAFE` for no sandbox. warm:
    start from a server that has imported what notebooks need, where there is one.
    """
    deadline, growth = time.monotonic() + limits.notebook_seconds, Growth()
    if sandbox == UNSAFE:
        return interrogate(cells, plan, start=lambda: _bare(folder, limits, growth), limits=limits)

    def run(part: Plan, hidden: tuple[str, ...], share: float) -> NotebookOutcome:
        box = Box(sandbox, hidden, bounds_of(limits), warm=warm)
        seconds = max(share * (deadline - time.monotonic()), 1.0)
        return interrogate(
            cells,
            part,
            start=lambda: JupyterKernel(
                folder, box=box, output_bytes=limits.output_bytes, growth=growth
            ),
            limits=replace(limits, notebook_seconds=seconds),
        )

    in_keras = {name: cases for name, cases in plan.items() if _asks_a_model(cases)}
    in_numpy = {name: cases for name, cases in plan.items() if name not in in_keras}
    share = NUMPY_SHARE if in_keras else 1.0
    apart = run(in_numpy, KERAS_PACKAGES, share) if in_numpy else NotebookOutcome()
    if not in_keras and not _missed_keras(apart):
        return apart
    return _joined(apart, run(in_keras, (), 1.0), plan)


def bounds_of(limits: Limits) -> Bounds:
    """Return what the box bounds of the limits."""
    return Bounds(
        memory_bytes=limits.memory_bytes,
        cpu_seconds=int(limits.cpu_seconds),
        file_bytes=limits.file_bytes,
        folder_bytes=limits.folder_bytes,
    )


def _bare(folder: Path, limits: Limits, growth: Growth) -> JupyterKernel:
    return JupyterKernel(
        folder,
        output_bytes=limits.output_bytes,
        memory_bytes=limits.memory_bytes,
        growth=growth,
    )


def _asks_a_model(cases: Sequence[tuple[str, tuple[Call, ...]]]) -> bool:
    return any(call.probes for _, calls in cases for call in calls)


def _missed_keras(outcome: NotebookOutcome) -> bool:
    """Tell whether a cell stopped because Keras was not there."""
    errors = [run.error for run in outcome.cells.values()]
    return any(
        isinstance(error, Raised) and error.type_name == AbsentError.__name__ for error in errors
    )


def _joined(apart: NotebookOutcome, with_keras: NotebookOutcome, plan: Plan) -> NotebookOutcome:
    """Put the two runs together; the cells' outputs are those of the run in which all can work.

    Where nothing was asked in that run, a trouble in it costs nothing but these outputs.
    """
    exercises = apart.exercises | with_keras.exercises
    asked = bool(with_keras.exercises)
    return replace(
        apart,
        cells=apart.cells | with_keras.cells,
        exercises={name: exercises[name] for name in plan},
        trouble=apart.trouble or (with_keras.trouble if asked else None),
        starts=apart.starts + with_keras.starts,
    )


def plan_of(key: AnswerKey) -> dict[str, list[tuple[str, tuple[Call, ...]]]]:
    """Return the calls to make, by exercise and case: all that the student's process may know."""
    return {
        name: [(case.name, case.calls) for case in exercise.cases.values()]
        for name, exercise in key.exercises.items()
    }
