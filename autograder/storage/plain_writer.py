"""Plain values (`autograder.core.values`) into an HDF5 tree; `plain_reader` takes them out again.

An array is a data set. Everything else carries the attribute ``kind``:

* ``none`` (an empty data set), ``bool``, ``int``, ``float``, ``str``: a data set that holds one;
* ``rng``: a data set that holds the seed of a ``numpy.random.default_rng``;
* ``list`` and ``tuple``: a group with the members ``0``, ``1``, ...;
* ``dict``: a group with one member a key, in the dict's order;
* ``from_call``: a group with the members ``function``, ``arguments`` and ``item``.

Integers have 64 bits and numbers are little-endian. A text is UTF-8 of exactly its own length (an
empty one has an empty data space). Data sets are contiguous, without filters. An array that occurs
twice is stored once, under two hard links. Groups remember the order of their members; nothing
remembers when it was written.
"""

import hashlib
import io
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np
from h5py import h5f, h5fd, h5g, h5p

from autograder.core.values import FromCall, Rng, is_plain_array

SCALARS = {type(None): "none", bool: "bool", int: "int", float: "float", str: "str"}
FROM_CALL = ("function", "arguments", "item")
_ORDERED = h5p.CRT_ORDER_TRACKED | h5p.CRT_ORDER_INDEXED


def create_file(content: io.BytesIO, *, user_block: int) -> h5py.File:
    """Begin an HDF5 file whose bytes depend on nothing but what is put in.

    user_block: number of bytes left free in front.
    """
    creation = h5p.create(h5p.FILE_CREATE)
    creation.set_userblock(user_block)
    creation.set_link_creation_order(_ORDERED)
    creation.set_obj_track_times(False)
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_fileobj_driver(h5fd.fileobj_driver, content)
    access.set_libver_bounds(h5f.LIBVER_V110, h5f.LIBVER_V110)
    return h5py.File(h5f.create(b"answer key", h5f.ACC_TRUNC, fcpl=creation, fapl=access))


def escape(name: str) -> str:
    """Turn any text into the name of a member: HDF5 has its own use for ``/`` and ``.``.

    Those (a dot where it begins the name), ``%`` and NUL become ``%`` and two hexadecimal digits;
    the empty name becomes ``%``.
    """
    for character in "%/\0":
        name = name.replace(character, f"%{ord(character):02X}")
    return f"%2E{name[1:]}" if name.startswith(".") else name or "%"


class PlainWriter:
    """Writes plain values into groups."""

    def __init__(self) -> None:
        self._stored: dict[bytes, h5py.Dataset] = {}

    def group(self, parent: h5py.Group, name: str) -> h5py.Group:
        """Add an empty group."""
        creation = h5p.create(h5p.GROUP_CREATE)
        creation.set_link_creation_order(_ORDERED)
        creation.set_obj_track_times(False)
        return h5py.Group(h5g.create(parent.id, escape(name).encode(), gcpl=creation))

    def attributes(self, group: h5py.Group, values: Mapping[str, Any]) -> None:
        """Attach scalars to a group by name; None is left out."""
        for name, value in values.items():
            if value is not None:
                group.attrs.create(name, _scalar(value))

    def value(self, parent: h5py.Group, name: str, value: Any) -> None:
        """Add a plain value. NumPy's scalars become Python's. Raises TypeError on any other."""
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, np.ndarray):
            self._array(parent, name, value)
        elif isinstance(value, list | tuple | dict):
            self._container(parent, name, value)
        elif isinstance(value, FromCall):
            group = self.group(parent, name)
            self.attributes(group, {"kind": "from_call"})
            for field in FROM_CALL:
                self.value(group, field, getattr(value, field))
        elif isinstance(value, Rng):
            self._one(parent, name, "rng", _scalar(value.seed))
        else:
            stored = _scalar(value)
            self._one(parent, name, SCALARS[_kind(value)], stored)

    def lines(self, parent: h5py.Group, name: str, lines: list[str]) -> None:
        """Add a one-dimensional data set of texts, none of which holds a NUL."""
        encoded = [line.encode() for line in lines]
        if any(b"\0" in line for line in encoded):
            raise TypeError("a name with a NUL character")
        width = max(map(len, encoded), default=1)
        array = np.array(encoded, dtype=h5py.string_dtype("utf-8", width))
        parent.create_dataset(escape(name), data=array, track_times=False)

    def _container(
        self, parent: h5py.Group, name: str, value: list[Any] | tuple[Any, ...] | dict[str, Any]
    ) -> None:
        group = self.group(parent, name)
        kind = next(kind for kind in (list, tuple, dict) if isinstance(value, kind))
        self.attributes(group, {"kind": kind.__name__})
        items = value if isinstance(value, dict) else dict(enumerate(value))
        for key, item in items.items():
            if isinstance(value, dict) and not isinstance(key, str):
                raise TypeError(f"a dict with the key {key!r}")
            self.value(group, str(key), item)

    def _array(self, parent: h5py.Group, name: str, array: np.ndarray) -> None:
        if not is_plain_array(array):
            raise TypeError(f"a {type(array).__name__} of dtype {array.dtype}")
        array = np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C")
        digest = hashlib.sha256(f"{array.dtype.str} {array.shape} ".encode())
        digest.update(array.tobytes())
        stored = self._stored.get(digest.digest())
        if stored is None:
            stored = parent.create_dataset(escape(name), data=array, track_times=False)
            self._stored[digest.digest()] = stored
        else:
            parent[escape(name)] = stored

    def _one(self, parent: h5py.Group, name: str, kind: str, stored: Any) -> None:
        made = parent.create_dataset(escape(name), data=stored, track_times=False)
        self.attributes(made, {"kind": kind})


def _kind(value: Any) -> type:
    return next((kind for kind in SCALARS if type(value) is kind), str)


def _scalar(value: Any) -> Any:
    if value is None:
        return h5py.Empty("f8")
    if isinstance(value, str):
        encoded = value.encode()
        text = h5py.string_dtype("utf-8", max(1, len(encoded)))
        return np.array(encoded, dtype=text) if encoded else h5py.Empty(text)
    if type(value) not in SCALARS:
        raise TypeError(f"a {type(value).__name__}")
    if type(value) is int and not -(2**63) <= value < 2**63:
        raise TypeError("an integer of more than 64 bits")
    return np.array(value, dtype={bool: "?", int: "<i8", float: "<f8"}[type(value)])
