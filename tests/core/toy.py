"""A small course in plain NumPy."""

import numpy as np

from autograder.core.exercise import exercise
from autograder.core.parts import Array, DictOf, Mask, Number, Numbers, TupleOf

# --- one array, one value ---------------------------------------------------------------------


@exercise(points=10, returns=Array("A_scaled"))
def scale(A, factor):
    """Scale an array."""
    return A * factor


@scale.case(weight=3)
def wide(rng):
    """a wide array"""
    return {"A": rng.uniform(1, 2, size=(3, 7)), "factor": float(rng.uniform(2.1, 2.9))}


@scale.case(weight=1)
def tall(rng):
    return {"A": rng.uniform(1, 2, size=(5, 2)), "factor": float(rng.uniform(3.1, 3.9))}


@scale.misconception(credit=0.5)
def not_scaled(A, factor):
    """Multiply by the factor."""
    return A


@scale.misconception(credit=0.2)
def scaled_twice(A, factor):
    """Multiply by the factor once."""
    return A * factor**2


# --- a mask that is returned ------------------------------------------------------------------


@exercise(points=20, returns=TupleOf("A_dropped", Mask("D", share="keep_prob")))
def masked_scale(A, keep_prob, rng):
    """Keep elements at random and rescale."""
    D = rng.random(A.shape) < keep_prob
    return A * D / keep_prob, D


@masked_scale.twin
def masked_scale_given_the_mask(A, keep_prob, D):
    return A * D / keep_prob, D


@masked_scale.case
def few_kept(rng):
    return {"A": rng.normal(size=(30, 20)), "keep_prob": 0.3}


@masked_scale.case
def many_kept(rng):
    return {"A": rng.normal(size=(20, 45)), "keep_prob": 0.8}


@masked_scale.case(public_only=True)
def worked_example(rng):
    return {"A": np.array([[0.2], [0.6], [0.4], [0.9]]), "keep_prob": 0.5}


@masked_scale.misconception(credit=0.5)
def not_rescaled(A, keep_prob, D):
    """Divide by keep_prob."""
    return A * D, D


@masked_scale.misconception(credit=0.4)
def scaled_by_the_drop(A, keep_prob, D):
    """Divide by keep_prob, the probability to keep."""
    return A * D / (1 - keep_prob), D


@masked_scale.misconception(symptom=True, credit=0.3)
def normal_draws(A, keep_prob, rng):
    """Draw from the uniform distribution."""
    D = rng.standard_normal(A.shape) < keep_prob
    return A * D / keep_prob, D


@masked_scale.misconception(symptom=True, credit=0.6, values="scaled_by_the_drop")
def swapped(A, keep_prob, rng):
    """Read keep_prob as the probability to keep."""
    D = rng.random(A.shape) > keep_prob
    return A * D / (1 - keep_prob), D


# --- a dict of gradients ----------------------------------------------------------------------


@exercise(points=8, returns=DictOf("dw", "db"), keeps=("w",))
def slopes(x, y, w, lambd):
    """Differentiate half the mean squared error, with an L2 penalty on w alone."""
    return _slopes(x, y, w, lambd * w / x.shape[1], 0)


def _slopes(x, y, w, pull, bias_pull, n=None):
    n = n or x.shape[1]
    error = w @ x - y
    dw, db = error @ x.T / n, error.sum(axis=1, keepdims=True) / n
    return {"dw": dw + pull, "db": db + bias_pull}


@slopes.case
def five_examples(rng):
    x, y = rng.normal(size=(3, 5)), rng.normal(size=(2, 5))
    return {"x": x, "y": y, "w": rng.normal(size=(2, 3)), "lambd": 0.7}


@slopes.case
def nine_examples(rng):
    x, y = rng.normal(size=(4, 9)), rng.normal(size=(2, 9))
    return {"x": x, "y": y, "w": rng.normal(size=(2, 4)), "lambd": 1.3}


