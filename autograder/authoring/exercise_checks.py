"""Checks of an exercise's right answers, and of what its functions do to their arguments.

A check is a function ``check_<what must hold>(subject)`` that raises CourseFault. The others are
in `no_answer_checks`, `case_checks`, `misconception_checks` and `tone_checks`; `checks` lists them
all. An author exempts an exercise by a check's name and a reason:
``predict.exempt("check_there_are_five_right_styles", "the reason")``.
"""

import inspect
from collections.abc import Callable
from typing import Any

from autograder.authoring.faults import CourseFault
from autograder.authoring.subject import SEEDS, Subject, each_right_style, earns_all, verdict
from autograder.core.outcome import Returned
from autograder.core.parts import masks_of

RIGHT_STYLES = 5
REDRAWS = 20


def check_reference_earns_full_points(subject: Subject) -> None:
    """The reference computed the key, in this course through Keras; a twin had to agree."""
    for report in subject.reports(subject.exercise.reference):
        if not earns_all(report):
            raise CourseFault(
                f"The reference earns {verdict(report)}.",
                subject.where(),
                "Compare the twin, or the expected values, with what the reference returns.",
            )


@each_right_style
def check_right_style_earns_full_points(subject: Subject, style: Callable[..., Any]) -> None:
    """No right answer is refused, with any key."""
    for report in subject.reports(style):
        if not earns_all(report):
            raise CourseFault(
                f"This right style earns {verdict(report)}.",
                subject.where(style),
                "Correct the style if it is wrong; else the reference or a case refuses what is "
                "right.",
            )


@each_right_style
def check_right_style_passes_whatever_it_draws(subject: Subject, style: Callable[..., Any]) -> None:
    """No right answer is refused, whichever way its masks were drawn."""
    if not masks_of(subject.exercise.returns):
        return
    for turn in range(1, REDRAWS + 1):
        results = subject.redrawn(style, SEEDS[0], turn)
        report = subject.report(results, SEEDS[0], public=False)
        if not earns_all(report):
            raise CourseFault(
                f"This right style earns {verdict(report)} when rng has another seed.",
                subject.where(style),
                "Correct the style if its masks are faulty; else make the case's arrays larger.",
            )


def check_there_are_five_right_styles(subject: Subject) -> None:
    """One right answer proves little: learners write many."""
    count = len(subject.exercise.right_styles)
    if count < RIGHT_STYLES:
        raise CourseFault(
            f"It has {count} right styles; expected at least {RIGHT_STYLES}.",
            subject.where(),
            f"Write other right solutions under @{subject.exercise.name}.right_style, or say why "
            f"there are fewer: {subject.exercise.name}.exempt("
            '"check_there_are_five_right_styles", "the reason").',
        )


# --- arguments


def check_reference_leaves_its_arguments_unchanged(subject: Subject) -> None:
    """Later calls of a case get the arguments that the first one got."""
    if changed := _changed(subject, subject.exercise.reference):
        raise CourseFault(
            f"The reference changes its argument {changed} in place.",
            subject.where(),
            "Compute new arrays, or work on a copy.",
        )


@each_right_style
def check_right_style_says_when_it_changes_arguments(
    subject: Subject, style: Callable[..., Any]
) -> None:
    """A style that works in place does so on purpose."""
    changed = _changed(subject, style)
    if changed and "in_place" not in style.__name__:
        raise CourseFault(
            f"This right style changes its argument {changed} in place, and its name hides it.",
            subject.where(style),
            'Put "in_place" into its name if that is meant; else work on a copy.',
        )


def _changed(subject: Subject, function: Callable[..., Any]) -> str | None:
    """Return the name of an argument that the function changes, or None."""
    for results in subject.results(function, SEEDS[0]).values():
        for result in results:
            if isinstance(result, Returned) and result.changed:
                return subject.exercise.parameters[result.changed[0]]
    return None


@each_right_style
def check_right_style_takes_the_arguments(subject: Subject, style: Callable[..., Any]) -> None:
    """Names are free; the number of parameters is not."""
    try:
        inspect.signature(style).bind(*subject.exercise.parameters)
    except TypeError as error:
        raise CourseFault(
            f"It cannot be called as the exercise is: {error}.",
            subject.where(style),
            f"Give it the parameters {', '.join(subject.exercise.parameters)}, in this order.",
        ) from None
