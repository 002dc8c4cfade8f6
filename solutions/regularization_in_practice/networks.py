"""Networks for the cases of the assignment, and the passes that twins and misconceptions share."""

from itertools import pairwise

import numpy as np

SIZES = (5, 3, 4, 1)  # with two examples: 14 hidden draws, few enough to try them all
Z3 = 10  # positions in a cache
A3 = 11


def relu(Z):
    """Return max(Z, 0), element by element."""
    return np.maximum(Z, 0)


def sigmoid(Z):
    """Return 1 / (1 + exp(-Z)), element by element."""
    return 1 / (1 + np.exp(-Z))


# --- arguments of the cases


def labels(m):
    """Return labels 1 and 0 in turn, shape (1, m)."""
    return np.resize([1, 0], (1, m))


def random_network(rng, sizes, m):
    """Draw X (n_x, m) and parameters of both signs: some units are active, some are not."""
    X = np.round(rng.normal(size=(sizes[0], m)), 3)
    parameters = {}
    for l, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        spread = (1.4 if l < len(sizes) - 1 else 0.8) / np.sqrt(n_in)
        parameters[f"W{l}"] = np.round(rng.normal(scale=spread, size=(n_out, n_in)), 4)
        parameters[f"b{l}"] = np.round(rng.uniform(0.1, 0.5, size=(n_out, 1)), 4)
    return X, parameters


def positive_network(rng, sizes=SIZES, m=2, scale=1.0):
    """Draw X (n_x, m) and parameters whose hidden units are all active, whatever is dropped.

    All of X, W1, W2 and the hidden biases are positive, so each mask shows in the output.
    """
    n_x, n_1, n_2, n_3 = sizes
    X = np.round(rng.uniform(0.3, 1.2, size=(n_x, m)), 3)
    signs = np.resize([1, -1], (n_3, n_2))
    parameters = {
        "W1": np.round(rng.uniform(0.1, 0.5, size=(n_1, n_x)) * scale, 4),
        "b1": np.round(rng.uniform(0.1, 0.4, size=(n_1, 1)) * scale, 4),
        "W2": np.round(rng.uniform(0.1, 0.6, size=(n_2, n_1)) * scale, 4),
        "b2": np.round(rng.uniform(0.1, 0.4, size=(n_2, 1)) * scale, 4),
        "W3": np.round(rng.uniform(0.3, 0.9, size=(n_3, n_2)) * signs * scale, 4),
        "b3": np.round(rng.uniform(0.1, 0.3, size=(n_3, 1)), 4),
    }
    return X, parameters


# --- passes through the network, given the masks


def forward(X, P, D1, D2, scale1, scale2):
    """Return the cache of the pass with masks D1 and D2 whose kept activations are times scale."""
    Z1 = P["W1"] @ X + P["b1"]
    A1 = relu(Z1) * D1 * scale1
    Z2 = P["W2"] @ A1 + P["b2"]
    A2 = relu(Z2) * D2 * scale2
    Z3 = P["W3"] @ A2 + P["b3"]
    hidden = (Z1, D1, A1, P["W1"], P["b1"], Z2, D2, A2, P["W2"], P["b2"])
    return (*hidden, Z3, sigmoid(Z3), P["W3"], P["b3"])


def dropout_pass(X, P, keep_prob, D1, D2):
    """Return the cache of the right pass."""
    return forward(X, P, D1, D2, 1 / keep_prob, 1 / keep_prob)


def backward(X, Y, cache, drop2, drop1, *, slope=lambda Z: Z > 0, dZ3=None):
    """Return dW1, db1, ..., db3 of the mean cross-entropy.

    drop2, drop1: functions (dA, D) -> dA that go back through a layer's dropout. slope: derivative
    of the hidden activation. dZ3: where it is not A3 - Y.
    """
    Z1, D1, A1, _, _, Z2, D2, A2, W2, _, _, A3, W3, _ = cache
    dZ3 = A3 - Y if dZ3 is None else dZ3
    dZ2 = drop2(W3.T @ dZ3, D2) * slope(Z2)
    dZ1 = drop1(W2.T @ dZ2, D1) * slope(Z1)
    gradients = {}
    for l, (dZ, A) in enumerate(((dZ1, X), (dZ2, A1), (dZ3, A2)), start=1):
        gradients[f"dW{l}"] = dZ @ A.T / X.shape[1]
        gradients[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / X.shape[1]
    return gradients


# --- the masks, and ways to draw one: one is right, three are wrong


def mask_shapes(X, parameters):
    """Return the shapes of the masks of the two hidden layers."""
    return {f"D{l}": (len(parameters[f"W{l}"]), X.shape[1]) for l in (1, 2)}


def keep(rng, shape, keep_prob):
    """Keep each element with probability keep_prob."""
    return rng.random(shape) < keep_prob


def keep_above(rng, shape, keep_prob):
    """Keep with probability 1 - keep_prob."""
    return rng.random(shape) > keep_prob


def keep_by_normal_numbers(rng, shape, keep_prob):
    """Keep with the probability that a normal number is below keep_prob."""
    return rng.standard_normal(shape) < keep_prob


def keep_whole_rows(rng, shape, keep_prob):
    """Keep or drop a unit in all examples at once."""
    return np.tile(rng.random((shape[0], 1)) < keep_prob, (1, shape[1]))
