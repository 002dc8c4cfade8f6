"""Plain values as JSON trees and raw buffers, inspected in full before anything is allocated.

None, truth values, integers and strings stand for themselves. Every other value is a list whose
first item names it::

    ["f", "0x1.8p+1"]              a float, exact
    ["l", …]  ["t", …]             a list, a tuple
    ["d", key, value, key, …]      a dict
    ["a", "<f8", [3, 4]]           an array; its bytes follow in the order of the tree
    ["o", type name, reason]       a Foreign
    ["r", seed]                    an Rng, in requests only
    ["c", name, arguments, item]   a FromCall, in requests only
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.core.values import MAX_DEPTH as MAX_VALUE_DEPTH
from autograder.core.values import MAX_ELEMENTS, MAX_TEXT, Foreign, FromCall, Rng

MAX_DEPTH = MAX_VALUE_DEPTH + 6
MAX_NODES = 200_000
MAX_DIMENSIONS = 8
MAX_BYTES = 128 * 2**20
INTEGERS = range(-(2**63), 2**63)
DTYPES = {
    text: np.dtype(text)
    for text in ("|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8")
}


class WireError(Exception):
    """What came, or what is to be sent, is not what the two sides agreed on."""


def to_tree(value: Any, buffers: list[np.ndarray], depth: int = 0) -> Any:
    """Return the tree of a plain value, and append its arrays to `buffers`, little-endian.

    Raises WireError where the value is not plain or is nested too deeply.
    """
    if depth > MAX_DEPTH:
        raise WireError("the value is nested too deeply")
    if value is None or type(value) in (bool, int):
        return value
    if isinstance(value, str):
        return _clean(value)
    if type(value) is float:
        return ["f", value.hex()]
    if type(value) is np.ndarray:
        return _array_tree(value, buffers)
    if type(value) is dict:
        items = [item for pair in value.items() for item in pair]
        return ["d", *(to_tree(item, buffers, depth + 1) for item in items)]
    if type(value) in (list, tuple):
        tag = "l" if type(value) is list else "t"
        return [tag, *(to_tree(item, buffers, depth + 1) for item in value)]
    return _stand_in_tree(value, buffers, depth)


def _stand_in_tree(value: Any, buffers: list[np.ndarray], depth: int) -> Any:
    if type(value) is Foreign:
        return ["o", _clean(value.type_name), _clean(value.reason)]
    if type(value) is Rng:
        return ["r", value.seed]
    if type(value) is FromCall:
        arguments = to_tree(list(value.arguments), buffers, depth + 1)
        return ["c", _clean(value.function), arguments, value.item]
    raise WireError(f"a {type(value).__name__} is not a plain value")


def _clean(text: str) -> str:
    """Return text that UTF-8 can write and that is not too long: half pairs become escapes."""
    cut = str.__str__(text)[:MAX_TEXT]
    return cut.encode("utf-8", "backslashreplace").decode("utf-8")[:MAX_TEXT]


def _array_tree(array: np.ndarray, buffers: list[np.ndarray]) -> Any:
    little = array.dtype.newbyteorder("<")
    if little.str not in DTYPES:
        raise WireError(f"arrays of {array.dtype} are not plain")
    buffers.append(np.asarray(array, dtype=little, order="C"))
    return ["a", little.str, list(array.shape)]


class Inspector:
    """Checks a tree that somebody else made, and counts the bytes that its arrays need.

    requests: whether it is one of the grader's own, which may hold an Rng or a FromCall.
    """

    def __init__(self, *, requests: bool = False) -> None:
        self.nodes = 0
        self.size = 0
        self._checks: dict[str, Callable[[list[Any], int], None]] = {
            "f": self._float,
            "l": self._items,
            "t": self._items,
            "d": self._dict,
            "a": self._array,
            "o": self._foreign,
        }
        if requests:
            self._checks |= {"r": self._rng, "c": self._from_call}

    def inspect(self, tree: Any, depth: int = 0) -> None:
        """Raise WireError unless the tree is a plain value's, within all bounds."""
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise WireError("the value is nested too deeply or has too many entries")
        if tree is None or isinstance(tree, bool):
            return
        if isinstance(tree, int):
            _require(tree in INTEGERS, "an integer has more than 64 bits")
        elif isinstance(tree, str):
            _require(_is_text(tree), "a text is too long or is not Unicode")
        else:
            _require(isinstance(tree, list) and tree, "a value is written as nothing we know")
            check = self._checks.get(tree[0]) if isinstance(tree[0], str) else None
            if check is None:
                raise WireError("a value has a tag that does not exist")
            check(tree[1:], depth)

    def _items(self, rest: list[Any], depth: int) -> None:
        for item in rest:
            self.inspect(item, depth + 1)

    def _float(self, rest: list[Any], depth: int) -> None:
        text = rest[0] if len(rest) == 1 else None
        _require(isinstance(text, str) and len(text) <= 32, "a float is not written as one")
        try:
            float.fromhex(str(text))
        except (ValueError, OverflowError):
            raise WireError("a float is not written as one") from None

    def _dict(self, rest: list[Any], depth: int) -> None:
        keys = rest[::2]
        _require(len(rest) % 2 == 0, "a dict has a key without a value")
        _require(all(isinstance(key, str) for key in keys), "a dict has a key that is not text")
        _require(len(set(keys)) == len(keys), "a dict has a key twice")
        self._items(rest, depth)

    def _foreign(self, rest: list[Any], depth: int) -> None:
        texts = len(rest) == 2 and all(isinstance(item, str) and _is_text(item) for item in rest)
        _require(texts, "a foreign value is not named by two texts")

    def _rng(self, rest: list[Any], depth: int) -> None:
        seed = len(rest) == 1 and type(rest[0]) is int and rest[0] in range(2**64)
        _require(seed, "a generator has no seed")

    def _from_call(self, rest: list[Any], depth: int) -> None:
        fields = len(rest) == 3 and isinstance(rest[0], str) and type(rest[2]) is int
        _require(fields, "a call inside a call lacks its fields")
        self._items(rest, depth)

    def _array(self, rest: list[Any], depth: int) -> None:
        _require(len(rest) == 2 and isinstance(rest[1], list), "an array lacks its dtype or shape")
        dtype = DTYPES.get(rest[0]) if isinstance(rest[0], str) else None
        if dtype is None:
            raise WireError("an array's dtype is not one of those allowed")
        shape = rest[1]
        _require(len(shape) <= MAX_DIMENSIONS, "an array has too many dimensions")
        lengths = all(type(length) is int and 0 <= length <= MAX_ELEMENTS for length in shape)
        _require(lengths, "an array's shape is not made of lengths")
        most = math.prod(max(length, 1) for length in shape)
        _require(most <= MAX_ELEMENTS, "an array has too many elements")
        self.size += math.prod(shape) * dtype.itemsize
        _require(self.size <= MAX_BYTES, "the arrays are too large")


