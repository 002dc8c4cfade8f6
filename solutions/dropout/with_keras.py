"""The Keras model with dropout, judged by what it does when it is called.

The probes put weights into the model by which its outputs in training mode have few values, whose
shares follow from keep_prob: the sigmoid of TWIST times the sum of the weights on the open roads.
"""

from itertools import product

import keras_dropout
import numpy as np

from autograder.core.exercise import exercise
from autograder.core.outcome import KerasProbe
from autograder.core.parts import Array, DictOf, Draws, Text

ROWS = 1000
TWIST = 0.3
# Weights whose sums differ, and of which no scaling by keep_prob**2 makes another one.
ROADS = np.array([1.0, 2.3])
GAIN = 0.2  # keeps layer 2 small, so that wrong activations show their own values too


@exercise(
    points=15,
    returns=DictOf(
        Text("weight_shapes"),
        Draws("plain_call"),
        Array("prediction"),
        Draws("training_with_layer_2"),
        Draws("training_from_the_inputs"),
    ),
)
def build_dropout_model(n_x, keep_prob):
    """Return a Keras model with dropout after each hidden layer."""
    return keras_dropout.dropout_model(n_x, keep_prob)


@build_dropout_model.case
def few_units_kept_in_the_model(rng):
    """few units kept"""
    return dict(n_x=int(rng.integers(4, 7)), keep_prob=float(round(rng.uniform(0.27, 0.33), 2)))


@build_dropout_model.case
def more_units_kept_in_the_model(rng):
    """more than half of the units kept"""
    return dict(n_x=int(rng.integers(7, 10)), keep_prob=float(round(rng.uniform(0.61, 0.67), 2)))


@build_dropout_model.case
def most_units_kept_in_the_model(rng):
    """most units kept"""
    return dict(n_x=int(rng.integers(10, 13)), keep_prob=float(round(rng.uniform(0.72, 0.78), 2)))


def _weights(n_x):
    """Return kernels and biases of 0, in Keras's layout, by the names of the course."""
    shapes = dict(W1=(n_x, 20), b1=(20,), W2=(20, 3), b2=(3,), W3=(3, 1), b3=(1,))
    return {name: np.zeros(shape, dtype=np.float32) for name, shape in shapes.items()}


def _sigmoid(z):
    return float(1 / (1 + np.exp(-z)))


def _roads_from_layer_2(n_x, keep_prob):
    """Two units of layer 2 carry 1, and layer 1 does not matter."""
    made = _weights(n_x)
    made["b2"][[0, 2]] = 1
    made["W3"][[0, 2], 0] = TWIST * keep_prob * ROADS
    return tuple(made.values())


def _roads_from_the_inputs(n_x, keep_prob):
    """Two inputs carry 1 to two units of layer 1 and on to the unit of layer 2 that is left."""
    made = _weights(n_x)
    made["W1"][0, 4] = made["W1"][n_x - 1, 11] = 1
    made["W2"][[4, 11], 1] = GAIN * ROADS
    made["W3"][1, 0] = TWIST * keep_prob**2 / GAIN
    return tuple(made.values())


def _law_of_layer_2(keep_prob):
    """Return the (value, probability) pairs where each road is open with keep_prob."""
    law = {}
    for open_roads in product((0, 1), repeat=len(ROADS)):
        chance = np.prod([keep_prob if is_open else 1 - keep_prob for is_open in open_roads])
        law[_sigmoid(TWIST * np.dot(open_roads, ROADS))] = float(chance)
    return law


def _law_of_both(keep_prob):
    """Return the pairs where all roads lead through one more unit, open with keep_prob."""
    law = {value: keep_prob * chance for value, chance in _law_of_layer_2(keep_prob).items()}
    law[0.5] += 1 - keep_prob
    return law


def _law_of_plain_call(keep_prob):
    """Return the one right value, and with probability 0 those that dropout gives in training."""
    law = dict.fromkeys(_law_of_both(keep_prob), 0.0)
    return law | {_sigmoid(TWIST * keep_prob**2 * sum(ROADS)): 1.0}


