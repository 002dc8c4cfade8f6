"""Forward propagation with dropout on both hidden layers."""

import keras_dropout
import numpy as np
from dropout.networks import (
    CACHE,
    draw,
    examples,
    forward,
    random_parameters,
    relu,
    sigmoid,
    with_dropout,
)

from autograder.core.exercise import exercise
from autograder.core.parts import Array, Mask, TupleOf


@exercise(
    points=20,
    returns=TupleOf(
        "A3",
        TupleOf(
            *("Z1", Mask("D1", share="keep_prob"), "A1", "W1", "b1"),
            *("Z2", Mask("D2", share="keep_prob"), "A2", "W2", "b2"),
            *("Z3", Array("A3 in the cache"), "W3", "b3"),
            name="cache",
        ),
    ),
)
def forward_propagation_with_dropout(X, parameters, keep_prob, rng):
    """Run the network with dropout on both hidden layers."""
    return keras_dropout.forward_with_dropout(X, parameters, keep_prob, rng)


@forward_propagation_with_dropout.twin
def network_given_the_masks(X, parameters, keep_prob, D1, D2):
    return forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob)


def _forward_case(rng, sizes, m, keep_prob):
    parameters = random_parameters(rng, sizes)
    return dict(X=examples(rng, sizes[0], m), parameters=parameters, keep_prob=keep_prob)


@forward_propagation_with_dropout.case
def small_network(rng):
    """a small network, keep_prob = 0.6"""
    return _forward_case(rng, [2, 5, 4, 1], 7, 0.6)


@forward_propagation_with_dropout.case
def wide_network(rng):
    """wide hidden layers, few units kept"""
    return _forward_case(rng, [5, 40, 30, 1], 50, 0.3)


@forward_propagation_with_dropout.case
def most_units_kept_in_both_layers(rng):
    """wide hidden layers, most units kept"""
    return _forward_case(rng, [4, 45, 36, 1], 60, 0.86)


@forward_propagation_with_dropout.case(float32=True)
def network_in_single_precision(rng):
    """a small network in float32"""
    return _forward_case(rng, [3, 6, 4, 1], 9, 0.6)


@forward_propagation_with_dropout.case(weight=0)
def network_with_all_units_kept(rng):
    """keep_prob = 1, where nothing is dropped"""
    return _forward_case(rng, [3, 5, 4, 1], 8, 1.0)


forward_misconception = forward_propagation_with_dropout.misconception


@forward_misconception(credit=0.5)
def no_rescale_forward(X, parameters, keep_prob, D1, D2):
    """Divide A1 and A2 by keep_prob after masking them: without it this is vanilla dropout, right
    only together with a scaling at prediction; this course uses inverted dropout, which leaves
    prediction as it is."""
    return forward(X, parameters, D1, D2, 1, 1)


@forward_misconception(credit=0.6)
def no_rescale_first_layer(X, parameters, keep_prob, D1, D2):
    """Divide A1 by keep_prob too: only A2 is rescaled here."""
    return forward(X, parameters, D1, D2, 1, 1 / keep_prob)


@forward_misconception(credit=0.6)
def no_rescale_second_layer(X, parameters, keep_prob, D1, D2):
    """Divide A2 by keep_prob too: only A1 is rescaled here."""
    return forward(X, parameters, D1, D2, 1 / keep_prob, 1)


@forward_misconception(credit=0.3)
def rescaled_twice(X, parameters, keep_prob, D1, D2):
    """Divide each layer's activations by keep_prob once: two divisions make them too large."""
    return forward(X, parameters, D1, D2, keep_prob**-2, keep_prob**-2)


@forward_misconception(credit=0.3)
def multiplied_by_keep_prob(X, parameters, keep_prob, D1, D2):
    """Divide by keep_prob in place of multiplying: fewer units carry the signal, so those that are
    kept have to become larger."""
    return forward(X, parameters, D1, D2, keep_prob, keep_prob)


