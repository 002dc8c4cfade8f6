"""Plain values out of an HDF5 tree; the layout: `plain_writer`.

Every bound is checked before anything is allocated. Whoever made the file may have meant harm: a
member may be a link to another file, a data set may claim a size that it does not have, and a group
may contain itself. Faults raise ValueError.
"""

import math
import re
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
from h5py import h5a, h5i, h5l, h5o, h5s, h5t
from h5py.h5a import AttrID
from h5py.h5d import DatasetID
from h5py.h5g import GroupID

from autograder.core.values import MAX_DEPTH, MAX_ELEMENTS, FromCall, Rng
from autograder.storage.plain_writer import escape

MAX_MEMBERS = 400_000
MAX_BYTES = 512 * 2**20
MAX_DIMENSIONS = 16
MAX_CHARACTERS = 65_536

Types = tuple[type, ...]
_DTYPES: dict[type, str] = {bool: "?", int: "<i8", float: "<f8"}
_SCALARS: dict[str, type] = {"bool": bool, "int": int, "float": float, "str": str}


class PlainReader:
    """Reads plain values from one file's groups, and counts what it has read.

    content: the bytes of the file that the groups belong to.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._members = 0
        self._bytes = 0

    def names(self, group: GroupID) -> list[str]:
        """Return the names of a group's members, in order."""
        names = [unescape(name.decode()) for name in group]
        self._members += len(names)
        if self._members > MAX_MEMBERS:
            raise ValueError(f"it has more than {MAX_MEMBERS:,} members")
        return names

    def groups(self, parent: GroupID) -> dict[str, GroupID]:
        """Return all members, which must be groups, by name."""
        return {name: self.group(parent, name) for name in self.names(parent)}

    def sequence(self, parent: GroupID) -> list[str]:
        """Return the names 0, 1, ... of a sequence's members."""
        names = self.names(parent)
        if names != [str(position) for position in range(len(names))]:
            raise ValueError(f"{path_of(parent)} is not numbered from 0")
        return names

    def members(self, group: GroupID, known: set[str]) -> set[str]:
        """Return the names of a group's members, which must be among the known ones."""
        names = set(self.names(group))
        if unknown := names - known:
            raise ValueError(f"{path_of(group)} has the unknown member {min(unknown)!r}")
        return names

    def group(self, parent: GroupID, name: str) -> GroupID:
        """Return the member of that name, which must be a group."""
        found = _member(parent, name)
        if not isinstance(found, GroupID):
            raise ValueError(f"{path_of(found)} is not a group")
        return found

    def attributes(self, holder: GroupID, fields: Mapping[str, Types]) -> dict[str, Any]:
        """Return a group's scalars by name; it must have these, with one of the types each.

        A missing one is None where ``type(None)`` is among its types.
        """
        return {name: self._attribute(holder, name, types) for name, types in fields.items()}

    def value(self, parent: GroupID, name: str, *types: type, depth: int = 0) -> Any:
        """Return a plain value; where types are given, it is of one of them."""
        if depth > MAX_DEPTH:
            raise ValueError(f"{path_of(parent)} is nested more than {MAX_DEPTH} deep")
        found = _member(parent, name)
        is_group = isinstance(found, GroupID)
        value = self._container(found, depth) if is_group else self._single(found)
        if types and type(value) not in types:
            kind = type(value).__name__
            raise ValueError(f"{path_of(found)} is a {kind}, not a {types[0].__name__}")
        return value

    def lines(self, parent: GroupID, name: str) -> list[str]:
        """Return the texts of a one-dimensional data set of texts."""
        found = _data_set(_member(parent, name))
        if not _is_text(found) or found.rank != 1:
            raise ValueError(f"{path_of(found)} is not a list of texts")
        return [line.decode() for line in self._read(found, found.dtype).tolist()]

    def _container(self, group: GroupID, depth: int) -> Any:
        kind = self._attribute(group, "kind", (str,))
        if kind == "dict":
            return {name: self.value(group, name, depth=depth + 1) for name in self.names(group)}
        if kind == "from_call":
            return self._from_call(group, depth + 1)
        if kind not in ("list", "tuple"):
            raise ValueError(f"{path_of(group)} is of the unknown kind {kind!r}")
        items = [self.value(group, name, depth=depth + 1) for name in self.sequence(group)]
        return items if kind == "list" else tuple(items)

    def _from_call(self, group: GroupID, depth: int) -> FromCall:
        function = self.value(group, "function", str, depth=depth)
        arguments = self.value(group, "arguments", tuple, depth=depth)
        return FromCall(function, arguments, self.value(group, "item", int, depth=depth))

    def _single(self, found: Any) -> Any:
        stored = _data_set(found)
        if not h5a.exists(stored, b"kind"):
            return self._array(stored)
        kind = self._attribute(stored, "kind", (str,))
        if kind == "none":
            return None
        if kind == "rng":
            return Rng(self._scalar(stored, int))
        if kind not in _SCALARS:
            raise ValueError(f"{path_of(stored)} is of the unknown kind {kind!r}")
        return self._scalar(stored, _SCALARS[kind])

    def _attribute(self, holder: GroupID | DatasetID, name: str, types: Types) -> Any:
        key = name.encode()
        if h5a.exists(holder, key):
            stored = h5a.open(holder, key)
            for kind in types:
                if _is_one(stored, kind):
                    return self._scalar(stored, kind)
        elif type(None) in types:
            return None
        raise ValueError(f"{path_of(holder)} has no attribute {name!r} of type {types[0].__name__}")

    def _scalar(self, stored: DatasetID | AttrID, kind: type) -> Any:
        if not _is_one(stored, kind):
            raise ValueError(f"what should be one {kind.__name__} is something else")
        if kind is str and stored.get_space().get_simple_extent_type() == h5s.NULL:
            return ""
        array = self._read(stored, stored.dtype)
        # A text may end with NUL characters, which NumPy takes for padding.
        return array.tobytes().decode() if kind is str else array.item()

    def _array(self, stored: DatasetID) -> np.ndarray:
        dtype = stored.dtype
        if dtype.kind not in "biuf" or dtype.itemsize > 8 or h5py.check_enum_dtype(dtype):
            raise ValueError(f"{path_of(stored)} is an array of dtype {dtype}")
        if stored.get_space().get_simple_extent_type() == h5s.NULL:
            raise ValueError(f"{path_of(stored)} is an array without a shape")
        return self._read(stored, dtype.newbyteorder("="))

    def _read(self, stored: DatasetID | AttrID, dtype: np.dtype) -> np.ndarray:
        shape = stored.shape
        elements = math.prod(shape)
        self._bytes += elements * dtype.itemsize
        if len(shape) > MAX_DIMENSIONS or elements > MAX_ELEMENTS or self._bytes > MAX_BYTES:
            raise ValueError(f"an array of shape {shape} is too large")
        array = np.zeros(shape, dtype=dtype)
        if isinstance(stored, AttrID):
            stored.read(array)
        elif elements:
            array[...] = self._in_place(stored, elements).reshape(shape)
        if dtype.kind == "b" and (array.view(np.uint8) > 1).any():
            raise ValueError("a truth value is neither true nor false")
        return array

    def _in_place(self, stored: DatasetID, elements: int) -> np.ndarray:
        """Return a data set's elements where they stand among the file's bytes.

        Faster than HDF5, and what is in chunks, in another file or nowhere cannot be read so.
        """
        offset = stored.get_offset()
        if offset is None:
            raise ValueError(f"{path_of(stored)} is not stored in one piece")
        return np.frombuffer(self._content, stored.dtype, elements, offset)


