"""Misconceptions of `train` about the cost, each with that piece of the training exchanged."""

import numpy as np
from regularization_in_practice.networks import Z3, forward
from regularization_in_practice.training import (
    NAMES,
    WEIGHTS,
    cross_entropy,
    decayed_step,
    descend,
    iterations,
    masked_pass,
    mistake,
    penalty,
    plain_gradients,
    regularized_cost,
)

# --- the cost


@mistake(credit=0.6)
def penalty_missing_in_cost(case):
    """Add the L2 penalty to each cost: the steps are regularized already, and the costs are those
    of the cross-entropy alone."""
    return descend(case, cost=lambda cache, P, case: cross_entropy(cache, case["Y"]))


@mistake(credit=0.6)
def penalty_twice_too_large(case):
    """Multiply the squared weights by lambd / (2m) in place of lambd / m: the 2 cancels only in the
    gradient."""
    return descend(case, cost=_cost_with(lambda P, case: 2 * penalty(P, case)))


@mistake(credit=0.6)
def penalty_times_m(case):
    """Put brackets around 2 * m in lambd / (2 * m): without them Python divides by 2 and
    multiplies by m."""
    return descend(
        case, cost=_cost_with(lambda P, case: penalty(P, case) * case["X"].shape[1] ** 2)
    )


@mistake(credit=0.6)
def penalty_without_m(case):
    """Divide the penalty by m too: it is lambd / (2m) times the sum of squares."""
    return descend(case, cost=_cost_with(lambda P, case: penalty(P, case) * case["X"].shape[1]))


@mistake(credit=0.6)
def norms_not_squared(case):
    """Square the weights before summing: np.linalg.norm(W) is the root of the sum that the penalty
    needs."""
    return descend(case, cost=_cost_with(_penalty_of_norms))


def _penalty_of_norms(P, case):
    norms = sum(np.sqrt(np.sum(np.square(P[name]))) for name in WEIGHTS)
    return case["lambd"] / (2 * case["X"].shape[1]) * norms


@mistake(credit=0.6)
def biases_in_penalty(case):
    """Sum the squares of W1, W2 and W3 alone: biases are never regularized."""
    return descend(case, cost=_cost_with(_penalty_of_all))


def _penalty_of_all(P, case):
    squares = sum(np.sum(np.square(P[name])) for name in NAMES)
    return case["lambd"] / (2 * case["X"].shape[1]) * squares


@mistake(credit=0.6)
def penalty_of_last_layer(case):
    """Sum the squared weights of all three layers: the penalty here is that of W3 alone."""
    return descend(
        case, cost=_cost_with(lambda P, case: penalty(P | _nothing(P, "W1", "W2"), case))
    )


@mistake(credit=0.6)
def penalty_without_last_layer(case):
    """Sum the squared weights of all three layers: W3 is missing in the penalty."""
    return descend(case, cost=_cost_with(lambda P, case: penalty(P | _nothing(P, "W3"), case)))


def _nothing(P, *names):
    return {name: 0 * P[name] for name in names}


def _cost_with(penalty):
    return lambda cache, P, case: cross_entropy(cache, case["Y"]) + penalty(P, case)


@mistake(credit=0.6)
def cross_entropy_summed(case):
    """Divide the cross-entropy by m: a cost is the mean over the examples."""

    def summed(cache, P, case):
        return cross_entropy(cache, case["Y"]) * case["X"].shape[1] + penalty(P, case)

    return descend(case, cost=summed)


@mistake(credit=0.4)
def ones_alone_count(case):
    """Add the term (1 - Y) log(1 - A3): without it the examples labelled 0 do not count."""

    def half(cache, P, case):
        return np.sum(case["Y"] * np.logaddexp(0, -1 * cache[Z3])) / case["X"].shape[1] + penalty(
            P, case
        )

    return descend(case, cost=half)


@mistake(credit=0.6)
def cost_of_a_full_pass(case):
    """Compute the cost from the A3 of this iteration's dropout pass: the full network's cost is
    another number, and not what the gradients belong to."""

    def full(cache, P, case):
        return regularized_cost(_full_pass(P, case), P, case)

    return descend(case, cost=full)


def _full_pass(P, case):
    return forward(case["X"], P, 1 + 0 * case["D1"], 1 + 0 * case["D2"], 1, 1)


@mistake(credit=0.7)
def penalty_of_updated_weights(case):
    """Compute the cost before the step: here the cross-entropy is that of before and the penalty
    that of after."""
    P, costs = case["parameters"], []
    for now in iterations(case):
        cache = masked_pass(P, now)
        P = decayed_step(P, plain_gradients(cache, P, now), now)
        costs.append(regularized_cost(cache, P, now))
    return P, costs


@mistake(credit=0.6)
def full_cost_after_the_step(case):
    """Note the cost before the step, from this iteration's dropout pass: here it is the full
    network's after the step."""
    P, costs = case["parameters"], []
    for now in iterations(case):
        P = decayed_step(P, plain_gradients(masked_pass(P, now), P, now), now)
        costs.append(regularized_cost(_full_pass(P, now), P, now))
    return P, costs
