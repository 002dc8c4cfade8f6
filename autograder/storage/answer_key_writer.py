"""Write an answer key into an HDF5 file's root group; the layout: `answer_key_layout`."""

from collections.abc import Callable, Mapping
from typing import Any

import h5py
import numpy as np

from autograder.core.key import AnswerKey, Behaviour, CaseKey, ExerciseKey
from autograder.core.outcome import Call, KerasProbe
from autograder.core.parts import Group, Part
from autograder.core.program import Program
from autograder.storage import answer_key_layout as layout
from autograder.storage.plain_writer import PlainWriter


class KeyWriter(PlainWriter):
    """Writes an answer key."""

    def key(self, root: h5py.Group, key: AnswerKey) -> None:
        """Write the whole key into an empty file."""
        self.attributes(root, _scalars(key, layout.KEY))
        self._all(root, "exercises", key.exercises, self._exercise)

    def _all(
        self,
        parent: h5py.Group,
        name: str,
        things: Mapping[str, Any] | tuple[Any, ...],
        write: Callable[[h5py.Group, Any], None],
    ) -> None:
        group = self.group(parent, name)
        items = things if isinstance(things, Mapping) else dict(enumerate(things))
        for key, thing in items.items():
            write(self.group(group, str(key)), thing)

    def _exercise(self, group: h5py.Group, exercise: ExerciseKey) -> None:
        self.attributes(group, _scalars(exercise, layout.EXERCISE))
        self.value(group, "parameters", exercise.parameters)
        self.value(group, "keeps", exercise.keeps)
        self._part(self.group(group, "returns"), exercise.returns)
        self._all(
            group,
            "misconceptions",
            exercise.misconceptions,
            lambda made, item: self.attributes(made, _scalars(item, layout.MISCONCEPTION)),
        )
        self._all(group, "cases", exercise.cases, self._case)

    def _part(self, group: h5py.Group, part: Part) -> None:
        self.attributes(group, _scalars(part, layout.PART))
        if isinstance(part, Group):
            self._all(group, "members", part.members, self._part)

    def _case(self, group: h5py.Group, case: CaseKey) -> None:
        self.attributes(group, _scalars(case, layout.CASE))
        self._all(group, "calls", case.calls, self._call)
        self._behaviour(self.group(group, "expected"), case.expected)
        self._all(group, "wrong", case.wrong, self._behaviour)
        self.value(group, "shapes", _lengths(case.shapes))
        self.value(group, "shares", case.shares)
        self.value(group, "unseen", _lengths(case.unseen))

    def _call(self, group: h5py.Group, call: Call) -> None:
        self.attributes(group, _scalars(call, layout.CALL))
        self.value(group, "arguments", call.arguments)
        self._all(group, "probes", call.probes, self._probe)

    def _probe(self, group: h5py.Group, probe: KerasProbe) -> None:
        self.attributes(group, _scalars(probe, layout.PROBE))
        for name in layout.PROBE_VALUES:
            if getattr(probe, name) is not None:
                self.value(group, name, getattr(probe, name))

    def _behaviour(self, group: h5py.Group, behaviour: Behaviour) -> None:
        if behaviour.parts is not None:
            self.value(group, "parts", behaviour.parts)
        if behaviour.program is not None:
            self._program(self.group(group, "program"), behaviour.program)
        if behaviour.finding is not None:
            found = self.group(group, "finding")
            self.attributes(found, _scalars(behaviour.finding, layout.FINDING))
            self.value(found, "facts", behaviour.finding.facts)

    def _program(self, group: h5py.Group, program: Program) -> None:
        nodes = [" ".join(map(str, (name, *operands))) for name, operands in program.nodes]
        outputs = [f"output {node} {name}" for name, node in program.outputs.items()]
        self.lines(group, "lines", nodes + outputs)
        self.value(group, "constants", program.constants)


def _scalars(thing: Any, fields: layout.Fields) -> dict[str, Any]:
    return {name: getattr(thing, name, None) for name in fields}


def _lengths(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    return {name: np.array(shape, dtype=np.int64) for name, shape in shapes.items()}