@forward_misconception(credit=0.3)
def scaled_by_the_other_probability(X, parameters, keep_prob, D1, D2):
    """Divide by keep_prob in place of 1 - keep_prob: the mask shrinks the mean to the share of
    units that is KEPT."""
    scale = np.float64(1) / (1 - keep_prob)
    return forward(X, parameters, D1, D2, scale, scale)


@forward_misconception(credit=0.3)
def divided_by_one_half(X, parameters, keep_prob, D1, D2):
    """Divide by the argument keep_prob in place of a fixed 0.5, so that every probability works."""
    return forward(X, parameters, D1, D2, 2, 2)


@forward_misconception(credit=0.5)
def masks_output_layer(X, parameters, keep_prob, D1, D2, A3):
    """Leave the output layer without dropout: A3 is the answer for each example, and a dropped
    answer says nothing about it."""

    def dropped(Z3):
        return sigmoid(Z3) * (A3 != 0) / keep_prob

    return forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob, output=dropped)


@forward_misconception(credit=0.5)
def masks_output_without_rescaling(X, parameters, keep_prob, D1, D2, A3):
    """Leave the output layer without a mask: A3 is the answer for each example, and a dropped
    answer says nothing about it."""

    def dropped(Z3):
        return sigmoid(Z3) * (A3 != 0)

    return forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob, output=dropped)


@forward_misconception(credit=0.4)
def relu_at_the_output(X, parameters, keep_prob, D1, D2):
    """Use sigmoid for A3: the output is a probability between 0 and 1, which relu does not give."""
    return forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob, output=relu)


@forward_misconception(credit=0.4)
def no_activation_at_the_output(X, parameters, keep_prob, D1, D2):
    """Apply sigmoid to Z3: the output is a probability between 0 and 1, and Z3 is any number."""
    return forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob, output=lambda Z: Z + 0)


@forward_misconception(credit=0.4)
def tanh_in_the_hidden_layers(X, parameters, keep_prob, D1, D2):
    """Use relu in the hidden layers: this network is LINEAR-RELU, LINEAR-RELU, LINEAR-SIGMOID, and
    tanh is another one."""
    return forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob, hidden=np.tanh)


@forward_misconception(credit=0.4)
def sigmoid_in_the_hidden_layers(X, parameters, keep_prob, D1, D2):
    """Use relu in the hidden layers: this network is LINEAR-RELU, LINEAR-RELU, LINEAR-SIGMOID, with
    sigmoid at the output only."""
    return forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob, hidden=sigmoid)


@forward_misconception(credit=0.3)
def no_activation_in_the_hidden_layers(X, parameters, keep_prob, D1, D2):
    """Apply relu to Z1 and Z2 before the dropout: without it the three layers are one linear
    map."""
    scale = 1 / keep_prob
    return forward(X, parameters, D1, D2, scale, scale, hidden=lambda Z: Z + 0)


@forward_misconception(credit=0.2)
def masks_not_applied(X, parameters, keep_prob, D1, D2):
    """Multiply A1 by D1 and A2 by D2, and divide by keep_prob: here the masks are drawn and stored,
    and the activations pass unchanged."""
    return forward(X, parameters, 1, 1, 1, 1, D1=D1, D2=D2)


@forward_misconception(credit=0.3)
def mask_of_the_first_layer_not_applied(X, parameters, keep_prob, D1, D2):
    """Apply dropout to A1 as well: D1 is drawn here, and A1 passes unchanged."""
    return forward(X, parameters, 1, D2, 1, 1 / keep_prob, D1=D1)


@forward_misconception(credit=0.3)
def mask_of_the_second_layer_not_applied(X, parameters, keep_prob, D1, D2):
    """Apply dropout to A2 as well: D2 is drawn here, and A2 passes unchanged."""
    return forward(X, parameters, D1, 1, 1 / keep_prob, 1, D2=D2)


