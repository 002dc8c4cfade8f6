"""`ensemble_prediction`: the mean of many dropout passes."""

import keras_training
import numpy as np
from regularization_in_practice.networks import (
    A3,
    Z3,
    dropout_pass,
    forward,
    keep,
    keep_above,
    keep_by_normal_numbers,
    keep_whole_rows,
    mask_shapes,
    positive_network,
    random_network,
    sigmoid,
)

from autograder.core.exercise import exercise
from autograder.core.parts import Array
from autograder.core.unseen import MAX_BITS


@exercise(points=15, returns=Array("mean A3"))
def ensemble_prediction(X, parameters, keep_prob, n_passes, rng):
    """Average the predictions of many dropout passes."""
    return keras_training.ensemble_prediction(X, parameters, keep_prob, n_passes, rng)


def mean_of_passes(X, parameters, D1, D2, scale1, scale2, output=A3):
    """Return the mean over the passes, whose masks stand side by side in D1 and in D2."""
    m = X.shape[1]
    passes = D1.shape[1] // m
    found = forward(np.tile(X, passes), parameters, D1, D2, scale1, scale2)[output]
    return found @ np.tile(np.eye(m) / passes, (passes, 1))


@ensemble_prediction.twin
def right_mean(X, parameters, keep_prob, D1, D2):
    return mean_of_passes(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob)


@ensemble_prediction.unseen_masks(share="keep_prob")
def hidden_masks(X, parameters, keep_prob, n_passes):
    """Return the shapes of the masks of all passes, where they are so few that all can be tried."""
    shapes = mask_shapes(X, parameters)
    bits = sum(units * examples for units, examples in shapes.values())
    passes = n_passes if bits * n_passes <= MAX_BITS else 1
    return {name: (units, passes * examples) for name, (units, examples) in shapes.items()}


@ensemble_prediction.case(weight=0.5)
def nothing_dropped(rng):
    """keep_prob = 1, where all passes are the same"""
    X, parameters = random_network(rng, (4, 7, 5, 1), m=9)
    return dict(X=X, parameters=parameters, keep_prob=1, n_passes=5)


@ensemble_prediction.case(weight=0.5, float32=True)
def single_precision(rng):
    """float32, keep_prob = 1"""
    X, parameters = positive_network(rng, (5, 7, 4, 1), m=3)
    return dict(X=X, parameters=parameters, keep_prob=1, n_passes=3)


@ensemble_prediction.case(judged="unseen")
def a_single_pass(rng):
    """n_passes = 1"""
    X, parameters = positive_network(rng)
    return dict(X=X, parameters=parameters, keep_prob=0.4, n_passes=1)


@ensemble_prediction.case(judged="unseen")
def three_passes(rng):
    """n_passes = 3"""
    X, parameters = positive_network(rng, (5, 2, 2, 1), m=1)
    return dict(X=X, parameters=parameters, keep_prob=0.6, n_passes=3)


@ensemble_prediction.case(judged="mean", repeats="n_passes", weight=2)
def many_passes(rng):
    """n_passes = 1000"""
    X, parameters = positive_network(rng, scale=0.8)
    parameters |= {"W3": np.round(rng.uniform(0.5, 0.8, size=(1, 4)), 4), "b3": np.array([[-0.5]])}
    return dict(X=X, parameters=parameters, keep_prob=0.4, n_passes=1000)


# --- misconceptions about the passes


@ensemble_prediction.misconception(credit=0.5)
def not_rescaled(X, parameters, D1, D2):
    """Divide the kept activations by keep_prob in each pass: without it the members of the ensemble
    carry a weaker signal than the network that was trained."""
    return mean_of_passes(X, parameters, D1, D2, 1, 1)


@ensemble_prediction.misconception(credit=0.4)
def scaled_by_the_other_probability(X, parameters, keep_prob, D1, D2):
    """Use keep_prob as the probability to KEEP a unit, in the mask and in the division: 1 -
    keep_prob is Keras's rate, the probability to drop one."""
    scale = np.divide(1, 1 - keep_prob)
    return mean_of_passes(X, parameters, D1, D2, scale, scale)


@ensemble_prediction.misconception(credit=0.4)
def multiplied_by_keep_prob(X, parameters, keep_prob, D1, D2):
    """Divide the kept activations by keep_prob in place of multiplying: fewer units carry the
    signal, so they have to become larger."""
    return mean_of_passes(X, parameters, D1, D2, keep_prob, keep_prob)


@ensemble_prediction.misconception(credit=0.3)
def dropout_left_off(X, parameters, D1, D2):
    """Run each pass with dropout: here all units are on, so every member of the ensemble is the
    same full network."""
    return mean_of_passes(X, parameters, 1 + 0 * D1, 1 + 0 * D2, 1, 1)


@ensemble_prediction.misconception(credit=0.3)
def weights_scaled_in_place_of_dropout(X, parameters, keep_prob, D1, D2):
    """Average passes with random masks: a single full pass with activations times keep_prob is how
    dropout without rescaling predicts, and is no average."""
    return mean_of_passes(X, parameters, 1 + 0 * D1, 1 + 0 * D2, keep_prob, keep_prob)


