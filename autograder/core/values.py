"""Plain values: the only things that cross between the student's process and the grader.

A plain value is None, a bool, int, float or str, a NumPy array of booleans, integers or floats,
or a list, tuple or dict (with string keys) of plain values. Everything else is named, not carried:
it becomes a `Foreign`, which keeps the type's name and a few words about it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_ELEMENTS = 4_000_000
MAX_DEPTH = 12
MAX_NODES = 20_000
MAX_TEXT = 10_000
PLAIN_KINDS = "biuf"


@dataclass(frozen=True)
class Foreign:
    """A value that is not plain: what it was, never the thing itself.

    type_name: for example ``complex128 array`` or ``tensorflow Tensor``.
    reason: why it cannot be compared, as the end of the sentence "the value ...".
    """

    type_name: str
    reason: str = ""


@dataclass(frozen=True)
class Rng:
    """Stands for ``numpy.random.default_rng(seed)`` among a call's arguments."""

    seed: int


@dataclass(frozen=True)
class FromCall:
    """Stands for what another function of the same notebook returns.

    function: its name. arguments: by position; `Rng` as in any call. item: which element of the
    returned tuple is meant.
    """

    function: str
    arguments: tuple[Any, ...]
    item: int


PlainValue = (
    None | bool | int | float | str | np.ndarray | list[Any] | tuple[Any, ...] | dict[str, Any]
)


def is_plain_array(value: object) -> bool:
    """Tell whether `value` is exactly an ndarray of booleans, integers or floats."""
    return type(value) is np.ndarray and value.dtype.kind in PLAIN_KINDS and value.itemsize <= 8


def copy_value(value: Any) -> Any:
    """Copy a plain value, arrays included, so that nobody else holds what is compared."""
    return map_arrays(value, lambda array: array.copy())


def map_arrays(value: Any, change: Callable[[np.ndarray], np.ndarray]) -> Any:
    """Return `value` with `change` applied to each array in it; the containers are new."""
    if isinstance(value, np.ndarray):
        return change(value)
    if isinstance(value, dict):
        return {key: map_arrays(item, change) for key, item in value.items()}
    if isinstance(value, FromCall):
        return FromCall(value.function, map_arrays(value.arguments, change), value.item)
    if isinstance(value, list | tuple):
        return type(value)(map_arrays(item, change) for item in value)
    return value


def arrays_in(value: Any) -> Iterator[np.ndarray]:
    """Yield the arrays of a plain value, depth first."""
    if isinstance(value, np.ndarray):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from arrays_in(item)
    elif isinstance(value, FromCall):
        yield from arrays_in(value.arguments)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from arrays_in(item)


def same_value(one: Any, other: Any) -> bool:
    """Tell whether plain values are identical: types, shapes, dtypes, every bit (nan = nan)."""
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and one.shape == other.shape and _same_bits(one, other)
    if isinstance(one, dict):
        return list(one) == list(other) and all(same_value(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same_value, one, other))
    if isinstance(one, FromCall):
        return same_value(
            [one.function, one.arguments, one.item], [other.function, other.arguments, other.item]
        )
    return bool(one == other) or (isinstance(one, float) and one != one and other != other)


def _same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))


def significant(array: np.ndarray, digits: int = 9) -> np.ndarray:
    """Round float64 values to `digits` significant digits, the same on every machine.

    Answer keys are compared byte for byte, and the last bits of a matrix product depend on the
    processor. Products of numbers with few decimals often lie just between two roundings: three
    digits more are taken first, so that they lie there on every machine, and go the same way.
    Other dtypes are returned unchanged.
    """
    if array.dtype != np.float64:
        return array
    near = [float(f"{item:.{digits + 3}g}") for item in array.ravel().tolist()]
    flat = [float(f"{item:.{digits}g}") for item in near]
    return np.array(flat, dtype=np.float64).reshape(array.shape)


def single(array: np.ndarray) -> np.ndarray:
    """Return a float64 array in float32, and any other as it is."""
    return array.astype(np.float32) if array.dtype == np.float64 else array


def double(array: np.ndarray) -> np.ndarray:
    """Return a float32 array in float64, and any other as it is."""
    return array.astype(np.float64) if array.dtype == np.float32 else array


def describe(value: Any) -> str:
    """Name a value in a few words for a sentence: ``an array of shape (3, 4)``, ``a list of 3``."""
    if value is None:
        return "None"
    if isinstance(value, Foreign):
        article = "an" if value.type_name[:1] in tuple("aeiou") else "a"
        kind = value.type_name
        return f"{article} {kind}" if kind.islower() else f"a value of type {kind}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}" if value.ndim else "a number"
    if isinstance(value, bool):
        return f"the truth value {value}"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return f"a dict with {len(value)} entries"
    return f"a {type(value).__name__} of {len(value)}"
