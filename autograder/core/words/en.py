"""English. Tone: the code is the subject, never the person.

A sentence says what was found, what was expected, where, and what to do. With ``reveal=False`` it
holds no number of a hidden case: of those, a student learns shapes, counts and their own shares.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from autograder.core.finding import Finding
from autograder.core.outcome import Died, ExerciseOutcome, Raised, TimedOut
from autograder.core.values import Foreign, describe
from autograder.core.words.en_errors import hint

if TYPE_CHECKING:
    from autograder.core.checking import Examination
    from autograder.core.key import ExerciseKey


class English:
    """The English sentences (see `autograder.core.words.interface.Words`)."""

    def passed(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        cases = len(exercise.cases)
        return f"{exercise.name} is right in {f'all {cases} cases' if cases > 1 else 'its case'}."

    def unwritten(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        return (
            f"{exercise.name} is not written yet: its body is still the placeholder. "
            "Replace the placeholder by the solution."
        )

    def missing(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        return (
            f"The notebook defines no function named {exercise.name}. Define it with exactly this "
            f"name: def {exercise.name}({', '.join(exercise.parameters)})."
        )

    def not_a_function(self, exercise: "ExerciseKey", type_name: str) -> str:
        """See Words."""
        article = "an" if type_name[:1].lower() in "aeiou" else "a"
        return (
            f"The name {exercise.name} stands for {article} {type_name}, not for a function. "
            f"A later line gives the name away: look for '{exercise.name} = ...' "
            "and rename that variable."
        )

    def cell_stopped(self, exercise: "ExerciseKey", error: Raised | TimedOut | Died) -> str:
        """See Words."""
        if isinstance(error, TimedOut):
            return (
                f"The cell that defines {exercise.name} was still running after "
                f"{error.seconds:g} s and was stopped, so the function does not exist. "
                "Look for a loop that never ends."
            )
        if isinstance(error, Died):
            return (
                f"The Python process ended in the cell that defines {exercise.name} "
                f"({error.detail or 'no reason given'}), so the function does not exist."
            )
        return (
            f"The cell that defines {exercise.name} stops with {_exception(error)}"
            f"{_at(error.line, error.code)}, so the function does not exist.{hint(error)}"
        )

    def grader_trouble(self) -> str:
        """See Words."""
        return "The grader failed here. The notebook is not at fault, and it loses nothing."

    def sentence(self, exercise: "ExerciseKey", examined: "Examination", reveal: bool) -> str:
        """See Words."""
        finding = examined.finding
        assert finding is not None
        say = SENTENCES.get(finding.kind)
        if say is None:
            return f"{exercise.name} gives a wrong result ({finding.kind})."
        place = "" if reveal else f" (hidden case: {examined.case.title})"
        text = say(exercise.name, finding, reveal)
        text = text.replace("the result", "The result", 1) if text.startswith("the r") else text
        return text[:-1] + place + "." if text.endswith(".") else text + place

    def details(
        self,
        exercise: "ExerciseKey",
        examined: "Examination",
        outcome: ExerciseOutcome,
        reveal: bool,
    ) -> tuple[str, ...]:
        """See Words."""
        finding = examined.finding
        if not reveal or finding is None:
            return ()
        lines = [f"Case: {examined.case.title}."]
        if finding.kind == "wrong_value":
            lines.append(_values_line(finding))
        call = f'{exercise.name}(*case("{exercise.name}", "{examined.case.name}"))'
        lines.append(f"To repeat it: from autograder import case; {call}")
        return tuple(lines)

    def remarks(self, exercise: "ExerciseKey", notes: Sequence[str]) -> tuple[str, ...]:
        """See Words."""
        said = []
        for note in dict.fromkeys(notes):
            if note.startswith("changed:"):
                said.append(
                    f"{exercise.name} changes its argument {note[8:]} in place. That costs nothing "
                    "here, but the caller's array is different afterwards: work on a copy."
                )
            elif note == "own_conventions":
                said.append(
                    f"{exercise.name} is right for what this notebook's own functions give it; "
                    "their layout differs from the one that the assignment asks for."
                )
            elif "=" in note:
                found, wanted = note.split("=", 1)
                said.append(f"The key {found} was read as {wanted}.")
        return tuple(said)


def _exception(error: Raised) -> str:
    text = " ".join(re.sub(r" \(\S+, line \d+\)$", "", error.text).split())
    return f"{error.type_name}: {text[:200]}" if text else error.type_name


def _without_numbers(text: str) -> str:
    """Blank what may be a hidden argument in a student's own text; small integers, as in shapes."""
    return re.sub(r"\d*\.\d+(e[-+]?\d+)?|\d+e[-+]?\d+|\d{4,}", "…", text)


