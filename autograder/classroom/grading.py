"""One submission, from its bytes to a report: the function that a class is mapped over."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

import autograder
from autograder.authoring.keys import hidden_key_for, key_from_receipt
from autograder.classroom.answer_flags import flags_of_answers
from autograder.classroom.running import copy_data, plan_of, run_notebook, sandbox_of
from autograder.core.grading import grade
from autograder.core.key import AnswerKey
from autograder.core.report import NOT_GRADABLE, ExerciseReport, Report
from autograder.core.sources import find_definition
from autograder.core.words import SOURCE, Words, english
from autograder.course.layout import Course
from autograder.course.receipt import Receipt, ReceiptError
from autograder.feedback.block import html_block, text_block
from autograder.feedback.labels import BY_LANGUAGE
from autograder.kernel.scratch import make_scratch
from autograder.kernel.session import CodeCell, Limits, NotebookOutcome
from autograder.notebook.flags import flags_of
from autograder.notebook.intake import IntakeError, fingerprint, parse_notebook, read_bytes
from autograder.notebook.languages import language_of, mark_language, marked_language
from autograder.notebook.repair import (
    CHECK_PREFIX,
    exercise_names,
    exercise_of,
    is_experiment,
    of_another_assignment,
    repair,
)
from autograder.notebook.results import grade_cell_outputs, put_outputs
from autograder.storage.catalogue_file import words_in


@dataclass(frozen=True)
class Submission:
    """What is to be graded: whose, which, and where it lies.

    timestamp: when it was handed in, as nbgrader writes it in timestamp.txt, or None.
    """

    root: Path
    assignment: str
    student: str
    path: Path
    timestamp: str | None = None
    attempt: int = 1
    receipt: str | None = None
    limits: Limits = field(default_factory=Limits)
    sandbox: str | None = None


@dataclass(frozen=True)
class Graded:
    """A submission's report, its notebook with the verdicts in it, and the student's functions.

    notebook: None where the submission could not be read. scores: by nbgrader's grade id.
    """

    report: Report
    notebook: NotebookNode | None = None
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def scores(self) -> dict[str, float | None]:
        """Scores by grade id; None asks for a manual score."""
        return {CHECK_PREFIX + item.name: item.score for item in self.report.exercises}


def grade_submission(submission: Submission) -> Graded:
    """Grade one submission. Whatever is wrong with it, there is a report; nothing is raised."""
    facts: dict[str, Any] = {"engine": autograder.__version__}
    try:
        content = read_bytes(submission.path)
        facts["submission_sha256"] = fingerprint(content)
        notebook = parse_notebook(content, submission.path.name)
        mark_language(notebook, language_of(submission.path))
    except IntakeError as error:
        return not_gradable(submission, str(error), facts)
    except Exception as error:  # the class goes on, whatever one file does to us
        return not_gradable(submission, english.grader_trouble(), facts, reason=repr(error))
    graded = grade_notebook(submission, notebook)
    return replace(graded, report=replace(graded.report, facts=facts | graded.report.facts))


def grade_notebook(submission: Submission, notebook: NotebookNode) -> Graded:
    """Grade a notebook that was read and marked with its language; see `grade_submission`.

    Whatever fails here, the notebook comes back repaired or not at all: by its grade cells the
    gradebook learns that every score is open.
    """
    repaired = None
    try:
        course, language = Course(submission.root), marked_language(notebook)
        released = released_notebook(course, submission.assignment, language)
        words = words_in(language, course.assignments / submission.assignment)
        other = of_another_assignment(notebook, released)
        repairs = repair(notebook, released, words)
        repaired = notebook
        if other:
            message = words.of_another_assignment(exercise_names(released))
            return not_gradable(submission, message, {"language": language}, repaired)
        graded = _grade(submission, notebook, repairs, words)
        return _flagged(graded, students_cells(notebook, released))
    except Exception as error:
        return not_gradable(
            submission, english.grader_trouble(), None, repaired, reason=repr(error)
        )


def _grade(
    submission: Submission, notebook: NotebookNode, repairs: list[str], words: Words
) -> Graded:
    course = Course(submission.root)
    key, receipt = _key(course, submission)
    sandbox = submission.sandbox or sandbox_of(course)
    outcome = _run(course, submission, notebook, key, sandbox)
    reports = grade(key, outcome.exercises, words)
    _put_verdicts(notebook, outcome, reports)
    report = Report(
        submission.assignment,
        reports,
        submission.student,
        submission.attempt,
        tuple(repairs),
        words.grader_trouble() if outcome.trouble else None,
        {
            "language": marked_language(notebook),
            "receipt": str(receipt),
            "engine": autograder.__version__,
            "limits": asdict(submission.limits),
            "sandbox": sandbox,
            "timestamp": submission.timestamp,
            "trouble_reason": outcome.trouble,
            "flags": flags_of_answers(outcome.exercises),
        },
    )
    return Graded(report, notebook, cell_texts(notebook, key))


def students_cells(notebook: NotebookNode, released: NotebookNode) -> list[tuple[int, str]]:
    """Return position and text of the code cells that a student wrote or changed."""
    course = {cell["source"] for cell in released["cells"]}
    return [
        (position, cell["source"])
        for position, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and cell["source"] not in course
    ]


def _flagged(graded: Graded, cells: list[tuple[int, str]]) -> Graded:
    """Add to the facts where a person should look; no score depends on it."""
    flags = [*map(str, flags_of(cells)), *graded.report.facts["flags"]]
    report = replace(graded.report, facts=graded.report.facts | {"flags": flags})
    return replace(graded, report=report)


def cell_texts(notebook: NotebookNode, key: AnswerKey) -> dict[str, str]:
    """Return the text of the cell that defines each exercise's function, where there is one.

    It is the whole cell, so that its line numbers are those of the messages.
    """
    cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    found = {name: find_definition(name, cells) for name in key.exercises}
    return {name: cells[item.cell] for name, item in found.items() if item is not None}


def released_notebook(course: Course, assignment: str, language: str = SOURCE) -> NotebookNode:
    """Return the notebook that students got: the truth about ids, points and locked cells."""
    import nbformat

    return nbformat.read(course.released_notebook(assignment, language), as_version=4)


def _key(course: Course, submission: Submission) -> tuple[AnswerKey, Receipt]:
    if submission.receipt is not None:
        receipt = Receipt.parse(submission.receipt)
        if (receipt.assignment, receipt.student) != (submission.assignment, submission.student):
            raise ReceiptError("The receipt is that of another submission.")
        return key_from_receipt(course, receipt), receipt
    return hidden_key_for(course, submission.assignment, submission.student, submission.attempt)


def _run(
    course: Course, submission: Submission, notebook: NotebookNode, key: AnswerKey, sandbox: str
) -> NotebookOutcome:
    cells = [
        CodeCell(position, cell["source"])
        for position, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and exercise_of(cell) is None and not is_experiment(cell)
    ]
    folder = make_scratch("data")
    try:
        copy_data(course.assignments / submission.assignment, folder)
        return run_notebook(cells, plan_of(key), folder, submission.limits, sandbox)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put_verdicts(
    notebook: NotebookNode, outcome: NotebookOutcome, reports: tuple[ExerciseReport, ...]
) -> None:
    verdicts = {report.name: report for report in reports}
    labels = BY_LANGUAGE[marked_language(notebook)]
    outputs: dict[int, Any] = {index: run.outputs for index, run in outcome.cells.items()}
    for position, cell in enumerate(notebook["cells"]):
        report = verdicts.get(exercise_of(cell) or "")
        if report is not None:
            outputs[position] = grade_cell_outputs(
                report.score, html_block(report, labels), text_block(report, labels)
            )
    put_outputs(notebook, outputs)


def not_gradable(
    submission: Submission,
    message: str,
    facts: Mapping[str, Any] | None = None,
    notebook: NotebookNode | None = None,
    reason: str | None = None,
) -> Graded:
    """Report that nothing could be graded: no score at all, and a person has to look.

    reason: why the grader failed, for the instructor alone.
    """
    points = points_of(Course(submission.root), submission.assignment)
    reports = tuple(
        ExerciseReport(name, None, maximum, NOT_GRADABLE, message, trouble=reason)
        for name, maximum in points.items()
    )
    report = Report(
        submission.assignment,
        reports,
        submission.student,
        submission.attempt,
        trouble=message,
        facts=dict(facts or {}) | ({"trouble_reason": reason} if reason else {}),
    )
    if notebook is not None:
        _put_verdicts(notebook, NotebookOutcome(), reports)
    return Graded(report, notebook)


def points_of(course: Course, assignment: str) -> dict[str, float]:
    """Return the points of each automatically graded exercise, from the released notebook."""
    return {
        name: float(cell["metadata"]["nbgrader"]["points"])
        for cell in released_notebook(course, assignment)["cells"]
        if (name := exercise_of(cell)) is not None
    }
