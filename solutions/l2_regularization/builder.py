"""The Keras model with L2 regularisation: reference, cases, probes and misconceptions."""

import keras_models
import numpy as np
from l2_regularization.networks import forward, random_parameters

from autograder.core.exercise import exercise
from autograder.core.outcome import KerasProbe
from autograder.core.parts import Array, DictOf, Number, Text

UNITS = (20, 3, 1)
WEIGHTS = ("W1", "b1", "W2", "b2", "W3", "b3")


@exercise(
    points=25,
    returns=DictOf(
        Text("weight_shapes"),
        Array("predictions"),
        Array("plain_call"),
        Array("training_mode"),
        Number("penalty_of_W1"),
        Number("penalty_of_W2"),
        Number("penalty_of_W3"),
        Number("penalty_of_the_biases"),
        name="the model",
    ),
)
def build_l2_model(n_x, lambd, m):
    """Build a Keras model with an L2 penalty on its kernels."""
    return _model(n_x, [_l2(keras_models.l2_factor(lambd, m))] * 3, dtype="float64")


@build_l2_model.case
def usual(rng):
    """Few features"""
    # m keeps lambd / (2m) away from 0.01, the default of Keras's L2, in both cases
    return {"n_x": int(rng.integers(4, 8)), "lambd": 0.7, "m": int(rng.integers(40, 60))}


@build_l2_model.case
def more_features(rng):
    """More features, a larger lambd"""
    lambd = round(rng.uniform(8, 12), 2)
    return {"n_x": int(rng.integers(9, 14)), "lambd": lambd, "m": int(rng.integers(100, 200))}


@build_l2_model.probes
def questions(n_x, lambd, m):
    """Ask for shapes, outputs, and the penalty of one kind of weights at a time."""
    weights, inputs = _telling_weights(np.random.default_rng([n_x, m]), n_x)
    penalties = {"penalty_of_W1": "W1", "penalty_of_W2": "W2", "penalty_of_W3": "W3"}
    return (
        KerasProbe("weight_shapes", "shapes", inputs=inputs),
        KerasProbe("predictions", "predict", weights, inputs),
        KerasProbe("plain_call", "plain", weights, inputs),
        KerasProbe("training_mode", "train_mode", weights, inputs),
        *(
            KerasProbe(part, "penalty", _only(weights, (name,)), inputs)
            for part, name in penalties.items()
        ),
        KerasProbe("penalty_of_the_biases", "penalty", _only(weights, ("b1", "b2", "b3")), inputs),
    )


def _telling_weights(rng, n_x):
    """Return weights and inputs in Keras's layout; the logits have both signs and none is large."""
    while True:
        parameters = random_parameters(rng, (n_x, *UNITS))
        parameters["W2"] = (parameters["W2"] / 2).round(3)
        X = rng.normal(size=(n_x, 8)).round(3)
        Z3 = forward(X, parameters)[8]
        if np.all(np.abs(Z3) < 4) and Z3.min() < -0.2 and Z3.max() > 0.2:
            return tuple(keras_models.as_keras_layout(parameters)), X.T.copy()


def _only(weights, names):
    """Return the weights with 0 in all but the named ones."""
    return tuple(w * (name in names) for name, w in zip(WEIGHTS, weights, strict=True))


# --- misconceptions: the right model with one piece replaced

wrong = build_l2_model.misconception


def _l2(factor):
    return keras_models.l2_regularizer(factor)


def _model(
    n_x,
    kernel_regularizers,
    *,
    units=UNITS,
    activations=("relu", "relu", "sigmoid"),
    dtype="float32",
    **options,
):
    """Return the model; options go to every Dense layer."""
    import keras

    model = keras.Sequential([keras.Input((n_x,), dtype=dtype)])
    for n, activation, regularizer in zip(units, activations, kernel_regularizers, strict=True):
        model.add(
            keras.layers.Dense(
                n, activation, kernel_regularizer=regularizer, dtype=dtype, **options
            )
        )
    return model


def _right(lambd, m):
    return [_l2(lambd / (2 * m))] * 3


@wrong
def regularizer_left_out(n_x, lambd, m):
    """Give each Dense layer a kernel_regularizer: without one the model adds no penalty to its
    loss, whatever lambd is."""
    return _model(n_x, [None] * 3)


@wrong(credit=0.5)
def lambd_over_m(n_x, lambd, m):
    """Pass lambd / (2m) to L2, not lambd / m: Keras multiplies the sum of squares by exactly what
    it is given, without a half of its own."""
    return _model(n_x, [_l2(lambd / m)] * 3)


@wrong(credit=0.25)
def lambd_undivided(n_x, lambd, m):
    """Divide lambd by 2m before it goes into L2: Keras does not know m, and multiplies the sum of
    squares by what it is given."""
    return _model(n_x, [_l2(lambd)] * 3)


@wrong(credit=0.5)
def lambd_missing_1_over_m(n_x, lambd, m):
    """Divide by m as well: the course's penalty is lambd/(2m) times the sum of squares, and Keras
    does not know m."""
    return _model(n_x, [_l2(lambd / 2)] * 3)