@ensemble_prediction.misconception(credit=0.3)
def rescaled_without_a_mask(X, parameters, keep_prob, D1, D2):
    """Multiply the activations by the masks before dividing by keep_prob: without a mask the
    division makes the signal too strong."""
    return mean_of_passes(X, parameters, 1 + 0 * D1, 1 + 0 * D2, 1 / keep_prob, 1 / keep_prob)


@ensemble_prediction.misconception(credit=0.5)
def first_layer_only(X, parameters, keep_prob, D1, D2):
    """Drop units of the second hidden layer too: dropout acts on both hidden layers."""
    return mean_of_passes(X, parameters, D1, 1 + 0 * D2, 1 / keep_prob, 1)


@ensemble_prediction.misconception(credit=0.5)
def second_layer_only(X, parameters, keep_prob, D1, D2):
    """Drop units of the first hidden layer too: dropout acts on both hidden layers."""
    return mean_of_passes(X, parameters, 1 + 0 * D1, D2, 1, 1 / keep_prob)


@ensemble_prediction.misconception(credit=0.4)
def no_sigmoid(X, parameters, keep_prob, D1, D2):
    """Average A3, the output of the sigmoid: Z3 is no probability."""
    return mean_of_passes(X, parameters, D1, D2, 1 / keep_prob, 1 / keep_prob, output=Z3)


# --- misconceptions about the average


@ensemble_prediction.misconception(credit=0.5)
def sum_in_place_of_mean(X, parameters, keep_prob, n_passes, D1, D2):
    """Divide the sum by n_passes: a sum of probabilities grows with the number of passes."""
    return right_mean(X, parameters, keep_prob, D1, D2) * n_passes


@ensemble_prediction.misconception(credit=0.5)
def one_pass_too_few(X, parameters, keep_prob, n_passes, D1, D2):
    """Run n_passes passes: range(1, n_passes) makes one fewer, and the sum is divided by
    n_passes."""
    return right_mean(X, parameters, keep_prob, D1, D2) * ((n_passes - 1) / n_passes)


@ensemble_prediction.misconception(credit=0.5)
def one_pass_too_many(X, parameters, keep_prob, n_passes, D1, D2):
    """Start the sum at 0 and add n_passes passes to it: one more is in the sum than it is divided
    by."""
    return right_mean(X, parameters, keep_prob, D1, D2) * ((n_passes + 1) / n_passes)


@ensemble_prediction.misconception(credit=0.5)
def mean_divided_by_keep_prob(X, parameters, keep_prob, D1, D2):
    """Return the mean of A3 as it is: the division by keep_prob belongs to the hidden activations,
    and happened there."""
    return right_mean(X, parameters, keep_prob, D1, D2) / keep_prob


@ensemble_prediction.misconception(credit=0.5)
def mean_of_votes(X, parameters, keep_prob, D1, D2):
    """Average the probabilities A3, not the labels: a label says nothing of how sure its pass
    was."""
    m, scale = X.shape[1], 1 / keep_prob
    passes = D1.shape[1] // m
    A = forward(np.tile(X, passes), parameters, D1, D2, scale, scale)[A3]
    return (np.greater(A, 0.5) * 1.0) @ np.tile(np.eye(m) / passes, (passes, 1))


@ensemble_prediction.misconception(symptom=True)
def labels_in_place_of_probabilities(X, parameters, keep_prob, n_passes, rng):
    """Return the mean of A3 itself, without a threshold: the exercise asks for probabilities."""
    return (_mean_of_passes(X, parameters, keep_prob, n_passes, rng) > 0.5).astype(float)


@ensemble_prediction.misconception(symptom=True, credit=0.5)
def sigmoid_of_the_mean(X, parameters, keep_prob, n_passes, rng):
    """Apply the sigmoid in each pass and average A3: the sigmoid of the mean of Z3 is another
    number, because the sigmoid is not a straight line."""
    passes = [_random_pass(X, parameters, keep_prob, rng)[Z3] for _ in range(n_passes)]
    return sigmoid(np.mean(passes, axis=0))


@ensemble_prediction.misconception(symptom=True, credit=0.4)
def one_mask_for_all_passes(X, parameters, keep_prob, n_passes, rng):
    """Draw fresh masks inside the loop over n_passes and average all passes: the result is that of
    one thinned network, however large n_passes is."""
    return _random_pass(X, parameters, keep_prob, rng)[A3]


@ensemble_prediction.misconception(symptom=True, credit=0.5)
def median_in_place_of_mean(X, parameters, keep_prob, n_passes, rng):
    """Average the passes with np.mean: the median is one of the passes, and as n_passes grows it
    does not approach the mean of the ensemble."""
    passes = [_random_pass(X, parameters, keep_prob, rng)[A3] for _ in range(n_passes)]
    return np.median(passes, axis=0)


