"""Backward propagation with the L2 term: reference, cases and misconceptions."""

import keras_models
import numpy as np
from l2_regularization.networks import other_than, random_example

from autograder.core.exercise import exercise
from autograder.core.parts import DictOf


@exercise(points=30, returns=DictOf("dW1", "db1", "dW2", "db2", "dW3", "db3"))
def backward_propagation_with_regularization(X, Y, cache, lambd):
    """Compute the gradients of the regularised cost."""
    _, _, W1, b1, _, _, W2, b2, _, _, W3, b3 = cache
    parameters = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}
    return keras_models.gradients(X, Y, parameters, lambd)


def _case(rng, sizes, lambd):
    m = other_than(rng, 6, 12, sizes)
    example = random_example(rng, sizes, m)
    return {"X": example.X, "Y": example.Y, "cache": example.cache, "lambd": lambd}


@backward_propagation_with_regularization.case
def usual(rng):
    """A usual network"""
    return _case(rng, (4, 5, 3, 1), 0.7)


@backward_propagation_with_regularization.case
def wide_layers(rng):
    """Layers wider than the input"""
    return _case(rng, (2, 6, 5, 1), round(rng.uniform(0.3, 0.6), 2))


@backward_propagation_with_regularization.case
def large_lambd(rng):
    """A large lambd"""
    return _case(rng, (5, 4, 3, 1), round(rng.uniform(3, 9), 2))


@backward_propagation_with_regularization.case(float32=True)
def single_precision(rng):
    """X and cache in float32"""
    return _case(rng, (3, 5, 4, 1), 0.9)


@backward_propagation_with_regularization.case(weight=0)
def no_penalty(rng):
    """lambd = 0"""
    return _case(rng, (4, 5, 3, 1), 0.0)


# --- misconceptions: the right algorithm with one piece replaced

wrong = backward_propagation_with_regularization.misconception


def _l2_term(W, lambd, m):
    return lambd / m * W


def _relu_gradient(dA, Z, A):
    return dA * (A > 0)


