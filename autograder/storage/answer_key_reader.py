"""Read an answer key from an HDF5 file's root group; the layout: `answer_key_layout`."""

from typing import Any

import numpy as np
from h5py.h5g import GroupID

from autograder.core.finding import Finding
from autograder.core.key import AnswerKey, Behaviour, CaseKey, ExerciseKey, MisconceptionKey
from autograder.core.outcome import Call, KerasProbe
from autograder.core.parts import Group, Leaf, Part
from autograder.core.program import Program
from autograder.storage import answer_key_layout as layout
from autograder.storage.plain_reader import PlainReader, path_of


class KeyReader(PlainReader):
    """Reads an answer key; see `PlainReader` for the bounds."""

    def key(self, root: GroupID, only: str | None = None) -> AnswerKey:
        """Return the whole key, or what it says of one exercise."""
        self.members(root, {"exercises"})
        found = self.attributes(root, layout.KEY)
        exercises = {
            name: self._exercise(name, group)
            for name, group in self._all(root, "exercises").items()
            if only in (None, name)
        }
        return AnswerKey(**found, exercises=exercises)

    def _all(self, parent: GroupID, name: str) -> dict[str, GroupID]:
        return self.groups(self.group(parent, name))

    def _numbered(self, parent: GroupID, name: str) -> list[GroupID]:
        group = self.group(parent, name)
        return [self.group(group, position) for position in self.sequence(group)]

    def _exercise(self, name: str, group: GroupID) -> ExerciseKey:
        self.members(group, {"parameters", "keeps", "returns", "misconceptions", "cases"})
        misconceptions = {
            key: MisconceptionKey(name=key, **self.attributes(item, layout.MISCONCEPTION))
            for key, item in self._all(group, "misconceptions").items()
        }
        return ExerciseKey(
            name=name,
            **self.attributes(group, layout.EXERCISE),
            parameters=self._names(group, "parameters"),
            keeps=self._names(group, "keeps"),
            returns=self._part(self.group(group, "returns")),
            misconceptions=misconceptions,
            cases={key: self._case(key, item) for key, item in self._all(group, "cases").items()},
        )

    def _names(self, group: GroupID, name: str) -> tuple[str, ...]:
        names = self.value(group, name, tuple)
        if not all(isinstance(item, str) for item in names):
            raise ValueError(f"the {name} of {path_of(group)} are not all names")
        return tuple(names)

    def _part(self, group: GroupID, depth: int = 0) -> Part:
        found = self.attributes(group, layout.PART)
        is_group = bool(self.members(group, {"members"}))
        kinds = layout.GROUP_KINDS if is_group else layout.LEAF_KINDS
        if found["kind"] not in kinds or depth > layout.MAX_PART_DEPTH:
            raise ValueError(f"{path_of(group)} is a part of the unknown kind {found['kind']!r}")
        if not is_group:
            return Leaf(**found)
        members = [self._part(item, depth + 1) for item in self._numbered(group, "members")]
        return Group(found["name"], found["kind"], tuple(members))

    def _case(self, name: str, group: GroupID) -> CaseKey:
        self.members(group, {"calls", "expected", "wrong", "shapes", "shares", "unseen"})
        wrong = {key: self._behaviour(item) for key, item in self._all(group, "wrong").items()}
        return CaseKey(
            name=name,
            **self.attributes(group, layout.CASE),
            calls=tuple(self._call(item) for item in self._numbered(group, "calls")),
            expected=self._behaviour(self.group(group, "expected")),
            wrong=wrong,
            shapes=self._shapes(group, "shapes"),
            shares=self._shares(group),
            unseen=self._shapes(group, "unseen"),
        )

    def _shapes(self, group: GroupID, name: str) -> dict[str, Any]:
        found = self.value(group, name, dict)
        if not all(_is_shape(lengths) for lengths in found.values()):
            raise ValueError(f"the {name} of {path_of(group)} are not all shapes")
        return {part: tuple(lengths.tolist()) for part, lengths in found.items()}

    def _shares(self, group: GroupID) -> dict[str, float]:
        found: dict[str, float] = self.value(group, "shares", dict)
        if not all(type(share) in layout.NUMBER for share in found.values()):
            raise ValueError(f"the shares of {path_of(group)} are not all numbers")
        return found

    def _call(self, group: GroupID) -> Call:
        self.members(group, {"arguments", "probes"})
        return Call(
            **self.attributes(group, layout.CALL),
            arguments=self.value(group, "arguments", tuple),
            probes=tuple(self._probe(item) for item in self._numbered(group, "probes")),
        )

    def _probe(self, group: GroupID) -> KerasProbe:
        present = self.members(group, set(layout.PROBE_VALUES))
        values = {
            name: self.value(group, name, *types)
            for name, types in layout.PROBE_VALUES.items()
            if name in present
        }
        return KerasProbe(**self.attributes(group, layout.PROBE), **values)

    def _behaviour(self, group: GroupID) -> Behaviour:
        present = self.members(group, {"parts", "program", "finding"})
        return Behaviour(
            self.value(group, "parts", dict) if "parts" in present else None,
            self._program(self.group(group, "program")) if "program" in present else None,
            self._finding(self.group(group, "finding")) if "finding" in present else None,
        )

    def _finding(self, group: GroupID) -> Finding:
        facts = self.value(group, "facts", dict)
        return Finding(**self.attributes(group, layout.FINDING), facts=facts)

    def _program(self, group: GroupID) -> Program:
        self.members(group, {"lines", "constants"})
        constants = self.value(group, "constants", tuple)
        if not all(isinstance(constant, np.ndarray) for constant in constants):
            raise ValueError(f"the constants of {path_of(group)} are not all arrays")
        return _program_of(self.lines(group, "lines"), constants)


def _program_of(lines: list[str], constants: tuple[np.ndarray, ...]) -> Program:
    nodes: list[tuple[str, tuple[Any, ...]]] = []
    outputs: dict[str, int] = {}
    for line in lines:
        operation, _, rest = line.partition(" ")
        if operation == "output":
            node, _, name = rest.partition(" ")
            outputs[name] = _number(node)
        elif operation == "input":
            nodes.append((operation, (rest,)))
        else:
            nodes.append((operation, tuple(_number(word) for word in rest.split(" "))))
    program = Program(tuple(nodes), constants, outputs)
    program.validate()
    return program


def _number(word: str) -> int:
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise ValueError(f"a program has {word!r} where a position should be")
    return int(word)


def _is_shape(lengths: Any) -> bool:
    return (
        isinstance(lengths, np.ndarray)
        and lengths.dtype == np.int64
        and lengths.ndim == 1
        and bool((lengths >= 0).all())
    )
