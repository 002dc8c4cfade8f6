"""Dropout by Keras: the certificate of the answer keys of `dropout`.

Every function takes and returns the course's layout (examples in columns, masks D of 0 and 1) in
float64. Masks are drawn by real `keras.layers.Dropout` layers, whose mask is read off their answer
to ones: a second layer with the same seed draws the same. Gradients come from `tf.GradientTape`.
"""

from typing import Any

import numpy as np
from keras_models import (
    Parameters,
    as_course_layout,
    as_keras_layout,
    cross_entropy,
    forward,
    network,
    rows,
)


def dropout_layer(keep_prob: float, seed: int | None = None) -> Any:
    """Return the Keras layer in float64; Keras's rate is the probability to drop."""
    import keras

    return keras.layers.Dropout(rate=1 - keep_prob, seed=seed, dtype="float64")


def draw_seed(rng: np.random.Generator) -> int:
    """Draw a seed for a Keras layer, so that `rng` alone decides what the layer drops."""
    return int(rng.integers(2**31 - 1))


def mask_of(keep_prob: float, seed: int, shape: tuple[int, ...]) -> np.ndarray:
    """Return the mask that a layer with this seed draws at its first call, as 0 and 1."""
    answer = dropout_layer(keep_prob, seed)(np.ones(shape), training=True)
    return (answer.numpy() != 0).astype(np.int64)


def dropout_forward(
    A: Any, keep_prob: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Return (A_dropped, D), each of A's shape."""
    seed = draw_seed(rng)
    dropped = dropout_layer(keep_prob, seed)(np.asarray(A, dtype=np.float64), training=True)
    return dropped.numpy(), mask_of(keep_prob, seed, np.shape(A))


def fixed_dropout(keep_prob: float) -> Any:
    """Return a function (A, D) -> A_dropped made of Keras layers: dropout with a given mask."""
    import keras

    multiply = keras.layers.Multiply(dtype="float64")
    rescale = keras.layers.Rescaling(np.float64(1 / keep_prob), dtype="float64")
    return lambda A, D: rescale(multiply([A, D]))


def dropout_gradient(dA: Any, D: Any, keep_prob: float) -> np.ndarray:
    """Return the gradient with respect to A where dA is the one with respect to A_dropped."""
    import tensorflow as tf

    A = tf.Variable(np.ones(np.shape(dA)))  # dropout is linear: its gradient does not depend on A
    with tf.GradientTape() as tape:
        dropped = fixed_dropout(keep_prob)(A, tf.cast(D, tf.float64))
    return tape.gradient(dropped, A, output_gradients=tf.cast(dA, tf.float64)).numpy()


def forward_with_dropout(
    X: Any, parameters: Parameters, keep_prob: float, rng: np.random.Generator
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Return (A3, cache), cache = (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3).

    A Dropout layer stands after each hidden layer of `keras_models.network`.
    """
    model, A = network(parameters), rows(X)
    values: dict[str, np.ndarray] = dict(parameters)
    for l in (1, 2, 3):
        Z = model.get_layer(f"Z{l}")(A)
        A = model.get_layer(f"A{l}")(Z)
        if l < 3:
            seed = draw_seed(rng)
            A = dropout_layer(keep_prob, seed)(A, training=True)
            values[f"D{l}"] = mask_of(keep_prob, seed, tuple(A.shape)).T
        values |= {f"Z{l}": Z.numpy().T, f"A{l}": A.numpy().T}
    names = "Z1 D1 A1 W1 b1 Z2 D2 A2 W2 b2 Z3 A3 W3 b3"
    return values["A3"], tuple(values[name] for name in names.split())


def network_with_masks(parameters: Parameters, keep_prob: float) -> Any:
    """Return the Keras model of (X, D1, D2) -> Z3, all in Keras's layout."""
    import keras

    sizes = [np.shape(parameters["W1"])[1]] + [len(parameters[f"W{l}"]) for l in (1, 2, 3)]
    inputs = [keras.Input((size,), dtype="float64") for size in sizes[:3]]
    A = inputs[0]
    for D in inputs[1:]:
        A = keras.layers.Dense(D.shape[1], activation="relu", dtype="float64")(A)
        A = fixed_dropout(keep_prob)(A, D)
    model = keras.Model(inputs, keras.layers.Dense(sizes[3], dtype="float64")(A))
    model.set_weights(as_keras_layout(parameters))
    return model


def gradients_with_dropout(
    X: Any, Y: Any, parameters: Parameters, D1: Any, D2: Any, keep_prob: float
) -> Parameters:
    """Return dW1, db1, ..., db3 of the mean cross-entropy of the pass with these masks."""
    import tensorflow as tf

    model = network_with_masks(parameters, keep_prob)
    with tf.GradientTape() as tape:
        Z3 = model([rows(X), rows(D1), rows(D2)])
        cost = cross_entropy(tf.transpose(Z3), Y)
    return as_course_layout(tape.gradient(cost, model.trainable_variables), prefix="d")


def predict(X: Any, parameters: Parameters) -> np.ndarray:
    """Return the labels 0 or 1, shape (1, m)."""
    return (forward(X, parameters)["A3"] > 0.5).astype(np.int64)


def dropout_model(n_x: int, keep_prob: float) -> Any:
    """Return the model n_x-20-3-1 with a Dropout layer after each hidden layer."""
    import keras

    return keras.Sequential(
        [
            keras.Input((n_x,)),
            keras.layers.Dense(20, activation="relu"),
            keras.layers.Dropout(1 - keep_prob),
            keras.layers.Dense(3, activation="relu"),
            keras.layers.Dropout(1 - keep_prob),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