@forward_misconception(credit=0.3)
def next_layer_reads_undropped_A(X, parameters, keep_prob, D1, D2):
    """Feed the dropped activations to the next layer: here the cache holds them, and Z2 and Z3 are
    computed from those before the dropout."""
    A3, cache = forward(X, parameters, 1, 1, 1, 1)
    values = dict(zip(CACHE, cache, strict=True)) | dict(D1=D1, D2=D2)
    values["A1"] = values["A1"] * D1 / keep_prob
    values["A2"] = values["A2"] * D2 / keep_prob
    return A3, tuple(values.values())


@forward_misconception(credit=0.7)
def cache_holds_undropped_A(X, parameters, keep_prob, D1, D2):
    """Store A1 and A2 after the dropout: the backward pass multiplies by what the next layer has
    received, and the cache holds the activations before the dropout."""
    A3, cache = forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob)
    values = dict(zip(CACHE, cache, strict=True))
    return A3, tuple((values | {f"A{l}": relu(values[f"Z{l}"]) for l in (1, 2)}).values())


@forward_misconception(credit=0.7)
def cache_holds_unscaled_A(X, parameters, keep_prob, D1, D2):
    """Store A1 and A2 after the division by keep_prob: the backward pass multiplies by what the
    next layer has received, and the cache holds the masked activations before the division."""
    A3, cache = forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob)
    values = dict(zip(CACHE, cache, strict=True))
    return A3, tuple((values | {f"A{l}": values[f"A{l}"] * keep_prob for l in (1, 2)}).values())


@forward_misconception(credit=0.7)
def cache_holds_dropped_Z(X, parameters, keep_prob, D1, D2):
    """Apply dropout to A1 and A2 and leave Z1 and Z2 as they are: A3 is right here, and the cache
    holds a Z1 and Z2 that were masked and divided."""
    A3, cache = forward(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob)
    values = dict(zip(CACHE, cache, strict=True))
    dropped = dict(Z1=values["Z1"] * D1 / keep_prob, Z2=values["Z2"] * D2 / keep_prob)
    return A3, tuple((values | dropped).values())


@forward_misconception(credit=0.4)
def biases_left_out(X, parameters, keep_prob, D1, D2):
    """Add the biases: Z is W @ A + b in every layer, and here it is W @ A."""
    without = parameters | {name: 0 * parameters[name] for name in ("b1", "b2", "b3")}
    A3, cache = forward(X, without, D1, D2, 1 / keep_prob, 1 / keep_prob)
    values = dict(zip(CACHE, cache, strict=True)) | parameters
    return A3, tuple(values[name] for name in CACHE)


@forward_misconception(symptom=True, credit=0.3)
def randn_for_rand(X, parameters, keep_prob, rng):
    """Draw both masks from the uniform distribution with rng.random(A.shape): normal numbers
    (randn, normal, standard_normal) lie below keep_prob with another probability, for example 0.62
    in place of 0.3."""
    m = X.shape[1]
    D1, D2 = (rng.standard_normal((len(parameters[W]), m)) < keep_prob for W in ("W1", "W2"))
    return with_dropout(X, parameters, keep_prob, D1, D2)


@forward_misconception(symptom=True, credit=0.5)
def randn_for_rand_in_layer_1(X, parameters, keep_prob, rng):
    """Draw D1 from the uniform distribution with rng.random(A1.shape), as D2 is: normal numbers lie
    below keep_prob with another probability."""
    D1, D2 = draw(rng, parameters, X.shape[1], keep_prob)
    return with_dropout(X, parameters, keep_prob, rng.standard_normal(D1.shape) < keep_prob, D2)


@forward_misconception(symptom=True, credit=0.5)
def randn_for_rand_in_layer_2(X, parameters, keep_prob, rng):
    """Draw D2 from the uniform distribution with rng.random(A2.shape), as D1 is: normal numbers lie
    below keep_prob with another probability."""
    D1, D2 = draw(rng, parameters, X.shape[1], keep_prob)
    return with_dropout(X, parameters, keep_prob, D1, rng.standard_normal(D2.shape) < keep_prob)


