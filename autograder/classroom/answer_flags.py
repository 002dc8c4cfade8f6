"""What a person should look at in answers: names and texts that might carry hidden arguments.

As with the flags of the code, no score depends on them.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from autograder.core.outcome import Died, ExerciseOutcome, Raised, Result, Returned
from autograder.core.values import Foreign
from autograder.core.words.hidden import OTHER_VALUE, OWN_TYPE, reason_told, told, type_told
from autograder.kernel.jupyter import TOO_MUCH
from autograder.kernel.launching import FLOODED

SHOWN = 40  # letters


def flags_of_answers(outcomes: Mapping[str, ExerciseOutcome]) -> list[str]:
    """Return the flags of each exercise's answers, each once."""
    found = (
        f"{name}: {reason}"
        for name, outcome in outcomes.items()
        for results in outcome.results.values()
        for result in results
        for reason in _reasons(result)
    )
    return list(dict.fromkeys(found))


def _reasons(result: Result) -> Iterator[str]:
    if isinstance(result, Raised):
        yield from _of_exception(result)
    elif isinstance(result, Returned):
        yield from _of_value(result.value)
    elif isinstance(result, Died) and result.detail in (TOO_MUCH, FLOODED):
        yield result.detail


def _of_exception(error: Raised) -> Iterator[str]:
    """Flag what a ``raise`` makes up, and what stands at no line; not what a library raises."""
    shown = told(error)
    made_up = not error.code or error.code.startswith("raise")
    if shown.type_name == OWN_TYPE:
        yield f"raises an exception of its own, {error.type_name[:SHOWN]!r}"
    elif error.text and made_up:
        yield f"raises an exception with a text of its own, {error.text[:SHOWN]!r}"


def _of_value(value: Any) -> Iterator[str]:
    if isinstance(value, Foreign):
        if type_told(value.type_name) == OTHER_VALUE or reason_told(value.reason) != value.reason:
            yield f"returns a value of another type, {value.type_name[:SHOWN]!r}"
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _of_value(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if len(key) > SHOWN:
                yield f"returns a dict with a long key, {key[:SHOWN]!r}"
            yield from _of_value(item)
