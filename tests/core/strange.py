"""What students' functions return besides arrays, and what a sentence should call it."""

import types
from fractions import Fraction
from typing import Any

import numpy as np


class Text(str):
    def __str__(self) -> str:
        return Text("evil")

    def __getitem__(self, index: Any) -> Any:
        raise RuntimeError("evil")


class Arrays(np.ndarray):
    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        raise RuntimeError("evil")

    def __eq__(self, other: object) -> Any:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __array_ufunc__(self, *args: Any, **kwargs: Any) -> Any:
        return True

    def __array_function__(self, *args: Any, **kwargs: Any) -> Any:
        return True


class Dict(dict[Any, Any]):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


class UnspeakableError(Exception):
    def __str__(self) -> str:
        raise KeyboardInterrupt


class Unreadable:
    def __repr__(self) -> str:
        raise ValueError("evil")


def of_package(package: str, name: str) -> Any:
    """An object whose class says that it comes from a package that is not imported here."""
    return type(name, (), {"__module__": f"{package}.core"})()


def cyclic_list() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


def cyclic_dict() -> dict[str, Any]:
    found: dict[str, Any] = {}
    found["self"] = found
    return found


def nested(depth: int) -> list[Any]:
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


def wide(levels: int) -> list[Any]:
    """A list that holds itself many times over: 100**levels entries in little memory."""
    found: list[Any] = [0]
    for _ in range(levels):
        found = [found] * 100
    return found


FOREIGN: dict[str, tuple[Any, str]] = {
    "a complex number": (1 + 2j, "complex number"),
    "a complex array": (np.zeros(2, complex), "complex array"),
    "an object array": (np.array([None, 1]), "object array"),
    "a text array": (np.array(["a", "b"]), "text array"),
    "an array of bytes": (np.array([b"a"]), "text array"),
    "a masked array": (np.ma.array([1.0, 2.0], mask=[0, 1]), "numpy masked array"),
    "a structured array": (np.zeros(2, "f4,i4"), "void64 array"),
    "dates": (np.array(["2026-01-01"], dtype="M8[D]"), "datetime64[D] array"),
    "a date": (np.datetime64("2026-01-01"), "datetime64[D] array"),
    "durations": (np.zeros(2, "m8[s]"), "timedelta64[s] array"),
    "ten to the ninth elements": (
        np.broadcast_to(np.float64(1), 10**9),
        "array of 1,000,000,000 elements",
    ),
    "a sparse matrix": (of_package("scipy", "csr_matrix"), "scipy csr_matrix"),
    "an eager tensor": (of_package("tensorflow", "EagerTensor"), "tensorflow tensor"),
    "a variable": (of_package("keras", "Variable"), "keras tensor"),
    "a layer": (of_package("keras", "Dense"), "keras Dense"),
    "a torch tensor": (of_package("torch", "Tensor"), "torch tensor"),
    "an integer beyond 64 bits": (2**64, "integer"),
    "a huge negative integer": (-(2**70), "integer"),
    "a generator": ((item for item in ()), "generator"),
    "a set": ({1}, "set"),
    "bytes": (b"abc", "bytes"),
    "a fraction": (Fraction(1, 2), "Fraction"),
    "a function": (len, "builtin_function_or_method"),
    "a class": (int, "type"),
    "a module": (types, "module"),
    "an ellipsis": (..., "ellipsis"),
    "NotImplemented": (NotImplemented, "NotImplementedType"),
    "a long list": ([0] * 1_000_000, "structure"),
    "a dict of many": (dict.fromkeys(range(100_000)), "structure"),
    "an unreadable object": (Unreadable(), "Unreadable"),
}
