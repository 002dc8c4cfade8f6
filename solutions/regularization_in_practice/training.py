"""`train`: reference, cases, and the twin with its pieces that misconceptions exchange."""

import keras_training
import numpy as np
from regularization_in_practice.networks import (
    Z3,
    backward,
    dropout_pass,
    labels,
    mask_shapes,
    positive_network,
    random_network,
)

from autograder.core.exercise import exercise
from autograder.core.parts import DictOf, Numbers, TupleOf
from autograder.core.unseen import MAX_BITS

NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
WEIGHTS = ("W1", "W2", "W3")
TINY = (4, 2, 2, 1)  # 4 hidden draws an example and iteration


@exercise(
    points=30,
    returns=TupleOf(DictOf(*NAMES, name="parameters"), Numbers("costs")),
    keeps=("parameters",),
)
def train(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Train by gradient descent with L2 regularization and dropout."""
    return keras_training.train(
        X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng
    )


@train.unseen_masks(share="keep_prob")
def hidden_masks(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob):
    """Return the shapes of the masks of all iterations, where these are few enough to be tried."""
    shapes = mask_shapes(X, parameters)
    bits = sum(units * examples for units, examples in shapes.values())
    count = num_iterations if bits * num_iterations <= MAX_BITS else 1
    return {name: (units, count * examples) for name, (units, examples) in shapes.items()}


# --- cases


@train.case(weight=2)
def l2_alone(rng):
    """L2 regularization without dropout, keep_prob = 1"""
    X, parameters = random_network(rng, (4, 7, 5, 1), m=9)
    return dict(
        X=X,
        Y=labels(9),
        parameters=parameters,
        learning_rate=0.6,
        num_iterations=4,
        lambd=round(rng.uniform(0.8, 1.5), 2),
        keep_prob=1,
    )


@train.case(weight=0.5)
def no_regularizer(rng):
    """lambd = 0 and keep_prob = 1"""
    X, parameters = random_network(rng, (3, 6, 4, 1), m=8)
    return dict(
        X=X,
        Y=labels(8),
        parameters=parameters,
        learning_rate=0.9,
        num_iterations=3,
        lambd=0,
        keep_prob=1,
    )


@train.case(weight=0.5, float32=True)
def single_precision(rng):
    """float32, keep_prob = 1"""
    X, parameters = positive_network(rng, (5, 7, 4, 1), m=3)
    parameters["b3"] += 1.5  # far from 0 after the steps: a tolerance is relative
    return dict(
        X=X,
        Y=labels(3),
        parameters=parameters,
        learning_rate=0.2,
        num_iterations=2,
        lambd=0.5,
        keep_prob=1,
    )


@train.case(judged="unseen", weight=2)
def one_step_with_dropout(rng):
    """one iteration with dropout"""
    X, parameters = positive_network(rng)
    return dict(
        X=X,
        Y=labels(2),
        parameters=parameters,
        learning_rate=0.5,
        num_iterations=1,
        lambd=round(rng.uniform(0.4, 0.8), 2),
        keep_prob=0.6,
    )


@train.case(judged="unseen", weight=2)
def three_steps_with_dropout(rng):
    """three iterations with dropout"""
    X, parameters = positive_network(rng, TINY, m=1)
    return dict(
        X=X,
        Y=labels(1),
        parameters=parameters,
        learning_rate=0.5,
        num_iterations=3,
        lambd=round(rng.uniform(0.2, 0.4), 2),
        keep_prob=0.6,
    )


@train.case(judged="each", repeats="num_iterations")
def masks_of_many_iterations(rng):
    """160 iterations with dropout and learning_rate = 0"""
    X, parameters = positive_network(rng, scale=0.6)
    return dict(
        X=X,
        Y=labels(2),
        parameters=parameters,
        learning_rate=0,
        num_iterations=160,
        lambd=round(rng.uniform(0.4, 0.8), 2),
        keep_prob=0.35,
    )


# --- the twin, in pieces: each takes the parameters P, what came before, and the case's arguments


def masked_pass(P, case):
    """Return the cache of the forward pass."""
    return dropout_pass(case["X"], P, case["keep_prob"], case["D1"], case["D2"])


def squared_weights(P):
    """Return the sum of the squared weights."""
    return sum(np.sum(np.square(P[name])) for name in WEIGHTS)


def cross_entropy(cache, Y):
    """Return the mean cross-entropy, from the logits Z3."""
    return np.sum(np.logaddexp(0, cache[Z3]) - Y * cache[Z3]) / Y.shape[1]


def penalty(P, case):
    """Return the L2 penalty."""
    return case["lambd"] / (2 * case["X"].shape[1]) * squared_weights(P)


def regularized_cost(cache, P, case):
    """Return cross-entropy plus penalty."""
    return cross_entropy(cache, case["Y"]) + penalty(P, case)


def through_dropout(case):
    """Return the function that sends dA back through a layer's mask D."""
    return lambda dA, D: dA * D / case["keep_prob"]


def plain_gradients(cache, P, case):
    """Return the gradients of the cross-entropy."""
    back = through_dropout(case)
    return backward(case["X"], case["Y"], cache, back, back)


def decayed_step(P, gradients, case):
    """Return the parameters after one step with weight decay."""
    return step_with(P, gradients, case, decay=case["lambd"] / case["X"].shape[1])


def step_with(P, gradients, case, *, decay, decayed=WEIGHTS):
    """Return the parameters after a step in which those named in `decayed` shrink by decay."""
    return {
        name: P[name]
        - case["learning_rate"]
        * (gradients[f"d{name}"] + (decay * P[name] if name in decayed else 0))
        for name in NAMES
    }


def descend(
    case,
    *,
    forward=masked_pass,
    cost=regularized_cost,
    gradients=plain_gradients,
    step=decayed_step,
):
    """Return (parameters, costs) after num_iterations of forward, cost, gradients, step."""
    P, costs = case["parameters"], []
    for now in iterations(case):
        cache = forward(P, now)
        costs.append(cost(cache, P, now))
        P = step(P, gradients(cache, P, now), now)
    return P, costs


def iterations(case):
    """Return the case once for each iteration, with the masks of that one.

    They stand side by side in D1 and D2; where there is one of each, it serves all iterations.
    """
    m, count = case["X"].shape[1], case["num_iterations"]
    columns = case["D1"].shape[1]
    if columns == m:
        return [case] * count
    chosen = [np.eye(columns)[:, i * m : (i + 1) * m] for i in range(count)]
    return [case | {name: case[name] @ at for name in ("D1", "D2")} for at in chosen]


@train.twin
def right(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, D1, D2):
    case = dict(X=X, Y=Y, parameters=parameters, learning_rate=learning_rate, lambd=lambd)
    case |= dict(num_iterations=num_iterations, keep_prob=keep_prob, D1=D1, D2=D2)
    return with_costs_in_a_row(case, *descend(case))


def with_costs_in_a_row(case, P, costs):
    """Return (parameters, costs): where each iteration has masks of its own, costs of shape (1, n).

    A list of numbers that depend on masks is none that a replay program can give.
    """
    if case["D1"].shape[1] == case["X"].shape[1] or not isinstance(costs, list):
        return P, costs
    return P, sum(cost * at for cost, at in zip(costs, np.eye(len(costs))[:, None], strict=True))


# --- misconceptions stand in cost_mistakes.py, step_mistakes.py and training_symptoms.py


def mistake(credit):
    """Register a function of the case, a dict, as a misconception that takes arguments and
    masks."""

    def register(wrong):
        def train_wrongly(
            X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, D1, D2
        ):
            case = dict(X=X, Y=Y, parameters=parameters, learning_rate=learning_rate, lambd=lambd)
            case |= dict(num_iterations=num_iterations, keep_prob=keep_prob, D1=D1, D2=D2)
            return with_costs_in_a_row(case, *wrong(case))

        train_wrongly.__name__, train_wrongly.__doc__ = wrong.__name__, wrong.__doc__
        return train.misconception(train_wrongly, credit=credit)

    return register
