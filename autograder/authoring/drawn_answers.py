"""What a notebook with a given misconception answers where the student draws the masks.

Such a misconception is written as a function of the masks. Here it is given masks that were drawn
well, call by call, as a student's function would draw them.
"""

import inspect
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.core.exercise import Exercise, Misconception
from autograder.core.key import CaseKey
from autograder.core.outcome import Result, Returned
from autograder.core.parts import Group, Part, collect, leaves, masks_of
from autograder.core.taking_apart import take_apart
from autograder.core.values import FromCall, Rng


def takes_masks(exercise: Exercise, item: Misconception) -> bool:
    """Tell whether the misconception takes masks in place of the exercise's own parameters."""
    asked = set(inspect.signature(item.wrong).parameters)
    return not item.symptom and bool(asked - set(exercise.parameters))


def answers_with_drawn_masks(
    exercise: Exercise, case: CaseKey, item: Misconception, reference: Sequence[Result]
) -> tuple[Result, ...]:
    """Return the misconception's results in one case. reference: those of the reference.

    A second chance gets none: its argument comes from a notebook, and there is none here.
    """
    if case.second_chance:
        return ()
    if case.judged == "own_masks":
        return tuple(_with_masks_of(exercise, case, item, result) for result in reference)
    results: list[Result] = []
    for call in case.calls:
        rng = np.random.default_rng(_seed(case))
        for _ in range(call.times):
            results.append(Returned(_answer(exercise, case, item, rng)))
    return tuple(results)


def _with_masks_of(
    exercise: Exercise, case: CaseKey, item: Misconception, result: Result
) -> Result:
    """Answer with the masks of one result of the reference.

    Whatever other part the misconception asks for is that of its own answer: some elements of the
    reference's are dropped, because that is what such a part tells (an output layer's mask).
    """
    if not isinstance(result, Returned):
        return result
    parts = take_apart(exercise.returns, result.value)
    names = [leaf.name for leaf in masks_of(exercise.returns)]
    masks = {name: (parts[name] != 0).astype(float) for name in names}
    rng = np.random.default_rng([zlib.crc32(mask.tobytes()) for mask in masks.values()])
    share = min(case.shares.values())
    dropped = {
        name: value * (rng.random(np.shape(value)) < share)
        for name, value in parts.items()
        if name not in masks
    }
    return Returned(_call(item, dropped | masks | _arguments(exercise, case)))


def _answer(
    exercise: Exercise, case: CaseKey, item: Misconception, rng: np.random.Generator
) -> Any:
    """Return one answer; in a case with repetitions, they are collected as the exercise asks."""
    arguments = _arguments(exercise, case)
    drawn = [
        collect(exercise.returns, _call(item, arguments | _draw_masks(exercise, case, rng)))
        for _ in range(case.count if case.judged in ("each", "mean") else 1)
    ]
    together = _together(exercise.returns, case, drawn)
    return _rebuild(exercise.returns, {n: _in_shape(case, n, v) for n, v in together.items()})


def _in_shape(case: CaseKey, name: str, value: Any) -> Any:
    """Give a value the part's shape where only that differs: twins sum to (1, 1), NumPy to ()."""
    shape = case.shapes.get(name)
    fits = shape is not None and np.size(value) == np.prod(shape)
    return np.reshape(value, shape) if fits else value


def _draw_masks(
    exercise: Exercise, case: CaseKey, rng: np.random.Generator
) -> dict[str, np.ndarray]:
    shapes: dict[str, Any] = dict(case.unseen)
    for leaf in masks_of(exercise.returns):
        shapes.setdefault(leaf.name, case.shapes[leaf.name])
    return {
        name: (rng.random(shape) < case.shares.get(name, case.unseen_share)).astype(float)
        for name, shape in shapes.items()
    }


def _together(part: Part, case: CaseKey, drawn: list[dict[str, Any]]) -> dict[str, Any]:
    if case.judged == "mean":
        return {name: np.mean([one[name] for one in drawn], axis=0) for name in drawn[0]}
    if case.judged != "each":
        return drawn[0]
    repeated = {leaf.name for leaf in leaves(part) if leaf.kind == "numbers"}
    return {
        name: np.array([np.ravel(one[name])[0] for one in drawn]) if name in repeated else value
        for name, value in drawn[0].items()
    }


def _rebuild(part: Part, parts: dict[str, Any]) -> Any:
    """Return the value whose leaves are `parts`: the inverse of taking it apart."""
    if not isinstance(part, Group):
        return parts[part.name]
    members = {member.name: _rebuild(member, parts) for member in part.members}
    return members if part.kind == "dict" else tuple(members.values())


def _arguments(exercise: Exercise, case: CaseKey) -> dict[str, Any]:
    """Return the arguments by name; one repetition where each is judged by itself."""
    by_name = dict(zip(exercise.parameters, case.calls[0].arguments, strict=True))
    repeats = exercise.cases[case.name].repeats
    if repeats and case.judged == "each":
        by_name[repeats] = 1
    return {name: v for name, v in by_name.items() if not isinstance(v, Rng | FromCall)}


def _call(item: Misconception, known: dict[str, Any]) -> Any:
    return item.wrong(**{name: known[name] for name in inspect.signature(item.wrong).parameters})


def _seed(case: CaseKey) -> int:
    return next((v.seed for v in case.calls[0].arguments if isinstance(v, Rng)), 0)
