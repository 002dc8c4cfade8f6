"""The update with weight decay: reference, cases and misconceptions."""

import keras_models
import numpy as np
from l2_regularization.networks import other_than, random_parameters

from autograder.core.exercise import exercise
from autograder.core.parts import DictOf

NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")


@exercise(points=20, returns=DictOf(*NAMES), keeps=("parameters",))
def update_parameters_with_weight_decay(parameters, gradients, learning_rate, lambd, m):
    """Take one gradient descent step with weight decay."""
    return keras_models.weight_decay_step(parameters, gradients, learning_rate, lambd / m)


def _case(rng, sizes, learning_rate, lambd):
    parameters = random_parameters(rng, sizes)
    gradients = {
        f"d{name}": rng.normal(size=value.shape).round(3) for name, value in parameters.items()
    }
    m = other_than(rng, 6, 20, sizes)
    return {
        "parameters": parameters,
        "gradients": gradients,
        "learning_rate": learning_rate,
        "lambd": lambd,
        "m": m,
    }


@update_parameters_with_weight_decay.case
def usual(rng):
    """A usual step"""
    return _case(rng, (4, 5, 3, 1), 0.1, 0.7)


@update_parameters_with_weight_decay.case
def strong_decay(rng):
    """A large lambd"""
    return _case(rng, (3, 6, 4, 1), 0.3, round(rng.uniform(3, 9), 2))


@update_parameters_with_weight_decay.case
def small_steps(rng):
    """A small learning rate"""
    return _case(rng, (5, 4, 2, 1), 0.05, round(rng.uniform(5, 7), 2))


@update_parameters_with_weight_decay.case(float32=True)
def single_precision(rng):
    """Parameters and gradients in float32"""
    return _case(rng, (2, 5, 4, 1), 0.2, 4.5)


@update_parameters_with_weight_decay.case(weight=0)
def no_decay(rng):
    """lambd = 0"""
    return _case(rng, (4, 5, 3, 1), 0.1, 0.0)


# --- misconceptions: the right step with one piece replaced

wrong = update_parameters_with_weight_decay.misconception


def _decay(W, dW, lambd, m):
    return lambd / m * W


def _none(b, db, lambd, m):
    return 0


def _step(
    parameters, gradients, learning_rate, lambd, m, *, decay=_decay, bias_decay=_none, names=NAMES
):
    """Return the parameters after the step; those not in `names` stay. decay: is added to dW."""
    updated = {name: value.copy() for name, value in parameters.items()}
    for name in names:
        value, gradient = parameters[name], gradients[f"d{name}"]
        extra = (decay if name[0] == "W" else bias_decay)(value, gradient, lambd, m)
        updated[name] = value - learning_rate * (gradient + extra)
    return updated


@wrong
def decay_left_out(parameters, gradients, learning_rate, lambd, m):
    """Add the decay lambd/m W to dW: the gradients come without the L2 term, and this is the plain
    step."""
    return _step(parameters, gradients, learning_rate, 0.0, m)


@wrong(credit=0.5)
def decay_over_2m(parameters, gradients, learning_rate, lambd, m):
    """Use lambd/m in the decay, not lambd/(2m): the derivative of W squared brings a factor 2,
    which cancels the 2 of the penalty."""
    return _step(parameters, gradients, learning_rate, lambd / 2, m)


@wrong(credit=0.5)
def decay_missing_1_over_m(parameters, gradients, learning_rate, lambd, m):
    """Divide the decay by m: the penalty is divided by the number of examples like the cost, so
    its gradient is lambd/m W."""
    return _step(parameters, gradients, learning_rate, lambd, 1)


@wrong(credit=0.5)
def decay_times_m(parameters, gradients, learning_rate, lambd, m):
    """Divide the decay by m in place of multiplying: the pull towards 0 is lambd/m W."""
    return _step(parameters, gradients, learning_rate, lambd * m, 1)


@wrong(credit=0.5)
def decay_without_learning_rate(parameters, gradients, learning_rate, lambd, m):
    """Multiply the decay by the learning rate too: it is part of the gradient, so one step shrinks
    a weight by the factor 1 - alpha lambd/m, not 1 - lambd/m."""
    return _step(parameters, gradients, learning_rate, lambd / learning_rate, m)


