"""Whether masks that a function draws and does not return are drawn well.

Each result was explained by one assignment of the masks, or by a few that give the same result
(`autograder.core.unseen`). The tests are those of `autograder.core.masks`, with the same bound on
false alarms, made for draws that are known up to a few candidates.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise

import numpy as np

from autograder.core.finding import Finding
from autograder.core.hidden_dependence import dependent_elements, repeated_too_often
from autograder.core.masks import ALARM, binomial
from autograder.core.unseen import weights

NEAR = 4e-6  # results that differ by less, relative to their size, may be taken for each other

Kept = dict[str, tuple[int, int]]
Masks = Mapping[str, np.ndarray]


def judge_hidden(
    rows: Mapping[str, np.ndarray],
    masks: Masks,
    explained: Sequence[np.ndarray],
    keep_prob: float,
) -> tuple[Finding | None, Kept]:
    """Return the first fault of the draws, and how many elements were kept and drawn by mask.

    rows, masks: of every assignment, (assignments, elements) and (assignments, units, examples) by
    name. explained: for each draw, the assignments that explain its result.
    """
    chance = weights(masks, keep_prob)
    kept = _kept(masks, explained, chance)
    finding = _repeated(masks, explained, keep_prob)
    finding = finding or repeated_too_often(masks, explained, keep_prob, always=True)
    for name, count in kept.items():
        finding = finding or _share(name, count, keep_prob)
    finding = finding or _improbable(masks, _alone(rows), explained, chance)
    finding = finding or repeated_too_often(masks, explained, keep_prob)
    return finding or dependent_elements(masks, explained, keep_prob), kept


def _kept(masks: Masks, explained: Sequence[np.ndarray], chance: np.ndarray) -> Kept:
    """Count kept elements; where several assignments explain a draw, by their expectation.

    Counting only the draws known for certain would favour those that keep many.
    """
    counts: Kept = {}
    for name, mask in masks.items():
        sizes = mask.sum(axis=(1, 2))
        total = sum(np.average(sizes[found], weights=chance[found]) for found in explained)
        counts[name] = (round(float(total)), len(explained) * mask[0].size)
    return counts


def _repeated(masks: Masks, explained: Sequence[np.ndarray], keep_prob: float) -> Finding | None:
    first, *others = explained
    bits = sum(mask[0].size for mask in masks.values())
    chance = (keep_prob**2 + (1 - keep_prob) ** 2) ** (bits * len(others))
    if chance < ALARM and all(np.array_equal(first, other) for other in others):
        return Finding("mask_repeats")
    return None


def _share(name: str, kept: tuple[int, int], keep_prob: float) -> Finding | None:
    """Test the share by Chernoff's bound, which expectations of counts obey as counts do."""
    count, size = kept
    if keep_prob in (0, 1) or size * _divergence(count / size, keep_prob) <= math.log(2 / ALARM):
        return None
    facts = {"share": count / size, "keep_prob": keep_prob, "count": count, "size": size}
    return Finding("mask_share", name, facts)


def _divergence(share: float, keep_prob: float) -> float:
    """Return the Kullback-Leibler divergence of two biased coins, in nats."""
    terms = ((share, keep_prob), (1 - share, 1 - keep_prob))
    return sum(p * math.log(p / q) for p, q in terms if p > 0)


def _alone(rows: Mapping[str, np.ndarray]) -> np.ndarray:
    """Tell for each assignment whether no other gives (nearly) the same result.

    The results are compared by one number each, a fixed mixture of all their elements.
    """
    mixer = np.random.default_rng(0)
    mixed = np.zeros(len(next(iter(rows.values()))))
    for values in rows.values():
        scale = float(np.max(np.abs(values), initial=0.0)) or 1.0
        mixed += values @ mixer.uniform(0.5, 1, values.shape[1]) / scale
    order = np.argsort(mixed)
    apart = np.concatenate([[True], np.diff(mixed[order]) > NEAR, [True]])
    alone = np.empty(len(mixed), dtype=bool)
    alone[order] = apart[:-1] & apart[1:]
    return alone


def _improbable(
    masks: Masks, alone: np.ndarray, explained: Sequence[np.ndarray], chance: np.ndarray
) -> Finding | None:
    """Look for what all draws have that are known for certain, then for what too many draws have.

    The chances of the former are those among all assignments that can be known for certain.
    """
    known = [found[0] for found in explained if found.size == 1 and alone[found[0]]]
    certain = chance * alone
    patterns = list(_patterns(masks, known[0] if known else explained[0][0]))
    for finding, fits, given in patterns:
        if known and fits[known].all():
            share = float(certain[fits].sum() / certain.sum())
            if share ** (len(known) - given) < ALARM:
                return finding
    for finding, fits, given in patterns:
        if not given and _too_many(fits, explained, float(chance[fits].sum())):
            return finding
    return None


def _too_many(fits: np.ndarray, explained: Sequence[np.ndarray], share: float) -> bool:
    """Count the draws of which every explanation has the pattern; `share` have it by chance."""
    if not 0 < share < 1:
        return False
    count = sum(bool(fits[found].all()) for found in explained)
    return float(binomial(len(explained), share)[count:].sum()) < ALARM


def _patterns(masks: Masks, first: int) -> Iterator[tuple[Finding, np.ndarray, int]]:
    """Yield faults, which assignments have the pattern, and how many draws define it."""
    for name, mask in masks.items():
        _, units, examples = mask.shape
        if examples > 1:
            # Of examples, or of passes or iterations side by side.
            finding = Finding("mask_shared_by_examples", name, {"in_a_call": True})
            yield finding, (mask == mask[:, :, :1]).all((1, 2)), 0
        if units > 1:
            yield Finding("mask_shared_by_units", name), (mask == mask[:, :1]).all((1, 2)), 0
        counts = mask.sum(axis=(1, 2))
        facts = {"where": "each draw", "count": int(counts[first])}
        yield Finding("mask_exact_count", name, facts), counts == counts[first], 1
    for (_, one), (name, other) in pairwise(masks.items()):
        size = min(one[0].size, other[0].size)
        starts = [mask.reshape(len(mask), -1)[:, :size] for mask in (one, other)]
        yield Finding("mask_same_in_layers", name), (starts[0] == starts[1]).all(axis=1), 0
    yield from _repeated_columns(masks)


def _repeated_columns(masks: Masks) -> Iterator[tuple[Finding, np.ndarray, int]]:
    """Yield the pattern of two columns that are the same in all masks, where there are others."""
    name, mask = next(iter(masks.items()))
    columns = mask.shape[2]
    if columns < 3 or any(other.shape[2] != columns for other in masks.values()):
        return
    stacked = np.concatenate(list(masks.values()), axis=1)
    pairs = combinations(range(columns), 2)
    equal = [(stacked[:, :, i] == stacked[:, :, j]).all(axis=1) for i, j in pairs]
    finding = Finding("mask_shared_by_examples", name, {"in_a_call": True})
    yield finding, np.logical_or.reduce(equal), 0