def path_of(holder: Any) -> str:
    """Name a group or data set by its path in the file, for a message."""
    return (h5i.get_name(holder) or b"a member").decode(errors="replace")


def unescape(name: str) -> str:
    """Undo `escape`. Raises ValueError for a name that `escape` does not give."""
    text = re.sub("%([0-9A-F]{2})", lambda match: chr(int(match[1], 16)), name)
    text = "" if name == "%" else text
    if escape(text) != name:
        raise ValueError(f"{name!r} is not a member's name")
    return text


def _member(parent: GroupID, name: str) -> Any:
    key = escape(name).encode()
    try:
        link = parent.links.get_info(key)
    except KeyError as error:
        raise ValueError(f"{path_of(parent)} has no member {name!r}") from error
    if link.type != h5l.TYPE_HARD:
        raise ValueError(f"the member {name!r} of {path_of(parent)} stands somewhere else")
    return h5o.open(parent, key)


def _data_set(found: Any) -> DatasetID:
    if not isinstance(found, DatasetID):
        raise ValueError(f"{path_of(found)} is not a data set")
    return found


def _is_one(stored: DatasetID | AttrID, kind: type) -> bool:
    """Tell whether what is stored is one bool, int, float or text."""
    space = stored.get_space().get_simple_extent_type()
    if kind is str:
        return _is_text(stored) and space in (h5s.SCALAR, h5s.NULL)
    return kind in _DTYPES and space == h5s.SCALAR and stored.dtype == _DTYPES[kind]


def _is_text(stored: DatasetID | AttrID) -> bool:
    """Tell whether what is stored are UTF-8 texts of a fixed, moderate length."""
    kind = stored.get_type()
    return (
        isinstance(kind, h5t.TypeStringID)
        and not kind.is_variable_str()
        and kind.get_cset() == h5t.CSET_UTF8
        and kind.get_size() <= MAX_CHARACTERS
    )
