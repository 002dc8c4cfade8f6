"""Misconceptions of `train` that show in what it returns, changes and draws."""

import copy

import numpy as np
from regularization_in_practice.networks import (
    keep,
    keep_above,
    keep_by_normal_numbers,
    keep_whole_rows,
    mask_shapes,
)
from regularization_in_practice.training import NAMES, descend, mistake, plain_gradients, train

# --- what is returned, and what is left alone


@train.misconception(symptom=True, credit=0.7)
def parameters_changed_in_place(
    X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng
):
    """Make new arrays, W = W - step: with W -= step, or a dict that is copied without its arrays,
    the caller's parameters change, and a second run no longer starts from them."""
    P, costs = _trained(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng)
    for name in NAMES:
        parameters[name][...] = P[name]
    return parameters, costs


@train.misconception(symptom=True)
def last_cost_only(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Collect the cost of every iteration in a list with costs.append(cost): here only the last is
    returned."""
    P, costs = _trained(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng)
    return P, costs[-1]


@train.misconception(symptom=True, credit=0.6)
def every_hundredth_cost(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Note the cost of every iteration: the condition i % 100 == 0 leaves out most of them."""
    P, costs = _trained(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng)
    return P, costs[::100]


@train.misconception(symptom=True, credit=0.6)
def one_cost_too_many(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Run num_iterations iterations with one cost each, noted before the step: there is one cost
    more than that, as range(num_iterations + 1) or a last cost after the loop gives."""
    return _trained(X, Y, parameters, learning_rate, num_iterations + 1, lambd, keep_prob, rng)


@train.misconception(symptom=True, credit=0.6)
def one_cost_too_few(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Run num_iterations iterations with one cost each: there is one cost fewer, as
    range(1, num_iterations) gives."""
    return _trained(X, Y, parameters, learning_rate, num_iterations - 1, lambd, keep_prob, rng)


@train.misconception(symptom=True)
def costs_returned_first(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Return parameters first and costs second: here they are in the other order."""
    return _trained(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng)[::-1]


@train.misconception(symptom=True)
def costs_not_returned(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Return the costs too, as in return parameters, costs: a learning curve needs them."""
    return _trained(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng)[0]


@train.misconception(symptom=True, credit=0.6)
def cost_after_the_step(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Note the cost of the pass that the gradients come from, before the step: here it belongs to
    another pass, made with the updated parameters."""
    P, costs = parameters, []
    for _ in range(num_iterations):
        P, _ = _trained(X, Y, P, learning_rate, 1, lambd, keep_prob, rng)
        costs += _trained(X, Y, P, learning_rate, 1, lambd, keep_prob, rng)[1]
    return P, costs


@train.misconception(symptom=True, credit=0.6)
def cost_of_another_pass(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Run one forward pass an iteration, for the cost and the gradients alike: a second pass draws
    other masks, and the cost is not that of the step."""
    P, costs = parameters, []
    for _ in range(num_iterations):
        costs += _trained(X, Y, P, learning_rate, 1, lambd, keep_prob, rng)[1]
        P, _ = _trained(X, Y, P, learning_rate, 1, lambd, keep_prob, rng)
    return P, costs


@train.misconception(symptom=True, credit=0.5)
def masks_redrawn_backward(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Send the gradients back through the masks of the same iteration's forward pass, with the same
    division by keep_prob: no masks of the forward pass explain the gradients that are used here."""

    def redrawn(cache, P, case):
        other = dict(zip((1, 6), _masks(X, P, keep_prob, rng), strict=True))
        mixed = tuple(other.get(position, value) for position, value in enumerate(cache))
        return plain_gradients(mixed, P, case)

    return _trained(
        X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng, gradients=redrawn
    )


# --- how the masks are drawn


@train.misconception(symptom=True, credit=0.5)
def one_mask_for_all_iterations(
    X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng
):
    """Draw the masks inside the loop, fresh in each iteration: with one mask for all of them
    dropout trains a single thinned network."""
    D1, D2 = _masks(X, parameters, keep_prob, rng)
    case = dict(
        X=X,
        Y=Y,
        parameters=parameters,
        learning_rate=learning_rate,
        lambd=lambd,
        keep_prob=keep_prob,
    )
    return descend(case | {"num_iterations": num_iterations, "D1": D1, "D2": D2})


@train.misconception(symptom=True, credit=0.4)
def own_seed_inside(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Draw from the rng that is passed in, and set no seed inside: with a fixed seed every
    iteration drops the same units."""
    P, costs = parameters, []
    for _ in range(num_iterations):
        seeded = np.random.default_rng(1)
        P, cost = _trained(X, Y, P, learning_rate, 1, lambd, keep_prob, seeded)
        costs += cost
    return P, costs


@train.misconception(symptom=True, credit=0.6)
def rng_ignored(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Draw from rng, as in rng.random(A.shape): np.random and a generator made inside ignore the
    caller's seed, so that a run cannot be repeated."""
    own = np.random.default_rng(np.random.randint(2**31))
    return _trained(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, own)


@mistake(credit=0.2)
def every_unit_dropped(case):
    """Keep each unit with probability keep_prob: here no unit is ever kept, so that only b3
    learns."""
    nothing = {"keep_prob": 1, "D1": 0 * case["D1"], "D2": 0 * case["D2"]}
    return descend(case | nothing)


@train.misconception(symptom=True, credit=0.4, values="every_unit_dropped")
def kept_above_keep_prob(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Keep a unit where the random number is below keep_prob: above it lies the share
    1 - keep_prob."""
    return _trained(
        X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng, draw=keep_above
    )


@train.misconception(symptom=True, credit=0.4)
def randn_for_rand(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Draw from the uniform distribution with rng.random(A.shape): normal numbers (randn, normal,
    standard_normal) lie below keep_prob with another probability."""
    draw = keep_by_normal_numbers
    return _trained(
        X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng, draw=draw
    )


@train.misconception(symptom=True, credit=0.4)
def mask_shared_by_examples(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Draw the masks with the full shape of A: one column for all examples drops the same units in
    each of them."""
    return _trained(
        X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng, draw=keep_whole_rows
    )


def _masks(X, parameters, keep_prob, rng, draw=keep):
    return [draw(rng, shape, keep_prob) for shape in mask_shapes(X, parameters).values()]


def _trained(
    X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng, draw=keep, **pieces
):
    """Train rightly, but for the way to draw masks or the pieces that are exchanged."""
    case = dict(X=X, Y=Y, learning_rate=learning_rate, lambd=lambd, keep_prob=keep_prob)
    P, costs = copy.deepcopy(parameters), []
    for _ in range(num_iterations):
        D1, D2 = _masks(X, P, keep_prob, rng, draw)
        once = case | {"parameters": P, "num_iterations": 1, "D1": D1, "D2": D2}
        P, cost = descend(once, **pieces)
        costs += cost
    return P, costs