def _random_weights(n_x):
    """Return weights with which every unit matters, some of them at 0 by relu."""
    rng = np.random.default_rng(n_x)
    made = _weights(n_x)
    spread = dict(W1=n_x**-0.5, b1=0.3, W2=20**-0.5, b2=0.3, W3=3**-0.5, b3=0.3)
    return tuple(
        np.round(rng.normal(scale=spread[name], size=zeros.shape), 3).astype(np.float32)
        for name, zeros in made.items()
    )


@build_dropout_model.probes
def _probes(n_x, keep_prob):
    ones = np.ones((ROWS, n_x), dtype=np.float32)
    few = np.round(np.random.default_rng(n_x + 1).normal(size=(12, n_x)), 3).astype(np.float32)
    return (
        KerasProbe("weight_shapes", "shapes"),
        KerasProbe(
            "plain_call",
            "plain",
            _roads_from_the_inputs(n_x, keep_prob),
            ones,
            law=tuple(_law_of_plain_call(keep_prob).items()),
        ),
        KerasProbe("prediction", "predict", _random_weights(n_x), few),
        KerasProbe(
            "training_with_layer_2",
            "train_mode",
            _roads_from_layer_2(n_x, keep_prob),
            ones,
            law=tuple(_law_of_layer_2(keep_prob).items()),
        ),
        KerasProbe(
            "training_from_the_inputs",
            "train_mode",
            _roads_from_the_inputs(n_x, keep_prob),
            ones,
            law=tuple(_law_of_both(keep_prob).items()),
        ),
    )


def _sequential(n_x, *layers):
    import keras

    return keras.Sequential([keras.Input((n_x,)), *layers])


def _dense(units, activation="relu"):
    import keras

    return keras.layers.Dense(units, activation=activation)


def _dropout(rate):
    import keras

    return keras.layers.Dropout(rate)


def _with_rates(n_x, rate1, rate2):
    """Return the right model but for its rates; None leaves a Dropout layer out."""
    layers = [_dense(20), rate1, _dense(3), rate2, _dense(1, "sigmoid")]
    made = [_dropout(item) if isinstance(item, float) else item for item in layers]
    return _sequential(n_x, *(layer for layer in made if layer is not None))


def _with_activations(n_x, keep_prob, hidden, output):
    rate = 1 - keep_prob
    return _sequential(
        n_x,
        _dense(20, hidden),
        _dropout(rate),
        _dense(3, hidden),
        _dropout(rate),
        _dense(1, output),
    )


@build_dropout_model.misconception(credit=0.4)
def rate_is_keep_prob(n_x, keep_prob):
    """Give Dropout the rate 1 - keep_prob: Keras's rate is the probability to DROP a unit, and
    keep_prob is the one to keep it."""
    return _with_rates(n_x, keep_prob, keep_prob)


@build_dropout_model.misconception(credit=0.3)
def rate_of_one_half(n_x, keep_prob):
    """Compute the rate from the argument, 1 - keep_prob, in place of a fixed 0.5."""
    return _with_rates(n_x, 0.5, 0.5)


@build_dropout_model.misconception(credit=0.3)
def rate_of_one_fifth(n_x, keep_prob):
    """Compute the rate from the argument, 1 - keep_prob, in place of a fixed 0.2."""
    return _with_rates(n_x, 0.2, 0.2)


@build_dropout_model.misconception(credit=0.6)
def rate_of_the_first_layer_is_keep_prob(n_x, keep_prob):
    """Give the first Dropout layer the rate 1 - keep_prob, as the second: Keras's rate is the
    probability to DROP a unit."""
    return _with_rates(n_x, keep_prob, 1 - keep_prob)


@build_dropout_model.misconception(credit=0.6)
def rate_of_the_second_layer_is_keep_prob(n_x, keep_prob):
    """Give the second Dropout layer the rate 1 - keep_prob, as the first: Keras's rate is the
    probability to DROP a unit."""
    return _with_rates(n_x, 1 - keep_prob, keep_prob)


@build_dropout_model.misconception(credit=0.1)
def no_dropout_layers(n_x, keep_prob):
    """Add a Dropout layer after each hidden layer: this model uses all its units in training
    too."""
    return _with_rates(n_x, None, None)


