"""Outcomes: what a notebook did when it was asked, as plain data. No verdicts here."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Returned:
    """The call came back.

    value: a plain value (`autograder.core.values`).
    changed: positions of the arguments that the call changed in place.
    """

    value: Any
    changed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Raised:
    """The call, or the cell that defines the function, stopped with an exception.

    type_name, text: of the exception. line: the line of the student's code it stopped at, counted
    from 1 within its cell, or None. code: that line's text. function: where it stands.
    """

    type_name: str
    text: str
    line: int | None = None
    code: str = ""
    function: str = ""


@dataclass(frozen=True)
class TimedOut:
    """The call did not come back within `seconds`."""

    seconds: float


@dataclass(frozen=True)
class Died:
    """The student's process ended during the call (``os._exit``, a crash, out of memory)."""

    detail: str = ""


@dataclass(frozen=True)
class NotRun:
    """The call was not made; `reason` says why. It is the grader's matter, not the student's."""

    reason: str


Result = Returned | Raised | TimedOut | Died | NotRun


@dataclass(frozen=True)
class Call:
    """One request to a student's function: arguments by position.

    arguments: plain values, with `Rng(seed)` standing for a generator.
    times: how often to call with fresh copies of the arguments and the *same* generator.
    global_seed: seeds ``numpy.random`` and ``random`` before each repetition (plus its index), so
    that a function that draws from there is replayable and yet never repeats itself.
    probes: questions to the Keras model that the function returns (see `KerasProbe`).
    """

    function: str
    arguments: tuple[Any, ...]
    times: int = 1
    global_seed: int = 0
    probes: tuple["KerasProbe", ...] = ()


@dataclass(frozen=True)
class KerasProbe:
    """A question to a Keras model: put these weights in, feed this input, say what comes out.

    name: the part of the outcome that the answer becomes.
    weights: arrays to put into the trainable variables first, each into the first free variable of
    its shape. Where they do not fit, only ``shapes`` is answered, the other answers are None.
    Without weights (None) the variables stay as they are.
    inputs: array of shape (examples, features) in Keras's order, or None. A model that is not built
    yet is built by calling it on zeros of the first probe's inputs.
    targets: integer or 0/1 labels for ``evaluate`` and ``train``.
    ask, and what the answer is (arrays are float32):

    * ``predict`` (training=False), ``train_mode`` (training=True), ``plain`` (no flag): outputs;
    * ``penalty``: the sum of ``model.losses`` after a call on the inputs, 0 where there are none;
    * ``evaluate``: the compiled loss on inputs and targets, penalty included;
    * ``train``: the trainable variables in the order of their shapes, flattened and joined, after
      two ``train_on_batch``; what that changed (the optimizer's state too) is put back afterwards;
    * ``shapes``: text, the trainable variables' sorted shapes joined by ", ";
    * ``optimizer``: text, its class; ``learning_rate``: a number;
    * ``dropout_rates``: float64 array, the ``rate`` of each dropout layer in order, nested too.

    Where the model is not compiled and has to be, the call is `Raised` with a ValueError that says
    so. law: for random outputs, the (value, probability) pairs that are right; stays with the
    grader.
    """

    name: str
    ask: str
    weights: tuple[Any, ...] | None = None
    inputs: Any = None
    targets: Any = None
    law: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True)
class Definition:
    """Whether the notebook defines the function, looked up by name after the cells ran.

    status: ``found``, ``missing`` or ``not_a_function``. error: why the cell that should define it
    stopped. source: the student's text of the function. unwritten: its body computes nothing.
    type_name: of what the name stands for when it is not a function.
    """

    status: str = "found"
    error: Raised | TimedOut | Died | None = None
    source: str = ""
    unwritten: bool = False
    type_name: str = "function"


@dataclass(frozen=True)
class ExerciseOutcome:
    """What one function did: results by case name, in the order of the case's calls."""

    name: str
    definition: Definition = field(default_factory=Definition)
    results: dict[str, tuple[Result, ...]] = field(default_factory=dict)
