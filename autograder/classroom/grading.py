"""One submission, from its bytes to a report: the function that a class is mapped over."""

import shutil
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from nbformat import NotebookNode

import autograder
from autograder.classroom.answer_flags import flags_of_answers
from autograder.classroom.material import Material, Part, Released, key_in, material_in, parsed
from autograder.classroom.packing import Supplies, packed
from autograder.classroom.running import plan_of, run_notebook
from autograder.classroom.work import Graded as Graded  # the writer knows it from here
from autograder.classroom.work import Submission, Trouble, Work
from autograder.core.grading import grade
from autograder.core.key import AnswerKey
from autograder.core.report import NOT_GRADABLE, ExerciseReport, Report
from autograder.core.sources import find_definition
from autograder.core.words import SOURCE, Words, english
from autograder.course.layout import Course
from autograder.feedback.block import html_block, text_block
from autograder.feedback.labels import BY_LANGUAGE
from autograder.kernel.clock import stage
from autograder.kernel.scratch import make_scratch
from autograder.kernel.session import CodeCell, NotebookOutcome
from autograder.notebook.flags import flags_of
from autograder.notebook.intake import IntakeError, fingerprint, parse_notebook
from autograder.notebook.languages import mark_language, marked_language
from autograder.notebook.repair import (
    exercise_names,
    exercise_of,
    is_experiment,
    of_another_assignment,
    repair,
)
from autograder.notebook.results import grade_cell_outputs, put_outputs


def grade_submission(submission: Submission) -> Graded:
    """Grade one submission in this process, where its course lies.

    Whatever is wrong with it, there is a report. Raises OSError where its assignment cannot be
    read.
    """
    work, released, key = packed(submission, Supplies(Course(submission.root)))
    return grade_work(work, Part(work.released, released), Part(work.key, key, pickled=True))


def grade_notebook(submission: Submission, notebook: NotebookNode) -> Graded:
    """Grade a notebook that was read and marked with its language; see `grade_submission`."""
    supplies = Supplies(Course(submission.root))
    work, released, key = packed(submission, supplies, content=b"")
    material = material_in(Part(work.released, released))
    return _grade_notebook(work, notebook, material, Part(work.key, key, pickled=True))


def grade_work(work: Work, released: Part, key: Part) -> Graded:
    """Grade one submission, anywhere. Whatever is wrong with it, there is a report.

    released, key: its two parts. Raises OSError or pickle.UnpicklingError where the first of them
    cannot be read.
    """
    material = material_in(released)
    facts: dict[str, Any] = {"engine": autograder.__version__}
    if work.content is None:
        return not_gradable(work, material.points, work.trouble or Trouble(""), facts)
    facts["submission_sha256"] = fingerprint(work.content)
    try:
        with stage("notebook"):
            notebook = parse_notebook(work.content, work.file_name)
            mark_language(notebook, work.language)
    except IntakeError as error:
        return not_gradable(work, material.points, Trouble(str(error)), facts)
    except Exception as error:  # the class goes on, whatever one file does to us
        return not_gradable(work, material.points, _ours(error), facts)
    graded = _grade_notebook(work, notebook, material, key)
    return replace(graded, report=replace(graded.report, facts=facts | graded.report.facts))


def _grade_notebook(work: Work, notebook: NotebookNode, material: Material, key: Part) -> Graded:
    """Grade a notebook that was read.

    Whatever fails here, the notebook comes back repaired or not at all: by its grade cells the
    gradebook learns that every score is open.
    """
    repaired = None
    try:
        with stage("notebook"):
            language = marked_language(notebook)
            released, words = material.notebook(language), material.words(language)
            other = of_another_assignment(notebook, released)
            repairs = repair(notebook, released, words)
            repaired = notebook
        if other:
            message = Trouble(words.of_another_assignment(exercise_names(released)))
            return not_gradable(work, material.points, message, {"language": language}, repaired)
        if work.trouble is not None:
            return not_gradable(work, material.points, work.trouble, None, repaired)
        graded = _grade(work, notebook, repairs, words, material.files, key_in(key))
        return _flagged(graded, students_cells(notebook, released))
    except Exception as error:
        return not_gradable(work, material.points, _ours(error), None, repaired)


def _ours(error: Exception) -> Trouble:
    return Trouble(english.grader_trouble(), repr(error))


def _grade(
    work: Work,
    notebook: NotebookNode,
    repairs: list[str],
    words: Words,
    files: Mapping[str, bytes],
    key: AnswerKey,
) -> Graded:
    outcome = _run(work, notebook, files, key)
    with stage("grade"):
        reports = grade(key, outcome.exercises, words)
        _put_verdicts(notebook, outcome, reports)
    report = Report(
        work.assignment,
        reports,
        work.student,
        work.attempt,
        tuple(repairs),
        words.grader_trouble() if outcome.trouble else None,
        {
            "language": marked_language(notebook),
            "receipt": work.receipt,
            "engine": autograder.__version__,
            "limits": asdict(work.limits),
            "sandbox": work.sandbox,
            "timestamp": work.timestamp,
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
    return parsed(course.released_notebook(assignment, language).read_bytes())


def _run(
    work: Work, notebook: NotebookNode, files: Mapping[str, bytes], key: AnswerKey
) -> NotebookOutcome:
    cells = [
        CodeCell(position, cell["source"])
        for position, cell in enumerate(notebook["cells"])
        if cell["cell_type"] == "code" and exercise_of(cell) is None and not is_experiment(cell)
    ]
    folder = make_scratch("data")
    try:
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return run_notebook(cells, plan_of(key), folder, work.limits, work.sandbox, warm=work.warm)
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
    item: Work | Submission,
    points: Mapping[str, float],
    trouble: Trouble,
    facts: Mapping[str, Any] | None = None,
    notebook: NotebookNode | None = None,
) -> Graded:
    """Report that nothing could be graded: no score at all, and a person has to look.

    points: of each exercise. notebook: to put that into its grade cells.
    """
    reports = tuple(
        ExerciseReport(name, None, maximum, NOT_GRADABLE, trouble.message, trouble=trouble.reason)
        for name, maximum in points.items()
    )
    reason = {"trouble_reason": trouble.reason} if trouble.reason else {}
    report = Report(
        item.assignment,
        reports,
        item.student,
        item.attempt,
        trouble=trouble.message,
        facts=dict(facts or {}) | reason,
    )
    if notebook is not None:
        _put_verdicts(notebook, NotebookOutcome(), reports)
    return Graded(report, notebook)


def points_of(course: Course, assignment: str) -> dict[str, float]:
    """Return the points of each automatically graded exercise, from the released notebook."""
    return Material(Released.read(course, assignment)).points
