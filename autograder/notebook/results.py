"""Write what running and grading gave into a notebook's cells."""

from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output


def grade_cell_outputs(score: float | None, html: str, text: str) -> list[NotebookNode]:
    """Return the outputs of a grade cell: the verdict to read and, if there is one, the score.

    nbgrader takes a finite number in the cell's result as its score; nothing else may stand there.
    """
    verdict = new_output("display_data", data={"text/html": html, "text/plain": text})
    if score is None:
        return [verdict]
    number = {"text/plain": repr(float(score))}
    return [verdict, new_output("execute_result", data=number, execution_count=1)]


def put_outputs(notebook: NotebookNode, outputs: Mapping[int, Sequence[Any]]) -> None:
    """Replace the outputs of code cells by position; every other code cell is cleared."""
    for position, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            cell["outputs"] = [nbformat.from_dict(output) for output in outputs.get(position, ())]
            cell["execution_count"] = None
