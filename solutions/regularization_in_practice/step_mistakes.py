"""Misconceptions of `train` about dropout, gradients and steps, with one piece exchanged each."""

import numpy as np
from regularization_in_practice.networks import A3, backward, forward
from regularization_in_practice.training import (
    NAMES,
    WEIGHTS,
    decayed_step,
    descend,
    iterations,
    masked_pass,
    mistake,
    plain_gradients,
    regularized_cost,
    step_with,
    through_dropout,
)

# --- weight decay


@mistake(credit=0.5)
def no_weight_decay(case):
    """Add lambd / m * W to the gradient of each weight matrix: the penalty stands in the cost, and
    the steps do not follow it."""
    return descend(case, step=_step_with_decay(lambda lambd, m: 0))


@mistake(credit=0.6)
def half_the_decay(case):
    """Take lambd / m * W as the penalty's gradient: the 2 of lambd / (2m) cancels with that of the
    square."""
    return descend(case, step=_step_with_decay(lambda lambd, m: lambd / (2 * m)))


@mistake(credit=0.6)
def decay_without_m(case):
    """Divide the decay by m: the penalty's gradient is lambd / m * W."""
    return descend(case, step=_step_with_decay(lambda lambd, m: lambd))


@mistake(credit=0.5)
def decay_subtracted(case):
    """Add lambd / m * W to the gradient in place of subtracting it: as it is, the weights grow."""
    return descend(case, step=_step_with_decay(lambda lambd, m: -lambd / m))


@mistake(credit=0.6)
def decayed_twice(case):
    """Add lambd / m * W once, in the gradients or in the update: here it acts in both."""
    return descend(case, step=_step_with_decay(lambda lambd, m: 2 * lambd / m))


@mistake(credit=0.6)
def biases_decayed(case):
    """Decay W1, W2 and W3 alone: biases are never regularized."""

    def step(P, gradients, case):
        return step_with(P, gradients, case, decay=_decay(case), decayed=NAMES)

    return descend(case, step=step)


@mistake(credit=0.6)
def last_layer_not_decayed(case):
    """Decay W3 too: the penalty is on the weights of all three layers."""

    def step(P, gradients, case):
        return step_with(P, gradients, case, decay=_decay(case), decayed=("W1", "W2"))

    return descend(case, step=step)


@mistake(credit=0.5)
def decay_without_the_learning_rate(case):
    """Multiply the decay by the learning rate as well: the step is W - alpha (dW + lambd / m W)."""

    def step(P, gradients, case):
        moved = step_with(P, gradients, case, decay=0)
        return moved | {name: moved[name] - _decay(case) * P[name] for name in WEIGHTS}

    return descend(case, step=step)


def _decay(case):
    return case["lambd"] / case["X"].shape[1]


def _step_with_decay(decay):
    def step(P, gradients, case):
        return step_with(P, gradients, case, decay=decay(case["lambd"], case["X"].shape[1]))

    return step


# --- dropout, forward and backward


@mistake(credit=0.4)
def keep_prob_ignored(case):
    """Run each iteration's passes with dropout: here keep_prob changes nothing."""
    full = case | {"keep_prob": 1, "D1": 1 + 0 * case["D1"], "D2": 1 + 0 * case["D2"]}
    return descend(full)


@mistake(credit=0.5)
def never_rescaled(case):
    """Divide the kept activations and their gradients by keep_prob: without it the network trains
    at a weaker signal than it predicts with."""
    return descend(case | {"keep_prob": 1})


@mistake(credit=0.5)
def forward_not_rescaled(case):
    """Divide the kept activations by keep_prob in the forward pass: here only the gradients are."""
    return descend(case, forward=lambda P, case: masked_pass(P, case | {"keep_prob": 1}))


