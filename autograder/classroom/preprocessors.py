"""nbgrader's preprocessors: named in nbgrader_config.py in place of its Execute.

`nbgrader autograde` and the formgrader's button then run the same grading as `autograder grade`.
"""

from dataclasses import fields
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict, Float, Int

from autograder.classroom.grading import grade_notebook, released_notebook
from autograder.classroom.running import UNSAFE, sandbox_of
from autograder.classroom.work import Submission
from autograder.core.words import SOURCE
from autograder.course.layout import CourseError, find_course
from autograder.gradebook.scores import SCORES
from autograder.kernel.session import Limits
from autograder.notebook.intake import parse_notebook, read_bytes
from autograder.notebook.languages import language_of, mark_language, worked_in
from autograder.notebook.repair import repair


class RepairNotebook(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader ships no types
    """Restore what the course owns in a submitted notebook (see `autograder.notebook.repair`)."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the repaired notebook, in whichever language the student worked."""
        course, assignment = find_course(Path.cwd()), resources["nbgrader"]["assignment"]
        folder = Path(resources["metadata"]["path"])
        chosen = worked_in(folder, course.released_notebooks(assignment))
        language = language_of(chosen)
        content = nbformat.writes(nb).encode() if language == SOURCE else read_bytes(chosen)
        notebook = parse_notebook(content)
        mark_language(notebook, language)
        for note in repair(notebook, released_notebook(course, assignment, language)):
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
    cpu_seconds = Float(Limits().cpu_seconds, help="Processor time of a process, in seconds.").tag(
        config=True
    )
    memory_bytes = Int(Limits().memory_bytes, help="Memory of a process.").tag(config=True)
    output_bytes = Int(Limits().output_bytes, help="Kept of a cell's outputs.").tag(config=True)
    answer_bytes = Int(
        Limits().answer_bytes, help="What all answers of an exercise may take together."
    ).tag(config=True)
    file_bytes = Int(Limits().file_bytes, help="Size of a file.").tag(config=True)
    folder_bytes = Int(Limits().folder_bytes, help="Size of a folder's files.").tag(config=True)
    of_assignment = Dict(help="Limits of single assignments, by name and setting.").tag(config=True)
    unsafe_no_sandbox = Bool(False, help="Run notebooks without a sandbox, with all rights.").tag(
        config=True
    )

    def limits(self, assignment: str | None = None) -> Limits:
        """Return the configured limits, of one assignment or of all that have none of their own."""
        names = [field.name for field in fields(Limits)]
        own = self.of_assignment.get(assignment, {}) if assignment else {}
        if unknown := own.keys() - set(names):
            raise CourseError(
                f"GradeExercises.of_assignment[{assignment!r}] sets {', '.join(sorted(unknown))}; "
                f"the limits are {', '.join(names)}."
            )
        return Limits(**{name: getattr(self, name) for name in names} | own)

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the graded notebook; the scores go to `SaveGrades` through the resources.

        Raises NoSandboxError where no sandbox holds: then nothing is graded, and nothing written.
        """
        names, course = resources["nbgrader"], find_course(Path.cwd())
        submission = Submission(
            root=course.root,
            assignment=names["assignment"],
            student=names["student"],
            path=Path(resources["metadata"]["path"]) / f"{names['notebook']}.ipynb",
            limits=self.limits(names["assignment"]),
            sandbox=UNSAFE if self.unsafe_no_sandbox else sandbox_of(course),
        )
        graded = grade_notebook(submission, nb)
        resources[SCORES] = graded.scores
        if graded.report.trouble:
            reason = graded.report.facts.get("trouble_reason") or "it asks for a person"
            self.log.error("%s: %s (%s)", names["student"], graded.report.trouble, reason)
        return graded.notebook or nb, resources