@forward_misconception(symptom=True, credit=0.4)
def kept_above_keep_prob(X, parameters, keep_prob, rng):
    """Keep a unit where the random number is below keep_prob: above it lies the share
    1 - keep_prob."""
    D1, D2 = draw(rng, parameters, X.shape[1], keep_prob)
    return with_dropout(X, parameters, keep_prob, ~D1, ~D2)


@forward_misconception(symptom=True, credit=0.2)
def randn_above_keep_prob(X, parameters, keep_prob, rng):
    """Keep a unit where rng.random(A.shape) is below keep_prob: here normal numbers are drawn, and
    those above keep_prob are kept."""
    m = X.shape[1]
    D1, D2 = (rng.standard_normal((len(parameters[W]), m)) > keep_prob for W in ("W1", "W2"))
    return with_dropout(X, parameters, keep_prob, D1, D2)


@forward_misconception(symptom=True, credit=0.6)
def kept_above_keep_prob_in_layer_1(X, parameters, keep_prob, rng):
    """Keep a unit of layer 1 where the random number is below keep_prob, as in layer 2: above it
    lies the share 1 - keep_prob."""
    D1, D2 = draw(rng, parameters, X.shape[1], keep_prob)
    return with_dropout(X, parameters, keep_prob, ~D1, D2)


@forward_misconception(symptom=True, credit=0.6)
def kept_above_keep_prob_in_layer_2(X, parameters, keep_prob, rng):
    """Keep a unit of layer 2 where the random number is below keep_prob, as in layer 1: above it
    lies the share 1 - keep_prob."""
    D1, D2 = draw(rng, parameters, X.shape[1], keep_prob)
    return with_dropout(X, parameters, keep_prob, D1, ~D2)


@forward_misconception(symptom=True, credit=0.4, values="no_rescale_first_layer")
def no_dropout_in_layer_1(X, parameters, keep_prob, rng):
    """Draw D1 too, and apply it to A1: dropout belongs on both hidden layers, and here all units of
    layer 1 are kept."""
    D1, D2 = draw(rng, parameters, X.shape[1], keep_prob)
    return forward(X, parameters, np.ones(D1.shape), D2, 1, 1 / keep_prob)


@forward_misconception(symptom=True, credit=0.4, values="no_rescale_second_layer")
def no_dropout_in_layer_2(X, parameters, keep_prob, rng):
    """Draw D2 too, and apply it to A2: dropout belongs on both hidden layers, and here all units of
    layer 2 are kept."""
    D1, D2 = draw(rng, parameters, X.shape[1], keep_prob)
    return forward(X, parameters, D1, np.ones(D2.shape), 1 / keep_prob, 1)


@forward_misconception(symptom=True, credit=0.4, values="scaled_by_the_other_probability")
def keep_drop_swapped(X, parameters, keep_prob, rng):
    """Read keep_prob as the probability to KEEP a unit: here masks and scale fit each other, and
    both take it for the probability to drop one."""
    D1, D2 = draw(rng, parameters, X.shape[1], 1 - keep_prob)
    scale = np.float64(1) / (1 - keep_prob)
    return forward(X, parameters, D1, D2, scale, scale)


@forward_misconception(symptom=True, credit=0.3)
def half_of_the_units_kept(X, parameters, keep_prob, rng):
    """Compare the random numbers with the argument keep_prob in place of a fixed 0.5, so that every
    probability works."""
    return with_dropout(X, parameters, keep_prob, *draw(rng, parameters, X.shape[1], 0.5))


@forward_misconception(symptom=True, credit=0.3)
def mask_shared_by_examples(X, parameters, keep_prob, rng):
    """Draw each mask with the full shape of its A: one column for all examples drops the same units
    in each of them, so the batch trains one sub-network in place of many."""
    return with_dropout(X, parameters, keep_prob, *draw(rng, parameters, 1, keep_prob))