@ensemble_prediction.misconception(symptom=True, credit=0.5)
def a_pass_missing(X, parameters, keep_prob, n_passes, rng):
    """Make n_passes passes: a single pass and the mean of very many are right here, and with
    n_passes = 3 the result is no mean of three, as where the loop ends one pass early."""
    return _mean_of_passes(X, parameters, keep_prob, max(1, n_passes - 1), rng)


@ensemble_prediction.misconception(symptom=True, credit=0.5)
def masks_serve_two_passes(X, parameters, keep_prob, n_passes, rng):
    """Draw fresh masks in each pass: here two of three passes have the same ones, so that the mean
    is that of fewer passes."""
    passes = [_random_pass(X, parameters, keep_prob, rng)[A3] for _ in range(0, n_passes, 2)]
    return np.mean((passes + passes)[:n_passes], axis=0)


@ensemble_prediction.misconception(symptom=True, credit=0.5)
def more_passes_than_asked(X, parameters, keep_prob, n_passes, rng):
    """Make exactly n_passes passes: with n_passes = 1 the result is the mean of several, as where
    the loop makes one pass more or leaves n_passes out."""
    return _mean_of_passes(X, parameters, keep_prob, n_passes + 1, rng)


@ensemble_prediction.misconception(symptom=True, credit=0.4)
def averaged_over_examples(X, parameters, keep_prob, n_passes, rng):
    """Average over the passes alone, axis=0 of the stacked A3: one number for all examples has
    lost what each of them gets."""
    passes = [_random_pass(X, parameters, keep_prob, rng)[A3] for _ in range(n_passes)]
    return np.mean(passes)


@ensemble_prediction.misconception(symptom=True, credit=0.6)
def axis_of_examples_lost(X, parameters, keep_prob, n_passes, rng):
    """Return the shape (1, m), as A3 has it: the result is flattened to (m,)."""
    return _mean_of_passes(X, parameters, keep_prob, n_passes, rng).ravel()


@ensemble_prediction.misconception(symptom=True, credit=0.4)
def all_passes_returned(X, parameters, keep_prob, n_passes, rng):
    """Return the mean of the passes: here they are all returned, one below the other."""
    return np.array([_random_pass(X, parameters, keep_prob, rng)[A3] for _ in range(n_passes)])


# --- misconceptions about the draws


@ensemble_prediction.misconception(credit=0.2)
def every_unit_dropped(X, parameters, D1, D2):
    """Keep each unit with probability keep_prob: here no unit is ever kept, and the output no
    longer depends on X."""
    return mean_of_passes(X, parameters, 0 * D1, 0 * D2, 1, 1)


@ensemble_prediction.misconception(symptom=True, credit=0.4, values="every_unit_dropped")
def kept_above_keep_prob(X, parameters, keep_prob, n_passes, rng):
    """Keep a unit where the random number is below keep_prob: above it lies the share
    1 - keep_prob."""
    return _mean_of_passes(X, parameters, keep_prob, n_passes, rng, keep_above)


@ensemble_prediction.misconception(symptom=True, credit=0.4)
def randn_for_rand(X, parameters, keep_prob, n_passes, rng):
    """Draw from the uniform distribution with rng.random(A.shape): normal numbers (randn, normal,
    standard_normal) lie below keep_prob with another probability."""
    return _mean_of_passes(X, parameters, keep_prob, n_passes, rng, keep_by_normal_numbers)


@ensemble_prediction.misconception(symptom=True, credit=0.3)
def mask_shared_by_examples(X, parameters, keep_prob, n_passes, rng):
    """Draw the masks with the full shape of A: one column for all examples drops the same units in
    each of them."""
    return _mean_of_passes(X, parameters, keep_prob, n_passes, rng, keep_whole_rows)


@ensemble_prediction.misconception(symptom=True, credit=0.4)
def own_seed_inside(X, parameters, keep_prob, n_passes, rng):
    """Draw from the rng that is passed in, and set no seed inside: with a fixed seed every pass
    drops the same units."""
    passes = [
        _random_pass(X, parameters, keep_prob, np.random.default_rng(1))[A3]
        for _ in range(n_passes)
    ]
    return np.mean(passes, axis=0)


@ensemble_prediction.misconception(symptom=True, credit=0.6)
def rng_ignored(X, parameters, keep_prob, n_passes, rng):
    """Draw from rng, as in rng.random(A.shape): np.random and a generator made inside ignore the
    caller's seed, so that a result cannot be repeated."""
    own = np.random.default_rng(np.random.randint(2**31))
    return _mean_of_passes(X, parameters, keep_prob, n_passes, own)


def _random_pass(X, parameters, keep_prob, rng, draw=keep):
    D1, D2 = (draw(rng, shape, keep_prob) for shape in mask_shapes(X, parameters).values())
    return dropout_pass(X, parameters, keep_prob, D1, D2)


def _mean_of_passes(X, parameters, keep_prob, n_passes, rng, draw=keep):
    passes = [_random_pass(X, parameters, keep_prob, rng, draw)[A3] for _ in range(n_passes)]
    return np.mean(passes, axis=0)
