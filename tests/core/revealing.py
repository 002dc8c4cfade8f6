"""Wrong functions whose reports might show numbers of a hidden case."""

from tests.core.toy import noisy_total


def spill(text):
    raise ValueError(text)


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