@mistake(credit=0.4)
def scaled_by_the_other_probability(case):
    """Use keep_prob as the probability to KEEP a unit, in the mask and in the division: 1 -
    keep_prob is Keras's rate, the probability to drop one."""
    return descend(case | {"keep_prob": np.float64(1 - case["keep_prob"])})


@mistake(credit=0.5)
def first_layer_only(case):
    """Drop units of the second hidden layer too: dropout acts on both hidden layers."""
    return _with_one_dropout(case, first=True)


@mistake(credit=0.5)
def second_layer_only(case):
    """Drop units of the first hidden layer too: dropout acts on both hidden layers."""
    return _with_one_dropout(case, first=False)


def _with_one_dropout(case, first):
    def one(P, case):
        D1, D2 = (
            case[name] if drop else 1 + 0 * case[name]
            for name, drop in zip(("D1", "D2"), on, strict=True)
        )
        return forward(case["X"], P, D1, D2, scale[0], scale[1])

    on = (first, not first)
    scale = [1 / case["keep_prob"] if drop else 1 for drop in on]
    back1, back2 = (lambda dA, D, s=s: dA * D * s for s in scale)
    return descend(
        case,
        forward=one,
        gradients=lambda cache, P, case: backward(case["X"], case["Y"], cache, back2, back1),
    )


@mistake(credit=0.5)
def no_mask_backward(case):
    """Multiply dA1 and dA2 by the masks of the forward pass: a dropped unit had no part in the
    cost, so its gradient is 0."""
    return descend(case, gradients=_back_through(lambda dA, D, k: dA / k))


@mistake(credit=0.6)
def no_rescale_backward(case):
    """Divide dA1 and dA2 by keep_prob: the forward pass scaled the kept activations by
    1/keep_prob, so their gradient carries the same factor."""
    return descend(case, gradients=_back_through(lambda dA, D, k: dA * D))


@mistake(credit=0.4)
def backward_without_dropout(case):
    """Send the gradients back through the dropout too, times D and divided by keep_prob: here the
    backward pass is that of a network without dropout."""
    return descend(case, gradients=_back_through(lambda dA, D, k: dA))


@mistake(credit=0.5)
def rescaled_twice_backward(case):
    """Divide dA1 and dA2 by keep_prob once: the forward pass divides once, and so does its
    gradient."""
    return descend(case, gradients=_back_through(lambda dA, D, k: dA * D / k / k))


@mistake(credit=0.5)
def first_mask_not_applied_backward(case):
    """Send dA1 back through its own mask D1 too: here only dA2 passes through the dropout."""
    through = through_dropout(case)

    def gradients(cache, P, case):
        return backward(case["X"], case["Y"], cache, through, lambda dA, D: dA)

    return descend(case, gradients=gradients)


def _back_through(drop):
    def gradients(cache, P, case):
        def back(dA, D):
            return drop(dA, D, case["keep_prob"])

        return backward(case["X"], case["Y"], cache, back, back)

    return gradients


# --- gradients and steps


@mistake(credit=0.5)
def gradients_without_1_over_m(case):
    """Divide dW and db by m: the cost is a mean over the examples, and so is its gradient."""

    def summed(cache, P, case):
        return {n: g * case["X"].shape[1] for n, g in plain_gradients(cache, P, case).items()}

    return descend(case, gradients=summed)


@mistake(credit=0.5)
def relu_slope_missing(case):
    """Multiply dA by the slope of relu, 1 where Z is above 0 and 0 elsewhere."""

    def straight(cache, P, case):
        back = through_dropout(case)
        return backward(case["X"], case["Y"], cache, back, back, slope=lambda Z: 1)

    return descend(case, gradients=straight)


@mistake(credit=0.5)
def gradient_of_squared_error(case):
    """Start the backward pass with dZ3 = A3 - Y, the gradient of the cross-entropy: 2 (A3 - Y) A3
    (1 - A3) is that of the squared error."""

    def squared(cache, P, case):
        back, A = through_dropout(case), cache[A3]
        dZ3 = 2 * (A - case["Y"]) * A * (1 - A)
        return backward(case["X"], case["Y"], cache, back, back, dZ3=dZ3)

    return descend(case, gradients=squared)


