"""English sentences about what came back: exceptions, structure, shapes and values."""

from typing import Any

from autograder.core.finding import Finding
from autograder.core.outcome import Raised
from autograder.core.values import Foreign, describe
from autograder.core.words.en_errors import at_line, hint
from autograder.core.words.exceptions import exception
from autograder.core.words.hidden import reason_told, shape_told, text_told, told, type_told
from autograder.core.words.interface import Sentence


def _raised(name: str, finding: Finding, reveal: bool) -> str:
    error = Raised(**finding.facts)
    arguments = "takes" in error.text and "argument" in error.text
    if error.type_name == "TypeError" and (arguments or "missing" in error.text) and not error.code:
        return (
            f"{name} does not accept the arguments it is called with"
            f"{': ' + ' '.join(error.text.split())[:300] if reveal else ''}. "
            "Keep the parameters of the given definition, in their order."
        )
    shown = error if reveal else told(error)
    withheld = error.text and not shown.text and shown.type_name != "OSError"
    more = f" check({name}) shows its text for public cases." if withheld else ""
    place = at_line(error.line, error.code)
    return f"{name} stops with {exception(shown)}{place}.{more}{hint(error)}"


def _timed_out(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} was still running after {finding.facts['seconds']:g} s and was stopped. "
        "Look for a loop that never ends, or one that goes over single numbers where NumPy works "
        "on whole arrays."
    )


def _died(name: str, finding: Finding, reveal: bool) -> str:
    detail = finding.facts.get("detail") or "it was ended, or ran out of memory"
    return (
        f"The Python process ended while {name} ran ({detail}). Remove calls that end it, and look "
        "for output without end or arrays far larger than the arguments."
    )


def _returned_nothing(name: str, finding: Finding, reveal: bool) -> str:
    return f"{name} returns None; expected a result. End the function with a return statement."


def _part_is_none(name: str, finding: Finding, reveal: bool) -> str:
    return f"{_is(finding.part, name)} None; expected a value. Assign it first."