@wrong(credit=0.5)
def precedence_2_times_m(n_x, lambd, m):
    """Put 2 * m in parentheses: Python works from left to right, divides by 2 and then multiplies
    by m, so the penalty is m squared times too large."""
    return _model(n_x, [_l2(lambd / 2 * m)] * 3)


@wrong(credit=0.25)
def lambd_ignored(n_x, lambd, m):
    """Pass lambd / (2m) to the regulariser: without an argument, or as the string "l2", Keras takes
    its default 0.01."""
    return _model(n_x, ["l2"] * 3)


@wrong(credit=0.25)
def l1_for_l2(n_x, lambd, m):
    """Use keras.regularizers.L2 in place of L1: the penalty is made of squares, not of absolute
    values."""
    import keras

    return _model(n_x, [keras.regularizers.L1(lambd / (2 * m))] * 3)


@wrong(credit=0.25)
def l1_beside_l2(n_x, lambd, m):
    """Leave the l1 argument of L1L2 at 0: here absolute values are penalised beside the squares."""
    import keras

    factor = lambd / (2 * m)
    return _model(n_x, [keras.regularizers.L1L2(l1=factor, l2=factor)] * 3)


@wrong(credit=0.5)
def biases_regularised(n_x, lambd, m):
    """Leave bias_regularizer out: the penalty holds the kernels only."""
    return _model(n_x, _right(lambd, m), bias_regularizer=_l2(lambd / (2 * m)))


@wrong(credit=0.25)
def bias_in_place_of_kernel(n_x, lambd, m):
    """Use kernel_regularizer in place of bias_regularizer: Keras calls a layer's W its kernel, and
    only the W are penalised."""
    return _model(n_x, [None] * 3, bias_regularizer=_l2(lambd / (2 * m)))


@wrong(credit=0.25)
def activity_in_place_of_kernel(n_x, lambd, m):
    """Use kernel_regularizer in place of activity_regularizer: the latter penalises a layer's
    outputs, and the L2 penalty is on its weights."""
    return _model(n_x, [None] * 3, activity_regularizer=_l2(lambd / (2 * m)))


@wrong(credit=0.5)
def output_layer_not_regularised(n_x, lambd, m):
    """Give the output layer a kernel_regularizer as well: the penalty holds the weights of all
    layers, W3 included."""
    return _model(n_x, [*_right(lambd, m)[:2], None])


@wrong(credit=0.25)
def only_output_layer_regularised(n_x, lambd, m):
    """Give the hidden layers a kernel_regularizer as well: the penalty holds the weights of all
    layers, and here only W3 is in it."""
    return _model(n_x, [None, None, *_right(lambd, m)[2:]])


@wrong(credit=0.25)
def only_first_layer_regularised(n_x, lambd, m):
    """Give the second and the output layer a kernel_regularizer as well: the penalty holds the
    weights of all layers, and here only W1 is in it."""
    return _model(n_x, [*_right(lambd, m)[:1], None, None])


@wrong(credit=0.5)
def hidden_activations_left_out(n_x, lambd, m):
    """Give the hidden layers activation="relu": a Dense layer is linear by default, and linear
    layers in a row are one linear layer."""
    return _model(n_x, _right(lambd, m), activations=(None, None, "sigmoid"))


@wrong(credit=0.5)
def output_activation_left_out(n_x, lambd, m):
    """Give the output layer activation="sigmoid": here the model returns logits, which are not
    probabilities."""
    return _model(n_x, _right(lambd, m), activations=("relu", "relu", None))


@wrong(credit=0.5)
def softmax_on_one_unit(n_x, lambd, m):
    """Use sigmoid in the output layer: softmax makes a layer's outputs add up to 1, so a single
    unit always says 1."""
    return _model(n_x, _right(lambd, m), activations=("relu", "relu", _softmax))


def _softmax(Z):
    """Softmax without the warning that Keras gives for a layer of one unit."""
    import keras

    return keras.ops.exp(Z) / keras.ops.sum(keras.ops.exp(Z), axis=-1, keepdims=True)


@wrong(credit=0.5)
def relu_at_the_output(n_x, lambd, m):
    """Use sigmoid in the output layer: relu has no upper bound, and the output should be a
    probability."""
    return _model(n_x, _right(lambd, m), activations=("relu", "relu", "relu"))


@wrong(credit=0.5)
def tanh_for_relu(n_x, lambd, m):
    """Use relu in the hidden layers in place of tanh: the model should be the Keras twin of the
    hand-written network."""
    return _model(n_x, _right(lambd, m), activations=("tanh", "tanh", "sigmoid"))


@wrong(credit=0.5)
def sigmoid_for_relu(n_x, lambd, m):
    """Use relu in the hidden layers in place of sigmoid: the model should be the Keras twin of the
    hand-written network."""
    return _model(n_x, _right(lambd, m), activations=("sigmoid", "sigmoid", "sigmoid"))


@wrong(symptom=True, credit=0.6)
def other_in_training(n_x, lambd, m):
    """Leave Dropout and other layers that act in training alone out of this model: in training mode
    it gives other outputs than in prediction, and L2 regularization needs Dense layers only."""
    import keras

    dense = _model(n_x, _right(lambd, m)).layers
    return keras.Sequential([keras.Input((n_x,)), dense[0], keras.layers.Dropout(0.5), *dense[1:]])
