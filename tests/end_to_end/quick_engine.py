"""An engine that reads the score out of the notebook: for tests of everything around grading."""

import re
from concurrent.futures import Future

import nbformat

from autograder.classroom.work import Done, Graded
from autograder.core.report import FAILED, PASSED, ExerciseReport, Report
from autograder.service.engine import Task

FULL = 20.0
ADVICE = "Divide dA by keep_prob too: its gradient carries the same factor."


def notebook(points: float, remark: str = "") -> bytes:
    """Return a notebook that gets so many of 20 points here; a remark makes it another file."""
    cells = [
        nbformat.v4.new_markdown_cell("# Dropout"),
        nbformat.v4.new_code_cell(f"points = {points}  # {remark}"),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    return nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()


class QuickEngine:
    """Grades at once. `fails` makes the engine itself fail, so many times."""

    def __init__(self) -> None:
        self.graded: list[Task] = []
        self.fails = 0

    def capacity(self) -> int:
        return 1

    def begin(self, task: Task) -> "Future[Done]":
        future: Future[Done] = Future()
        if self.fails:
            self.fails -= 1
            future.set_exception(RuntimeError("planted"))
            return future
        self.graded.append(task)
        future.set_result(Done(Graded(_report(task)), {"grade": 0.0}))
        return future

    def start_afresh(self) -> None:
        pass

    def end(self) -> None:
        pass


def _report(task: Task) -> Report:
    found = re.search(rb"points = ([\d.]+)", task.content)
    assert found, "a notebook of this file's"
    score = float(found[1])
    status = PASSED if score == FULL else FAILED
    message = "dropout_backward is right in all 4 cases." if score == FULL else ADVICE
    exercise = ExerciseReport("dropout_backward", score, FULL, status, message)
    return Report(task.assignment, (exercise,), task.student, task.attempt)