@build_dropout_model.misconception(credit=0.5)
def dropout_after_the_first_layer_only(n_x, keep_prob):
    """Add a Dropout layer after the second hidden layer too: only the first one has dropout
    here."""
    return _with_rates(n_x, 1 - keep_prob, None)


@build_dropout_model.misconception(credit=0.5)
def dropout_after_the_second_layer_only(n_x, keep_prob):
    """Add a Dropout layer after the first hidden layer too: only the second one has dropout
    here."""
    return _with_rates(n_x, None, 1 - keep_prob)


@build_dropout_model.misconception(credit=0.5)
def dropout_on_the_inputs_too(n_x, keep_prob):
    """Leave the inputs without dropout: it belongs after the hidden layers, and here it drops parts
    of the data as well."""
    rate = 1 - keep_prob
    layers = _dense(20), _dropout(rate), _dense(3), _dropout(rate), _dense(1, "sigmoid")
    return _sequential(n_x, _dropout(rate), *layers)


@build_dropout_model.misconception(credit=0.3)
def dropout_before_the_hidden_layers(n_x, keep_prob):
    """Put each Dropout layer after its hidden layer: here they stand before, so the inputs are
    dropped and the second hidden layer is not."""
    rate = 1 - keep_prob
    layers = _dropout(rate), _dense(20), _dropout(rate), _dense(3), _dense(1, "sigmoid")
    return _sequential(n_x, *layers)


@build_dropout_model.misconception(credit=0.5)
def dropout_after_the_output_too(n_x, keep_prob):
    """End the model with the sigmoid layer: a Dropout layer after it drops answers, and an answer
    of 0 says nothing about the example."""
    rate = 1 - keep_prob
    layers = _dense(20), _dropout(rate), _dense(3), _dropout(rate), _dense(1, "sigmoid")
    return _sequential(n_x, *layers, _dropout(rate))


@build_dropout_model.misconception(symptom=True, credit=0.4)
def dropout_always_on(n_x, keep_prob):
    """Call the Dropout layers without training=True: Keras switches them on in training and off in
    prediction by itself, and here they drop units at prediction as well."""
    import keras

    inputs = keras.Input((n_x,))
    A1 = _dropout(1 - keep_prob)(_dense(20)(inputs), training=True)
    A2 = _dropout(1 - keep_prob)(_dense(3)(A1), training=True)
    return keras.Model(inputs, _dense(1, "sigmoid")(A2))


@build_dropout_model.misconception(credit=0.4)
def hidden_layers_without_relu(n_x, keep_prob):
    """Give both hidden layers activation="relu": without it the three layers are one linear map."""
    return _with_activations(n_x, keep_prob, None, "sigmoid")


@build_dropout_model.misconception(credit=0.4)
def hidden_layers_with_tanh(n_x, keep_prob):
    """Give both hidden layers activation="relu": this network is LINEAR-RELU, LINEAR-RELU,
    LINEAR-SIGMOID, and tanh is another one."""
    return _with_activations(n_x, keep_prob, "tanh", "sigmoid")


@build_dropout_model.misconception(credit=0.4)
def hidden_layers_with_sigmoid(n_x, keep_prob):
    """Give both hidden layers activation="relu": sigmoid belongs to the output only."""
    return _with_activations(n_x, keep_prob, "sigmoid", "sigmoid")


@build_dropout_model.misconception(credit=0.4)
def output_without_sigmoid(n_x, keep_prob):
    """Give the output layer activation="sigmoid": the output is a probability, and without it any
    number."""
    return _with_activations(n_x, keep_prob, "relu", None)


@build_dropout_model.misconception(credit=0.4)
def output_with_relu(n_x, keep_prob):
    """Give the output layer activation="sigmoid": the output is a probability, which relu does not
    give."""
    return _with_activations(n_x, keep_prob, "relu", "relu")


@build_dropout_model.misconception(credit=0.3)
def output_with_softmax(n_x, keep_prob):
    """Give the output layer activation="sigmoid": softmax over a single unit is always 1."""
    import keras

    return _with_activations(n_x, keep_prob, "relu", keras.ops.ones_like)
