"""Backward propagation through the network and its dropout."""

import keras_dropout
import numpy as np
from dropout.forward import forward_propagation_with_dropout  # noqa: F401 - asked for by FromCall
from dropout.networks import (
    CACHE,
    backward,
    draw,
    examples,
    random_parameters,
    relu,
    with_dropout,
)

from autograder.core.exercise import exercise
from autograder.core.parts import DictOf
from autograder.core.values import FromCall, Rng


@exercise(points=20, returns=DictOf("dW1", "db1", "dW2", "db2", "dW3", "db3"))
def backward_propagation_with_dropout(X, Y, cache, keep_prob):
    """Return the gradients of the cross-entropy of one dropout pass."""
    values = dict(zip(CACHE, cache, strict=True))
    parameters = {name: values[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3")}
    masks = values["D1"], values["D2"]
    return keras_dropout.gradients_with_dropout(X, Y, parameters, *masks, keep_prob)


def _backward_case(rng, sizes, m, keep_prob, mask_dtype):
    """Make a true forward pass in which every layer has units kept, dropped and at 0 by relu."""
    while True:
        X, parameters = examples(rng, sizes[0], m), random_parameters(rng, sizes)
        D1, D2 = (D.astype(mask_dtype) for D in draw(rng, parameters, m, keep_prob))
        A3, cache = with_dropout(X, parameters, keep_prob, D1, D2)
        if A3.min() > 0.05 and A3.max() < 0.95 and _has_all_kinds_of_units(cache):
            break
    Y = (rng.random((1, m)) < 0.5).astype(np.int64)
    Y[0, :2] = 0, 1
    return dict(X=X, Y=Y, cache=cache, keep_prob=keep_prob)


def _has_all_kinds_of_units(cache):
    Z1, D1, _, _, _, Z2, D2, *_ = cache
    return all(len(np.unique(2 * (D > 0) + (Z > 0))) == 4 for Z, D in ((Z1, D1), (Z2, D2)))


@backward_propagation_with_dropout.case
def boolean_masks(rng):
    """a small network with masks of True and False"""
    return _backward_case(rng, [2, 5, 4, 1], 7, 0.6, np.bool_)


@backward_propagation_with_dropout.case
def integer_masks(rng):
    """a wider network with masks of integers, few units kept"""
    return _backward_case(rng, [5, 12, 8, 1], 30, 0.3, np.int64)


@backward_propagation_with_dropout.case
def float_masks(rng):
    """a wider network with masks of floats, most units kept"""
    return _backward_case(rng, [4, 9, 7, 1], 25, 0.86, np.float64)


@backward_propagation_with_dropout.case(float32=True)
def gradients_in_single_precision(rng):
    """a small network in float32"""
    return _backward_case(rng, [3, 6, 4, 1], 11, 0.6, np.float64)


@backward_propagation_with_dropout.unseen_masks(share="keep_prob")
def _masks_of_the_own_pass(X, Y, cache, keep_prob):
    if not isinstance(cache, FromCall):
        return {}
    parameters, m = cache.arguments[1], X.shape[1]
    return {"D1": (len(parameters["W1"]), m), "D2": (len(parameters["W2"]), m)}


@backward_propagation_with_dropout.twin
def gradients_given_the_masks(X, Y, cache, keep_prob, D1, D2):
    own = with_dropout(X, cache.arguments[1], keep_prob, D1, D2)[1]
    return _true_gradients(X, Y, own, keep_prob)


OWN_KEEP_PROB = 0.625  # 1 / 0.625 is 1.6 in full, so that no rounding stands in the way


def _own_pass(rng):
    """Ask for the gradients of the notebook's own forward pass through a tiny network.

    Its masks are found by trying all 2**14. A pass may hide a mistake, by dropping no unit or too
    many of them; six passes do not.
    """
    made = _backward_case(rng, [5, 4, 3, 1], 2, OWN_KEEP_PROB, np.bool_)
    values = dict(zip(CACHE, made["cache"], strict=True))
    parameters = {name: values[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3")}
    asked = made["X"], parameters, OWN_KEEP_PROB, Rng(int(rng.integers(2**32)))
    return made | dict(cache=FromCall("forward_propagation_with_dropout", asked, item=1))


@backward_propagation_with_dropout.case(judged="unseen")
def own_forward_pass_1(rng):
    """a cache of the notebook's own forward pass (1)"""
    return _own_pass(rng)


@backward_propagation_with_dropout.case(judged="unseen")
def own_forward_pass_2(rng):
    """a cache of the notebook's own forward pass (2)"""
    return _own_pass(rng)


@backward_propagation_with_dropout.case(judged="unseen")
def own_forward_pass_3(rng):
    """a cache of the notebook's own forward pass (3)"""
    return _own_pass(rng)


@backward_propagation_with_dropout.case(judged="unseen")
def own_forward_pass_4(rng):
    """a cache of the notebook's own forward pass (4)"""
    return _own_pass(rng)


@backward_propagation_with_dropout.case(judged="unseen")
def own_forward_pass_5(rng):
    """a cache of the notebook's own forward pass (5)"""
    return _own_pass(rng)


@backward_propagation_with_dropout.case(judged="unseen")
def own_forward_pass_6(rng):
    """a cache of the notebook's own forward pass (6)"""
    return _own_pass(rng)


backward_misconception = backward_propagation_with_dropout.misconception


def _through(keep_prob):
    """Return the right way back through dropout."""
    return lambda dA, D, A: dA * D / keep_prob


def _true_gradients(X, Y, cache, keep_prob, **changed):
    return backward(X, Y, cache, _through(keep_prob), _through(keep_prob), **changed)


def _both(way):
    """Make a wrong solution that takes the same wrong way back through both layers."""
    return lambda X, Y, cache: backward(X, Y, cache, way, way)


@backward_misconception(credit=0.5)
def no_rescale_backward(X, Y, cache, keep_prob):
    """Divide dA2 and dA1 by keep_prob too: the forward pass scaled the kept units by 1/keep_prob,
    so their gradients carry the same factor."""
    return _both(lambda dA, D, A: dA * D)(X, Y, cache)


@backward_misconception(credit=0.6)
def no_rescale_of_dA1(X, Y, cache, keep_prob):
    """Divide dA1 by keep_prob too: only dA2 carries the factor of the forward pass here."""
    return backward(X, Y, cache, _through(keep_prob), lambda dA, D, A: dA * D)


@backward_misconception(credit=0.6)
def no_rescale_of_dA2(X, Y, cache, keep_prob):
    """Divide dA2 by keep_prob too: only dA1 carries the factor of the forward pass here."""
    return backward(X, Y, cache, lambda dA, D, A: dA * D, _through(keep_prob))


@backward_misconception(credit=0.3)
def no_mask_backward(X, Y, cache, keep_prob):
    """Multiply dA2 by D2 and dA1 by D1: a unit that was dropped had no part in the cost, so its
    gradient is 0."""
    return _both(lambda dA, D, A: dA / keep_prob)(X, Y, cache)


@backward_misconception(credit=0.4)
def dA1_not_masked(X, Y, cache, keep_prob):
    """Multiply dA1 by D1 too: only dA2 is masked here, and the gradient flows to units of layer 1
    that were dropped."""
    return backward(X, Y, cache, _through(keep_prob), lambda dA, D, A: dA / keep_prob)


@backward_misconception(credit=0.4)
def dA2_not_masked(X, Y, cache, keep_prob):
    """Multiply dA2 by D2 too: only dA1 is masked here, and the gradient flows to units of layer 2
    that were dropped."""
    return backward(X, Y, cache, lambda dA, D, A: dA / keep_prob, _through(keep_prob))


@backward_misconception(credit=0.2)
def no_dropout_backward(X, Y, cache, keep_prob):
    """Send dA2 and dA1 back through the dropout, dA * D / keep_prob: these are the gradients of a
    network without it."""
    return _both(lambda dA, D, A: dA)(X, Y, cache)


@backward_misconception(credit=0.4)
def no_dropout_of_dA1(X, Y, cache, keep_prob):
    """Send dA1 back through the dropout too, dA1 * D1 / keep_prob: only dA2 passes through it
    here."""
    return backward(X, Y, cache, _through(keep_prob), lambda dA, D, A: dA)


@backward_misconception(credit=0.4)
def no_dropout_of_dA2(X, Y, cache, keep_prob):
    """Send dA2 back through the dropout too, dA2 * D2 / keep_prob: only dA1 passes through it
    here."""
    return backward(X, Y, cache, lambda dA, D, A: dA, _through(keep_prob))


@backward_misconception(credit=0.5)
def dA1_masked_and_divided_twice(X, Y, cache, keep_prob):
    """Send dA1 back through its dropout once: dA1 * D1 / keep_prob stands here on two lines, so dW1
    is 1/keep_prob times too large."""
    twice = lambda dA, D, A: dA * D / keep_prob**2  # noqa: E731
    return backward(X, Y, cache, _through(keep_prob), twice)


@backward_misconception(credit=0.4)
def masked_and_divided_twice_backward(X, Y, cache, keep_prob):
    """Divide dA2 and dA1 by keep_prob once: the forward pass divides each layer once, and so does
    its gradient."""
    return _both(lambda dA, D, A: dA * D / keep_prob**2)(X, Y, cache)


@backward_misconception(credit=0.4)
def multiplied_by_keep_prob_backward(X, Y, cache, keep_prob):
    """Divide by keep_prob in place of multiplying: the gradients carry the same factor 1/keep_prob
    as the forward pass."""
    return _both(lambda dA, D, A: dA * D * keep_prob)(X, Y, cache)


@backward_misconception(credit=0.4)
def one_minus_keep_prob(X, Y, cache, keep_prob):
    """Divide by keep_prob in place of 1 - keep_prob: the factor is the forward pass's, which
    divides by the probability to KEEP a unit."""
    return _both(lambda dA, D, A: dA * D / (1 - keep_prob))(X, Y, cache)


@backward_misconception(credit=0.3)
def divided_by_one_half_backward(X, Y, cache, keep_prob):
    """Divide by the argument keep_prob in place of a fixed 0.5, so that every probability works."""
    return _both(lambda dA, D, A: dA * D / 0.5)(X, Y, cache)


@backward_misconception(credit=0.2)
def gradient_to_dropped_units(X, Y, cache, keep_prob):
    """Multiply by D in place of 1 - D: the gradient flows to the units that were kept."""
    return _both(lambda dA, D, A: dA * (1 - D) / keep_prob)(X, Y, cache)


@backward_misconception(credit=0.2)
def mask_on_A_not_on_dA(X, Y, cache, keep_prob):
    """Multiply dA2 and dA1 by the masks: here dA2 = A2 * D2 / keep_prob, where the gradient from
    above is lost and the activation takes its place."""
    return _both(lambda dA, D, A: A * D / keep_prob)(X, Y, cache)


@backward_misconception(credit=0.2)
def mask_in_place_of_dA(X, Y, cache, keep_prob):
    """Multiply the gradient by D / keep_prob: D / keep_prob alone is the slope of the dropout, and
    the chain rule multiplies it by the gradient from above."""
    return _both(lambda dA, D, A: D / keep_prob)(X, Y, cache)


@backward_misconception(credit=0.3)
def multiplied_by_the_activation(X, Y, cache, keep_prob):
    """Multiply dA by the mask D in place of the dropped activation A: both are 0 at dropped units,
    and at the others A is not 1."""
    return _both(lambda dA, D, A: dA * A)(X, Y, cache)


@backward_misconception(symptom=True, credit=0.3)
def masks_redrawn_backward(X, Y, cache, keep_prob):
    """Use D1 and D2 from the cache: new random masks send the gradient to units that had no part in
    the cost."""
    return _both(lambda dA, D, A: dA * (np.random.rand(*dA.shape) < keep_prob) / keep_prob)(
        X, Y, cache
    )


@backward_misconception(credit=0.4)
def missing_1_over_m(X, Y, cache, keep_prob):
    """Divide the gradients by m: the cost is a mean over the examples, and so are its gradients."""
    gradients = _true_gradients(X, Y, cache, keep_prob)
    return {name: value * X.shape[1] for name, value in gradients.items()}


@backward_misconception(credit=0.6)
def missing_1_over_m_in_dW(X, Y, cache, keep_prob):
    """Divide dW1, dW2 and dW3 by m too: the cost is a mean over the examples, and only db carries
    the factor 1/m here."""
    gradients = _true_gradients(X, Y, cache, keep_prob)
    return {n: value * X.shape[1] if n[1] == "W" else value for n, value in gradients.items()}


@backward_misconception(credit=0.6)
def missing_1_over_m_in_db(X, Y, cache, keep_prob):
    """Divide db1, db2 and db3 by m too: the cost is a mean over the examples, and only dW carries
    the factor 1/m here."""
    gradients = _true_gradients(X, Y, cache, keep_prob)
    return {n: value * X.shape[1] if n[1] == "b" else value for n, value in gradients.items()}


@backward_misconception(credit=0.5)
def divided_by_m_twice(X, Y, cache, keep_prob):
    """Divide by m once: the factor stands in dZ3 already, or on each line of dW and db, and not in
    both."""
    gradients = _true_gradients(X, Y, cache, keep_prob)
    return {name: value / X.shape[1] for name, value in gradients.items()}


@backward_misconception(credit=0.2)
def sign_of_dZ3(X, Y, cache, keep_prob):
    """Write dZ3 = A3 - Y: with Y - A3 every gradient has the other sign, and each step climbs."""
    return _true_gradients(X, Y, cache, keep_prob, dZ3=Y - cache[11])


@backward_misconception(credit=0.3)
def dZ3_with_the_slope_of_sigmoid(X, Y, cache, keep_prob):
    """Write dZ3 = A3 - Y for the cross-entropy: the factor A3 * (1 - A3) cancels in it, and it
    stays only in the gradient of the squared error."""
    A3 = cache[11]
    return _true_gradients(X, Y, cache, keep_prob, dZ3=(A3 - Y) * A3 * (1 - A3))


@backward_misconception(credit=0.3)
def gradient_of_the_squared_error(X, Y, cache, keep_prob):
    """Write dZ3 = A3 - Y: 2 * (A3 - Y) * A3 * (1 - A3) belongs to the squared error, and this
    network is trained with the cross-entropy."""
    A3 = cache[11]
    return _true_gradients(X, Y, cache, keep_prob, dZ3=2 * (A3 - Y) * A3 * (1 - A3))


@backward_misconception(credit=0.4)
def slope_of_relu_left_out(X, Y, cache, keep_prob):
    """Multiply dA2 by (Z2 > 0) and dA1 by (Z1 > 0): where relu gives 0 its slope is 0, and no
    gradient passes."""
    return _true_gradients(X, Y, cache, keep_prob, slope=np.ones_like)


@backward_misconception(credit=0.3)
def slope_of_sigmoid_for_relu(X, Y, cache, keep_prob):
    """Use the slope of relu, (Z > 0), in the hidden layers: A * (1 - A) is the slope of sigmoid."""
    Z1, A1, Z2, A2 = cache[0], cache[2], cache[5], cache[7]
    by_shape = {Z1.shape: A1 * (1 - A1), Z2.shape: A2 * (1 - A2)}
    return _true_gradients(X, Y, cache, keep_prob, slope=lambda Z: by_shape[Z.shape])


@backward_misconception(credit=0.3)
def slope_of_tanh_for_relu(X, Y, cache, keep_prob):
    """Use the slope of relu, (Z > 0), in the hidden layers: 1 - A**2 is the slope of tanh."""
    Z1, A1, Z2, A2 = cache[0], cache[2], cache[5], cache[7]
    by_shape = {Z1.shape: 1 - A1**2, Z2.shape: 1 - A2**2}
    return _true_gradients(X, Y, cache, keep_prob, slope=lambda Z: by_shape[Z.shape])


@backward_misconception(credit=0.5)
def undropped_activations_in_dW(X, Y, cache, keep_prob):
    """Use A1 and A2 of the cache in dW2 and dW3: they are what the next layer has received, after
    the dropout, and relu(Z) is not."""
    values = dict(zip(CACHE, cache, strict=True))
    values |= {f"A{l}": relu(values[f"Z{l}"]) for l in (1, 2)}
    return _true_gradients(X, Y, tuple(values.values()), keep_prob)


@backward_misconception(credit=0.4)
def dW_in_place_of_W(X, Y, cache, keep_prob):
    """Send the gradient back with W3.T and W2.T: the weights carry the signal, and here dW3 and dW2
    stand in their place."""
    gradients = _true_gradients(X, Y, cache, keep_prob)
    through_dW3 = dict(zip(CACHE, cache, strict=True)) | {"W3": gradients["dW3"]}
    dW2 = _true_gradients(X, Y, tuple(through_dW3.values()), keep_prob)["dW2"]
    return _true_gradients(X, Y, tuple((through_dW3 | {"W2": dW2}).values()), keep_prob)


@backward_misconception(credit=0.5)
def dW3_with_A3(X, Y, cache, keep_prob):
    """Write dW3 = dZ3 @ A2.T / m: a layer's gradient uses what enters the layer, and A3 is what
    leaves it."""
    A3, m = cache[11], X.shape[1]
    return _true_gradients(X, Y, cache, keep_prob) | {"dW3": (A3 - Y) @ A3.T / m}


@backward_misconception(credit=0.5)
def biases_summed_over_everything(X, Y, cache, keep_prob):
    """Sum db over the examples only, np.sum(dZ, axis=1, keepdims=True): without axis=1 all units of
    a layer share one number."""
    gradients = _true_gradients(X, Y, cache, keep_prob)
    return {n: np.sum(value) if n[1] == "b" else value for n, value in gradients.items()}


@backward_misconception(credit=0.7)
def biases_without_keepdims(X, Y, cache, keep_prob):
    """Pass keepdims=True to the sum of db: the shape (n,) does not fit b of shape (n, 1), and b -
    db would become a square matrix."""
    gradients = _true_gradients(X, Y, cache, keep_prob)
    return {n: value.ravel() if n[1] == "b" else value for n, value in gradients.items()}


@backward_misconception(credit=0.3)
def biases_summed_over_units(X, Y, cache, keep_prob):
    """Sum db over the examples, axis=1: axis=0 adds up the units, and the examples are the
    columns."""
    values = dict(zip(CACHE, cache, strict=True))
    m, drop = X.shape[1], _through(keep_prob)
    dZ3 = values["A3"] - Y
    dZ2 = drop(values["W3"].T @ dZ3, values["D2"], None) * (values["Z2"] > 0)
    dZ1 = drop(values["W2"].T @ dZ2, values["D1"], None) * (values["Z1"] > 0)
    sums = {f"db{l}": dZ.sum(axis=0, keepdims=True) / m for l, dZ in ((1, dZ1), (2, dZ2), (3, dZ3))}
    return _true_gradients(X, Y, cache, keep_prob) | sums
