"""nbgrader's configuration of the course: nbgrader's commands and its formgrader read it.

nbgrader's names for folders are the course's: `source` is solutions/, `release` is assignments/.
"""

from pathlib import Path

c = get_config()

c.CourseDirectory.root = str(Path(__file__).resolve().parent)
c.CourseDirectory.course_id = "keepprob"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "assignments"

# What stands beside a source notebook and must never reach a student: the exercises with their
# reference solutions and misconceptions, and whatever the course keeps in .autograder.
c.CourseDirectory.ignore = [
    ".autograder",
    ".ipynb_checkpoints",
    "*.py",
    "*.pyc",
    "__pycache__",
    "feedback",
]

# The text that a student finds in place of a solution. The grader says "not attempted" when a
# function raises this error.
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\nraise NotImplementedError()"}
c.ClearSolutions.text_stub = "YOUR ANSWER HERE"

# The public answer key and the data belong beside the released notebook.
c.GenerateAssignment.post_convert_hook = "autograder.authoring.release.add_course_files"

# Grading. nbgrader's Execute would believe what a cell prints; ours asks the functions and compares
# the answers outside the student's process. The formgrader's button uses these lists too.
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "autograder.classroom.preprocessors.RepairNotebook",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.classroom.preprocessors.GradeExercises",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.gradebook.scores.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# What a student's text cells hold of HTML must not run in the formgrader and on feedback pages.
c.HTMLExporter.filters = {
    "clean_html": "autograder.gradebook.safe_markdown.safe_html",
    "markdown2html": "autograder.gradebook.safe_markdown.safe_markdown",
}
