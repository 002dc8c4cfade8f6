"""The L2 penalty and the regularised cost: references, cases and misconceptions."""

from collections.abc import Callable
from typing import Any

import keras_models
import numpy as np
from l2_regularization.networks import Parameters, other_than, random_example, random_parameters

from autograder.core.exercise import exercise
from autograder.core.parts import Number

Penalty = Callable[[Parameters, float, int], Any]


@exercise(points=10, returns=Number("the penalty"))
def l2_cost(parameters, lambd, m):
    """Compute the L2 penalty of a network of any depth."""
    return keras_models.l2_penalty(parameters, lambd, m)


@exercise(points=15, returns=Number("the cost"))
def compute_cost_with_regularization(A3, Y, parameters, lambd):
    """Add the L2 penalty to the mean cross-entropy."""
    Z3 = np.log(A3.astype(np.float64)) - np.log1p(-A3.astype(np.float64))
    penalty = keras_models.l2_penalty(parameters, lambd, Y.shape[1])
    return float(keras_models.cross_entropy(Z3, Y)) + penalty


# --- cases of l2_cost


def _penalty_case(rng, sizes, lambd):
    m = other_than(rng, 6, 24, sizes)
    return {"parameters": random_parameters(rng, sizes), "lambd": lambd, "m": m}


@l2_cost.case
def three_layers(rng):
    """A network of three layers"""
    return _penalty_case(rng, (4, 5, 3, 1), 0.7)


@l2_cost.case(weight=2)
def two_layers(rng):
    """A network of two layers"""
    return _penalty_case(rng, (3, 4, 1), 1.3)


@l2_cost.case(weight=2)
def four_layers(rng):
    """A network of four layers"""
    return _penalty_case(rng, (2, 5, 4, 3, 1), 0.25)


@l2_cost.case
def strong_penalty(rng):
    """A large lambd"""
    return _penalty_case(rng, (5, 3, 4, 1), round(rng.uniform(3, 9), 2))


@l2_cost.case(float32=True)
def single_precision(rng):
    """Parameters in float32"""
    return _penalty_case(rng, (4, 6, 2, 1), 0.5)


@l2_cost.case(weight=0)
def no_penalty(rng):
    """lambd = 0"""
    return _penalty_case(rng, (4, 5, 3, 1), 0.0)


# --- cases of compute_cost_with_regularization


def _cost_case(rng, sizes, lambd):
    m = other_than(rng, 6, 12, sizes)
    example = random_example(rng, sizes, m)
    A3 = example.A3.round(4)
    return {"A3": A3, "Y": example.Y, "parameters": example.parameters, "lambd": lambd}


@compute_cost_with_regularization.case
def usual(rng):
    """A usual network"""
    return _cost_case(rng, (4, 5, 3, 1), 0.7)


@compute_cost_with_regularization.case
def wide_layers(rng):
    """Layers wider than the input"""
    return _cost_case(rng, (2, 8, 5, 1), round(rng.uniform(0.1, 0.4), 2))


@compute_cost_with_regularization.case
def large_lambd(rng):
    """A large lambd"""
    return _cost_case(rng, (5, 4, 3, 1), round(rng.uniform(3, 9), 2))


@compute_cost_with_regularization.case(float32=True)
def in_float32(rng):
    """A3 and parameters in float32"""
    return _cost_case(rng, (3, 5, 4, 1), 0.5)


@compute_cost_with_regularization.case(weight=0)
def lambd_is_zero(rng):
    """lambd = 0"""
    return _cost_case(rng, (4, 5, 3, 1), 0.0)


# --- wrong penalties, which both exercises know


