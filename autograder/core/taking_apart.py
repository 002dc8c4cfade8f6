"""A student's value is taken apart by the tree of its parts; what does not fit is a finding."""

from typing import Any

import numpy as np

from autograder.core.finding import Broken, Remark
from autograder.core.parts import Group, Leaf, Part
from autograder.core.values import Foreign, describe, is_plain_array


def take_apart(part: Part, value: Any, remarks: list[Remark] | None = None) -> dict[str, Any]:
    """Return the leaves' values by name.

    Arrays stay arrays; numbers become float64 (or float32) arrays of shape () and sequences of
    numbers arrays of shape (n,). Names of keys spelled in another case are appended to `remarks`.
    Raises Broken with the first structural fault.
    """
    if isinstance(part, Leaf):
        return {part.name: _take_leaf(part, value)}
    if value is None:
        raise Broken("returned_nothing" if part.name == "the result" else "part_is_none", part.name)
    if isinstance(value, Foreign):
        raise Broken("foreign", part.name, type_name=value.type_name, reason=value.reason)
    members = _dict_members(part, value, remarks) if part.kind == "dict" else _members(part, value)
    found: dict[str, Any] = {}
    for member, item in zip(part.members, members, strict=True):
        found.update(take_apart(member, item, remarks))
    return found


def _members(part: Group, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise Broken("not_a_tuple", part.name, found=describe(value), names=part.names)
    if len(value) == 2 == len(part.members) and _is_swapped(part, value):
        first, second = part.names.split(", ")
        raise Broken("swapped_parts", part.name, found=f"{second}, {first}", expected=part.names)
    if len(value) != len(part.members):
        facts = {"found": len(value), "expected": len(part.members), "names": part.names}
        raise Broken("wrong_length", part.name, **facts)
    return list(value)


def _is_swapped(part: Group, value: Any) -> bool:
    """Tell whether a group and an array stand in each other's place."""
    for leaf, group, at in ((0, 1, 0), (1, 0, 1)):
        one, other = part.members[leaf], part.members[group]
        if isinstance(one, Leaf) and isinstance(other, Group) and one.kind == "array":
            holder = dict if other.kind == "dict" else list | tuple
            return isinstance(value[at], holder) and is_plain_array(value[1 - at])
    return False


def _dict_members(part: Group, value: Any, remarks: list[Remark] | None) -> list[Any]:
    if not isinstance(value, dict):
        raise Broken("not_a_dict", part.name, found=describe(value), names=part.names)
    lowered: dict[str, str] = {}
    for key in value:
        lowered.setdefault(key.lower(), key)
    return [_dict_member(member.name, part, value, lowered, remarks) for member in part.members]


def _dict_member(
    name: str, part: Group, value: dict[str, Any], lowered: dict[str, str], remarks: Any
) -> Any:
    if name in value:
        return value[name]
    if name.lower() not in lowered:
        keys = ", ".join(list(value)[:14]) or "no keys"
        raise Broken("missing_key", name, group=part.name, keys=keys)
    if remarks is not None:
        remarks.append(Remark("renamed", (lowered[name.lower()], name)))
    return value[lowered[name.lower()]]


def _take_leaf(leaf: Leaf, value: Any) -> Any:
    if leaf.kind == "text" and isinstance(value, str):
        return value
    if value is None:
        raise Broken("part_is_none", leaf.name)
    if isinstance(value, Foreign):
        raise Broken("foreign", leaf.name, type_name=value.type_name, reason=value.reason)
    if isinstance(value, str | dict):
        raise Broken("wrong_type", leaf.name, found=describe(value), expected=_wanted(leaf))
    if leaf.kind == "number":
        return _number(leaf, value)
    if leaf.kind == "numbers":
        return _numbers(leaf, value)
    if not is_plain_array(value):
        kind = "list_for_array" if isinstance(value, list | tuple) else "wrong_type"
        raise Broken(kind, leaf.name, found=describe(value), expected=_wanted(leaf))
    return np.array(value)


def _wanted(leaf: Leaf) -> str:
    wanted = {"number": "a number", "numbers": "a list of numbers", "text": "a text"}
    return wanted.get(leaf.kind, "an array")


def _number(leaf: Leaf, value: Any) -> np.ndarray:
    if isinstance(value, bool | list | tuple):
        raise Broken("wrong_type", leaf.name, found=describe(value), expected="a number")
    array = np.asarray(value)
    if array.size != 1 or array.ndim > 2:
        raise Broken("array_for_number", leaf.name, shape=array.shape)
    return array.reshape(())


def _numbers(leaf: Leaf, value: Any) -> np.ndarray:
    if isinstance(value, list | tuple):
        entry = Leaf(leaf.name, "number")
        items = [_take_leaf(entry, item) for item in value]
        return np.array(items) if items else np.zeros(0)
    array = np.asarray(value)
    if array.ndim == 0 or sum(size != 1 for size in array.shape) > 1:
        raise Broken("wrong_type", leaf.name, found=describe(value), expected="a list of numbers")
    return array.reshape(-1)