def _at(line: int | None, code: str) -> str:
    if line is None:
        return ""
    return f" at line {line} of its cell" + (f" ({code})" if code else "")


def _values_line(finding: Finding) -> str:
    facts = finding.facts
    index = ", ".join(str(i) for i in facts["index"])
    where = f"{finding.part}[{index}]" if index else f"{finding.part}"
    return (
        f"{where} is {facts['found']:.9g}; expected {facts['expected']:.9g} "
        f"(difference {abs(facts['found'] - facts['expected']):.3g})."
    )


def _raised(name: str, finding: Finding, reveal: bool) -> str:
    error = Raised(**finding.facts)
    arguments = "takes" in error.text and "positional argument" in error.text
    if error.type_name == "TypeError" and (arguments or "missing" in error.text) and not error.code:
        return (
            f"{name} does not accept the arguments it is called with: "
            f"{' '.join(error.text.split())[:300]}. "
            "Keep the parameters of the given definition, in their order."
        )
    text = _exception(error) if reveal else _without_numbers(_exception(error))[:160]
    return f"{name} stops with {text}{_at(error.line, error.code)}.{hint(error)}"


def _timed_out(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} was still running after {finding.facts['seconds']:g} s and was stopped. "
        "Look for a loop that never ends, or one that goes over single numbers where NumPy works "
        "on whole arrays."
    )


def _died(name: str, finding: Finding, reveal: bool) -> str:
    detail = finding.facts.get("detail") or "it was ended, or ran out of memory"
    return f"The Python process ended while {name} ran ({detail}). Remove calls that end it."


def _returned_nothing(name: str, finding: Finding, reveal: bool) -> str:
    return f"{name} returns None; expected a result. End the function with a return statement."


def _part_is_none(name: str, finding: Finding, reveal: bool) -> str:
    return f"{finding.part}, as {name} returns it, is None; expected a value. Assign it first."