def _weights(parameters):
    return [parameters[f"W{l}"] for l in range(1, len(parameters) // 2 + 1)]


def _squares(parameters):
    return [np.sum(W**2) for W in _weights(parameters)]


def _cross_entropy(A3, Y):
    return np.mean(-Y * np.log(A3) - (1 - Y) * np.log(1 - A3))


def penalty_mistake(credit: float = 0.0) -> Callable[[Penalty], Penalty]:
    """Register a wrong penalty as a misconception of `l2_cost` and of the regularised cost."""

    def add(wrong: Penalty) -> Penalty:
        def in_the_cost(A3, Y, parameters, lambd):
            return _cross_entropy(A3, Y) + wrong(parameters, lambd, Y.shape[1])

        in_the_cost.__name__, in_the_cost.__doc__ = wrong.__name__, wrong.__doc__
        l2_cost.misconception(credit=credit)(wrong)
        compute_cost_with_regularization.misconception(credit=credit)(in_the_cost)
        return wrong

    return add


@penalty_mistake(credit=0.25)
def l2_norm_not_squared(parameters, lambd, m):
    """Square the norm of each W: np.linalg.norm takes the root of the sum of squares, and the L2
    penalty is made of the sum itself."""
    return lambd / (2 * m) * sum(np.linalg.norm(W) for W in _weights(parameters))


@penalty_mistake(credit=0.25)
def square_of_sum_of_norms(parameters, lambd, m):
    """Square each layer's norm before adding: the square of a sum also holds the products between
    layers, and the penalty has none."""
    return lambd / (2 * m) * sum(np.linalg.norm(W) for W in _weights(parameters)) ** 2


@penalty_mistake(credit=0.25)
def spectral_norm(parameters, lambd, m):
    """Add up the squares of all elements: np.linalg.norm with ord=2 gives a matrix's largest
    singular value, and the penalty needs the Frobenius norm, which is the default."""
    return lambd / (2 * m) * sum(np.linalg.norm(W, 2) ** 2 for W in _weights(parameters))


@penalty_mistake()
def l2_not_squared(parameters, lambd, m):
    """Square the weights before adding them up: a plain sum lets positive and negative weights
    cancel, so large weights could cost nothing."""
    return lambd / (2 * m) * sum(np.sum(W) for W in _weights(parameters))


@penalty_mistake()
def l1_for_l2(parameters, lambd, m):
    """Square the weights in place of taking absolute values: the sum of absolute values is the L1
    penalty, whose gradient does not shrink with the weight."""
    return lambd / (2 * m) * sum(np.sum(np.abs(W)) for W in _weights(parameters))


@penalty_mistake(credit=0.25)
def sum_before_square(parameters, lambd, m):
    """Square each weight first and add up afterwards: the square of a layer's sum lets weights of
    opposite sign cancel."""
    return lambd / (2 * m) * sum(np.sum(W) ** 2 for W in _weights(parameters))


@penalty_mistake(credit=0.5)
def mean_of_squares(parameters, lambd, m):
    """Take np.sum of the squared weights, not np.mean: a mean divides by the size of each W, so
    wide layers would count no more than narrow ones."""
    return lambd / (2 * m) * sum(np.mean(W**2) for W in _weights(parameters))


@penalty_mistake(credit=0.5)
def l2_precedence_2_times_m(parameters, lambd, m):
    """Put 2 * m in parentheses: Python works from left to right, divides by 2 and then multiplies
    by m, so the penalty is m squared times too large."""
    return lambd / 2 * m * sum(_squares(parameters))


@penalty_mistake(credit=0.5)
def l2_missing_half(parameters, lambd, m):
    """Divide the penalty by 2 as well: its factor is lambd/(2m), and the 2 cancels against the
    one from the derivative of the square."""
    return lambd / m * sum(_squares(parameters))


@penalty_mistake(credit=0.5)
def l2_missing_1_over_m(parameters, lambd, m):
    """Divide the penalty by m: the cost is a mean over m examples, and the factor lambd/(2m) puts
    the penalty on the same scale."""
    return lambd / 2 * sum(_squares(parameters))


@penalty_mistake(credit=0.25)
def l2_missing_1_over_2m(parameters, lambd, m):
    """Divide the penalty by 2m: lambd alone as its factor makes it 2m times too large."""
    return lambd * sum(_squares(parameters))


@penalty_mistake(credit=0.5)
def l2_divided_by_m_twice(parameters, lambd, m):
    """Divide the penalty by m only once: lambd/(2m) holds the division already."""
    return lambd / (2 * m) * sum(_squares(parameters)) / m


@penalty_mistake(credit=0.25)
def lambd_left_out(parameters, lambd, m):
    """Multiply the sum of squares by lambd: without it the strength of the penalty cannot be set,
    and lambd = 0 would not switch it off."""
    return sum(_squares(parameters)) / (2 * m)


@penalty_mistake(credit=0.25)
def lambd_added(parameters, lambd, m):
    """Multiply the sum of squares by lambd/(2m) in place of adding the two: the penalty has to
    vanish at lambd = 0."""
    return sum(_squares(parameters)) + lambd / (2 * m)


@penalty_mistake(credit=0.5)
def m_from_W1(parameters, lambd, m):
    """Take m as the number of examples: W1.shape[1] is n_x, the number of features."""
    return lambd / (2 * parameters["W1"].shape[1]) * sum(_squares(parameters))


@penalty_mistake(credit=0.25)
def l2_last_layer_only(parameters, lambd, m):
    """Add each layer's squares to the running sum: here every turn of the loop starts it afresh,
    so that only the last W counts."""
    return lambd / (2 * m) * _squares(parameters)[-1]


@penalty_mistake(credit=0.25)
def l2_first_layer_only(parameters, lambd, m):
    """Go through all layers: only W1 is in the penalty. A return inside the loop ends it after
    the first turn."""
    return lambd / (2 * m) * _squares(parameters)[0]


@penalty_mistake(credit=0.5)
def l2_last_layer_skipped(parameters, lambd, m):
    """Let the loop reach the last layer: the last W is not in the penalty, for range stops one
    before its end."""
    return lambd / (2 * m) * sum(_squares(parameters)[:-1])


@penalty_mistake(credit=0.25)
def lambd_on_first_layer_1_over_2m_on_last(parameters, lambd, m):
    """Put the sum of all layers in parentheses: without them lambd multiplies only the first W's
    squares and 2m divides only the last one's."""
    first, *between, last = _squares(parameters)
    return lambd * first + sum(between) + last / (2 * m)


@penalty_mistake(credit=0.25)
def factor_on_first_layer_only(parameters, lambd, m):
    """Put the sum of all layers in parentheses: without them the factor lambd/(2m) multiplies only
    the first W's squares."""
    first, *others = _squares(parameters)
    return lambd / (2 * m) * first + sum(others)


@penalty_mistake(credit=0.25)
def factor_on_last_layer_only(parameters, lambd, m):
    """Put the sum of all layers in parentheses: without them the factor lambd/(2m) multiplies only
    the last W's squares."""
    *others, last = _squares(parameters)
    return sum(others) + last * lambd / (2 * m)


@penalty_mistake(credit=0.5)
def bias_regularised(parameters, lambd, m):
    """Leave the biases out of the penalty: it is the weights that bend the decision boundary, so
    only the W are regularised."""
    return lambd / (2 * m) * sum(np.sum(value**2) for value in parameters.values())


@penalty_mistake(credit=0.5)
def sum_starts_at_1(parameters, lambd, m):
    """Start the running sum of squares at 0: starting at 1 adds lambd/(2m) to every penalty."""
    return lambd / (2 * m) * (1 + sum(_squares(parameters)))


@l2_cost.misconception(credit=0.5)
def three_layers_assumed(parameters, lambd, m):
    """Loop over as many layers as parameters holds, len(parameters) // 2: naming W1, W2 and W3
    suits a network of three layers and no other."""
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    return lambd / (2 * m) * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))


