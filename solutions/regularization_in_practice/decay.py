"""`weight_decay_factor`: what one step does to a weight that the data ignores."""

import keras_training
import numpy as np

from autograder.core.exercise import exercise
from autograder.core.parts import Number


@exercise(points=10, returns=Number("factor"))
def weight_decay_factor(learning_rate, lambd, m):
    """Compute the factor by which one step shrinks a weight whose gradient is 0."""
    return keras_training.weight_decay_factor(learning_rate, lambd, m)


@weight_decay_factor.case(public_only=True)
def worked_example(rng):
    """the worked example: alpha = 0.1, lambda = 0.7, m = 7"""
    return dict(learning_rate=0.1, lambd=0.7, m=7)


@weight_decay_factor.case
def gentle_decay(rng):
    """a factor a little below 1"""
    learning_rate = round(rng.uniform(0.2, 0.4), 3)
    return dict(learning_rate=learning_rate, lambd=round(rng.uniform(2, 4), 2), m=17)


@weight_decay_factor.case
def strong_decay(rng):
    """a factor far below 1"""
    learning_rate = round(rng.uniform(1.2, 1.9), 2)
    return dict(learning_rate=learning_rate, lambd=round(rng.uniform(1.2, 1.9), 2), m=5)


@weight_decay_factor.case
def overshoot(rng):
    """alpha lambda / m above 1: the weight changes its sign"""
    learning_rate = round(rng.uniform(2.1, 2.6), 2)
    return dict(learning_rate=learning_rate, lambd=round(rng.uniform(3.2, 3.9), 2), m=3)


@weight_decay_factor.case(weight=0)
def no_penalty(rng):
    """lambda = 0, which leaves weights alone"""
    return dict(learning_rate=round(rng.uniform(0.2, 0.9), 2), lambd=0, m=11)


@weight_decay_factor.misconception
def no_decay_at_all(learning_rate, lambd, m):
    """Let the factor depend on alpha, lambda and m: a factor of 1 leaves every weight as it was."""
    return 1.0


@weight_decay_factor.misconception(credit=0.5)
def learning_rate_left_out(learning_rate, lambd, m):
    """Multiply lambd / m by the learning rate: a step moves the weight by alpha times lambda/m W,
    so a larger alpha makes the same penalty bite harder."""
    return 1 - lambd / m


@weight_decay_factor.misconception(credit=0.5)
def grows_with_the_step(learning_rate, lambd, m):
    """Subtract alpha lambda / m from 1 in place of adding it: the penalty pulls the weight towards
    0."""
    return 1 + learning_rate * lambd / m


@weight_decay_factor.misconception(credit=0.5)
def half_the_decay(learning_rate, lambd, m):
    """Divide by m in place of 2m: the 2 of the penalty lambda/(2m) W^2 cancels in its gradient,
    which is lambda/m W."""
    return 1 - learning_rate * lambd / (2 * m)


@weight_decay_factor.misconception(credit=0.5)
def twice_the_decay(learning_rate, lambd, m):
    """Drop the factor 2: the gradient of lambda/(2m) W^2 is lambda/m W, since the 2 of the square
    cancels the 2 below."""
    return 1 - 2 * learning_rate * lambd / m


@weight_decay_factor.misconception(credit=0.5)
def examples_left_out(learning_rate, lambd, m):
    """Divide by m, the number of examples: the penalty is lambda/(2m) times the sum of
    squares."""
    return 1 - learning_rate * lambd


@weight_decay_factor.misconception(credit=0.4)
def lambd_left_out(learning_rate, lambd, m):
    """Multiply by lambd: without a penalty nothing shrinks, and with lambd = 0 the factor is 1."""
    return 1 - learning_rate / m


@weight_decay_factor.misconception(credit=0.5)
def share_lost(learning_rate, lambd, m):
    """Return 1 - alpha lambda / m: what stands here is the share that the step takes away, and the
    factor is what it leaves."""
    return learning_rate * lambd / m


@weight_decay_factor.misconception(credit=0.4)
def everything_divided_by_m(learning_rate, lambd, m):
    """Divide only alpha lambda by m: with (1 - alpha lambda) / m the 1 is divided too."""
    return (1 - learning_rate * lambd) / m


@weight_decay_factor.misconception(credit=0.4)
def multiplied_by_m(learning_rate, lambd, m):
    """Divide by m in place of multiplying: the more examples there are, the less the penalty weighs
    against them."""
    return 1 - learning_rate * lambd * m


@weight_decay_factor.misconception(credit=0.4)
def learning_rate_outside(learning_rate, lambd, m):
    """Take alpha lambda / m off 1, which is the whole weight: alpha (1 - lambda/m) scales the
    whole weight by the learning rate."""
    return learning_rate * (1 - lambd / m)


@weight_decay_factor.misconception(credit=0.4)
def divided_by_the_learning_rate(learning_rate, lambd, m):
    """Multiply by the learning rate in place of dividing: a longer step shrinks the weight more."""
    return 1 - lambd / (learning_rate * m)


@weight_decay_factor.misconception(credit=0.5)
def exponential_decay(learning_rate, lambd, m):
    """Return 1 - alpha lambda / m: exp(-alpha lambda / m) is the limit of many tiny steps, and
    this is one step."""
    return np.exp(-learning_rate * lambd / m)


@weight_decay_factor.misconception(credit=0.5)
def learning_rate_squared(learning_rate, lambd, m):
    """Multiply by the learning rate once: the step is alpha (dW + lambda/m W)."""
    return 1 - learning_rate**2 * lambd / m


@weight_decay_factor.misconception(credit=0.5)
def divided_by_m_twice(learning_rate, lambd, m):
    """Divide by m once: the gradient of the penalty is lambda/m W."""
    return 1 - learning_rate * lambd / m**2


@weight_decay_factor.misconception(credit=0.7)
def never_below_zero(learning_rate, lambd, m):
    """Return 1 - alpha lambda / m as it is: where alpha lambda exceeds m the factor is negative,
    and the step overshoots 0. That is a warning about the setting, and the formula shows it."""
    return max(0.0, 1 - learning_rate * lambd / m)
