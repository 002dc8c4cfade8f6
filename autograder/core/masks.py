"""Whether an array is a dropout mask: its statistics decide, not how it was drawn.

Every test in which chance plays a part has a false-alarm probability below `ALARM`; at most
thirteen are made of a mask, so a right mask is refused with a probability below 1e-6. The tests
know nothing of how the mask was drawn.

* only 0 and 1; * not the same at another call; * the share kept (exact binomial tail), in all and
in each row and column; * no two rows or columns that go together, or against each other; * no exact
count per row, column or mask; * no row that goes with one of the other layer's mask; * the same
again from a generator with the same seed (exact).
"""

import functools
import math
from collections.abc import Sequence
from itertools import combinations, pairwise

import numpy as np

from autograder.core.finding import Finding

ALARM = 3e-8


def check_mask(draws: Sequence[np.ndarray], keep_prob: float, name: str) -> Finding | None:
    """Return the first fault of a mask drawn several times in a row, or None.

    draws: at least one array of shape (units, examples), the draws of successive calls with one
    generator. keep_prob: the probability to keep an element.
    """
    for draw in draws:
        if (finding := _check_values(draw, keep_prob, name)) is not None:
            return finding
    kept = [np.asarray(draw, dtype=bool) for draw in draws]
    if all(mask.all() or not mask.any() for mask in kept):
        return _check_share(kept, keep_prob, name)
    return (
        _check_shared(kept, keep_prob, name)  # first: such masks easily meet by chance
        or _check_repeats(kept, keep_prob, name)
        or _check_dependent_lines(kept, keep_prob, name)  # early: such draws count twice below
        or _check_share(kept, keep_prob, name)
        or _check_counts(kept, keep_prob, name)
        or _check_line_shares(kept, keep_prob, name)
    )


def _check_values(mask: np.ndarray, keep_prob: float, name: str) -> Finding | None:
    values = np.unique(mask)
    if not np.isfinite(values.astype(float)).all():
        return Finding("mask_not_binary", name, {"values": "nan or inf"})
    if np.isin(values, (0, 1)).all():
        return None
    top = float(values[-1])
    if (
        values.size <= 2
        and values[0] in (0, top)
        and math.isclose(top * keep_prob, 1, rel_tol=1e-4)
    ):
        return Finding("mask_prescaled", name, {"value": top, "keep_prob": keep_prob})
    examples = ", ".join(f"{value:.3g}" for value in values[values != 0][:3])
    found = "fractions" if values[0] >= 0 and values[-1] <= 1 else "beyond 0 and 1"
    return Finding("mask_not_binary", name, {"values": examples, "found": found})


def _check_repeats(kept: list[np.ndarray], keep_prob: float, name: str) -> Finding | None:
    if math.comb(len(kept), 2) * _coincidence(kept[0].size, keep_prob) > ALARM:
        return None
    for one, other in combinations(kept, 2):
        if np.array_equal(one, other):
            return Finding(_why_equal(one), name)
    return None


def _why_equal(mask: np.ndarray) -> str:
    """Name the fault by which a mask came back: one with few draws of its own does so by chance."""
    rows, columns = mask.shape
    if columns > 1 and (mask == mask[:, :1]).all():
        return "mask_shared_by_examples"
    return "mask_shared_by_units" if rows > 1 and (mask == mask[:1]).all() else "mask_repeats"


def _check_shared(draws: list[np.ndarray], keep_prob: float, name: str) -> Finding | None:
    """Judge the first draw that keeps some elements and drops others; else the share says more."""
    kept = next((mask for mask in draws if mask.any() and not mask.all()), draws[0])
    rows, columns = kept.shape
    if columns > 1 and (kept == kept[:, :1]).all() and _all_equal(rows, columns, keep_prob) < ALARM:
        return Finding("mask_shared_by_examples", name)
    if rows > 1 and (kept == kept[:1]).all() and _all_equal(columns, rows, keep_prob) < ALARM:
        return Finding("mask_shared_by_units", name)
    return None


def _check_share(kept: list[np.ndarray], keep_prob: float, name: str) -> Finding | None:
    count, size = sum(int(mask.sum()) for mask in kept), sum(mask.size for mask in kept)
    if share_is_plausible(count, size, keep_prob):
        return None
    facts = {"share": count / size, "keep_prob": keep_prob, "count": count, "size": size}
    return Finding("mask_share", name, facts)


def share_is_plausible(count: int, size: int, probability: float, alarm: float = ALARM) -> bool:
    """Tell whether `count` of `size` independent draws may occur at this probability.

    Exact two-sided binomial test at level `alarm`.
    """
    if probability <= 0 or probability >= 1:
        return count == round(size * min(max(probability, 0), 1))
    weights = binomial(size, probability)
    return bool(2 * min(weights[: count + 1].sum(), weights[count:].sum()) >= alarm)


def _check_counts(kept: list[np.ndarray], keep_prob: float, name: str) -> Finding | None:
    mask = kept[0]
    for counts, size, where in (
        (mask.sum(axis=0), mask.shape[0], "each example"),
        (mask.sum(axis=1), mask.shape[1], "each unit"),
        (np.array([draw.sum() for draw in kept]), mask.size, "each call"),
    ):
        if np.ptp(counts) == 0 and _same_count(size, keep_prob, counts.size) < ALARM:
            return Finding("mask_exact_count", name, {"where": where, "count": int(counts[0])})
    return None