# --- misconceptions of the regularised cost alone


def _cost(A3, Y, parameters, lambd, *, cross_entropy=_cross_entropy):
    return cross_entropy(A3, Y) + lambd / (2 * Y.shape[1]) * sum(_squares(parameters))


@compute_cost_with_regularization.misconception
def penalty_left_out(A3, Y, parameters, lambd):
    """Add the L2 penalty to the cross-entropy: the returned cost is the cross-entropy alone, so
    lambd has no effect."""
    return _cross_entropy(A3, Y)


@compute_cost_with_regularization.misconception(credit=0.25)
def cross_entropy_left_out(A3, Y, parameters, lambd):
    """Add the cross-entropy to the penalty: the returned cost is the penalty alone, which says
    nothing about the predictions."""
    return _cost(A3, Y, parameters, lambd, cross_entropy=lambda A3, Y: 0)


@compute_cost_with_regularization.misconception(credit=0.25)
def penalty_subtracted(A3, Y, parameters, lambd):
    """Add the penalty in place of subtracting it: a cost that falls as the weights grow would
    reward large weights."""
    return _cost(A3, Y, parameters, -lambd)


@compute_cost_with_regularization.misconception(credit=0.5)
def m_from_rows_of_Y(A3, Y, parameters, lambd):
    """Take m from Y.shape[1]: examples are columns, and Y.shape[0] is 1."""
    return _cross_entropy(A3, Y) * Y.shape[1] + lambd / 2 * sum(_squares(parameters))


