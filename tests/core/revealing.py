"""Wrong functions whose reports might show numbers of a hidden case."""

import numpy as np

from autograder.core.values import Foreign
from tests.core.toy import noisy_total


def spill(text):
    raise ValueError(text)


def letters(array):
    """The first numbers of an array, bit by bit, in letters: what blanks numbers misses them."""
    digits = np.ravel(array)[:2].tobytes().hex()
    return "".join(chr(ord("a") + int(digit, 16)) for digit in digits)


def stop(type_name, text):
    raise type(type_name, (ValueError,), {})(text)


SPELT = [
    lambda A, factor: stop("Own", letters(A)),
    lambda A, factor: stop("ValueError", letters(A)),
    lambda A, factor: stop("NameError", f"name '{letters(A)}' is not defined"),
    lambda A, factor: stop("AttributeError", f"'list' object has no attribute '{letters(A)}'"),
    lambda A, factor: stop("TypeError", f"scale() takes 1 positional argument {letters(A)}"),
    lambda A, factor: stop("AbsentError", f"keras.{letters(A)} was used"),
    lambda A, factor: stop(letters(A), ""),
    lambda A, factor: {letters(A): A},
    lambda A, factor: type(letters(A), (), {})(),
    lambda A, factor: Foreign("tensorflow tensor", letters(A)),
    lambda A, factor: Foreign("array " * 3 + letters(A), "is not a NumPy array"),
    lambda A, factor: letters(A),
]
"""Wrong answers to ``scale`` that spell their argument out."""

LEAKS = {
    "scale": [
        lambda A, factor: A * factor * factor * 1.01,
        lambda A, factor: A + factor,
        lambda A, factor: spill(str(A)),
        lambda A, factor: spill(repr(factor)),
        lambda A, factor: {}[factor],
        lambda A, factor: {str(item): 1 for item in A.ravel()},
        lambda A, factor: type(str(A), (), {})(),
        lambda A, factor: str(A),
    ],
    "masked_scale": [
        lambda A, keep_prob, rng: (A, A),
        lambda A, keep_prob, rng: (A, (rng.random(A.shape) < keep_prob) / keep_prob),
        lambda A, keep_prob, rng: (A, rng.random(A.shape) < 0.1),
        lambda A, keep_prob, rng: (A * (D := rng.random(A.shape) < keep_prob), D)[::1],
        lambda A, keep_prob, rng: (1.1 * A * (D := rng.random(A.shape) < keep_prob), D),
    ],
    "slopes": [lambda x, y, w, lambd: {str(item): 1 for item in w.ravel()}],
    "noisy_totals": [lambda A, keep_prob, n, rng: [1.5] * n],
    "mean_total": [
        lambda A, keep_prob, n, rng: 1000.0,
        lambda A, keep_prob, n, rng: noisy_total.reference(A, keep_prob, rng),
    ],
}

REVEALING = [(name, function) for name, those in LEAKS.items() for function in those]