@mistake(credit=0.5)
def uses_updated_weights(case):
    """Compute all gradients before the first parameter changes: here the gradient goes back
    through W3 and W2 that are updated already."""

    def one_by_one(P, gradients, case):
        cache, updated = masked_pass(P, case), dict(P)
        for l in (3, 2, 1):
            now = (*cache[:8], updated["W2"], *cache[9:12], updated["W3"], *cache[13:])
            moved = decayed_step(P, plain_gradients(now, P, case), case)
            updated |= {name: moved[name] for name in (f"W{l}", f"b{l}")}
        return updated

    return descend(case, step=one_by_one)


@mistake(credit=0.4)
def step_uphill(case):
    """Subtract the step in place of adding it: the gradient points to where the cost grows."""
    return descend(case, step=lambda P, g, case: _scaled_step(P, g, case, -1))


@mistake(credit=0.4)
def learning_rate_left_out(case):
    """Multiply the step by the learning rate: here each step has the full length of the
    gradient."""
    return descend(case | {"learning_rate": 1})


def _scaled_step(P, gradients, case, factor):
    return decayed_step(P, gradients, case | {"learning_rate": factor * case["learning_rate"]})


@mistake(credit=0.5)
def biases_not_updated(case):
    """Update b1, b2 and b3 too: b := b - alpha db."""
    return descend(
        case, step=lambda P, g, case: decayed_step(P, g, case) | _only(P, "b1", "b2", "b3")
    )


@mistake(credit=0.5)
def last_layer_not_updated(case):
    """Update W3 and b3 too: a loop over range(1, L) with L = 3 leaves out the last layer."""
    return descend(case, step=lambda P, g, case: decayed_step(P, g, case) | _only(P, "W3", "b3"))


def _only(P, *names):
    return {name: P[name] for name in names}


@mistake(credit=0.4)
def parameters_never_updated(case):
    """Use the updated parameters in the next iteration, and return them: here those of the caller
    come back, and every iteration starts from them."""
    return descend(case, step=lambda P, gradients, case: P)


@mistake(credit=0.4)
def always_from_the_start(case):
    """Run the forward pass with the parameters of the last step: here every iteration starts again
    from those of the caller."""
    runs = [descend(now | {"num_iterations": 1}) for now in iterations(case)]
    return runs[-1][0], [cost for _, costs in runs for cost in costs]


@mistake(credit=0.6)
def last_step_left_out(case):
    """Return the parameters after the last step: here they are those of before it."""
    P, costs = case["parameters"], []
    for left, now in enumerate(iterations(case), 1 - case["num_iterations"]):
        cache = masked_pass(P, now)
        costs.append(regularized_cost(cache, P, now))
        if left < 0:
            P = decayed_step(P, plain_gradients(cache, P, now), now)
    return P, costs


@mistake(credit=0.5)
def masks_of_the_first_iteration_backward(case):
    """Send the gradients back through the masks of the same iteration: here those of the first one
    serve the backward pass for ever."""
    first = iterations(case)[0]

    def stale(cache, P, now):
        values = (*cache[:1], first["D1"], *cache[2:6], first["D2"], *cache[7:])
        return plain_gradients(values, P, now)

    return descend(case, gradients=stale)


@mistake(credit=0.5)
def decay_after_the_step(case):
    """Shrink the weights as they were before the step: here the new W is multiplied by
    1 - alpha lambd/m, so that the gradient shrinks too."""

    def step(P, gradients, now):
        moved = step_with(P, gradients, now, decay=0)
        shrink = 1 - now["learning_rate"] * _decay(now)
        return moved | {name: moved[name] * shrink for name in WEIGHTS}

    return descend(case, step=step)
