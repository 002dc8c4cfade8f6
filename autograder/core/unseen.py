"""Masks that a function draws and does not return: found by trying all of them.

A case with at most `MAX_BITS` hidden 0/1 draws has few possible right answers; a replay program
evaluated on every one of them says whether a result is among them, and which draws explain it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder.core.comparing import tolerance
from autograder.core.program import Program, evaluate

MAX_BITS = 16
BATCH = 4096


def bits_in(shapes: Mapping[str, tuple[int, int]]) -> int:
    """Return the number of hidden draws."""
    return sum(rows * columns for rows, columns in shapes.values())


def all_masks(shapes: Mapping[str, tuple[int, int]]) -> Iterator[dict[str, np.ndarray]]:
    """Yield every assignment of the hidden masks, in batches of arrays (batch, rows, columns)."""
    bits = bits_in(shapes)
    if bits > MAX_BITS:
        raise ValueError(f"{bits} hidden draws; at most {MAX_BITS} can be tried out")
    for start in range(0, 2**bits, BATCH):
        numbers = np.arange(start, min(start + BATCH, 2**bits))
        drawn = (numbers[:, None] >> np.arange(bits)) & 1
        yield _split(drawn, shapes)


def _split(drawn: np.ndarray, shapes: Mapping[str, tuple[int, int]]) -> dict[str, np.ndarray]:
    masks, used = {}, 0
    for name, (rows, columns) in shapes.items():
        masks[name] = drawn[:, used : used + rows * columns].reshape(-1, rows, columns)
        used += rows * columns
    return masks


def table(
    program: Program, shapes: Mapping[str, tuple[int, int]]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Return each part for every assignment, shape (assignments, elements), and the masks."""
    batches: list[dict[str, np.ndarray]] = []
    tried: list[dict[str, np.ndarray]] = []
    for masks in all_masks(shapes):
        size = len(next(iter(masks.values())))
        parts = evaluate(program, masks)
        batches.append({name: _rows(part, size) for name, part in parts.items()})
        tried.append(masks)
    return _joined(batches), _joined(tried)


def _joined(batches: list[dict[str, np.ndarray]]) -> dict[str, np.ndarray]:
    return {name: np.concatenate([batch[name] for batch in batches]) for name in batches[0]}


def _rows(part: np.ndarray, size: int) -> np.ndarray:
    rows = part if part.ndim == 3 else np.broadcast_to(part, (size, *part.shape))
    return np.asarray(rows, dtype=np.float64).reshape(size, -1)


def matching(
    rows: np.ndarray, value: Any, float32: bool, among: np.ndarray | slice = slice(None)
) -> np.ndarray:
    """Tell for each assignment (of those in `among`) whether its row equals `value`.

    The tolerance is relative to the largest value of all rows: a result may be near 0 by chance.
    """
    got = np.asarray(value)
    flat = got.astype(np.float64).ravel()
    chosen = rows[among]
    if flat.size != rows.shape[1]:
        return np.zeros(len(chosen), dtype=bool)
    with np.errstate(all="ignore"):
        near = np.abs(chosen - flat) <= tolerance(rows, got, float32)
    return np.asarray(near.all(axis=1))


def nearest(
    rows: np.ndarray, numbers: np.ndarray, float32: bool, among: np.ndarray
) -> list[np.ndarray]:
    """Return for each number the assignments in `among`, of one element each, that equal it."""
    values = rows[among, 0]
    order = np.argsort(values)
    gap = tolerance(rows, np.asarray(numbers), float32)
    first = np.searchsorted(values[order], numbers - gap, side="left")
    last = np.searchsorted(values[order], numbers + gap, side="right")
    return [among[np.sort(order[i:j])] for i, j in zip(first, last, strict=True)]


def explaining(
    rows: Mapping[str, np.ndarray], got: Mapping[str, Any], float32: bool
) -> tuple[np.ndarray, str | None]:
    """Return the assignments that give every part of `got`, and the first part that none gives."""
    explained = np.arange(len(next(iter(rows.values()))))
    for name, value in got.items():
        explained = explained[matching(rows[name], value, float32, explained)]
        if not explained.size:
            return explained, name
    return explained, None


def weights(masks: Mapping[str, np.ndarray], keep_prob: float) -> np.ndarray:
    """Return the probability of each assignment."""
    kept = sum(mask.sum(axis=(1, 2)) for mask in masks.values())
    bits = sum(mask[0].size for mask in masks.values())
    return np.asarray(keep_prob**kept * (1 - keep_prob) ** (bits - kept), dtype=np.float64)
