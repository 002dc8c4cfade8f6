"""Prediction: the network without dropout."""

import keras_dropout
import numpy as np
from dropout.networks import draw, examples, forward, random_parameters, with_dropout

from autograder.core.exercise import exercise
from autograder.core.parts import Array


@exercise(points=10, returns=Array("labels"))
def predict(X, parameters):
    """Return the label of each example."""
    return keras_dropout.predict(X, parameters)


def _plain(X, parameters, scale1=1, scale2=1, **changed):
    """Return A3 of a pass without dropout, its hidden activations times scale."""
    return forward(X, parameters, 1, 1, scale1, scale2, **changed)[0]


NEAR, FAR = 0.001, 0.02  # distances of A3 from 0.5: what a right A3 cannot blur, and a clear answer


def _predict_case(rng, sizes, m):
    """Draw examples of both classes; in the larger cases a third of them are nearly undecided.

    Undecided examples show a threshold of 0.49, a scale of 0.95 or another small slip. The nearest
    are still a thousand roundings of float32 away from 0.5.
    """
    while True:
        parameters, X = random_parameters(rng, sizes), examples(rng, sizes[0], 40 * m)
        parameters["b3"] -= np.round(np.median(forward(X, parameters, 1, 1, 1, 1)[1][10]), 3)
        distance = np.abs(_plain(X, parameters) - 0.5)[0]
        clear = np.flatnonzero(distance >= FAR)[: m - m // 3 if m > 20 else m]
        near = np.flatnonzero((distance >= NEAR) & (distance < 4 * NEAR))[: m - len(clear)]
        X = X[:, rng.permutation(np.concatenate([clear, near]))]
        A3 = _plain(X, parameters)
        if X.shape[1] == m and 0.3 < (A3 > 0.5).mean() < 0.7 and (m < 50 or _tells(X, parameters)):
            return dict(X=X, parameters=parameters)


def _tells(X, parameters):
    """Tell whether the mistakes of a threshold or a network give labels of their own."""
    mistakes = (
        *(threshold_on_Z3, threshold_is_the_mean, scaled_at_prediction, halved_at_prediction),
        *(relu_left_out, tanh_for_relu, biases_left_out_of_predict, leaky_relu_for_relu),
        *(first_layer_scaled_at_prediction, second_layer_scaled_at_prediction),
    )
    right = _plain(X, parameters) > 0.5
    labels = [right, ~right, *(wrong(X, parameters) for wrong in mistakes)]
    return len({item.astype(bool).tobytes() for item in labels}) == len(labels)


@predict.case
def few_examples(rng):
    return _predict_case(rng, [2, 5, 4, 1], 9)


@predict.case
def many_examples(rng):
    return _predict_case(rng, [3, 20, 10, 1], 150)


@predict.case
def many_inputs(rng):
    return _predict_case(rng, [12, 8, 6, 1], 120)


@predict.case(float32=True)
def examples_in_single_precision(rng):
    """examples and parameters in float32"""
    return _predict_case(rng, [4, 6, 5, 1], 60)


@predict.misconception(credit=0.5)
def probabilities_in_place_of_labels(X, parameters):
    """Compare A3 with 0.5: here the probabilities come back, and a label is 0 or 1."""
    return _plain(X, parameters)


@predict.misconception(credit=0.5)
def threshold_on_Z3(X, parameters):
    """Compare A3 = sigmoid(Z3) with 0.5, or Z3 with 0: here Z3 itself is compared with 0.5, which
    is a probability of 0.62."""
    return (_plain(X, parameters, output=lambda Z: Z) > 0.5).astype(int)


@predict.misconception(credit=0.4)
def labels_swapped(X, parameters):
    """Give label 1 where A3 is above 0.5: A3 is the probability of label 1, and here the labels are
    the other way round."""
    return (_plain(X, parameters) < 0.5).astype(int)


@predict.misconception(credit=0.5)
def labels_of_minus_one(X, parameters):
    """Return the labels 0 and 1: here the two classes are -1 and 1."""
    return np.where(_plain(X, parameters) > 0.5, 1, -1)


@predict.misconception(credit=0.0)
def labels_all_zero(X, parameters):
    """Compare A3 with 0.5: every label is 0 here, as astype(int) gives it, which cuts the decimals
    off, or argmax over a single row."""
    return _plain(X, parameters).astype(int)


@predict.misconception(credit=0.3)
def threshold_is_the_mean(X, parameters):
    """Compare A3 with 0.5: the mean of A3 depends on which other examples are predicted at the same
    time."""
    A3 = _plain(X, parameters)
    return (A3.mean() < A3).astype(int)


@predict.misconception(symptom=True, credit=0.3)
def dropout_at_prediction(X, parameters):
    """Leave dropout out of predict, in both layers: all units are on, and the same input gives the
    same label every time."""
    D1, D2 = draw(np.random, parameters, X.shape[1], 0.8)
    return (with_dropout(X, parameters, 0.8, D1, D2)[0] > 0.5).astype(int)


@predict.misconception(credit=0.4)
def scaled_at_prediction(X, parameters):
    """Leave the activations as they are in predict: inverted dropout has divided by keep_prob in
    training, so nothing is scaled at prediction (here by 0.8)."""
    return (_plain(X, parameters, 0.8, 0.8) > 0.5).astype(int)


@predict.misconception(credit=0.4)
def halved_at_prediction(X, parameters):
    """Leave the activations as they are in predict: inverted dropout has divided by keep_prob in
    training, so nothing is scaled at prediction (here by 0.5)."""
    return (_plain(X, parameters, 0.5, 0.5) > 0.5).astype(int)


@predict.misconception(credit=0.4)
def first_layer_scaled_at_prediction(X, parameters):
    """Leave A1 as it is in predict: inverted dropout has divided by keep_prob in training, so
    nothing is scaled at prediction (here A1 by 0.8)."""
    return (_plain(X, parameters, 0.8, 1) > 0.5).astype(int)


@predict.misconception(credit=0.4)
def second_layer_scaled_at_prediction(X, parameters):
    """Leave A2 as it is in predict: inverted dropout has divided by keep_prob in training, so
    nothing is scaled at prediction (here A2 by 0.8)."""
    return (_plain(X, parameters, 1, 0.8) > 0.5).astype(int)


@predict.misconception(credit=0.5)
def leaky_relu_for_relu(X, parameters):
    """Use relu in the hidden layers, as in training: here a negative Z gives 0.01 Z in place of
    0."""
    return (_plain(X, parameters, hidden=lambda Z: np.maximum(Z, 0.01 * Z)) > 0.5).astype(int)


@predict.misconception(credit=0.4)
def relu_left_out(X, parameters):
    """Apply relu in both hidden layers, as in training: without it the network is one linear
    map."""
    return (_plain(X, parameters, hidden=lambda Z: Z) > 0.5).astype(int)


@predict.misconception(credit=0.4)
def tanh_for_relu(X, parameters):
    """Use relu in the hidden layers, as in training: with tanh the weights belong to another
    network."""
    return (_plain(X, parameters, hidden=np.tanh) > 0.5).astype(int)


@predict.misconception(credit=0.4)
def biases_left_out_of_predict(X, parameters):
    """Add the biases, as in training: without them the weights belong to another network."""
    without = parameters | {name: 0 * parameters[name] for name in ("b1", "b2", "b3")}
    return (_plain(X, without) > 0.5).astype(int)


@predict.misconception(credit=0.7)
def labels_without_row(X, parameters):
    """Return the labels with shape (1, m): examples are columns, and the shape (m,) has no row."""
    return (_plain(X, parameters) > 0.5).astype(int).ravel()


@predict.misconception(credit=0.7)
def labels_as_a_column(X, parameters):
    """Return the labels with shape (1, m): examples are columns, and here they are rows."""
    return (_plain(X, parameters) > 0.5).astype(int).T
