"""Checks as an instructor writes them for nbgrader and Otter: call, compare, assert.

Equal checks copies this file's text, with a case's calls and expected values behind it, into grade
cells and Otter tests; it therefore imports nothing of KeepProb, and its names begin with `bench_`
so that they meet none of a student's.
"""

import random

import numpy as np


def bench_arguments(given, namespace):
    """Return fresh arguments: copies, generators, and what another function of the notebook gives.

    given: values, with ``("rng", seed)`` and ``("from call", function, arguments, item)`` among
    them.
    """
    return [_bench_argument(value, namespace) for value in given]


def _bench_argument(value, namespace):
    mark = value[0] if isinstance(value, tuple) and isinstance(value[0], str) else None
    if mark == "rng":
        return np.random.default_rng(value[1])
    if mark == "from call":
        return namespace[value[1]](*bench_arguments(value[2], namespace))[value[3]]
    return bench_copy(value)


def bench_copy(value):
    """Copy arrays and what holds them."""
    if isinstance(value, dict):
        return {key: bench_copy(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(bench_copy(item) for item in value)
    return value.copy() if isinstance(value, np.ndarray) else value


def bench_results(call, namespace):
    """Call as often as the case asks, with one generator; return the results."""
    name, given, times, seed = call
    generators: dict[int, np.random.Generator] = {}
    results = []
    for turn in range(times):
        random.seed(seed + turn)
        np.random.seed((seed + turn) % 2**32)
        arguments = bench_arguments(given, namespace)
        for position, value in enumerate(arguments):
            if isinstance(value, np.random.Generator):
                arguments[position] = generators.setdefault(position, value)
        results.append(namespace[name](*arguments))
    return results


def bench_check(cases, namespace):
    """Assert that a function is right in every case."""
    for title, judged, calls, expected in cases:
        results = [bench_results(call, namespace) for call in calls]
        for value in results[0]:
            BENCH_ASSERTS[judged](value, calls[0], expected, title)
        if judged == "masks" and calls[0][1][-2] != 1:
            one, other = results[0][0], results[1][0]
            bench_same(other[0], one[0], f"{title}: the same seed draws the same mask")
            assert not np.array_equal(results[0][0][0], results[0][1][0]), f"{title}: masks repeat"


def bench_same(value, expected, title):
    """Assert that numbers are the expected ones, within a tolerance of the dtype."""
    value, expected = np.asarray(value, dtype=float), np.asarray(expected, dtype=float)
    if expected.ndim == 0:
        value = value.reshape(())
    np.testing.assert_equal(value.shape, expected.shape, err_msg=title)
    np.testing.assert_allclose(value, expected, rtol=2e-4, atol=2e-5, err_msg=title)


def bench_same_parts(value, call, expected, title):
    """Assert that a number, an array or a dict of arrays is the expected one."""
    if len(expected) == 1:
        bench_same(value, next(iter(expected.values())), title)
        return
    found = {key.lower(): item for key, item in value.items()}
    for name, part in expected.items():
        bench_same(found[name.lower()], part, f"{title}: {name}")


def bench_masked(value, call, expected, title):
    """Assert that what dropout returns agrees with the masks that it returns."""
    *first, keep_prob, _ = call[1]
    if len(first) == 1:
        (A,), (dropped, D) = first, value
        bench_same(dropped, A * np.asarray(D) / keep_prob, title)
        bench_kept(D, A.shape, keep_prob, title)
        return
    (X, parameters), (A3, cache) = first, value
    _, D1, A1, _, _, _, D2, A2, *_ = cache
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    bench_same(A1, np.maximum(W1 @ X + b1, 0) * D1 / keep_prob, title)
    bench_same(A2, np.maximum(W2 @ A1 + b2, 0) * D2 / keep_prob, title)
    bench_same(A3, 1 / (1 + np.exp(-(W3 @ A2 + b3))), title)
    for D, A in ((D1, A1), (D2, A2)):
        bench_kept(D, A.shape, keep_prob, title)


def bench_kept(D, shape, keep_prob, title):
    """Assert that a mask is one: of 0 and 1, its share of ones near keep_prob."""
    D = np.asarray(D, dtype=float)
    assert D.shape == shape, f"{title}: the mask has the shape {D.shape}, expected {shape}"
    assert np.isin(D, (0, 1)).all(), f"{title}: the mask holds other numbers than 0 and 1"
    away = abs(D.mean() - keep_prob) / np.sqrt(max(keep_prob * (1 - keep_prob), 1e-9) / D.size)
    assert away < 6, f"{title}: the mask keeps a share of {D.mean()}, expected {keep_prob}"


def bench_own_pass(value, call, expected, title):
    """Assert that the gradients of the notebook's own forward pass have the parameters' shapes."""
    for name, shape in expected.items():
        assert np.shape({key.lower(): item for key, item in value.items()}[name]) == shape, title


def bench_model(model, call, expected, title):
    """Assert what a Keras model answers when weights are put into it."""
    if not model.built:
        model(np.zeros((1, call[1][0]), dtype="float32"))
    for name, ask, weights, inputs, law, answer in expected:
        variables = list(model.trainable_variables)
        if ask == "shapes":
            shapes = sorted(tuple(variable.shape) for variable in variables)
            assert ", ".join(map(str, shapes)) == answer, f"{title}: {shapes}"
            continue
        for weight in weights or ():
            free = next(v for v in variables if tuple(v.shape) == weight.shape)
            variables = [v for v in variables if v is not free]
            free.assign(weight)
        flags = {"train_mode": {"training": True}, "predict": {"training": False}}.get(ask, {})
        found = np.asarray(model(inputs, **flags))
        if law is None:
            bench_same(found, answer, f"{title}: {name}")
        else:
            bench_law(found, law, f"{title}: {name}")


def bench_law(found, law, title):
    """Assert that random outputs have the right values with the right probabilities."""
    values, chances = np.asarray(law)[:, :2].T
    nearest = np.abs(found.reshape(-1, 1) - values).argmin(axis=1)
    bench_same(found.ravel(), values[nearest], title)
    shares = np.bincount(nearest, minlength=len(values)) / found.size
    bound = 6 * np.sqrt(chances * (1 - chances) / found.size) + 1e-9
    assert (np.abs(shares - chances) <= bound).all(), f"{title}: shares {shares}, law {chances}"


BENCH_ASSERTS = {
    "values": bench_same_parts,
    "masks": bench_masked,
    "own pass": bench_own_pass,
    "model": bench_model,
}
