"""nbgrader's preprocessors: named in nbgrader_config.py in place of its Execute.

`nbgrader autograde` and the formgrader's button then run the same grading as `autograder grade`.
"""

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Float

from autograder.classroom.grading import Submission, grade_notebook, released_notebook
from autograder.course.layout import find_course
from autograder.gradebook.scores import SCORES
from autograder.kernel.session import Limits
from autograder.notebook.intake import parse_notebook
from autograder.notebook.repair import repair


class RepairNotebook(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader ships no types
    """Restore what the course owns in a submitted notebook (see `autograder.notebook.repair`)."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the repaired notebook."""
        course = find_course(Path.cwd())
        notebook = parse_notebook(nbformat.writes(nb).encode())
        released = released_notebook(course, resources["nbgrader"]["assignment"])
        for note in repair(notebook, released):
            self.log.warning(note)
        return notebook, resources


class GradeExercises(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader ships no types
    """Run the notebook, ask its functions, grade the answers, and put the verdicts into it."""

    cell_seconds = Float(Limits().cell_seconds, help="Time limit of a cell, in seconds.").tag(
        config=True
    )
    call_seconds = Float(Limits().call_seconds, help="Time limit of a call, in seconds.").tag(
        config=True
    )
    notebook_seconds = Float(
        Limits().notebook_seconds, help="Time limit of a submission, in seconds."
    ).tag(config=True)

    def limits(self) -> Limits:
        """Return the configured time limits."""
        return Limits(
            cell_seconds=self.cell_seconds,
            call_seconds=self.call_seconds,
            notebook_seconds=self.notebook_seconds,
        )

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the graded notebook; the scores go to `SaveGrades` through the resources."""
        names = resources["nbgrader"]
        submission = Submission(
            root=find_course(Path.cwd()).root,
            assignment=names["assignment"],
            student=names["student"],
            path=Path(resources["metadata"]["path"]) / f"{names['notebook']}.ipynb",
            limits=self.limits(),
        )
        graded = grade_notebook(submission, nb)
        resources[SCORES] = graded.scores
        if graded.report.trouble:
            self.log.error("%s: %s", names["student"], graded.report.trouble)
        return graded.notebook or nb, resources