def _backward(
    X,
    Y,
    cache,
    lambd,
    *,
    m=None,
    term=_l2_term,
    layers=(1, 2, 3),
    dZ3=lambda A3, Y: A3 - Y,
    through_relu=_relu_gradient,
    inputs=None,
):
    """Return the gradients. term: the L2 term of a W, added in `layers`; through_relu: dZ of dA;
    inputs: what dZ1, dZ2, dZ3 are multiplied by."""
    Z1, A1, W1, _, Z2, A2, W2, _, _, A3, W3, _ = cache
    m = m or X.shape[1]
    dZ3 = dZ3(A3, Y)
    dZ2 = through_relu(W3.T @ dZ3, Z2, A2)
    dZ1 = through_relu(W2.T @ dZ2, Z1, A1)
    inputs = inputs or (X, A1, A2)
    gradients = {}
    for l, dZ, A, W in zip((1, 2, 3), (dZ1, dZ2, dZ3), inputs, (W1, W2, W3), strict=True):
        gradients[f"dW{l}"] = dZ @ A.T / m + (term(W, lambd, m) if l in layers else 0)
        gradients[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
    return gradients


def _scaled(gradients, factor, kind):
    """Return the gradients with those of one kind, dW or db, multiplied by factor."""
    return {
        name: value * factor if name.startswith(kind) else value
        for name, value in gradients.items()
    }


# The L2 term


@wrong
def l2_term_left_out(X, Y, cache, lambd):
    """Add the gradient of the penalty to each dW: these are the gradients of the cross-entropy
    alone, so lambd has no effect."""
    return _backward(X, Y, cache, 0.0)


@wrong(credit=0.5)
def l2_gradient_lambda_over_2m(X, Y, cache, lambd):
    """Use lambd/m in the gradient, not lambd/(2m): the derivative of W squared brings a factor 2,
    which cancels the 2 of the penalty."""
    return _backward(X, Y, cache, lambd / 2)


@wrong(credit=0.5)
def l2_gradient_twice_lambda_over_m(X, Y, cache, lambd):
    """Use lambd/m in the gradient, not 2 lambd/m: the 2 of the square cancels with that of
    lambd/(2m)."""
    return _backward(X, Y, cache, 2 * lambd)


@wrong(credit=0.5)
def l2_term_missing_1_over_m(X, Y, cache, lambd):
    """Divide the L2 term by m: the penalty is lambd/(2m) times the sum of squares, so its gradient
    carries 1/m too."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd * W)


@wrong(credit=0.5)
def l2_term_divided_by_m_twice(X, Y, cache, lambd):
    """Divide the L2 term by m only once: here 1/m stands before the parenthesis and again within
    it."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd / m**2 * W)


@wrong(credit=0.5)
def l2_term_times_m(X, Y, cache, lambd):
    """Divide the L2 term by m in place of multiplying: lambd / 1 * m and lambd * m * W make it
    grow with the number of examples."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd * m * W)


@wrong(credit=0.5)
def l2_term_subtracted(X, Y, cache, lambd):
    """Add the L2 term in place of subtracting it: with the other sign each update pushes the
    weights away from 0."""
    return _backward(X, Y, cache, -lambd)


@wrong(credit=0.25)
def l2_term_last_layer_only(X, Y, cache, lambd):
    """Add the L2 term to dW1 and dW2 as well: the penalty holds all weights, and here only dW3 has
    its term."""
    return _backward(X, Y, cache, lambd, layers=(3,))


@wrong(credit=0.25)
def l2_term_first_layer_only(X, Y, cache, lambd):
    """Add the L2 term to dW2 and dW3 as well: the penalty holds all weights, and here only dW1 has
    its term."""
    return _backward(X, Y, cache, lambd, layers=(1,))


@wrong(credit=0.5)
def l2_term_last_layer_skipped(X, Y, cache, lambd):
    """Add the L2 term to dW3 as well: the output layer's weights are in the penalty like those of
    the hidden layers."""
    return _backward(X, Y, cache, lambd, layers=(1, 2))


@wrong(credit=0.5)
def l2_term_first_layer_skipped(X, Y, cache, lambd):
    """Add the L2 term to dW1 as well: the first layer's weights are in the penalty like those of
    the others."""
    return _backward(X, Y, cache, lambd, layers=(2, 3))


@wrong(credit=0.5)
def l2_term_second_layer_skipped(X, Y, cache, lambd):
    """Add the L2 term to dW2 as well: the second layer's weights are in the penalty like those of
    the others."""
    return _backward(X, Y, cache, lambd, layers=(1, 3))


@wrong(credit=0.25)
def l2_term_second_layer_only(X, Y, cache, lambd):
    """Add the L2 term to dW1 and dW3 as well: the penalty holds all weights, and here only dW2 has
    its term."""
    return _backward(X, Y, cache, lambd, layers=(2,))


@wrong(credit=0.5)
def bias_regularised(X, Y, cache, lambd):
    """Leave the L2 term out of db: the penalty holds the weights only, so the gradients of the
    biases do not depend on lambd."""
    gradients = _backward(X, Y, cache, lambd)
    biases = {"db1": cache[3], "db2": cache[7], "db3": cache[11]}
    return gradients | {
        name: gradients[name] + _l2_term(b, lambd, X.shape[1]) for name, b in biases.items()
    }


@wrong(credit=0.25)
def l2_term_sums_the_weights(X, Y, cache, lambd):
    """Add lambd/m times W itself to dW: the sum of W is one number, and each weight has a
    derivative of its own."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd / m * np.sum(W))


@wrong(credit=0.25)
def penalty_in_place_of_its_gradient(X, Y, cache, lambd):
    """Add the derivative of the penalty to dW, not the penalty: the derivative of the sum of
    squares with respect to W is 2 W."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd / (2 * m) * np.sum(W**2))


@wrong(credit=0.25)
def l2_term_without_W(X, Y, cache, lambd):
    """Multiply lambd/m by W: the pull towards 0 is in proportion to each weight, and a constant
    shifts them all alike."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd / m)


@wrong(credit=0.25)
def lambd_added(X, Y, cache, lambd):
    """Add lambd/m times W to dW, not lambd: a constant shifts all weights alike, whatever their
    size."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd)


@wrong(credit=0.25)
def l2_term_squares_the_weights(X, Y, cache, lambd):
    """Take the derivative of the squared weights: it is 2 W, and W squared in dW loses the sign of
    the weight."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd / m * W**2)


@wrong(credit=0.25)
def l1_for_l2(X, Y, cache, lambd):
    """Add lambd/m times W in place of its sign: the sign is the gradient of the L1 penalty, which
    pulls small and large weights alike."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd / m * np.sign(W))


@wrong(credit=0.25)
def gradient_of_unsquared_norm(X, Y, cache, lambd):
    """Leave the division by the norm out: it belongs to a penalty made of unsquared norms, and the
    L2 penalty is made of squares."""
    return _backward(X, Y, cache, lambd, term=lambda W, lambd, m: lambd / m * W / np.linalg.norm(W))


# The average over examples


@wrong(credit=0.5)
def dW_missing_1_over_m(X, Y, cache, lambd):
    """Divide the product in dW by m, as in db: the cost is a mean over the examples."""
    m = X.shape[1]
    return _scaled(_backward(X, Y, cache, lambd / m), m, "dW")


@wrong(credit=0.5)
def db_missing_1_over_m(X, Y, cache, lambd):
    """Divide the sum in db by m, as in dW: the cost is a mean over the examples."""
    return _scaled(_backward(X, Y, cache, lambd), X.shape[1], "db")


@wrong(credit=0.5)
def missing_1_over_m(X, Y, cache, lambd):
    """Divide by m in dW and db: the cost is a mean over the examples, and without 1/m the
    gradients grow with their number."""
    return _backward(X, Y, cache, lambd / X.shape[1], m=1)


@wrong(credit=0.5)
def divided_by_m_twice(X, Y, cache, lambd):
    """Divide by m once: 1/m carried in dZ3 reaches every gradient already, and here dW and db
    divide again."""
    m = X.shape[1]
    return _backward(X, Y, cache, lambd, dZ3=lambda A3, Y: (A3 - Y) / m)


@wrong(credit=0.5)
def m_from_rows_of_X(X, Y, cache, lambd):
    """Take m from X.shape[1]: examples are columns, and X.shape[0] is the number of features."""
    return _backward(X, Y, cache, lambd, m=X.shape[0])


@wrong(credit=0.5)
def m_from_rows_of_Y(X, Y, cache, lambd):
    """Take m from Y.shape[1]: examples are columns, and Y.shape[0] is 1."""
    return _backward(X, Y, cache, lambd, m=1)


# The error at the output


@wrong(credit=0.25)
def dZ3_sign(X, Y, cache, lambd):
    """Start with A3 - Y: with Y - A3 every gradient of the cross-entropy changes its sign, so that
    the updates climb."""
    return _backward(X, Y, cache, lambd, dZ3=lambda A3, Y: Y - A3)


@wrong(credit=0.25)
def gradient_of_squared_error(X, Y, cache, lambd):
    """Start with A3 - Y, the gradient of the cross-entropy through the sigmoid: a factor
    2 A3 (1 - A3) belongs to the squared error. The L2 term is not the cause."""
    return _backward(X, Y, cache, lambd, dZ3=lambda A3, Y: 2 * (A3 - Y) * A3 * (1 - A3))


@wrong(credit=0.25)
def sigmoid_slope_twice(X, Y, cache, lambd):
    """Start with A3 - Y alone: the sigmoid's slope A3 (1 - A3) is in it already, for it cancels
    against the derivative of the logarithms."""
    return _backward(X, Y, cache, lambd, dZ3=lambda A3, Y: (A3 - Y) * A3 * (1 - A3))


@wrong(credit=0.25)
def sigmoid_slope_left_out(X, Y, cache, lambd):
    """Send dA3 back through the sigmoid before using it as dZ3: its slope A3 (1 - A3) turns the
    derivative of the logarithms into A3 - Y."""
    return _backward(X, Y, cache, lambd, dZ3=lambda A3, Y: (1 - Y) / (1 - A3) - Y / A3)


# The hidden layers


@wrong(credit=0.25)
def relu_gradient_left_out(X, Y, cache, lambd):
    """Set dZ to 0 where relu's output is 0: dA goes through unchanged here, as if the hidden
    layers were linear."""
    return _backward(X, Y, cache, lambd, through_relu=lambda dA, Z, A: dA)


@wrong(credit=0.25)
def relu_gradient_of_dA(X, Y, cache, lambd):
    """Ask whether Z (or A) is positive, not whether dA is: relu passes the gradient where its
    input was positive, whatever the gradient's sign."""
    return _backward(X, Y, cache, lambd, through_relu=lambda dA, Z, A: np.maximum(dA, 0))


@wrong(credit=0.25)
def relu_gradient_reversed(X, Y, cache, lambd):
    """Keep the gradient where A is positive: here it goes through the units that relu blocked, and
    stops at the others."""
    return _backward(X, Y, cache, lambd, through_relu=lambda dA, Z, A: dA * (A <= 0))


@wrong(credit=0.25)
def relu_in_place_of_its_slope(X, Y, cache, lambd):
    """Multiply dA by relu's slope, which is 0 or 1: here it is multiplied by relu's value A."""
    return _backward(X, Y, cache, lambd, through_relu=lambda dA, Z, A: dA * A)


@wrong(credit=0.25)
def sigmoid_slope_for_relu(X, Y, cache, lambd):
    """Use relu's slope in the hidden layers, 0 or 1: A (1 - A) is the slope of the sigmoid, which
    only the output layer has."""
    return _backward(X, Y, cache, lambd, through_relu=lambda dA, Z, A: dA * A * (1 - A))


@wrong(credit=0.25)
def tanh_slope_for_relu(X, Y, cache, lambd):
    """Use relu's slope in the hidden layers, 0 or 1: 1 - A squared is the slope of tanh."""
    return _backward(X, Y, cache, lambd, through_relu=lambda dA, Z, A: dA * (1 - A**2))


@wrong(credit=0.5)
def wrong_activation_in_dW(X, Y, cache, lambd):
    """Multiply dZ3 by A2, the input of layer 3: with A3 the product has shape (1, 1), and adding
    the L2 term spreads that one number over dW3."""
    return _backward(X, Y, cache, lambd, inputs=(X, cache[1], cache[9]))


@wrong(credit=0.25)
def Z_for_A_in_dW(X, Y, cache, lambd):
    """Multiply dZ by the activations of the layer before, A1 and A2: Z1 and Z2 are the values
    before relu."""
    return _backward(X, Y, cache, lambd, inputs=(X, cache[0], cache[4]))


@wrong(credit=0.25)
def back_through_dW(X, Y, cache, lambd):
    """Send the gradient back through W3 and W2: here it goes through dW3 and dW2, which are
    results for the update."""
    _, A1, _, _, _, A2, W2, _, _, A3, W3, _ = cache
    m = X.shape[1]
    dW3 = (A3 - Y) @ A2.T / m + _l2_term(W3, lambd, m)
    dZ2 = (dW3.T @ (A3 - Y)) * (A2 > 0)
    dW2 = dZ2 @ A1.T / m + _l2_term(W2, lambd, m)
    dZ1 = (dW2.T @ dZ2) * (A1 > 0)
    return {
        "dW1": dZ1 @ X.T / m + _l2_term(cache[2], lambd, m),
        "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
        "dW2": dW2,
        "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
        "dW3": dW3,
        "db3": np.sum(A3 - Y, axis=1, keepdims=True) / m,
    }


# The shape of db. No credit: an array of another shape hides whether the rest is right.


@wrong
def db_summed_over_everything(X, Y, cache, lambd):
    """Sum dZ over the examples only, axis=1: without an axis all units share one number, and each
    unit has a bias of its own."""
    gradients = _backward(X, Y, cache, lambd)
    return {
        name: np.sum(value) if name.startswith("db") else value for name, value in gradients.items()
    }


@wrong
def db_without_keepdims(X, Y, cache, lambd):
    """Keep db a column with keepdims=True: a shape (n,) does not fit b of shape (n, 1), and
    subtracting one from the other gives a square."""
    gradients = _backward(X, Y, cache, lambd)
    return {
        name: value[:, 0] if name.startswith("db") else value for name, value in gradients.items()
    }
