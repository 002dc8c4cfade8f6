"""Checks of an exercise's cases, points and keys."""

import math
from dataclasses import asdict
from typing import Any

from autograder.authoring.faults import CourseFault
from autograder.authoring.subject import SEEDS, Subject, each_case
from autograder.core.exercise import Case
from autograder.core.key import CaseKey
from autograder.core.values import FromCall, Rng, same_value


def check_points_are_positive(subject: Subject) -> None:
    """Points stand in one place: here."""
    points = subject.exercise.points
    if not (isinstance(points, int | float) and math.isfinite(points) and points > 0):
        raise CourseFault(
            f"It is worth {points!r} points.",
            subject.where(),
            "Give @exercise(points=...) a number above 0.",
        )


def check_weights_leave_something_to_earn(subject: Subject) -> None:
    """Weights are shares of the points, and a hidden key holds some of them."""
    cases = subject.exercise.cases.values()
    if bad := [
        case.name for case in cases if not (math.isfinite(case.weight) and case.weight >= 0)
    ]:
        raise CourseFault(
            f"The weight of {', '.join(bad)} is negative or no number.",
            subject.where(),
            "Give every case a weight of at least 0.",
        )
    if not sum(case.weight for case in cases if not case.public_only) > 0:
        raise CourseFault(
            "None of its hidden cases has a weight above 0.",
            subject.where(),
            "Add a case that is not public_only, with a weight above 0.",
        )


@each_case
def check_seed_changes_the_case(subject: Subject, case: Case) -> None:
    """Neighbours meet other numbers."""
    if case.public_only:
        return
    one, other = (subject.key(seed).cases[case.name] for seed in SEEDS[:2])
    if same_value(_drawn(one), _drawn(other)):
        raise CourseFault(
            "The case is the same whatever the seed, so its answer can be learnt by heart.",
            subject.where(case.make),
            "Draw its arguments from rng, or declare it public_only=True.",
        )


def _drawn(case: CaseKey) -> list[Any]:
    """Return what a case's numbers are drawn for: its arguments and its probes."""
    call = case.calls[0]
    values = [value for value in call.arguments if not isinstance(value, Rng)]
    plain = [asdict(v) if isinstance(v, FromCall) else v for v in values]
    return [*plain, *(asdict(probe) for probe in call.probes)]


def check_same_seed_makes_the_same_key(subject: Subject) -> None:
    """A dispute can be replayed from a receipt."""
    one, other = subject.key(SEEDS[0]), subject.make_key(SEEDS[0])
    for name, case in one.cases.items():
        if not same_value(asdict(case), asdict(other.cases[name])):
            raise CourseFault(
                f"Two keys made with one seed differ in the case {name}.",
                subject.where(subject.exercise.cases[name].make),
                "Draw from the rng that the case gets, never from np.random or the clock; seed "
                "Keras where the reference or a misconception draws.",
            )