@wrong(credit=0.5)
def learning_rate_twice_in_decay(parameters, gradients, learning_rate, lambd, m):
    """Multiply the decay by the learning rate once: here alpha stands before the parenthesis and
    again within it."""
    return _step(parameters, gradients, learning_rate, lambd * learning_rate, m)


@wrong(credit=0.25)
def decay_without_learning_rate_and_m(parameters, gradients, learning_rate, lambd, m):
    """Multiply the decay by the learning rate and divide it by m: here lambd alone decides how far
    a weight shrinks."""
    return _step(parameters, gradients, learning_rate, lambd / learning_rate, 1)


@wrong(credit=0.5)
def decay_added(parameters, gradients, learning_rate, lambd, m):
    """Subtract the decay: with a plus the factor is 1 + alpha lambd/m, and the weights grow away
    from 0."""
    return _step(parameters, gradients, learning_rate, -lambd, m)


@wrong(credit=0.25)
def moves_uphill(parameters, gradients, learning_rate, lambd, m):
    """Subtract the step: the gradient points to where the cost grows, and here the parameters
    follow it."""
    return _step(parameters, gradients, -learning_rate, lambd, m)


@wrong(credit=0.25)
def gradient_added(parameters, gradients, learning_rate, lambd, m):
    """Subtract alpha times the gradient: the weights shrink rightly here, and then move to where
    the cost grows."""
    return _step(parameters, gradients, -learning_rate, -lambd, m)


@wrong(credit=0.25)
def learning_rate_left_out(parameters, gradients, learning_rate, lambd, m):
    """Multiply the step by the learning rate: without it each step is as long as the gradient."""
    return _step(parameters, gradients, 1.0, lambd, m)


@wrong(credit=0.25)
def gradient_without_learning_rate(parameters, gradients, learning_rate, lambd, m):
    """Multiply the gradient by the learning rate too: here only the decay carries it."""
    return _step(parameters, gradients, 1.0, lambd * learning_rate, m)


@wrong(credit=0.5)
def biases_decay(parameters, gradients, learning_rate, lambd, m):
    """Leave the biases out of the decay: the penalty holds the weights only, so b takes the plain
    step."""
    return _step(parameters, gradients, learning_rate, lambd, m, bias_decay=_decay)


@wrong(credit=0.5)
def biases_not_updated(parameters, gradients, learning_rate, lambd, m):
    """Update the biases as well: they take no decay, and still follow their gradients."""
    names = ("W1", "W2", "W3")
    return _step(parameters, gradients, learning_rate, lambd, m, names=names)


@wrong(credit=0.5)
def last_layer_not_updated(parameters, gradients, learning_rate, lambd, m):
    """Let the loop reach the last layer: W3 and b3 are unchanged, for range stops one before its
    end."""
    return _step(parameters, gradients, learning_rate, lambd, m, names=NAMES[:4])


@wrong(credit=0.5)
def last_layer_without_decay(parameters, gradients, learning_rate, lambd, m):
    """Let W3 decay as well: the output layer's weights are in the penalty like those of the hidden
    layers."""
    plain = _step(parameters, gradients, learning_rate, 0.0, m)
    return _step(parameters, gradients, learning_rate, lambd, m) | {"W3": plain["W3"]}


@wrong(credit=0.5)
def first_layer_without_decay(parameters, gradients, learning_rate, lambd, m):
    """Let W1 decay as well: the first layer's weights are in the penalty like those of the
    others."""
    plain = _step(parameters, gradients, learning_rate, 0.0, m)
    return _step(parameters, gradients, learning_rate, lambd, m) | {"W1": plain["W1"]}


@wrong(credit=0.5)
def second_layer_without_decay(parameters, gradients, learning_rate, lambd, m):
    """Let W2 decay as well: the second layer's weights are in the penalty like those of the
    others."""
    plain = _step(parameters, gradients, learning_rate, 0.0, m)
    return _step(parameters, gradients, learning_rate, lambd, m) | {"W2": plain["W2"]}


