"""Call a function as the grader does, and turn what comes back into plain values.

The same code runs in the student's process (behind the kernel), in `check` and when keys are made,
so that all three see the same thing.
"""

import contextlib
import random
import traceback
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.core.outcome import Call, Died, Raised, Result, Returned
from autograder.core.values import (
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_NODES,
    MAX_TEXT,
    Foreign,
    FromCall,
    Rng,
    copy_value,
    is_plain_array,
    same_value,
)

Observe = Callable[[Any, Call], Any]
TOO_MUCH = Foreign("structure", "is nested too deeply or has too many entries")


def perform(
    call: Call, function: Callable[..., Any], observe: Observe | None = None
) -> list[Result]:
    """Call `function` as `call` asks, and return one result a repetition.

    The global random state is saved and restored. observe: turns a returned Keras model into plain
    values (`autograder.kernel.models.observe`); needed where the call has probes.
    """
    generators = {
        position: np.random.default_rng(value.seed)
        for position, value in enumerate(call.arguments)
        if isinstance(value, Rng)
    }
    state, legacy = random.getstate(), np.random.get_state()
    try:
        return [_once(call, function, generators, turn, observe) for turn in range(call.times)]
    finally:
        random.setstate(state)
        np.random.set_state(legacy)


def _once(
    call: Call,
    function: Callable[..., Any],
    generators: dict[int, np.random.Generator],
    turn: int,
    observe: Observe | None,
) -> Result:
    random.seed(call.global_seed + turn)
    np.random.seed((call.global_seed + turn) % 2**32)
    arguments: list[Any] = []
    try:
        for position, asked in enumerate(call.arguments):
            arguments.append(generators.get(position, _given(asked, function)))
        value = function(*arguments)
        if call.probes and observe is not None:
            value = observe(value, call)
        plain = Plainer().plain(value)
    except SystemExit as error:
        return Died(f"the code calls exit ({_text_of(error)})")
    except BaseException as error:
        return raised(error, getattr(function, "__globals__", None))
    changed = tuple(
        position
        for position, value in enumerate(call.arguments)
        if not isinstance(value, Rng | FromCall) and _is_changed(arguments[position], value)
    )
    return Returned(plain, changed)


def _is_changed(argument: Any, value: Any) -> bool:
    """Tell whether a call left something else in an argument; what cannot be read is something."""
    try:
        return not same_value(Plainer().plain(argument), value)
    except BaseException:
        return True


def _given(value: Any, function: Callable[..., Any]) -> Any:
    """Return a fresh argument; `FromCall` asks another function of the same namespace for it."""
    if not isinstance(value, FromCall):
        return copy_value(value)
    other = getattr(function, "__globals__", {})[value.function]
    found = other(*_arguments_of(value))[value.item]
    with contextlib.suppress(Exception):  # so that nothing but what it returned tells of it
        other(*_arguments_of(value, another=1))
    return found


def _arguments_of(asked: FromCall, another: int = 0) -> list[Any]:
    """Return fresh arguments. another: moves the seed of the generator."""
    return [
        np.random.default_rng(item.seed + another) if isinstance(item, Rng) else copy_value(item)
        for item in asked.arguments
    ]


def raised(error: BaseException, namespace: dict[str, Any] | None) -> Raised:
    """Describe an exception, with the last line of the student's own code that it passed."""
    line, code, name = None, "", ""
    for frame, number in traceback.walk_tb(error.__traceback__):
        if namespace is not None and frame.f_globals is namespace:
            line, name = number, frame.f_code.co_name
            code = _line_text(frame, number)
    return Raised(type(error).__name__, _text_of(error), line, code[:200], name)


def _text_of(error: BaseException) -> str:
    try:
        return _plain_text(str(error))
    except BaseException:
        return ""


def _line_text(frame: types.FrameType, number: int) -> str:
    import linecache

    return linecache.getline(frame.f_code.co_filename, number, frame.f_globals).strip()


class Plainer:
    """Turns values into plain ones, within the bounds of `autograder.core.values`."""

    def __init__(self) -> None:
        self.nodes = 0
        self.elements = 0

    def plain(self, value: Any, depth: int = 0) -> Any:
        """Return the plain value, or a Foreign that names what it was."""
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            return TOO_MUCH
        kind = type(value)
        if value is None or kind in (bool, float):
            return value
        if kind is int:
            return value if abs(value) < 2**63 else Foreign("integer", "has more than 64 bits")
        if isinstance(value, str):
            return _plain_text(value)
        if isinstance(value, np.ndarray | np.generic):
            self.elements += value.size
            return _plain_array(value, self.elements)
        if isinstance(value, list | tuple | dict) and len(value) > MAX_NODES:
            return TOO_MUCH
        if isinstance(value, list | tuple):
            items = [self.plain(item, depth + 1) for item in value]
            return items if isinstance(value, list) else tuple(items)
        if isinstance(value, dict):
            return self._plain_dict(value, depth)
        return _foreign(value)

    def _plain_dict(self, value: dict[Any, Any], depth: int) -> Any:
        return {
            _plain_text(key if isinstance(key, str) else repr(key))[:80]: self.plain(
                item, depth + 1
            )
            for key, item in value.items()
        }


def _plain_text(text: str) -> str:
    """Return exactly a str, of bounded length, that UTF-8 can write."""
    cut = str.__str__(text)[:MAX_TEXT]
    return cut.encode("utf-8", "backslashreplace").decode("utf-8")


def _plain_array(value: Any, elements: int) -> Any:
    """Return the plain array. elements: of all the arrays so far, this one included."""
    if isinstance(value, np.ma.MaskedArray):
        return Foreign("numpy masked array", "hides some of its elements")
    if elements > MAX_ELEMENTS:
        return Foreign(f"array of {value.size:,} elements", "is far larger than the arguments")
    array = np.array(value, subok=False)
    if array.dtype == np.longdouble and array.dtype != np.float64:
        with np.errstate(all="ignore"):
            array = array.astype(np.float64)
    if not is_plain_array(array):
        kind = {"O": "object", "U": "text", "S": "text", "c": "complex"}.get(array.dtype.kind)
        return Foreign(f"{kind or array.dtype.name} array", "does not hold real numbers")
    return array


def _foreign(value: Any) -> Foreign:
    if isinstance(value, Foreign):  # what a probe of a Keras model says of an answer
        return value
    kind = type(value)
    if kind is complex:
        return Foreign("complex number", "is not a real number")
    module = str(kind.__module__).split(".")[0]
    if module in ("tensorflow", "keras", "torch", "jax", "jaxlib"):
        name = "tensor" if "ensor" in kind.__name__ or "ariable" in kind.__name__ else kind.__name__
        return Foreign(f"{module} {name}", "is not a NumPy array")
    if module == "scipy":
        return Foreign(f"scipy {kind.__name__}", "is not a NumPy array (.toarray() gives one)")
    return Foreign(kind.__name__, "is not made of numbers and NumPy arrays")
