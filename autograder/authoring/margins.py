"""How far a wrong answer lies from every right one, in tolerances."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from autograder.core.checking import Examination, examine
from autograder.core.comparing import distance
from autograder.core.key import CaseKey, ExerciseKey
from autograder.core.outcome import Result
from autograder.core.parts import leaves, masks_of
from autograder.core.program import evaluate
from autograder.core.unseen import table

STATISTICAL = ("mask_", "wrong_mean", "draw_share")


def is_statistical(examined: Examination) -> bool:
    """Tell whether the case is refused by what the draws allow, not by a value."""
    return examined.finding is not None and examined.finding.kind.startswith(STATISTICAL)


def margin(key: ExerciseKey, case: CaseKey, results: Sequence[Result]) -> float:
    """Return the distance in one case: 0 where it passes or only chance speaks against it.

    It is infinite where the answer has another structure, shape or kind, or raises.
    """
    examined = examine(key, case, results)
    if examined.finding is None or is_statistical(examined):
        return 0.0
    if examined.finding.kind not in ("wrong_value", "unexplained"):
        return float("inf")
    assert examined.parts is not None
    if case.judged in ("unseen", "each") and case.expected.program is not None:
        draws = (examined.parts, *examined.again)
        return max(_from_nearest(key, case, parts) for parts in draws)
    expected = _expected(key, case, examined.parts)
    return max(
        distance(expected[leaf.name], examined.parts[leaf.name], case.float32)
        for leaf in leaves(key.returns)
        if leaf.kind not in ("mask", "draws") and leaf.name in expected
    )


def _expected(key: ExerciseKey, case: CaseKey, parts: Mapping[str, Any]) -> Mapping[str, Any]:
    if case.expected.program is None:
        return case.expected.parts or {}
    masks = {leaf.name for leaf in masks_of(key.returns)}
    given = {
        name: parts[name] != 0 if name in masks else parts[name]
        for name in case.expected.program.inputs
    }
    return evaluate(case.expected.program, given)


def _from_nearest(key: ExerciseKey, case: CaseKey, parts: Mapping[str, Any]) -> float:
    """Return the distance from the right answer that is nearest, over all masks."""
    assert case.expected.program is not None
    rows, _ = table(case.expected.program, case.unseen)
    numbers = [leaf.name for leaf in leaves(key.returns) if leaf.kind == "numbers"]
    worst = 0.0
    repeated = numbers if case.judged == "each" else []
    for name, right in rows.items():
        draws = parts[name] if name in repeated else [parts[name]]
        worst = max([worst, *(_nearest(right, draw, case.float32) for draw in draws)])
    return worst


def _nearest(rows: np.ndarray, got: Any, float32: bool) -> float:
    value = np.ravel(np.asarray(got, dtype=np.float64))
    if value.size != rows.shape[1]:
        return float("inf")
    nearest = rows[np.argmin(np.abs(rows - value).max(axis=1))]
    scale = float(np.max(np.abs(rows), initial=0.0))
    return distance(np.append(nearest, scale), np.append(value, scale), float32)