@wrong(credit=0.5)
def decay_after_the_step(parameters, gradients, learning_rate, lambd, m):
    """Shrink the weights as they were before the step: here the new W is multiplied by
    1 - alpha lambd/m, so that the gradient shrinks too."""
    shrink = 1 - learning_rate * lambd / m
    stepped = _step(parameters, gradients, learning_rate, 0.0, m)
    return {name: v * shrink if name[0] == "W" else v for name, v in stepped.items()}


@wrong
def parameters_unchanged(parameters, gradients, learning_rate, lambd, m):
    """Return the parameters after the step: here they come back as they were."""
    return {name: value.copy() for name, value in parameters.items()}


@wrong(credit=0.25)
def gradient_left_out(parameters, gradients, learning_rate, lambd, m):
    """Subtract alpha times the gradient too: here the weights decay, and nothing else moves."""
    nothing = {name: 0 * value for name, value in gradients.items()}
    return _step(parameters, nothing, learning_rate, lambd, m)


@wrong(credit=0.5)
def decay_twice_too_strong(parameters, gradients, learning_rate, lambd, m):
    """Use lambd/m in the decay, not 2 lambd/m: the 2 of the square cancels with that of
    lambd/(2m)."""
    return _step(parameters, gradients, learning_rate, 2 * lambd, m)


@wrong(credit=0.25)
def decay_sums_the_weights(parameters, gradients, learning_rate, lambd, m):
    """Multiply lambd/m by W itself: the sum of W is one number, and each weight has a decay of its
    own."""
    of_sum = lambda W, dW, lambd, m: lambd / m * np.sum(W)  # noqa: E731 - one line says all
    return _step(parameters, gradients, learning_rate, lambd, m, decay=of_sum)


@wrong(credit=0.25)
def decay_squares_the_weights(parameters, gradients, learning_rate, lambd, m):
    """Multiply lambd/m by W, not by W squared: the derivative of the square is 2 W, and the square
    loses the sign of the weight."""
    squared = lambda W, dW, lambd, m: lambd / m * W**2  # noqa: E731 - one line says all
    return _step(parameters, gradients, learning_rate, lambd, m, decay=squared)


@wrong(credit=0.25)
def decay_without_W(parameters, gradients, learning_rate, lambd, m):
    """Multiply lambd/m by W: the pull towards 0 is in proportion to each weight, and a constant
    shifts them all alike."""
    constant = lambda W, dW, lambd, m: lambd / m  # noqa: E731 - one line says all
    return _step(parameters, gradients, learning_rate, lambd, m, decay=constant)


@wrong(credit=0.25)
def decay_of_the_gradient(parameters, gradients, learning_rate, lambd, m):
    """Multiply lambd/m by W, not by dW: the decay pulls the weight itself towards 0, and here the
    gradient is stretched."""
    of_gradient = lambda W, dW, lambd, m: lambd / m * dW  # noqa: E731 - one line says all
    return _step(parameters, gradients, learning_rate, lambd, m, decay=of_gradient)


@wrong(credit=0.25)
def decay_by_sign(parameters, gradients, learning_rate, lambd, m):
    """Multiply lambd/m by W, not by its sign: the sign belongs to the L1 penalty, which pulls
    small and large weights alike."""
    by_sign = lambda W, dW, lambd, m: lambd / m * np.sign(W)  # noqa: E731 - one line says all
    return _step(parameters, gradients, learning_rate, lambd, m, decay=by_sign)


@wrong(credit=0.25)
def penalty_in_place_of_its_gradient(parameters, gradients, learning_rate, lambd, m):
    """Use the derivative of the penalty, lambd/m W: here the penalty itself, one number, is added
    to dW1, dW2 and dW3."""
    penalty = lambda W, dW, lambd, m: lambd / (2 * m) * np.sum(W**2)  # noqa: E731
    return _step(parameters, gradients, learning_rate, lambd, m, decay=penalty)


@wrong(credit=0.5)
def updated_in_place(parameters, gradients, learning_rate, lambd, m):
    """Put new arrays into a new dict: the values are right, but the caller's parameters have
    changed with them. Neither assign to parameters["W1"] nor use W -= step, which reaches the
    caller's arrays through a shallow copy too."""
    stepped = _step(parameters, gradients, learning_rate, lambd, m)
    for name, value in parameters.items():
        value[...] = stepped[name]
    return parameters
