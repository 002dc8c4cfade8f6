"""grade(key, outcomes) -> verdicts. Fails closed: no outcome, no points; our trouble, no score."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from autograder.core.checking import Examination, examine
from autograder.core.diagnosis import Diagnosis, diagnose
from autograder.core.finding import Finding, Remark
from autograder.core.key import AnswerKey, ExerciseKey
from autograder.core.outcome import ExerciseOutcome, TimedOut
from autograder.core.report import (
    CRASHED,
    FAILED,
    NOT_ATTEMPTED,
    NOT_GRADABLE,
    PASSED,
    STATUS_OF,
    TIMED_OUT,
    ExerciseReport,
)
from autograder.core.second_chance import has_own_layout, reads_it
from autograder.core.sources import names_called, parameters_of
from autograder.core.words import Words, english


def grade(
    key: AnswerKey, outcomes: Mapping[str, ExerciseOutcome], words: Words = english
) -> tuple[ExerciseReport, ...]:
    """Return one verdict for each exercise of the key, in its order; none is left out.

    An exercise without an outcome is not gradable. Values of a hidden key never appear in the
    verdicts; those of a public key do. A wrong function that calls another wrong one of the
    notebook is told so.
    """
    reports = {
        name: grade_exercise(exercise, outcomes.get(name), reveal=key.public, words=words)
        for name, exercise in key.exercises.items()
    }
    wrong = [name for name, item in reports.items() if item.status not in (PASSED, NOT_GRADABLE)]
    for name in wrong:
        called = names_called(outcomes[name].definition.source) - {name}
        notes = [Remark("calls", (other,)) for other in wrong if other in called]
        remarks = words.remarks(key.exercises[name], notes)
        reports[name] = replace(reports[name], remarks=(*reports[name].remarks, *remarks))
    return tuple(reports.values())


def grade_exercise(
    exercise: ExerciseKey,
    outcome: ExerciseOutcome | None,
    *,
    reveal: bool,
    words: Words = english,
) -> ExerciseReport:
    """Judge one exercise. reveal: whether messages may show the cases' numbers.

    Any exception in here is the grader's own trouble: the verdict is ``not_gradable``, without a
    score, and a person has to look.
    """
    try:
        with np.errstate(all="ignore"):  # a notebook may have changed it in this process
            return _grade(exercise, outcome, reveal, words)
    except Exception as error:
        return _not_gradable(exercise, f"{type(error).__name__}: {error}", words)


def _grade(
    exercise: ExerciseKey, outcome: ExerciseOutcome | None, reveal: bool, words: Words
) -> ExerciseReport:
    if outcome is None:
        return _not_gradable(exercise, "no outcome", words)
    if (undefined := _undefined(exercise, outcome, words)) is not None:
        return undefined
    examined = _examine_all(exercise, outcome, second_chance=False)
    if not examined:
        raise ValueError(f"the key of {exercise.name} has no case")
    if all(_is_stub(item.finding) for item in examined):
        return _none(exercise, NOT_ATTEMPTED, words.unwritten(exercise), "unwritten")
    if all(item.finding for item in examined):
        own = _examine_all(exercise, outcome, second_chance=True)
        if own and not any(item.finding for item in own) and reads_it(exercise, examined, own):
            return _right_in_own_way(exercise, words)
        if own and has_own_layout(examined, own):
            return _wrong_in_own_layout(exercise, outcome, own, reveal, words)
    return _verdict(exercise, outcome, examined, reveal, words)


def _right_in_own_way(exercise: ExerciseKey, words: Words) -> ExerciseReport:
    points, message = exercise.points, words.right_in_own_way(exercise)
    remarks = words.remarks(exercise, [Remark("own_conventions")])
    return ExerciseReport(exercise.name, points, points, PASSED, message, remarks=remarks)


def _wrong_in_own_layout(
    exercise: ExerciseKey,
    outcome: ExerciseOutcome,
    own: Sequence[Examination],
    reveal: bool,
    words: Words,
) -> ExerciseReport:
    """Say what is wrong where the answer runs; that another layout stops it is a remark."""
    worst = next(item for item in own if item.finding is not None)
    assert worst.finding is not None
    return ExerciseReport(
        name=exercise.name,
        score=0.0,
        max_score=exercise.points,
        status=FAILED,
        message=words.sentence(exercise, worst, reveal),
        details=words.details(exercise, worst, outcome, reveal),
        remarks=words.remarks(exercise, [Remark("own_layout")]),
        finding=worst.finding.kind,
        case=worst.case.name,
    )


def _examine_all(
    exercise: ExerciseKey, outcome: ExerciseOutcome, *, second_chance: bool
) -> list[Examination]:
    return [
        examine(exercise, case, outcome.results.get(name, ()))
        for name, case in exercise.cases.items()
        if case.second_chance == second_chance
    ]


def _passed(exercise: ExerciseKey, words: Words, remarks: tuple[str, ...]) -> ExerciseReport:
    points, message = exercise.points, words.passed(exercise)
    return ExerciseReport(exercise.name, points, points, PASSED, message, remarks=remarks)


def _not_gradable(exercise: ExerciseKey, reason: str, words: Words) -> ExerciseReport:
    message = words.grader_trouble()
    return ExerciseReport(
        exercise.name, None, exercise.points, NOT_GRADABLE, message, trouble=reason
    )


def _none(exercise: ExerciseKey, status: str, message: str, finding: str) -> ExerciseReport:
    return ExerciseReport(exercise.name, 0.0, exercise.points, status, message, finding=finding)


def _undefined(
    exercise: ExerciseKey, outcome: ExerciseOutcome, words: Words
) -> ExerciseReport | None:
    definition = outcome.definition
    if definition.status == "found" and not definition.unwritten:
        return None
    if definition.error is not None and definition.status != "found":
        status = TIMED_OUT if isinstance(definition.error, TimedOut) else CRASHED
        message = words.cell_stopped(exercise, definition.error)
        return _none(exercise, status, message, "cell_stopped")
    if definition.status == "not_a_function":
        message = words.not_a_function(exercise, definition.type_name)
        return _none(exercise, FAILED, message, "not_a_function")
    if definition.status == "missing":
        return _none(exercise, NOT_ATTEMPTED, words.missing(exercise), "missing")
    return _none(exercise, NOT_ATTEMPTED, words.unwritten(exercise), "unwritten")


def _is_stub(finding: Finding | None) -> bool:
    return (
        finding is not None
        and finding.kind == "raised"
        and finding.facts["type_name"] == "NotImplementedError"
    )


def _verdict(
    exercise: ExerciseKey,
    outcome: ExerciseOutcome,
    examined: Sequence[Examination],
    reveal: bool,
    words: Words,
) -> ExerciseReport:
    remarks = words.remarks(exercise, [remark for item in examined for remark in item.remarks])
    failed = [item for item in examined if item.finding is not None]
    if not failed:
        return _passed(exercise, words, remarks)
    own = parameters_of(outcome.definition.source)
    if own != exercise.parameters and sorted(own) == sorted(exercise.parameters):
        message = words.other_order(exercise, own)
        return replace(_none(exercise, FAILED, message, "other_order"), remarks=remarks)
    worst = failed[0]
    assert worst.finding is not None
    status = STATUS_OF.get(worst.finding.kind, FAILED)
    if any(item.finding is not None and item.finding.kind == "not_run" for item in examined):
        return _not_gradable(exercise, _reason(examined), words)
    diagnosis = diagnose(exercise, examined)
    return ExerciseReport(
        name=exercise.name,
        score=_score(exercise, examined, diagnosis),
        max_score=exercise.points,
        status=status,
        message=_message(exercise, worst, diagnosis, reveal, words),
        misconception=diagnosis.name if diagnosis else None,
        details=_details(exercise, worst, outcome, diagnosis, reveal, words),
        remarks=remarks,
        finding=worst.finding.kind,
        case=worst.case.name,
    )


def _details(
    exercise: ExerciseKey,
    worst: Examination,
    outcome: ExerciseOutcome,
    diagnosis: Diagnosis | None,
    reveal: bool,
    words: Words,
) -> tuple[str, ...]:
    """Return the lines below the sentence; where that names a mistake, what was found comes too."""
    lines = words.details(exercise, worst, outcome, reveal)
    assert worst.finding is not None
    if not lines or diagnosis is None or worst.finding.kind == "wrong_value":
        return lines
    return (lines[0], words.sentence(exercise, worst, reveal), *lines[1:])


def _message(
    exercise: ExerciseKey,
    worst: Examination,
    diagnosis: Diagnosis | None,
    reveal: bool,
    words: Words,
) -> str:
    if diagnosis is None:
        return words.sentence(exercise, worst, reveal)
    return words.diagnosed([item.sentence for item in diagnosis.misconceptions], diagnosis.parts)


def _reason(examined: Sequence[Examination]) -> str:
    reasons = [
        str(item.finding.facts.get("reason"))
        for item in examined
        if item.finding is not None and item.finding.kind == "not_run"
    ]
    return reasons[0]


def _score(
    exercise: ExerciseKey, examined: Sequence[Examination], diagnosis: Diagnosis | None
) -> float:
    """Return the points: a known misconception's credit, else the weight of the cases that pass.

    A case of weight 0 earns nothing, and counts as 1 where it fails.
    """
    if diagnosis is not None:
        return exercise.points * diagnosis.credit
    earned = sum(item.case.weight for item in examined if item.finding is None)
    lost = sum(item.case.weight or 1.0 for item in examined if item.finding is not None)
    return exercise.points * earned / (earned + lost)