@forward_misconception(symptom=True, credit=0.3)
def one_column_repeated(X, parameters, keep_prob, rng):
    """Draw a random number for every element of A: a column that is repeated drops the same units
    in every example, so the batch trains one sub-network in place of many."""
    m = X.shape[1]
    D1, D2 = (np.tile(D, (1, m)) for D in draw(rng, parameters, 1, keep_prob))
    return with_dropout(X, parameters, keep_prob, D1, D2)


@forward_misconception(symptom=True, credit=0.4)
def exact_count_dropped(X, parameters, keep_prob, rng):
    """Decide for each element on its own, rng.random(A.shape) < keep_prob: dropping an exact number
    makes the units depend on each other."""
    masks = [
        rng.permutation(D.size).reshape(D.shape) < round(keep_prob * D.size)
        for D in draw(rng, parameters, X.shape[1], keep_prob)
    ]
    return with_dropout(X, parameters, keep_prob, *masks)


@forward_misconception(symptom=True, credit=0.5)
def same_mask_in_both_layers(X, parameters, keep_prob, rng):
    """Draw D2 anew from rng: taken from D1, it drops the units of both layers together, and not
    independently."""
    D1, D2 = draw(rng, parameters, X.shape[1], keep_prob)
    return with_dropout(X, parameters, keep_prob, D1, np.resize(D1, D2.shape))


@forward_misconception(symptom=True, credit=0.4)
def own_seed_inside(X, parameters, keep_prob, rng):
    """Draw from the rng that is passed in, and set no seed inside: with a fixed seed every call
    drops the same units, so that dropout trains a single sub-network."""
    masks = draw(np.random.default_rng(1), parameters, X.shape[1], keep_prob)
    return with_dropout(X, parameters, keep_prob, *masks)


@forward_misconception(symptom=True, credit=0.6)
def rng_ignored(X, parameters, keep_prob, rng):
    """Draw from rng, as in rng.random(A1.shape): np.random and a generator made inside ignore the
    caller's seed, so that a run cannot be repeated."""
    masks = draw(np.random, parameters, X.shape[1], keep_prob)
    return with_dropout(X, parameters, keep_prob, *masks)


@forward_misconception(symptom=True)
def masks_not_thresholded(X, parameters, keep_prob, rng):
    """Compare the random numbers with keep_prob, D1 = rng.random(A1.shape) < keep_prob: a mask says
    keep (1) or drop (0), and nothing between."""
    m = X.shape[1]
    D1, D2 = (rng.random((len(parameters[name]), m)) for name in ("W1", "W2"))
    return with_dropout(X, parameters, keep_prob, D1, D2)


@forward_misconception(symptom=True, credit=0.7)
def masks_prescaled(X, parameters, keep_prob, rng):
    """Store the masks as 0 and 1, and divide A by keep_prob on a line of its own: these masks carry
    the division already, and the backward pass would divide once more."""
    D1, D2 = draw(rng, parameters, X.shape[1], keep_prob)
    return forward(X, parameters, D1 / keep_prob, D2 / keep_prob, 1, 1)


@forward_misconception(symptom=True, credit=0.6)
def masks_not_in_the_cache(X, parameters, keep_prob, rng):
    """Store D1 and D2 in the cache, as (Z1, D1, A1, W1, b1, Z2, D2, A2, ...): the backward pass
    needs to know which units were dropped."""
    masks = draw(rng, parameters, X.shape[1], keep_prob)
    A3, cache = with_dropout(X, parameters, keep_prob, *masks)
    return A3, tuple(
        value for name, value in zip(CACHE, cache, strict=True) if name not in ("D1", "D2")
    )


@forward_misconception(symptom=True, credit=0.4)
def b3_in_place_of_b2(X, parameters, keep_prob, rng):
    """Read b2 with the key "b2": here it comes from parameters["b3"], a line copied and not changed
    throughout."""
    masks = draw(rng, parameters, X.shape[1], keep_prob)
    return with_dropout(X, parameters | {"b2": parameters["b3"]}, keep_prob, *masks)
