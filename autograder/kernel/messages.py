"""Calls and results as plain values, and back; what comes back is checked field by field."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from autograder.core.outcome import Call, Died, KerasProbe, Raised, Result, Returned
from autograder.kernel.trees import WireError

EXITS = "the code calls exit"
STATUSES = ("found", "missing", "not_a_function")


@dataclass(frozen=True)
class Found:
    """What a name stands for in the student's process; the fields of `core.outcome.Definition`."""

    status: str
    type_name: str = "function"


def call_to_plain(call: Call) -> dict[str, Any]:
    """Return a call as a plain value. The laws of its probes stay here."""
    probes = [vars(probe) | {"law": None} for probe in call.probes]
    return vars(call) | {"probes": probes}


def call_from_plain(value: dict[str, Any]) -> Call:
    """Return the call again, in the student's process."""
    probes = tuple(KerasProbe(**probe) for probe in value["probes"])
    return Call(**{**value, "probes": probes})


def results_to_plain(results: Sequence[Result]) -> list[Any]:
    """Return results as plain values."""
    return [[type(result).__name__, vars(result)] for result in results]


def results_from_plain(value: Any, call: Call) -> tuple[Result, ...]:
    """Return the results that a process claims for `call`.

    It may say that the call returned, raised or ended the process; nothing else is its to say, and
    neither is how many results there are. Raises WireError.
    """
    if not isinstance(value, list) or len(value) != call.times:
        raise WireError("the answer does not hold one result for each repetition")
    return tuple(_result(item, len(call.arguments)) for item in value)


def _result(item: Any, arguments: int) -> Result:
    if not isinstance(item, list) or len(item) != 2 or not isinstance(item[1], dict):
        raise WireError("a result is not a kind and its fields")
    kind, fields = item
    if kind == "Returned":
        return _returned(fields, arguments)
    if kind == "Raised":
        return _raised(fields)
    if kind == "Died":
        _texts(fields, ("detail",))  # not repeated: it may be an argument
        return Died(EXITS)
    raise WireError("a result has a kind that a process cannot claim")


def _returned(fields: dict[str, Any], arguments: int) -> Returned:
    changed = fields.get("changed")
    if fields.keys() != {"value", "changed"} or not isinstance(changed, tuple):
        raise WireError("a returned value lacks its fields")
    if not all(type(position) is int and 0 <= position < arguments for position in changed):
        raise WireError("a changed argument does not exist")
    return Returned(fields["value"], changed)


def _raised(fields: dict[str, Any]) -> Raised:
    rest = dict(fields)
    line = rest.pop("line", None)
    if line is not None and (type(line) is not int or not 0 <= line < 10**6):
        raise WireError("an exception stands at no line")
    return Raised(**_texts(rest, ("type_name", "text", "code", "function")), line=line)


def _texts(fields: dict[str, Any], names: Sequence[str]) -> dict[str, str]:
    if fields.keys() != set(names) or not all(isinstance(text, str) for text in fields.values()):
        raise WireError("a result lacks its texts")
    return fields


def found_from_plain(value: Any, names: Sequence[str]) -> dict[str, Found]:
    """Return what a process says of the names it was asked about. Raises WireError."""
    if not isinstance(value, dict) or list(value) != list(names):
        raise WireError("the answer is not about the names asked for")
    for item in value.values():
        pair = isinstance(item, list) and len(item) == 2 and isinstance(item[1], str)
        if not pair or item[0] not in STATUSES:
            raise WireError("the answer does not say what a name stands for")
    return {name: Found(item[0], item[1][:80]) for name, item in value.items()}
