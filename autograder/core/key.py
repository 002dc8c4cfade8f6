"""The answer key: an exercise as data. It holds no code, and grading needs nothing else."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.core.finding import Finding
from autograder.core.outcome import Call
from autograder.core.parts import Part
from autograder.core.program import Program

VERSION = 1


@dataclass(frozen=True)
class Behaviour:
    """What a reference or a misconception does in one case; exactly one of three is set.

    parts: the returned value by part. program: the same, given masks. finding: the rung of the
    ladder that it breaks, for a symptom (None there: this case does not show it).
    """

    parts: dict[str, Any] | None = None
    program: Program | None = None
    finding: Finding | None = None


@dataclass(frozen=True)
class CaseKey:
    """One case: the calls to make and what is known about their results.

    calls: the first is judged; where masks are drawn, it is repeated with one generator, and a
    second call repeats it with a new generator of the same seed. shapes: of each array part.
    shares: the probability to keep, by mask. unseen: shapes of the masks that are not returned.
    count: how many repetitions an average is over. float32: the arguments are of that dtype.
    second_chance: an argument comes from the notebook's own function. Such cases never cost points;
    an answer that fails the others and passes all of these is right for its own conventions.
    """

    name: str
    title: str
    weight: float
    judged: str
    calls: tuple[Call, ...]
    expected: Behaviour
    wrong: dict[str, Behaviour] = field(default_factory=dict)
    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)
    unseen: dict[str, tuple[int, int]] = field(default_factory=dict)
    unseen_share: float = 1.0
    count: int = 1
    float32: bool = False
    second_chance: bool = False


@dataclass(frozen=True)
class MisconceptionKey:
    """A misconception's sentence and credit; its behaviour stands in the cases."""

    name: str
    sentence: str
    credit: float
    symptom: bool = False
    values: str | None = None


@dataclass(frozen=True)
class ExerciseKey:
    """One exercise's answer key."""

    name: str
    title: str
    points: float
    parameters: tuple[str, ...]
    returns: Part
    keeps: tuple[str, ...]
    misconceptions: dict[str, MisconceptionKey]
    cases: dict[str, CaseKey]


@dataclass(frozen=True)
class AnswerKey:
    """The answer keys of an assignment's exercises.

    public: whether it may be shown to students. fingerprint: hash of the sources it was made from.
    seed: what its cases were drawn from.
    """

    assignment: str
    exercises: dict[str, ExerciseKey]
    public: bool
    seed: int
    fingerprint: str = ""


def uses_float32(arguments: tuple[Any, ...]) -> bool:
    """Tell whether any array among the arguments is float32."""
    from autograder.core.values import arrays_in

    return any(array.dtype == np.float32 for argument in arguments for array in arrays_in(argument))
