"""What a graded function returns, as a tree of named parts.

TupleOf(Array("A_dropped"), Mask("D", share="keep_prob"))
DictOf("dW1", "db1", "dW2", "db2")        # a bare string is an Array
Number("cost")
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Leaf:
    """One comparable value.

    kind: ``array``, ``number`` (a float in any dress), ``numbers`` (a sequence of floats),
    ``mask`` (0/1 drawn by the student), ``draws`` (random outputs of a Keras model) or ``text``.
    share: for masks, the argument that holds the probability to keep an element.
    """

    name: str
    kind: str = "array"
    share: str | None = None


@dataclass(frozen=True)
class Group:
    """A tuple or dict of parts; `kind` is ``tuple`` or ``dict``."""

    name: str
    kind: str
    members: tuple["Leaf | Group", ...]

    @property
    def names(self) -> str:
        """The members' names in order, as a student reads them."""
        return ", ".join(member.name.split(" in ")[0] for member in self.members)


Part = Leaf | Group


def Array(name: str) -> Leaf:  # noqa: N802 - reads as a type in an exercise's declaration
    """Declare an array of floats (or 0/1 labels), compared within the tolerance of its dtype."""
    return Leaf(name)


def Number(name: str) -> Leaf:  # noqa: N802 - reads as a type in an exercise's declaration
    """Declare one number: a float, 0-d array, or array of shape (1,) or (1, 1)."""
    return Leaf(name, "number")


def Numbers(name: str) -> Leaf:  # noqa: N802 - reads as a type in an exercise's declaration
    """Declare a sequence of numbers: a list, tuple or one-dimensional array."""
    return Leaf(name, "numbers")


def Mask(name: str, share: str) -> Leaf:  # noqa: N802 - reads as a type in an exercise's declaration
    """Declare a mask that the function draws; `share` names the argument keep_prob."""
    return Leaf(name, "mask", share)


def Draws(name: str) -> Leaf:  # noqa: N802 - reads as a type in an exercise's declaration
    """Declare random outputs with few possible values, judged by which occur and how often."""
    return Leaf(name, "draws")


def Text(name: str) -> Leaf:  # noqa: N802 - reads as a type in an exercise's declaration
    """Declare a text about a Keras model, such as its weights' shapes; every letter counts."""
    return Leaf(name, "text")


def TupleOf(*members: Part | str, name: str = "the result") -> Group:  # noqa: N802 - reads as a type
    """Declare a tuple; a list is as good."""
    return Group(name, "tuple", _parts(members))


def DictOf(*members: Part | str, name: str = "the result") -> Group:  # noqa: N802 - reads as a type
    """Declare a dict with these keys; others are ignored, and case does not matter."""
    return Group(name, "dict", _parts(members))


def _parts(members: tuple[Part | str, ...]) -> tuple[Part, ...]:
    return tuple(Array(member) if isinstance(member, str) else member for member in members)


def leaves(part: Part) -> Iterator[Leaf]:
    """Yield the leaves in order."""
    if isinstance(part, Leaf):
        yield part
    else:
        for member in part.members:
            yield from leaves(member)


def innermost_first(part: Part) -> list[Leaf]:
    """Return the leaves, those of a group within a group before the others, else in order."""
    if isinstance(part, Leaf):
        return [part]
    inner = [leaf for item in part.members if isinstance(item, Group) for leaf in leaves(item)]
    return inner + [item for item in part.members if isinstance(item, Leaf)]


def group_of(part: Part, name: str) -> Group:
    """Return the innermost group that holds the leaf of this name. Raises KeyError."""
    if isinstance(part, Group):
        for member in part.members:
            if isinstance(member, Group) and name in {leaf.name for leaf in leaves(member)}:
                return group_of(member, name)
        if name in {member.name for member in part.members}:
            return part
    raise KeyError(name)


def masks_of(part: Part) -> tuple[Leaf, ...]:
    """Return the masks among the leaves."""
    return tuple(leaf for leaf in leaves(part) if leaf.kind == "mask")


def to_json(part: Part) -> Any:
    """Describe the tree in JSON types (stored in the answer key)."""
    if isinstance(part, Leaf):
        return {"name": part.name, "kind": part.kind, "share": part.share}
    return {"name": part.name, "kind": part.kind, "members": [to_json(m) for m in part.members]}


def from_json(data: Any) -> Part:
    """Read what `to_json` wrote. Raises KeyError or TypeError on anything else."""
    if "members" in data:
        members = tuple(from_json(member) for member in data["members"])
        return Group(str(data["name"]), str(data["kind"]), members)
    return Leaf(str(data["name"]), str(data["kind"]), data["share"])


def collect(part: Part, value: Any) -> dict[str, Any]:
    """Return an author's own value by part name, without the checks that a student's value gets.

    A sequence of numbers of length 1 stands for its only element.
    """
    if isinstance(part, Group):
        if part.kind == "dict":
            items = [value[member.name] for member in part.members]
        else:
            items = list(value)
        found: dict[str, Any] = {}
        for member, item in zip(part.members, items, strict=True):
            found.update(collect(member, item))
        return found
    if part.kind == "numbers" and isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    return {part.name: value}