def _not_a_tuple(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    what = f"{name} returns" if finding.part == "the result" else f"{finding.part} of {name} is"
    return f"{what} {facts['found']}; expected a tuple of {facts['names']}. Return all of them."


def _wrong_length(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{finding.part} of {name} has {facts['found']} entries; expected {facts['expected']}: "
        f"{facts['names']}. Return them in this order."
    )


def _not_a_dict(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return f"{name} returns {facts['found']}; expected a dict with the keys {facts['names']}."


def _missing_key(name: str, finding: Finding, reveal: bool) -> str:
    keys = finding.facts["keys"] if reveal else _without_numbers(finding.facts["keys"])
    return f"The dict that {name} returns has no key {finding.part}; it has {keys}. Add it."


def _foreign(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    what = f"{name} returns" if finding.part == "the result" else f"{finding.part} of {name} is"
    type_name = facts["type_name"] if reveal else _without_numbers(facts["type_name"])
    found = describe(Foreign(type_name[:80], facts["reason"]))
    advice = "" if "Keras" in facts["reason"] else " Return NumPy arrays and plain numbers."
    return f"{what} {found}, which {facts['reason']}.{advice}"


def _wrong_type(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return f"{finding.part} of {name} is {facts['found']}; expected {facts['expected']}."


def _list_for_array(name: str, finding: Finding, reveal: bool) -> str:
    found = finding.facts["found"]
    if found.startswith("a tuple"):
        how = "Return the array alone: a comma after it makes a tuple."
    else:
        how = "Compute with whole arrays, or turn the list into one with np.array."
    return f"{finding.part} of {name} is {found}; expected a NumPy array. {how}"


def _array_for_number(name: str, finding: Finding, reveal: bool) -> str:
    shape = finding.facts["shape"]
    return (
        f"{finding.part} of {name} is an array of shape {shape}; expected one number. "
        "A sum over all elements is missing."
    )


def _wrong_shape(name: str, finding: Finding, reveal: bool) -> str:
    found, expected = tuple(finding.facts["found"]), tuple(finding.facts["expected"])
    tail = " It is transposed." if found == expected[::-1] and found != expected else ""
    if len(expected) == 1 and len(found) <= 1:
        return f"{finding.part} of {name} has {(found or (1,))[0]} entries; expected {expected[0]}."
    return f"{finding.part} of {name} has shape {found}; expected {expected}.{tail}"


def _not_finite(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    return (
        f"{finding.part} of {name} holds {facts['value']} in {facts['count']} places; expected "
        "finite numbers. Look for a division by zero or the log of zero."
    )


def _wrong_text(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    part = str(finding.part).replace("_", " ")
    found, expected = str(facts["found"])[:300], str(facts["expected"])
    return f"{part} of {name}: found {found}; expected {expected}."


def _wrong_value(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    ratio = facts.get("ratio")
    part = str(finding.part).replace("_", " ") if "_of_" in str(finding.part) else finding.part
    if ratio is not None and abs(ratio) > 1e-6 and facts["size"] > 0:
        return f"{part} of {name} is {_times(ratio, reveal)} value{_everywhere(facts)}."
    if facts["size"] == 1:
        return f"{part} of {name} differs from the expected value."
    return f"{part} of {name} is wrong in {facts['wrong']} of {facts['size']} elements."


def _times(ratio: float, reveal: bool) -> str:
    """Name a factor; a hidden one is often an argument itself, such as keep_prob."""
    for factor, word in ((2, "twice the"), (0.5, "half the"), (-1, "the negative of the")):
        if abs(ratio - factor) < 1e-6:
            return f"{word} expected"
    return f"{ratio:.4g} times the expected" if reveal else "a constant times the expected"


def _everywhere(facts: dict[str, Any]) -> str:
    return " in every element" if facts["size"] > 1 else ""


def _mask_not_binary(name: str, finding: Finding, reveal: bool) -> str:
    such = f"values such as {finding.facts['values']}" if reveal else "other values"
    return (
        f"The mask {finding.part} of {name} holds {such}; "
        "expected only 0 and 1 (or False and True). Compare the random numbers with keep_prob."
    )


def _mask_prescaled(name: str, finding: Finding, reveal: bool) -> str:
    value = f"{finding.facts['value']:.4g}" if reveal else "1/keep_prob"
    return (
        f"The mask {finding.part} of {name} holds 0 and {value}, so it is "
        "already divided by keep_prob; expected only 0 and 1. Divide A, not the mask."
    )


def _mask_repeats(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} draws the same mask at every call; expected a fresh one each time. Draw from the "
        "rng that is passed in, and set no seed inside the function."
    )


def _mask_shared(name: str, finding: Finding, reveal: bool) -> str:
    what = "example (column)" if finding.kind == "mask_shared_by_examples" else "unit (row)"
    return (
        f"The mask {finding.part} of {name} is the same for every {what}; expected a draw of its "
        "own for each element. Draw random numbers of the full shape."
    )


def _mask_share(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    part = f"The mask {finding.part}" if finding.part else "The masks"
    verb = "keeps" if finding.part else "keep"
    wanted = f"{facts['keep_prob']:.1%} (keep_prob)" if reveal else "the share keep_prob"
    few = "too few" if facts["share"] < facts["keep_prob"] else "too many"
    return (
        f"{part} of {name} {verb} {facts['share']:.1%} of the elements, {few}; expected about "
        f"{wanted}. Keep an element with probability keep_prob."
    )


def _mask_exact_count(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"The mask {finding.part} of {name} keeps exactly the same number of elements in "
        f"{finding.facts['where']}; expected that each element is kept or dropped on its own."
    )


def _mask_same_in_layers(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"The mask {finding.part} of {name} repeats the draws of the layer before; expected draws "
        "of its own. Draw both masks from rng, one after the other."
    )


def _mask_ignores_rng(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{name} gives another result when rng starts from the same seed; expected that rng "
        "alone decides. Draw from rng, not from np.random."
    )


def _changed_argument(name: str, finding: Finding, reveal: bool) -> str:
    argument = finding.facts["argument"]
    return (
        f"{name} changes the caller's {argument}; expected that they stay as they were. "
        "Compute new arrays (W - step) in place of W -= step, and put them into a new dict."
    )


def _unexplained(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{finding.part} of {name} fits no draw of the dropout masks: no choice of kept and "
        "dropped units gives this value. The step from the masks to the result is wrong."
    )


def _wrong_mean(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{finding.part} of {name} is too far from the expected mean of "
        f"{_passes(finding, reveal)} to be chance."
    )


def _passes(finding: Finding, reveal: bool) -> str:
    return f"{finding.facts['count']} dropout passes" if reveal else "the dropout passes"


def _single_pass(name: str, finding: Finding, reveal: bool) -> str:
    return (
        f"{finding.part} of {name} is what a single choice of the masks gives; expected the mean "
        f"of {_passes(finding, reveal)}, each with masks of its own."
    )


def _unexpected_draw(name: str, finding: Finding, reveal: bool) -> str:
    part = str(finding.part).replace("_", " ")
    if part.startswith("plain"):
        return f"In a {part}, without training=True, the model of {name} gives wrong outputs."
    return (
        f"In training mode, the model of {name} gives outputs that no dropout with this keep_prob "
        f"can give ({part}). Check each Dropout layer's place and its rate, 1 - keep_prob."
    )


def _draw_share(name: str, finding: Finding, reveal: bool) -> str:
    facts = finding.facts
    more = "less often" if facts["share"] > facts["expected"] else "more often"
    wanted = f"about {facts['expected']:.1%}" if reveal else more
    part = str(finding.part).replace("_", " ")
    if part.startswith("plain"):
        return f"In a {part}, without training=True, the model of {name} still drops units."
    return (
        f"In training mode, the model of {name} gives one of its possible outputs in "
        f"{facts['share']:.1%} of the draws; expected {wanted} ({part}). "
        "Check that the rate is 1 - keep_prob and that every unit is dropped on its own."
    )


SENTENCES = {
    "raised": _raised,
    "timed_out": _timed_out,
    "died": _died,
    "returned_nothing": _returned_nothing,
    "part_is_none": _part_is_none,
    "not_a_tuple": _not_a_tuple,
    "wrong_length": _wrong_length,
    "not_a_dict": _not_a_dict,
    "missing_key": _missing_key,
    "foreign": _foreign,
    "wrong_type": _wrong_type,
    "list_for_array": _list_for_array,
    "array_for_number": _array_for_number,
    "wrong_shape": _wrong_shape,
    "not_finite": _not_finite,
    "wrong_text": _wrong_text,
    "wrong_value": _wrong_value,
    "mask_not_binary": _mask_not_binary,
    "mask_prescaled": _mask_prescaled,
    "mask_repeats": _mask_repeats,
    "mask_shared_by_examples": _mask_shared,
    "mask_shared_by_units": _mask_shared,
    "mask_share": _mask_share,
    "mask_exact_count": _mask_exact_count,
    "mask_same_in_layers": _mask_same_in_layers,
    "mask_ignores_rng": _mask_ignores_rng,
    "changed_argument": _changed_argument,
    "unexplained": _unexplained,
    "wrong_mean": _wrong_mean,
    "single_pass": _single_pass,
    "unexpected_draw": _unexpected_draw,
    "draw_share": _draw_share,
}