def _not_a_tuple(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    what = f"{name} returns" if finding.part == "the result" else _is(finding.part, name)
    return f"{what} {facts['found']}; expected a tuple of {facts['names']}. Return all of them."


def _swapped_parts(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{name} returns ({facts['found']}); expected ({facts['expected']}), in this order. "
        "Swap the two in the return statement."
    )


def _wrong_length(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{_has(finding.part, name)} {facts['found']} entries; expected {facts['expected']}: "
        f"{facts['names']}. Return them in this order."
    )


def _not_a_dict(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return f"{name} returns {facts['found']}; expected a dict with the keys {facts['names']}."


def _missing_key(name: str, finding: Finding, reveal: bool) -> str:
    keys = f"; it has {finding.facts['keys']}" if reveal else ""
    return f"The dict that {name} returns has no key {finding.part}{keys}. Add it."


def _foreign(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    what = f"{name} returns" if finding.part == "the result" else _is(finding.part, name)
    type_name = facts["type_name"] if reveal else type_told(facts["type_name"])
    reason = facts["reason"] if reveal else reason_told(facts["reason"])
    found = describe(Foreign(type_name[:80], reason))
    return f"{what} {found}, which {reason}.{_instead_of_foreign(reason)}"


def _instead_of_foreign(reason: str) -> str:
    if "Keras" in reason:
        return ""
    return " Check its shape." if "larger" in reason else " Return NumPy arrays and plain numbers."


def _wrong_type(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return f"{_is(finding.part, name)} {facts['found']}; expected {facts['expected']}."


def _list_for_array(name: str, finding: Finding, reveal: bool) -> str:
    found = finding.facts["found"]
    if found.startswith("a tuple"):
        how = "Return the array alone: a comma after it makes a tuple."
    else:
        how = "Compute with whole arrays, or turn the list into one with np.array."
    return f"{_is(finding.part, name)} {found}; expected a NumPy array. {how}"


def _array_for_number(name: str, finding: Finding, reveal: bool) -> str:
    shape = finding.facts["shape"]
    return (
        f"{_is(finding.part, name)} an array of shape {shape}; expected one number. "
        "A sum over all elements is missing."
    )


def _wrong_shape(name: str, finding: Finding, reveal: bool) -> str:
    found, expected = tuple(finding.facts["found"]), tuple(finding.facts["expected"])
    tail = " It is transposed." if found == expected[::-1] and found != expected else ""
    if len(expected) == 1 and len(found) <= 1:
        count = (found or (1,))[0]
        entries = "entry" if count == 1 else "entries"
        return f"{_has(finding.part, name)} {count} {entries}; expected {expected[0]}."
    shape = f"shape {found}" if reveal else shape_told(found)
    return f"{_has(finding.part, name)} {shape}; expected {expected}.{tail}"


def _wrong_order(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{facts['group']} of {name} holds arrays of the expected shapes in another order: "
        f"{finding.part} has shape {tuple(facts['found'])}; expected {tuple(facts['expected'])}. "
        f"The order is ({facts['names']})."
    )


def _differs_between_calls(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{_is(finding.part, name)} another one when the function is called again with the same "
        "arguments; expected the same every time. Leave out what draws random numbers there."
    )


def _not_finite(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{_has(finding.part, name)} {facts['value']} in {facts['count']} places; "
        "expected finite numbers. Look for a division by zero or the log of zero."
    )


def _wrong_text(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    part = str(finding.part).replace("_", " ")
    found, expected = str(facts["found"])[:300], str(facts["expected"])
    found = found if reveal else text_told(found)
    return f"{part} of {name}: found {found}; expected {expected}."


def _wrong_value(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    ratio = facts.get("ratio")
    part = str(finding.part).replace("_", " ") if "_of_" in str(finding.part) else finding.part
    if ratio is not None and abs(ratio) > 1e-6 and facts["size"] > 0:
        return f"{_is(part, name)} {_times(ratio, reveal)} value{_everywhere(facts)}."
    if facts["size"] == 1:
        return f"{part} of {name} differs from the expected value."
    return f"{_is(part, name)} wrong in {facts['wrong']} of {facts['size']} elements."


def _is(part: str | None, name: str) -> str:
    """Begin a sentence: ``labels of predict are``."""
    return f"{part} of {name} {'are' if _is_plural(part) else 'is'}"


def _has(part: str | None, name: str) -> str:
    """Begin a sentence: ``W1 of update has``."""
    return f"{part} of {name} {'have' if _is_plural(part) else 'has'}"


def _is_plural(part: str | None) -> bool:
    """Tell costs and labels from cost and W1."""
    return part is not None and part.islower() and part.endswith("s")


def _times(ratio: float, reveal: bool) -> str:
    """Name a factor; a hidden one is often an argument itself, such as keep_prob."""
    for factor, word in ((2, "twice the"), (0.5, "half the"), (-1, "the negative of the")):
        if abs(ratio - factor) < 1e-6:
            return f"{word} expected"
    return f"{ratio:.4g} times the expected" if reveal else "a constant times the expected"


def _everywhere(facts: dict[str, Any]) -> str:
    return " in every element" if facts["size"] > 1 else ""


SENTENCES: dict[str, Sentence] = {
    "raised": _raised,
    "timed_out": _timed_out,
    "died": _died,
    "returned_nothing": _returned_nothing,
    "part_is_none": _part_is_none,
    "not_a_tuple": _not_a_tuple,
    "swapped_parts": _swapped_parts,
    "wrong_length": _wrong_length,
    "not_a_dict": _not_a_dict,
    "missing_key": _missing_key,
    "foreign": _foreign,
    "wrong_type": _wrong_type,
    "list_for_array": _list_for_array,
    "array_for_number": _array_for_number,
    "wrong_shape": _wrong_shape,
    "wrong_order": _wrong_order,
    "differs_between_calls": _differs_between_calls,
    "not_finite": _not_finite,
    "wrong_text": _wrong_text,
    "wrong_value": _wrong_value,
}
