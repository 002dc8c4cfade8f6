"""When an answer that fails the assignment's arguments is judged by those of its own notebook."""

from collections.abc import Sequence

from autograder.core.checking import Examination
from autograder.core.diagnosis import diagnose
from autograder.core.key import ExerciseKey
from autograder.core.matching import same_draws
from autograder.core.report import STATUS_OF


def reads_it(
    exercise: ExerciseKey, examined: Sequence[Examination], own: Sequence[Examination]
) -> bool:
    """Tell whether an answer that is right for its own arguments has read them.

    One that stops at the assignment's arguments needs others, and one whose mistake there is known
    takes them for something else: a cache of its own conventions. Any other one may draw the masks
    of its own forward pass again; where that draws the same ones each time, nobody can tell.
    """
    if all(_stops(item) for item in examined) or diagnose(exercise, examined) is not None:
        return True
    return not same_draws([(item.case, item.parts or {}) for item in own])


def has_own_layout(examined: Sequence[Examination], own: Sequence[Examination]) -> bool:
    """Tell whether an answer stops with the assignment's arguments, and runs with its own."""
    return all(_stops(item) for item in examined) and not any(_stops(item) for item in own)


def _stops(item: Examination) -> bool:
    return item.finding is not None and item.finding.kind in STATUS_OF
