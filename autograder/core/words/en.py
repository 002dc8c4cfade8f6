"""English. Tone: the code is the subject, never the person.

A sentence says what was found, what was expected, where, and what to do. With ``reveal=False`` it
holds no number of a hidden case: of those, a student learns shapes, counts and their own shares.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from autograder.core.finding import Finding, Remark
from autograder.core.outcome import Died, ExerciseOutcome, Raised, TimedOut
from autograder.core.words import en_random, en_values
from autograder.core.words.en_errors import at_line, hint
from autograder.core.words.exceptions import exception

if TYPE_CHECKING:
    from autograder.core.checking import Examination
    from autograder.core.key import ExerciseKey

SENTENCES = en_values.SENTENCES | en_random.SENTENCES
REMARKS = {
    "changed": (
        "{name} changes its argument {0} in place. That costs nothing here, but the caller's array "
        "is different afterwards: work on a copy."
    ),
    "changed_too": (
        "{name} also changes the caller's {0}; expected that they stay as they were. Put new "
        "arrays into a new dict."
    ),
    "calls": "{name} calls {0} of this notebook, which is not right yet: that may be why.",
    "keras_is_absent": (
        "{name} uses Keras or TensorFlow. It is graded where they do not exist: compute with NumPy "
        "alone."
    ),
    "own_conventions": (
        "{name} is right for what this notebook's own functions give it; their layout differs from "
        "the one that the assignment asks for."
    ),
    "own_layout": (
        "{name} stops with the arguments in the assignment's layout. It was asked with what this "
        "notebook's own functions give, and judged by that."
    ),
    "renamed": "The key {0} was read as {1}.",
}


class English:
    """The English sentences (see `autograder.core.words.interface.Words`)."""

    def passed(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        cases = len(exercise.cases)
        return f"{exercise.name} is right in {f'all {cases} cases' if cases > 1 else 'its case'}."

    def right_in_own_way(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        return f"{exercise.name} is right together with this notebook's own functions."

    def unwritten(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        return (
            f"{exercise.name} is not written yet: its body computes nothing so far. "
            "Write the solution there."
        )

    def missing(self, exercise: "ExerciseKey") -> str:
        """See Words."""
        return (
            f"The notebook defines no function named {exercise.name}. Define it with exactly this "
            f"name: def {exercise.name}({', '.join(exercise.parameters)})."
        )

    def other_order(self, exercise: "ExerciseKey", own: Sequence[str]) -> str:
        """See Words."""
        return (
            f"{exercise.name} takes ({', '.join(own)}); expected "
            f"({', '.join(exercise.parameters)}): arguments are passed in this order. Put the "
            "parameters of the definition back into it."
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
            f"The cell that defines {exercise.name} stops with {exception(error)}"
            f"{at_line(error.line, error.code)}, so the function does not exist.{hint(error)}"
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
        first = text.split()[0]
        if first != exercise.name and _is_word(first):
            text = text[0].upper() + text[1:]
        return text[:-1] + place + "." if text.endswith(".") else text + place

    def diagnosed(self, sentences: Sequence[str], parts: Sequence[str]) -> str:
        """See Words."""
        where = f" Here it shows in {' and '.join(parts)} alone." if parts else ""
        return " ".join(sentences) + where

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

    def repaired(self, what: str, cell: str) -> str:
        """See Words."""
        return {
            "duplicated": f"The cell {cell} is there more than once; the last one counts.",
            "another_type": f"The cell {cell} had another type; it was changed back.",
            "changed": f"The locked cell {cell} was changed; its text was restored.",
            "missing": f"The cell {cell} was missing; it was put back.",
        }[what]

    def of_another_assignment(self, names: Sequence[str]) -> str:
        """See Words."""
        return (
            "This is not the notebook of this assignment: it holds none of its cells, and defines "
            f"none of its functions ({', '.join(names)}). Hand in the assignment's own notebook."
        )

    def remarks(self, exercise: "ExerciseKey", notes: Sequence[Remark]) -> tuple[str, ...]:
        """See Words."""
        said = dict.fromkeys(notes)
        return tuple(REMARKS[note.kind].format(*note.about, name=exercise.name) for note in said)


def _is_word(text: str) -> bool:
    """Tell whether a sentence's first word is one of English, and not a name of the code."""
    return text.isalpha() and text.islower()


def _values_line(finding: Finding) -> str:
    facts = finding.facts
    index = ", ".join(str(i) for i in facts["index"])
    part = str(finding.part).replace("_", " ") if "_of_" in str(finding.part) else finding.part
    where = f"{part}[{index}]" if index else f"{part}"
    return (
        f"Here {where} is {facts['found']:.9g}; expected {facts['expected']:.9g} "
        f"(difference {abs(facts['found'] - facts['expected']):.3g})."
    )
