"""Whether hidden draws are independent: of each other, and from element to element.

A draw is known where all assignments that explain it agree on it. Only agreement counts, and a draw
that is not known counts as none: so the chances below are bounds, whatever can be known.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from autograder.core.finding import Finding
from autograder.core.masks import ALARM, binomial

LAGS = (1, 2)

Masks = Mapping[str, np.ndarray]


def repeated_too_often(
    masks: Masks, explained: Sequence[np.ndarray], keep_prob: float, *, always: bool = False
) -> Finding | None:
    """Return a finding where a mask is that of the draw before, or of the one before that.

    masks, explained: as in `autograder.core.hidden_draws`. For each mask and lag, two tests.
    always: look for masks that never change alone; few draws of their own make others meet too.
    """
    for name, mask in masks.items():
        drawn = [_known(mask, found) for found in explained]
        chance = _agree(keep_prob) ** mask[0].size
        for lag in LAGS:
            hits = [_same(one, other) for one, other in zip(drawn, drawn[lag:], strict=False)]
            for turn in (0, 1):  # pairs that share no draw
                chosen = [hit for at, hit in enumerate(hits) if at // lag % 2 == turn]
                if always and not all(hits):
                    continue
                if _tail(len(chosen), chance, sum(chosen)) < ALARM:
                    return Finding("mask_often_repeats", name)
    return None


def dependent_elements(
    masks: Masks, explained: Sequence[np.ndarray], keep_prob: float
) -> Finding | None:
    """Return a finding where two elements agree in too many draws; one test for all pairs."""
    places = [
        (name, unit)
        for name, mask in masks.items()
        for unit in range(mask.shape[1])
        for _ in range(mask.shape[2])
    ]
    flat = np.concatenate([mask.reshape(len(mask), -1) for mask in masks.values()], axis=1)
    kept = np.array([flat[found].all(axis=0) for found in explained], dtype=float)
    dropped = np.array([~flat[found].any(axis=0) for found in explained], dtype=float)
    counts = np.rint(kept.T @ kept + dropped.T @ dropped).astype(int)
    tests = len(places) * (len(places) - 1) // 2
    for one, other in zip(*np.triu_indices(len(places), k=1), strict=True):
        if _tail(len(explained), _agree(keep_prob), counts[one, other]) < ALARM / tests:
            (mask_of_one, _), (name, _) = places[one], places[other]
            if mask_of_one != name:
                return Finding("mask_same_in_layers", name)
            return Finding("mask_draws_depend", name, {"same_unit": places[one] == places[other]})
    return None


def _known(mask: np.ndarray, found: np.ndarray) -> np.ndarray | None:
    values = mask[found]
    return values[0] if len(values) and (values == values[:1]).all() else None


def _same(one: np.ndarray | None, other: np.ndarray | None) -> bool:
    return one is not None and other is not None and np.array_equal(one, other)


def _agree(keep_prob: float) -> float:
    return keep_prob**2 + (1 - keep_prob) ** 2


def _tail(size: int, chance: float, count: int) -> float:
    """Return the chance of at least `count` of `size` (1 where nothing is left to chance)."""
    if not 0 < chance < 1:
        return 1.0
    return float(binomial(size, chance)[count:].sum())
