"""Comparing numbers: tolerances, and the difference as facts for a sentence."""

from typing import Any

import numpy as np

from autograder.core.finding import Finding
from autograder.core.values import same_value

RTOL = {"float64": 1e-6, "float32": 3e-5}
ATOL = {"float64": 1e-12, "float32": 1e-7}


def tolerance(expected: np.ndarray, got: np.ndarray, float32: bool) -> float:
    """Return the largest difference that counts as equal.

    It is relative to the largest finite magnitude in `expected`: 1e-6 in float64, and 3e-5 where
    the arguments or the result are float32; about 0, it is 1e-12 and 1e-7.
    """
    single = float32 or got.dtype in (np.float32, np.float16)
    scale = float(np.max(np.abs(expected), initial=0.0, where=np.isfinite(expected)))
    kind = "float32" if single else "float64"
    return RTOL[kind] * scale + ATOL[kind]


def compare(name: str, expected: Any, got: Any, float32: bool) -> Finding | None:
    """Return None where `got` equals `expected` within the tolerance, else what differs."""
    if isinstance(expected, str) or isinstance(got, str):
        facts = {"found": got, "expected": expected}
        return None if same_value(got, expected) else Finding("wrong_text", name, facts)
    wanted, found = np.asarray(expected, dtype=np.float64), np.asarray(got, dtype=np.float64)
    if wanted.size == found.size == 1:
        wanted, found = wanted.reshape(()), found.reshape(())
    if wanted.shape != found.shape:
        return Finding("wrong_shape", name, {"found": found.shape, "expected": wanted.shape})
    with np.errstate(all="ignore"):
        near = np.abs(found - wanted) <= tolerance(wanted, np.asarray(got), float32)
        alike = (found == wanted) | (np.isnan(found) & np.isnan(wanted))  # inf and nan
        wrong = ~(near | alike)
    if not wrong.any():
        return None
    return Finding("wrong_value", name, _difference(wanted, found, wrong))


def _difference(wanted: np.ndarray, found: np.ndarray, wrong: np.ndarray) -> dict[str, Any]:
    with np.errstate(all="ignore"):
        gap = np.where(wrong, np.abs(found - wanted), -1.0)
        index = np.unravel_index(int(np.argmax(gap)), gap.shape)
    return {
        "index": tuple(int(i) for i in index),
        "found": float(found[index]),
        "expected": float(wanted[index]),
        "wrong": int(wrong.sum()),
        "size": int(wrong.size),
        "ratio": _common_ratio(wanted, found),
    }


def _common_ratio(wanted: np.ndarray, found: np.ndarray) -> float | None:
    """Return the factor by which every element is off, or None.

    A single number has one always: it counts only where it is 2, 1/2 or -1.
    """
    telling = np.abs(wanted) > 1e-9
    if not telling.any() or np.any(np.abs(found[~telling]) > 1e-9):
        return None
    with np.errstate(all="ignore"):
        ratios = (found / wanted)[telling]
        ratio = float(ratios[0])
        same = bool(np.all(np.abs(ratios - ratio) <= 1e-5 * abs(ratio)))
    if not same or abs(ratio - 1) < 1e-3:
        return None
    known = any(abs(ratio - factor) < 1e-6 for factor in (2, 0.5, -1))
    return ratio if known or telling.sum() > 1 else None


def distance(expected: Any, got: Any, float32: bool) -> float:
    """Return the largest difference in tolerances (inf where shapes or texts differ)."""
    if isinstance(expected, str) or isinstance(got, str):
        return 0.0 if same_value(got, expected) else float("inf")
    wanted, found = np.asarray(expected, dtype=np.float64), np.asarray(got, dtype=np.float64)
    if wanted.size != found.size or (wanted.size > 1 and wanted.shape != found.shape):
        return float("inf")
    with np.errstate(all="ignore"):
        gap = float(np.max(np.abs(found.reshape(wanted.shape) - wanted), initial=0.0))
    return gap / tolerance(wanted, np.asarray(got), float32) if np.isfinite(gap) else float("inf")


def summarise_draws(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct values of random outputs (merged within 1e-5) and each one's count."""
    flat = np.sort(np.asarray(values, dtype=np.float64).ravel())
    if flat.size == 0 or not np.isfinite(flat).all():
        return np.array([np.nan]), np.array([flat.size])
    starts = np.concatenate([[True], np.diff(flat) > 1e-5])
    groups = np.cumsum(starts) - 1
    counts = np.bincount(groups)
    return np.bincount(groups, weights=flat) / counts, counts
