"""Checks of an exercise's misconceptions: each is a wrong answer, is recognised, and is far off."""

import inspect

from autograder.authoring.drawn_answers import takes_masks
from autograder.authoring.faults import CourseFault
from autograder.authoring.margins import is_statistical, margin
from autograder.authoring.subject import SEEDS, Subject, each_misconception, verdict
from autograder.core.checking import examine
from autograder.core.exercise import Misconception
from autograder.core.outcome import Raised
from autograder.core.parts import masks_of
from autograder.core.report import PASSED
from autograder.core.words.exceptions import exception

FAR = 100.0
DRAWS, MAY_MISS = 100, 1
ENOUGH = 15  # draws after which one without a miss is believed


def check_there_are_misconceptions(subject: Subject) -> None:
    """An exercise that knows no mistake can explain none."""
    if not subject.exercise.misconceptions:
        raise CourseFault(
            "It has no misconception.",
            subject.where(),
            f"Write the mistake that learners make most often under "
            f"@{subject.exercise.name}.misconception.",
        )


@each_misconception
def check_misconception_takes_the_arguments(subject: Subject, item: Misconception) -> None:
    """It is called as the exercise is; given the masks, it takes them by name."""
    asked = tuple(inspect.signature(item.wrong).parameters)
    wanted = subject.exercise.parameters
    if not takes_masks(subject.exercise, item) and asked != wanted:
        raise CourseFault(
            f"It takes {', '.join(asked) or 'no arguments'}; expected {', '.join(wanted)}.",
            subject.where(item.wrong),
            "Give it the exercise's parameters in their order; in place of rng it may take the "
            "masks by their names.",
        )


@each_misconception
def check_misconception_stops_only_where_it_says_so(subject: Subject, item: Misconception) -> None:
    """A slip of its author stops it in every case; then no student's answer would ever fit it."""
    if item.symptom:
        return
    for seed in subject.seeds:
        stopped = [
            next((result for result in results if isinstance(result, Raised)), None)
            for results in subject.answers(item, seed).values()
        ]
        if stopped[0] is not None and all(stopped):
            raise CourseFault(
                f"It stops with {exception(stopped[0])} in every case.",
                subject.where(item.wrong),
                "Correct it; where learners' code stops in that way, declare it symptom=True.",
            )


@each_misconception
def check_misconception_is_not_right(subject: Subject, item: Misconception) -> None:
    """The cases show every known mistake: they kill each mutant."""
    for report in subject.reports_on(item):
        if report.status == PASSED:
            raise CourseFault(
                "It passes: no case shows the mistake.",
                subject.where(item.wrong),
                "Add a case in which it gives another result than the reference; if it computes "
                "the same everywhere, it is no mistake.",
            )


@each_misconception
def check_misconception_is_told_apart(subject: Subject, item: Misconception) -> None:
    """A student reads the sentence of the mistake that was made."""
    for report in subject.reports_on(item):
        if report.misconception not in (None, item.name):
            raise CourseFault(
                f"It is taken for {report.misconception}.",
                subject.where(item.wrong),
                "Add a case in which the two differ, or make one misconception of them.",
            )


@each_misconception
def check_misconception_is_recognised(subject: Subject, item: Misconception) -> None:
    """A student who makes the mistake reads its sentence."""
    for report in subject.reports_on(item):
        if report.misconception is None and report.status != PASSED:
            raise CourseFault(
                f"Its own answer is not recognised: {verdict(report)}.",
                subject.where(item.wrong),
                "Where it fails by its masks or by an exception, declare it symptom=True; where "
                "its values are another misconception's as well, add values=that one's name.",
            )


@each_misconception
def check_misconception_loses_its_share(subject: Subject, item: Misconception) -> None:
    """The instructor's credit is what the student gets, to the last digit."""
    kept = subject.exercise.points * item.credit
    for report in subject.reports_on(item):
        if report.misconception == item.name and report.score != kept:
            raise CourseFault(
                f"It earns {verdict(report)}; expected {kept:g} points (credit {item.credit:g}).",
                subject.where(item.wrong),
                "This is the engine's matter: see autograder/core/grading.py.",
            )


@each_misconception
def check_misconception_is_far_from_right(subject: Subject, item: Misconception) -> None:
    """Misconceptions that only statistics show are measured by how surely they are recognised."""
    for seed in subject.seeds:
        key, answers = subject.key(seed, public=False), subject.answers(item, seed)
        cases = [case for case in key.cases.values() if not case.second_chance]
        if any(is_statistical(examine(key, case, answers[case.name])) for case in cases):
            continue
        farthest = max((margin(key, case, answers[case.name]) for case in cases), default=0.0)
        if farthest < FAR:
            raise CourseFault(
                f"Its answers are at most {farthest:.3g} tolerances from right ones (seed {seed}).",
                subject.where(item.wrong),
                f"Add a case in which they are at least {FAR:g} tolerances off, with other sizes "
                "or a larger parameter.",
            )


@each_misconception
def check_misconception_is_recognised_whatever_it_draws(
    subject: Subject, item: Misconception
) -> None:
    """A faulty mask, returned or hidden, is seen in at least 99 of 100 draws."""
    exercise = subject.exercise
    if not item.symptom or not (masks_of(exercise.returns) or exercise.unseen_shapes):
        return
    missed = 0
    for turn in range(1, DRAWS + 1):
        results = subject.redrawn(item.wrong, SEEDS[0], turn)
        report = subject.report(results, SEEDS[0], public=False)
        missed += report.misconception != item.name
        if missed > MAY_MISS or (turn == ENOUGH and missed == 0):
            break
    if missed > MAY_MISS:
        raise CourseFault(
            f"It is not recognised in {missed} of {turn} draws.",
            subject.where(item.wrong),
            "Make the cases' arrays larger, as far as hidden masks allow, or keep_prob such that "
            "the share shows it.",
        )
