"""Which mistakes a wrong answer may be made of, part by part.

Each part of a result is the right one, that of one mistake, or what two of them give together; and
so it is in all cases.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.core.checking import Examination, remembered
from autograder.core.comparing import compare
from autograder.core.hidden_pairs import may_explain, mistakes_shown
from autograder.core.key import Behaviour, ExerciseKey, MisconceptionKey
from autograder.core.matching import match, match_leaf
from autograder.core.parts import Leaf, leaves, masks_of
from autograder.core.program import evaluate

Options = dict[str, set[frozenset[str]]]
"""The sets of mistakes that may have made each part; the empty one where it is right."""


def no_mask_fault(examined: Examination) -> bool:
    """Tell whether values may be compared; hidden masks are compared by them alone."""
    mask_fault = examined.finding is not None and examined.finding.kind.startswith("mask_")
    return bool(examined.case.unseen) or not mask_fault


def follows_values(exercise: ExerciseKey, behaviour: Behaviour, examined: Examination) -> bool:
    """Tell whether a case's results are those of a behaviour; remembered by the examination."""
    if behaviour.finding is not None or examined.parts is None:
        return False
    taken = [examined.parts, *examined.again]

    def follows() -> bool:
        if examined.case.judged == "unseen" and not may_explain(behaviour, examined):
            return False
        return match(exercise, examined.case, behaviour, taken) is None

    return remembered(examined, ("follows", id(behaviour)), follows)


def needed_mistakes(
    exercise: ExerciseKey, items: Sequence[MisconceptionKey], examined: Sequence[Examination]
) -> set[str] | None:
    """Return which of these mistakes it takes to explain every part in every case, or None."""
    names = [item.name for item in items]
    by_part: Options = {}
    hidden: Options = {}
    for case in examined:
        compared = case.case.judged in ("value", "own_masks")
        found = (_options if compared else _hidden_options)(exercise, names, case)
        if found is None:
            return None
        for part, options in found.items():
            together = by_part if compared else hidden
            together[part] = together.get(part, options) & options
    if not all((by_part | hidden).values()):
        return None
    needed = {name for found in (by_part | hidden).values() for name in min(found, key=len)}
    right = [found for found in hidden.values() if frozenset() in found]
    if any(frozenset({name}) not in found for found in right for name in needed):
        return None  # a case is right where the mistake would show
    return needed


def _hidden_options(
    exercise: ExerciseKey, names: Sequence[str], examined: Examination
) -> Options | None:
    """Return what may explain a case with hidden masks as a whole."""
    if examined.parts is None:
        return None
    case = examined.case
    alone = {
        frozenset({name}) for name in names if follows_values(exercise, case.wrong[name], examined)
    }
    if case.judged == "unseen":
        shown = mistakes_shown(names, examined)
        return None if shown is None else {case.name: alone | {frozenset(shown)}}
    if follows_values(exercise, case.expected, examined):
        alone.add(frozenset())
    return {case.name: alone} if alone else None


def _options(exercise: ExerciseKey, names: Sequence[str], examined: Examination) -> Options | None:
    """Return what may explain each part: it is the right one, one mistake's or both's."""
    if examined.parts is None or not no_mask_fault(examined):
        return None
    behaviours = {frozenset[str](): examined.case.expected}
    behaviours |= {frozenset({name}): examined.case.wrong[name] for name in names}
    alike = {key: _alike(exercise, examined, item) for key, item in behaviours.items()}
    if any(parts_of(exercise, examined, item) is None for item in behaviours.values()):
        return None
    options: Options = {}
    for leaf in compared_leaves(exercise):
        found = {key for key, parts in alike.items() if leaf.name in parts}
        if not found and len(names) == 2:
            found = _both(exercise, leaf, list(behaviours.values()), examined, names)
        if not found:
            return None
        options[leaf.name] = found
    return options


def _alike(exercise: ExerciseKey, examined: Examination, behaviour: Behaviour) -> frozenset[str]:
    """Return the parts of the result that are those of a behaviour; remembered."""

    def alike() -> frozenset[str]:
        theirs, got = parts_of(exercise, examined, behaviour) or {}, examined.parts or {}
        float32 = examined.case.float32
        return frozenset(
            leaf.name
            for leaf in compared_leaves(exercise)
            if leaf.name in theirs
            and match_leaf(leaf, theirs[leaf.name], got[leaf.name], float32) is None
        )

    return remembered(examined, ("alike", id(behaviour)), alike)


def _both(
    exercise: ExerciseKey,
    leaf: Leaf,
    behaviours: Sequence[Behaviour],
    examined: Examination,
    names: Sequence[str],
) -> set[frozenset[str]]:
    """Return the set of both mistakes where a part is what they give together, else nothing."""
    if leaf.kind in ("draws", "text"):
        return set()
    values = [(parts_of(exercise, examined, item) or {})[leaf.name] for item in behaviours]
    got = (examined.parts or {})[leaf.name]
    for expected in _together(*values):
        if compare(leaf.name, expected, got, examined.case.float32) is None:
            return {frozenset(names)}
    return set()


def compared_leaves(exercise: ExerciseKey) -> list[Leaf]:
    """Return the parts that have right values; masks have none."""
    return [leaf for leaf in leaves(exercise.returns) if leaf.kind != "mask"]


def parts_of(
    exercise: ExerciseKey, examined: Examination, behaviour: Behaviour
) -> dict[str, Any] | None:
    """Return what a behaviour gives in one case, with the student's own masks; remembered."""
    if behaviour.program is None:
        return behaviour.parts
    key = ("parts", id(behaviour))
    return remembered(examined, key, lambda: _replayed(exercise, examined, behaviour))


def _replayed(
    exercise: ExerciseKey, examined: Examination, behaviour: Behaviour
) -> dict[str, Any] | None:
    assert behaviour.program is not None
    parts = examined.parts or {}
    masks = {leaf.name for leaf in masks_of(exercise.returns)}
    given = {name: np.ones(shape) for name, shape in examined.case.unseen.items()}
    for name in behaviour.program.inputs & set(parts):
        given[name] = parts[name] != 0 if name in masks else parts[name]
    return evaluate(behaviour.program, given)


def _together(right: Any, one: Any, other: Any) -> list[np.ndarray]:
    """Return what two mistakes in one number may give.

    A sum, where each adds its own error, or a product, where each has its own factor.
    """
    arrays = [np.asarray(value, dtype=np.float64) for value in (right, one, other)]
    if len({array.size for array in arrays}) != 1:
        return []
    base, first, second = (array.reshape(arrays[0].shape) for array in arrays)
    added = first + second - base
    with np.errstate(all="ignore"):
        return [added, np.where(base == 0, added, first * second / base)]
