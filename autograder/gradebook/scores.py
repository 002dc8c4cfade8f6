"""Save the grader's scores. They come from the grader's own hands, never from a cell's outputs."""

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.preprocessors import SaveAutoGrades

SCORES = "keepprob_scores"


class SaveGrades(SaveAutoGrades):  # type: ignore[misc]  # nbgrader ships no types
    """nbgrader's SaveAutoGrades, with the scores that `GradeExercises` put into the resources.

    An exercise that could not be graded, or that the resources do not name, gets no automatic score
    and is marked for manual grading. Written answers are treated as nbgrader treats them.
    """

    def save(
        self, notebook: NotebookNode, scores: Mapping[str, float | None], gradebook: Any
    ) -> None:
        """Save into a gradebook that is open already.

        gradebook: of nbgrader's, what finds a grade or comment by the id of its cell, and `db`.
        """
        self.gradebook = gradebook
        self.notebook_id = self.assignment_id = self.student_id = None  # it knows whose rows it has
        for index, cell in enumerate(notebook["cells"]):
            self.preprocess_cell(cell, {SCORES: scores}, index)

    def _add_score(self, cell: NotebookNode, resources: dict[str, Any]) -> None:
        if utils.is_solution(cell):
            super()._add_score(cell, resources)
            return
        grade_id = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            grade_id, self.notebook_id, self.assignment_id, self.student_id
        )
        grade.auto_score = resources.get(SCORES, {}).get(grade_id)
        grade.needs_manual_grade = grade.auto_score is None or grade.manual_score is not None
        self.gradebook.db.commit()