@compute_cost_with_regularization.misconception(credit=0.5)
def cross_entropy_missing_1_over_m(A3, Y, parameters, lambd):
    """Divide the summed cross-entropy by m: the cost is a mean over the examples."""
    return _cost(A3, Y, parameters, lambd, cross_entropy=_summed_cross_entropy)


def _summed_cross_entropy(A3, Y):
    return _cross_entropy(A3, Y) * Y.shape[1]


@compute_cost_with_regularization.misconception(credit=0.5)
def cross_entropy_halved(A3, Y, parameters, lambd):
    """Divide the cross-entropy by m, not by 2m: the 2 belongs to the penalty alone."""
    return _cost(A3, Y, parameters, lambd, cross_entropy=lambda A3, Y: _cross_entropy(A3, Y) / 2)


@compute_cost_with_regularization.misconception(credit=0.5)
def cross_entropy_sign(A3, Y, parameters, lambd):
    """Change the sign of the cross-entropy: logarithms of probabilities are negative, so the cost
    carries a minus before them."""
    return _cost(A3, Y, parameters, lambd, cross_entropy=lambda A3, Y: -_cross_entropy(A3, Y))


@compute_cost_with_regularization.misconception(credit=0.25)
def only_examples_with_label_1(A3, Y, parameters, lambd):
    """Add the term with 1 - Y: without it the examples with label 0 cost nothing, whatever is
    predicted for them."""
    return _cost(A3, Y, parameters, lambd, cross_entropy=lambda A3, Y: np.mean(-Y * np.log(A3)))


@compute_cost_with_regularization.misconception(credit=0.25)
def only_examples_with_label_0(A3, Y, parameters, lambd):
    """Add the term with Y * log(A3): without it the examples with label 1 cost nothing, whatever
    is predicted for them."""
    return _cost(
        A3, Y, parameters, lambd, cross_entropy=lambda A3, Y: np.mean((Y - 1) * np.log(1 - A3))
    )


@compute_cost_with_regularization.misconception(credit=0.25)
def labels_swapped(A3, Y, parameters, lambd):
    """Pair Y with log(A3) and 1 - Y with log(1 - A3): A3 is the probability of label 1, and here
    the two are exchanged."""
    return _cost(A3, Y, parameters, lambd, cross_entropy=lambda A3, Y: _cross_entropy(1 - A3, Y))


@compute_cost_with_regularization.misconception(credit=0.5)
def logarithm_to_base_2(A3, Y, parameters, lambd):
    """Use np.log, the natural logarithm: np.log2 gives another cost, and the gradient A3 - Y
    belongs to the natural one."""
    return _cost(
        A3, Y, parameters, lambd, cross_entropy=lambda A3, Y: _cross_entropy(A3, Y) / np.log(2)
    )


@compute_cost_with_regularization.misconception(credit=0.5)
def logarithm_to_base_10(A3, Y, parameters, lambd):
    """Use np.log, the natural logarithm: np.log10 gives another cost, and the gradient A3 - Y
    belongs to the natural one."""
    return _cost(
        A3, Y, parameters, lambd, cross_entropy=lambda A3, Y: _cross_entropy(A3, Y) / np.log(10)
    )


@compute_cost_with_regularization.misconception(credit=0.25)
def squared_error(A3, Y, parameters, lambd):
    """Use the cross-entropy in place of the squared error: the gradient of this course, A3 - Y,
    is that of the cross-entropy."""
    return _cost(A3, Y, parameters, lambd, cross_entropy=lambda A3, Y: np.mean((A3 - Y) ** 2))