def _require(holds: object, fault: str) -> None:
    if not holds:
        raise WireError(fault)


def _is_text(text: str) -> bool:
    if len(text) > MAX_TEXT:
        return False
    return text.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in text)


def from_tree(tree: Any, body: bytearray) -> Any:
    """Return the value of a tree that was inspected; `body` holds exactly its arrays' bytes."""
    return _build(tree, _arrays(memoryview(body)))


Arrays = Callable[[str, list[int]], np.ndarray]


def _arrays(body: memoryview) -> Arrays:
    """Return a function that cuts the next array off the body; each is a copy of its own."""
    used = 0

    def next_array(dtype: str, shape: list[int]) -> np.ndarray:
        nonlocal used
        size = math.prod(shape) * DTYPES[dtype].itemsize
        piece = body[used : used + size]
        used += size
        array = np.frombuffer(bytearray(piece), DTYPES[dtype]).reshape(shape)
        return np.asarray(array.view(np.uint8) != 0) if dtype == "|b1" else array

    return next_array


def _build(tree: Any, next_array: Arrays) -> Any:
    if not isinstance(tree, list):
        return tree
    tag, *rest = tree
    if tag == "f":
        return float.fromhex(rest[0])
    if tag == "a":
        return next_array(*rest)
    if tag == "o":
        return Foreign(*rest)
    if tag == "r":
        return Rng(*rest)
    if tag == "c":
        return FromCall(rest[0], tuple(_build(rest[1], next_array)), rest[2])
    return _container(tag, (_build(item, next_array) for item in rest))


def _container(tag: str, items: Iterator[Any]) -> Any:
    if tag == "d":
        return dict(zip(items, items, strict=True))
    return list(items) if tag == "l" else tuple(items)
