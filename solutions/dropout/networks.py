"""The network in NumPy, with places to go wrong in: cases and misconceptions are made of it."""

from itertools import pairwise

import numpy as np

CACHE = ["Z1", "D1", "A1", "W1", "b1", "Z2", "D2", "A2", "W2", "b2", "Z3", "A3", "W3", "b3"]


def relu(Z):
    """Return max(Z, 0), element by element."""
    return np.maximum(Z, 0)


def sigmoid(Z):
    """Return 1 / (1 + exp(-Z)), element by element."""
    return 1 / (1 + np.exp(-Z))


def random_parameters(rng, sizes, digits=3):
    """Draw W1, b1, W2, ... of the given sizes; the last are small, so that A3 is not saturated."""
    parameters = {}
    for l, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        spread = (1.2 if l < len(sizes) - 1 else 0.5) / np.sqrt(n_in)
        parameters[f"W{l}"] = np.round(rng.normal(scale=spread, size=(n_out, n_in)), digits)
        parameters[f"b{l}"] = np.round(rng.uniform(0.05, 0.4, size=(n_out, 1)), digits)
    return parameters


def examples(rng, n_x, m):
    """Draw inputs with three decimals, shape (n_x, m)."""
    return np.round(rng.normal(size=(n_x, m)), 3)


def draw(rng, parameters, m, below):
    """Draw the masks of both hidden layers by comparing uniform numbers with `below`."""
    return [rng.random((len(parameters[name]), m)) < below for name in ("W1", "W2")]


def forward(X, parameters, D1, D2, scale1, scale2, /, *, hidden=relu, output=sigmoid, **changed):
    """Return (A3, cache) of the pass with masks D1 and D2 whose kept activations are times scale.

    changed: what the cache holds in place of the true values, by name.
    """
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = W1 @ X + b1
    A1 = hidden(Z1) * D1 * scale1
    Z2 = W2 @ A1 + b2
    A2 = hidden(Z2) * D2 * scale2
    Z3 = W3 @ A2 + b3
    A3 = output(Z3)
    cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
    return A3, tuple(changed.get(name, value) for name, value in zip(CACHE, cache, strict=True))


def with_dropout(X, parameters, keep_prob, D1, D2):
    """Return the right (A3, cache) for masks D1 and D2."""
    return forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob)


def backward(X, Y, cache, drop2, drop1, *, slope=lambda Z: Z > 0, dZ3=None):
    """Return dW1, db1, ..., db3.

    drop2, drop1: functions of (dA, D, A) that send dA back through the dropout of a layer.
    slope: derivative of the hidden activation. dZ3: where it is not A3 - Y.
    """
    Z1, D1, A1, _, _, Z2, D2, A2, W2, _, _, A3, W3, _ = cache
    m = X.shape[1]
    dZ3 = A3 - Y if dZ3 is None else dZ3
    dZ2 = drop2(W3.T @ dZ3, D2, A2) * slope(Z2)
    dZ1 = drop1(W2.T @ dZ2, D1, A1) * slope(Z1)
    gradients = {}
    for l, (dZ, A) in enumerate(((dZ1, X), (dZ2, A1), (dZ3, A2)), start=1):
        gradients[f"dW{l}"] = dZ @ A.T / m
        gradients[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
    return gradients
