"""Checks that what is no answer earns no points: stubs, untouched arguments, constants."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.authoring.faults import CourseFault
from autograder.authoring.subject import SEEDS, Results, Subject, verdict
from autograder.core.outcome import Returned
from autograder.core.report import NOT_ATTEMPTED, PASSED
from autograder.core.sources import find_definition
from autograder.core.values import map_arrays

STUBS = ("pass", "return None", "result = None", "raise NotImplementedError()")


def check_unwritten_solution_is_not_attempted(subject: Subject) -> None:
    """What was not begun is neither wrong nor crashed."""
    for body in STUBS:
        function, unwritten = _stub(subject, body)
        for report in subject.reports(function, unwritten=unwritten):
            if report.status != NOT_ATTEMPTED or report.score != 0:
                raise CourseFault(
                    f'A solution whose body is "{body}" earns {verdict(report)}; expected '
                    f"{NOT_ATTEMPTED}.",
                    subject.where(),
                    "This is the engine's matter: see autograder/core/sources.py.",
                )


def _stub(subject: Subject, body: str) -> tuple[Callable[..., Any], bool]:
    name, parameters = subject.exercise.name, ", ".join(subject.exercise.parameters)
    source = f"def {name}({parameters}):\n    {body}\n"
    namespace: dict[str, Any] = {}
    exec(source, namespace)
    definition = find_definition(name, [source])
    return namespace[name], definition is not None and definition.unwritten


def check_unchanged_argument_earns_nothing(subject: Subject) -> None:
    """Handing an argument back is no work."""
    for position, name in enumerate(subject.exercise.parameters):
        _expect_nothing(subject, f"Returning {name} as it is", _argument_returner(position))


def _argument_returner(position: int) -> Callable[..., Any]:
    return lambda *arguments: arguments[position]


def check_empty_result_earns_nothing(subject: Subject) -> None:
    """An empty result is no work."""
    empties: tuple[Any, ...] = ((), {}, [], "", np.zeros(0))
    for empty in empties:
        _expect_nothing(subject, f"Returning {empty!r}", _returner(empty))


def _returner(value: Any) -> Callable[..., Any]:
    return lambda *arguments: value


def check_zeros_earn_nothing(subject: Subject) -> None:
    """Zeros of the right shapes are no work."""
    _expect_no_constant(subject, 0)


def check_constant_earns_nothing(subject: Subject) -> None:
    """A constant in the right shapes is no work."""
    for value in (1, 0.5):
        _expect_no_constant(subject, value)


def _expect_no_constant(subject: Subject, value: float) -> None:
    if subject.exercise.make_probes is not None:
        return  # a Keras model that predicts a constant is some work, and may be a known mistake
    what = f"The constant {value} in the right shapes"
    _expect_no_points(subject, what, _constants(subject, SEEDS[0], value))


def _expect_nothing(subject: Subject, what: str, function: Callable[..., Any]) -> None:
    _expect_no_points(subject, what, subject.results(function, SEEDS[0]))


def _expect_no_points(subject: Subject, what: str, results: Results) -> None:
    report = subject.report(results, SEEDS[0], public=False)
    if report.score != 0 or report.status == PASSED:
        raise CourseFault(
            f"{what} earns {verdict(report)}; expected no points.",
            subject.where(),
            "Give the case that it passes weight=0, or the misconception that it matches credit=0.",
        )


def _constants(subject: Subject, seed: int, value: float) -> Results:
    """Return the reference's results with every number in them replaced by `value`."""
    reference = subject.results(subject.exercise.reference, seed)
    return {
        name: tuple(
            replace(result, value=_filled(result.value, value))
            if isinstance(result, Returned)
            else result
            for result in results
        )
        for name, results in reference.items()
    }


def _filled(result: Any, value: float) -> Any:
    if isinstance(result, bool | int | float):
        return value
    if isinstance(result, dict):
        return {key: _filled(item, value) for key, item in result.items()}
    if isinstance(result, list | tuple):
        return type(result)(_filled(item, value) for item in result)
    return map_arrays(result, lambda array: np.full(array.shape, value))
