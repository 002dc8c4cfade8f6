"""Whether masks that a function draws and does not return are drawn well.

Each result was explained by one assignment of the masks, or by a few that give the same result
(`autograder.core.unseen`). The tests are those of `autograder.core.masks`, with the same bound on
false alarms, made for draws that are known up to a few candidates.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from autograder.core.finding import Finding
from autograder.core.masks import ALARM
from autograder.core.unseen import weights

# Seen alone, draws that only one assignment explains are not quite the draws of chance: one that
# drops a whole layer is never among them. At least a quarter of all draws are: chances grow by 4.
SELECTION = 4.0

Kept = dict[str, tuple[int, int]]


def judge_hidden(
    masks: Mapping[str, np.ndarray], explained: Sequence[np.ndarray], keep_prob: float
) -> tuple[Finding | None, Kept]:
    """Return the first fault of the draws, and how many elements were kept and drawn by mask.

    masks: every assignment, (assignments, units, examples) by name. explained: for each draw, the
    assignments that explain its result.
    """
    kept = _kept(masks, explained, keep_prob)
    finding = _repeated(masks, explained, keep_prob)
    known = np.array([found[0] for found in explained if found.size == 1], dtype=int)
    for name, mask in masks.items():
        finding = finding or _shared(name, mask[known], explained, mask, keep_prob)
        finding = finding or _share(name, kept[name], keep_prob)
        finding = finding or _exact_count(name, mask[known], keep_prob)
    return finding or _same_in_layers([(n, m[known]) for n, m in masks.items()], keep_prob), kept


def _kept(
    masks: Mapping[str, np.ndarray], explained: Sequence[np.ndarray], keep_prob: float
) -> Kept:
    """Count kept elements; where several assignments explain a draw, by their expectation.

    Counting only the draws known for certain would favour those that keep many.
    """
    chance = weights(masks, keep_prob)
    counts: Kept = {}
    for name, mask in masks.items():
        sizes = mask.sum(axis=(1, 2))
        total = sum(np.average(sizes[found], weights=chance[found]) for found in explained)
        counts[name] = (round(float(total)), len(explained) * mask[0].size)
    return counts


def _repeated(
    masks: Mapping[str, np.ndarray], explained: Sequence[np.ndarray], keep_prob: float
) -> Finding | None:
    first, *others = explained
    bits = sum(mask[0].size for mask in masks.values())
    chance = _equal(2, keep_prob) ** (bits * len(others))
    if chance < ALARM and all(np.array_equal(first, other) for other in others):
        return Finding("mask_repeats")
    return None


def _shared(
    name: str,
    known: np.ndarray,
    explained: Sequence[np.ndarray],
    mask: np.ndarray,
    keep_prob: float,
) -> Finding | None:
    for axis, kind in ((2, "mask_shared_by_examples"), (1, "mask_shared_by_units")):
        lines, length = mask.shape[3 - axis], mask.shape[axis]
        chance = SELECTION * _equal(length, keep_prob) ** lines
        if length == 1 or min(chance, 1.0) ** len(known) >= ALARM:
            continue
        constant = (np.ptp(mask, axis=axis) == 0).all(axis=1)
        if all(constant[found].any() for found in explained):
            return Finding(kind, name)
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


def _exact_count(name: str, known: np.ndarray, keep_prob: float) -> Finding | None:
    counts, size = known.sum(axis=(1, 2)), known[0].size if len(known) else 0
    likeliest = max(
        (math.comb(size, n) * keep_prob**n * (1 - keep_prob) ** (size - n)) for n in range(size + 1)
    )
    chance = min(SELECTION * likeliest, 1.0) ** max(len(known) - 1, 0)
    if chance < ALARM and np.ptp(counts) == 0:
        facts = {"where": "each draw", "count": int(counts[0])}
        return Finding("mask_exact_count", name, facts)
    return None


def _same_in_layers(known: Sequence[tuple[str, np.ndarray]], keep_prob: float) -> Finding | None:
    for (_, one), (name, other) in pairwise(known):
        if not len(one):
            continue
        size = min(one[0].size, other[0].size)
        chance = min(SELECTION * _equal(2, keep_prob) ** size, 1.0) ** len(one)
        first, second = (m.reshape(len(m), -1)[:, :size] for m in (one, other))
        if chance < ALARM and np.array_equal(first, second):
            return Finding("mask_same_in_layers", name)
    return None


def _equal(length: int, keep_prob: float) -> float:
    """Probability that `length` independent elements are all equal."""
    return float(keep_prob**length + (1 - keep_prob) ** length)
