"""Random networks, and caches made by a true forward pass, for the cases of this assignment."""

import itertools
from dataclasses import dataclass

import numpy as np

Parameters = dict[str, np.ndarray]


@dataclass(frozen=True)
class Example:
    """A network at work: X (n_x, m), Y (1, m) of 0/1, and the cache of its forward pass."""

    X: np.ndarray
    Y: np.ndarray
    parameters: Parameters
    cache: tuple[np.ndarray, ...]

    @property
    def A3(self) -> np.ndarray:
        """The network's output, (1, m)."""
        return self.cache[9]


def random_parameters(rng: np.random.Generator, sizes: tuple[int, ...]) -> Parameters:
    """Return W1, b1, ... of a network whose layers have these sizes, the first being n_x.

    Three decimals, so that feedback is readable. No weight and no bias is near 0, so that a
    mistake shows in whichever layer it is.
    """
    parameters = {}
    for l, (before, after) in enumerate(itertools.pairwise(sizes), start=1):
        parameters[f"W{l}"] = _away_from_0(rng, (after, before))
        parameters[f"b{l}"] = _away_from_0(rng, (after, 1))
    return parameters


def _away_from_0(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    sign = np.where(rng.random(shape) < 0.55, 1, -1)
    return (sign * (0.25 + np.abs(rng.normal(0, 0.55, size=shape)))).round(3)


def other_than(rng: np.random.Generator, low: int, high: int, taken: tuple[int, ...]) -> int:
    """Return an integer from low to high that is none of `taken`: an m that fits by no accident."""
    return int(rng.choice([m for m in range(low, high + 1) if m not in taken]))


def forward(X: np.ndarray, parameters: Parameters) -> tuple[np.ndarray, ...]:
    """Return the cache (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)."""
    W1, b1, W2, b2, W3, b3 = parameters.values()
    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0)
    Z2 = W2 @ A1 + b2
    A2 = np.maximum(Z2, 0)
    Z3 = W3 @ A2 + b3
    A3 = 1 / (1 + np.exp(-Z3))
    return (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3)


def random_example(rng: np.random.Generator, sizes: tuple[int, ...], m: int) -> Example:
    """Return an example in which every rule of the gradient matters (see `_is_telling`)."""
    while True:
        parameters = random_parameters(rng, sizes)
        X = rng.normal(size=(sizes[0], m)).round(3)
        Y = (rng.random((1, m)) < 0.5).astype(int)
        example = Example(X, Y, parameters, forward(X, parameters))
        if _is_telling(example):
            return example


def _is_telling(example: Example) -> bool:
    """Tell whether no A3 is saturated or near 0.5, no Z near 0, and relu both blocks and passes."""
    Z1, A1, Z2, A2, A3 = (example.cache[i] for i in (0, 1, 4, 5, 9))
    return bool(
        0 < example.Y.mean() < 1
        and np.all((A3 > 0.02) & (A3 < 0.98) & (np.abs(A3 - 0.5) > 0.01))
        and all(np.all(np.abs(Z) > 1e-3) for Z in (Z1, Z2))
        and all(np.all(A.any(axis=1)) and 0.2 < np.mean(A > 0) < 0.8 for A in (A1, A2))
    )