@slopes.misconception(credit=0.5)
def no_penalty(x, y, w, lambd):
    """Add the penalty's slope."""
    return _slopes(x, y, w, 0, 0)


@slopes.misconception(credit=0.6)
def bias_pulled(x, y, w, lambd):
    """Leave the bias alone."""
    return _slopes(x, y, w, lambd * w / x.shape[1], lambd)


@slopes.misconception(credit=0.4)
def penalty_without_n(x, y, w, lambd):
    """Divide the penalty by n."""
    return _slopes(x, y, w, lambd * w, 0)


@slopes.misconception(credit=0.3)
def twice_as_steep(x, y, w, lambd):
    """Take half the squared error."""
    return {name: 2 * slope for name, slope in slopes.reference(x, y, w, lambd).items()}


@slopes.misconception(symptom=True, credit=0.1)
def needs_square_arrays(x, y, w, lambd):
    """Multiply in the right order."""
    return w @ y


# --- masks that are not returned --------------------------------------------------------------


def _once(A, keep_prob, D):
    return np.sum(A * D) / keep_prob


def powers(rng):
    """Draw summands of which no two choices have nearly the same sum."""
    return 1.7 ** np.arange(9).reshape(3, 3) * rng.uniform(1, 1.05, size=(3, 3))


@exercise(points=6, returns=Number("total"))
def noisy_total(A, keep_prob, rng):
    """Add the elements that chance keeps."""
    return _once(A, keep_prob, rng.random(A.shape) < keep_prob)


@noisy_total.twin
def total_given_the_mask(A, keep_prob, D):
    return _once(A, keep_prob, D)


@noisy_total.unseen_masks(share="keep_prob")
def hidden_mask(A, keep_prob):
    return {"D": A.shape}


@noisy_total.case(judged="unseen")
def nine_elements(rng):
    return {"A": powers(rng), "keep_prob": 0.7}


@noisy_total.misconception(credit=0.5)
def total_not_rescaled(A, keep_prob, D):
    """Divide by keep_prob."""
    return np.sum(A * D)


@exercise(points=6, returns=Numbers("totals"))
def noisy_totals(A, keep_prob, n, rng):
    """Add, n times, the elements that chance keeps."""
    return [_once(A, keep_prob, rng.random(A.shape) < keep_prob) for _ in range(n)]


@noisy_totals.twin
def totals_given_the_mask(A, keep_prob, n, D):
    return [_once(A, keep_prob, D)]


@noisy_totals.unseen_masks(share="keep_prob")
def hidden_masks(A, keep_prob, n):
    return {"D": A.shape}


@noisy_totals.case(judged="each", repeats="n")
def sixty_times(rng):
    return {"A": powers(rng), "keep_prob": 0.7, "n": 60}


@exercise(points=6, returns=Number("mean_total"))
def mean_total(A, keep_prob, n, rng):
    """Average n such totals."""
    return np.mean(noisy_totals.reference(A, keep_prob, n, rng))


@mean_total.twin
def mean_given_the_mask(A, keep_prob, n, D):
    return _once(A, keep_prob, D)


@mean_total.unseen_masks(share="keep_prob")
def averaged_masks(A, keep_prob, n):
    return {"D": A.shape}


@mean_total.case(judged="unseen")
def a_single_time(rng):
    return {"A": powers(rng), "keep_prob": 0.6, "n": 1}


@mean_total.case(judged="mean", repeats="n")
def two_hundred_times(rng):
    return {"A": powers(rng), "keep_prob": 0.6, "n": 200}


# --- a tuple of arrays, each of another shape -------------------------------------------------


@exercise(points=6, returns=TupleOf("first", "second", "third"))
def three_arrays(x):
    """Return x, its rows' sums and its columns' sums."""
    return x, x.sum(axis=1, keepdims=True), x.sum(axis=0, keepdims=True)


@three_arrays.case
def two_by_five(rng):
    return {"x": rng.normal(size=(2, 5))}


COURSE = (scale, masked_scale, slopes, noisy_total, noisy_totals, mean_total, three_arrays)
