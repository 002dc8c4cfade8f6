"""An exercise as its author writes it: a reference, cases, misconceptions and right styles.

    @exercise(points=15, returns=Array("dA_prev"))
    def dropout_backward(dA, D, keep_prob):
        '''Send the gradient back through the units that dropout kept.'''
        return keras_models.dropout_gradient(dA, D, keep_prob)

    @dropout_backward.case
    def few_units_kept(rng):
        return dict(dA=rng.normal(size=(7, 5)), D=rng.random((7, 5)) < 0.3, keep_prob=0.3)

    @dropout_backward.misconception(credit=0.5)
    def forgets_to_rescale(dA, D, keep_prob):
        '''Divide dA by keep_prob too: ...'''
        return dA * D

The reference's name, first docstring line and parameters are the exercise's id, title and contract.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.core.errors import ExplainedError
from autograder.core.outcome import KerasProbe
from autograder.core.parts import Part, masks_of

JUDGED = ("value", "own_masks", "unseen", "each", "mean")
VALUE_CALLS = 2
MASK_CALLS = 6
UNSEEN_CALLS = 36


class AuthoringError(ExplainedError):
    """An exercise contradicts itself; the message says where and how to mend it."""


@dataclass(frozen=True)
class Case:
    """A recipe for arguments.

    make: takes a seeded ``numpy.random.Generator`` and returns the arguments by name.
    weight: share of the points that an unknown wrong answer keeps for getting this case right.
    judged: ``value`` compares the returned value; ``own_masks`` replays it with the returned masks;
    ``unseen`` looks for masks that explain it; ``each`` does so for every element of a sequence,
    ``mean`` for an average (both with `repeats`, the argument that counts the repetitions).
    public_only: fixed numbers that the notebook shows; not part of hidden keys. float32: the
    arguments are made in float64, and rounded to float32 for the student.
    """

    name: str
    make: Callable[[np.random.Generator], dict[str, Any]]
    title: str
    weight: float
    judged: str
    repeats: str | None
    public_only: bool
    float32: bool


@dataclass(frozen=True)
class Misconception:
    """A wrong solution that explains itself.

    wrong: the wrong solution. sentence: what the student reads. credit: the share of the points
    that the instructor grants. symptom: it is recognised by what the ladder says of it (a faulty
    mask, an exception), not by its values; then `wrong` takes the exercise's own arguments. Else,
    where the student draws the masks, it takes them by name in place of ``rng``. values: for a
    symptom, the other misconception that its values follow.
    """

    name: str
    wrong: Callable[..., Any]
    sentence: str
    credit: float
    symptom: bool
    values: str | None


@dataclass
class Exercise:
    """Everything an author knows about one graded function."""

    reference: Callable[..., Any]
    points: float
    returns: Part
    keeps: tuple[str, ...] = ()
    cases: dict[str, Case] = field(default_factory=dict)
    misconceptions: dict[str, Misconception] = field(default_factory=dict)
    right_styles: dict[str, Callable[..., Any]] = field(default_factory=dict)
    given_masks: Callable[..., Any] | None = None
    unseen_shapes: Callable[..., dict[str, tuple[int, int]]] | None = None
    unseen_share: str | None = None
    make_probes: Callable[..., tuple[KerasProbe, ...]] | None = None
    exemptions: dict[tuple[str, str | None], str] = field(default_factory=dict)

    def __call__(self, *arguments: Any) -> Any:
        """Call the reference, so that one exercise's reference can stand for another's argument."""
        return self.reference(*arguments)

    @property
    def name(self) -> str:
        """The graded function's name."""
        return self.reference.__name__

    @property
    def title(self) -> str:
        """First line of the reference's docstring."""
        return _first_line(self.reference)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the graded function's parameters, in order."""
        return tuple(inspect.signature(self.reference).parameters)

    def case(
        self,
        make: Callable[..., dict[str, Any]] | None = None,
        *,
        weight: float = 1.0,
        judged: str | None = None,
        repeats: str | None = None,
        public_only: bool = False,
        float32: bool = False,
    ) -> Any:
        """Add a case; usable as ``@exercise.case`` and as ``@exercise.case(weight=2)``."""

        def add(function: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
            how = judged or ("own_masks" if masks_of(self.returns) else "value")
            if how not in JUDGED:
                raise ValueError(f"judged={how!r}; expected one of {', '.join(JUDGED)}")
            name = _new_name(function, self.cases, "case")
            title = _first_line(function) or name.replace("_", " ")
            self.cases[name] = Case(
                name, function, title, weight, how, repeats, public_only, float32
            )
            return function

        return add if make is None else add(make)

    def twin(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Set the NumPy twin: the right answer given the masks, which it takes by name.

        Keras certifies it: each time a key is made, the Keras reference's own answer must pass.
        """
        self.given_masks = function
        return function

    def unseen_masks(self, share: str) -> Callable[..., Any]:
        """Declare masks that the function draws and does not return.

        The decorated function takes the arguments by name and returns the masks' shapes by name;
        at most 16 elements in all, for they are found by trying all. share: the argument with the
        probability to keep an element.
        """

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            self.unseen_shapes, self.unseen_share = function, share
            return function

        return add

    def probes(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Set the questions to the Keras model that the function returns.

        The decorated function takes the arguments by name and returns `KerasProbe` objects, whose
        names are the parts of `returns`.
        """
        self.make_probes = function
        return function

    def misconception(
        self,
        wrong: Callable[..., Any] | None = None,
        *,
        credit: float = 0.0,
        symptom: bool = False,
        values: str | None = None,
    ) -> Any:
        """Add a misconception; its docstring is the sentence that the student reads."""

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            name = _new_name(function, self.misconceptions, "misconception")
            sentence = " ".join((inspect.getdoc(function) or "").split())
            if not sentence:
                raise ValueError(f"{self.name}.{name} has no docstring: it is the student's text")
            if not 0 <= credit < 1:
                raise ValueError(f"{self.name}.{name}: credit={credit}; expected 0 <= credit < 1")
            self.misconceptions[name] = Misconception(
                name, function, sentence, credit, symptom, values
            )
            return function

        return add if wrong is None else add(wrong)

    def exempt(self, check: str, reason: str, *, item: str | None = None) -> None:
        """Free the exercise of one check of ``autograder check-course``, saying why.

        check: the check's name. item: the one misconception or right style that is meant. An
        exemption that is no longer needed is itself a fault.
        """
        self.exemptions[check, item] = reason

    def right_style(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Add another right solution; it must earn full points."""
        self.right_styles[_new_name(function, self.right_styles, "right style")] = function
        return function


def exercise(
    *, points: float, returns: Part, keeps: tuple[str, ...] = ()
) -> Callable[[Callable[..., Any]], Exercise]:
    """Make an exercise of its reference solution.

    keeps: names of arguments that the contract promises to leave unchanged; changing any other
    argument in place costs nothing and earns a remark.
    """

    def make(reference: Callable[..., Any]) -> Exercise:
        return Exercise(reference, points, returns, keeps)

    return make


def _first_line(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").split("\n")[0].strip()


def _new_name(function: Callable[..., Any], known: dict[str, Any], what: str) -> str:
    if function.__name__ in known:
        raise ValueError(f"two {what}s are named {function.__name__}")
    return function.__name__