def _by_lines(kept: list[np.ndarray]) -> tuple[tuple[str, list[np.ndarray]], ...]:
    """Return the draws twice: as they are, and with their rows as columns."""
    return ("column", kept), ("row", [mask.T for mask in kept])


def _check_line_shares(kept: list[np.ndarray], keep_prob: float, name: str) -> Finding | None:
    """Look at each example and each unit over all draws: none is kept more often than others."""
    for of, draws in _by_lines(kept):
        counts = np.sum([mask.sum(axis=0) for mask in draws], axis=0)
        size, alarm = len(draws) * draws[0].shape[0], ALARM / counts.size
        for line, count in enumerate(counts):
            if not share_is_plausible(int(count), size, keep_prob, alarm):
                facts = {"of": of, "line": line, "share": int(count) / size, "keep_prob": keep_prob}
                return Finding("mask_line_share", name, facts)
    return None


def _check_dependent_lines(kept: list[np.ndarray], keep_prob: float, name: str) -> Finding | None:
    """Look for two examples, or two units, whose draws agree too often or too seldom."""
    agree = keep_prob**2 + (1 - keep_prob) ** 2
    for of, draws in _by_lines(kept):
        lines = np.concatenate(draws).T
        odd = np.triu(_odd_agreement(lines, lines, agree, math.comb(len(lines), 2)), k=1)
        for one, other in np.argwhere(odd):
            mixed = (lines[one] == lines[other]).any() and (lines[one] != lines[other]).any()
            share = mixed and (
                _check_share(kept, keep_prob, name) or _check_line_shares(kept, keep_prob, name)
            )
            if share:
                return share  # elements that are kept too often agree too often
            return Finding("mask_lines_depend", name, {"of": of, "lines": (int(one), int(other))})
    return None


def _odd_agreement(one: np.ndarray, other: np.ndarray, agree: float, tests: int) -> np.ndarray:
    """Tell for each pair of lines whether they agree in too many or too few of their elements.

    one, other: arrays of (lines, elements) of booleans. agree: chance that two elements are equal.
    tests: how many pairs are looked at; together they give a false alarm with chance `ALARM`.
    """
    if not 0 < agree < 1:
        return np.zeros((len(one), len(other)), dtype=bool)
    size = one.shape[1]
    signs = [np.where(lines, 1, -1).astype(np.float32) for lines in (one, other)]
    surplus = signs[0] @ signs[1].T  # of equal elements over others; whole numbers, so exact
    counts = (size + surplus.astype(int)) // 2
    return ~_plausible_counts(size, agree, ALARM / max(tests, 1))[counts]


@functools.lru_cache(maxsize=64)
def _plausible_counts(size: int, probability: float, alarm: float) -> np.ndarray:
    """Tell of each count 0..size whether `share_is_plausible`; do not write into it."""
    counts = range(size + 1)
    return np.array([share_is_plausible(n, size, probability, alarm) for n in counts])


def check_layers(layers: Sequence[tuple[str, Sequence[np.ndarray], float]]) -> Finding | None:
    """Return a finding where two masks of one call share draws, or None.

    layers: of each its name, its draws in successive calls, and its keep_prob.
    """
    for (_, one, first), (name, other, second) in pairwise(layers):
        agree = first * second + (1 - first) * (1 - second)
        if _same_start(one[0] != 0, other[0] != 0, agree) or _rows_depend(one, other, agree):
            return Finding("mask_same_in_layers", name)
    return None


def _same_start(one: np.ndarray, other: np.ndarray, agree: float) -> bool:
    """Tell whether two masks begin alike. agree: chance that two elements are equal."""
    size = min(one.size, other.size)
    return agree**size < ALARM and np.array_equal(one.ravel()[:size], other.ravel()[:size])


def _rows_depend(one: Sequence[np.ndarray], other: Sequence[np.ndarray], agree: float) -> bool:
    """Tell whether a unit of one layer goes with, or against, a unit of the other."""
    first, second = (np.concatenate([mask != 0 for mask in draws], 1) for draws in (one, other))
    if first.shape[1] != second.shape[1]:
        return False
    return bool(_odd_agreement(first, second, agree, len(first) * len(second)).any())


def check_same_seed(first: np.ndarray, again: np.ndarray, name: str) -> Finding | None:
    """Return a finding where a generator with the same seed gives another mask, or None."""
    if np.array_equal(first != 0, again != 0):
        return None
    return Finding("mask_ignores_rng", name)


def _coincidence(size: int, keep_prob: float) -> float:
    """Probability that two independent masks of `size` elements are equal."""
    return float((keep_prob**2 + (1 - keep_prob) ** 2) ** size)


def _all_equal(lines: int, length: int, keep_prob: float) -> float:
    """Probability that in each of `lines` independent lines all `length` elements are equal."""
    return float((keep_prob**length + (1 - keep_prob) ** length) ** lines)


def _same_count(size: int, keep_prob: float, times: int) -> float:
    """Probability that `times` independent counts of `size` elements are all equal."""
    if keep_prob <= 0 or keep_prob >= 1 or times < 2:
        return 1.0
    return float((binomial(size, keep_prob) ** times).sum())


@functools.lru_cache(maxsize=256)
def binomial(size: int, probability: float) -> np.ndarray:
    """Probabilities of 0..size successes; do not write into them."""
    counts = np.arange(size + 1)
    logs = np.array([math.lgamma(n + 1) for n in range(size + 1)])
    log_choose = logs[size] - logs - logs[::-1]
    return np.exp(
        log_choose + counts * math.log(probability) + (size - counts) * math.log1p(-probability)
    )
