"""The physical limit: the same student cells and hidden calls, and nothing else.

One process that has imported everything, no sandbox, no kernel, no comparison, no report, no page.
Each submission gets a fresh dict as its namespace; its cells run once, and each call is made as
often as KeepProb makes it. Run as a program, it writes the seconds of each submission as JSON::

    python -m benchmarks.limit COURSE KIND SUBMITTED OUTPUT
"""

import contextlib
import io
import json
import sys
import time
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat

from autograder.classroom.running import plan_of
from autograder.core.calling import Observe, perform
from autograder.core.outcome import Call, KerasProbe
from autograder.course.layout import Course
from autograder.kernel.models import observe
from autograder.notebook.repair import exercise_of
from benchmarks.course import KINDS, Kind, hidden_key

Plan = Mapping[str, Sequence[tuple[str, tuple[Call, ...]]]]


def main() -> None:
    """Take the time of each submission of a folder."""
    root, name, submitted, output = sys.argv[1:]
    kind = next(item for item in KINDS if item.name == name)
    taken = seconds_of_class(Course(Path(root)), kind, Path(submitted))
    Path(output).write_text(json.dumps(taken), encoding="utf-8")


def seconds_of_class(course: Course, kind: Kind, submitted: Path) -> dict[str, float]:
    """Return the seconds by student; what they need is imported and read beforehand."""
    work = []
    for path in sorted(submitted.glob(f"*/{kind.assignment}/{kind.assignment}.ipynb")):
        student = path.parents[1].name
        plan = plan_of(hidden_key(course, kind, student))
        work.append((student, cells_of(path), plan))
    if any(asks_models(plan) for _, _, plan in work):
        import keras  # noqa: F401 - already there when a cell imports it
        import tensorflow  # noqa: F401 - the same
    if work:
        seconds_of(work[0][1], work[0][2])  # what is slow only the first time
    return {student: seconds_of(cells, plan) for student, cells, plan in work}


def asks_models(plan: Plan) -> bool:
    """Tell whether a plan has questions to Keras models."""
    return any(call.probes for cases in plan.values() for _, calls in cases for call in calls)


def cells_of(path: Path) -> list[str]:
    """Return the code cells that are run: all but the grade cells."""
    cells = nbformat.read(path, as_version=4)["cells"]
    return [
        cell["source"]
        for cell in cells
        if cell["cell_type"] == "code" and exercise_of(cell) is None
    ]


def seconds_of(cells: Sequence[str], plan: Plan) -> float:
    """Run the cells once, make the calls, and return how long it took."""
    namespace: dict[str, Any] = {"__name__": "__main__"}
    silent = io.StringIO()
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(silent),
        contextlib.redirect_stderr(silent),
    ):
        warnings.simplefilter("ignore")
        start = time.perf_counter()
        for cell in cells:
            with contextlib.suppress(Exception):
                exec(compile(cell, "<cell>", "exec"), namespace)
        for name, cases in plan.items():
            if callable(namespace.get(name)):
                _ask(namespace[name], cases)
        return time.perf_counter() - start


def _ask(function: Any, cases: Sequence[tuple[str, tuple[Call, ...]]]) -> None:
    for _, calls in cases:
        for call in calls:
            perform(call, function, _observe(call.probes))


def _observe(probes: tuple[KerasProbe, ...]) -> Observe | None:
    return observe if probes else None


if __name__ == "__main__":
    main()
