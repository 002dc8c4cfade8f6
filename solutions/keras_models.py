"""Keras models that compute what the course writes by hand: the certificate of every answer key.

The network is LINEAR-RELU, LINEAR-RELU, LINEAR-SIGMOID (or deeper, or shallower), in float64. The
course keeps examples in columns and W as (n[l], n[l-1]); Keras keeps examples in rows and kernels
as (n[l-1], n[l]). Arguments and results are in the course's layout; models and their variables in
Keras's. Keras and TensorFlow are imported inside the functions, so that reading an exercise's
misconceptions does not load them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

Parameters = dict[str, np.ndarray]
ACTIVATIONS = ("relu", "relu", "sigmoid")


@contextmanager
def double_precision() -> Iterator[None]:
    """Let Keras make float64 variables (an optimizer's learning rate too) inside the block."""
    import keras

    # Keras fixes its default policy by the floatx of the first layer: ask for it beforehand.
    before, policy = keras.config.floatx(), keras.config.dtype_policy()
    keras.config.set_floatx("float64")
    try:
        yield
    finally:
        keras.config.set_floatx(before)
        keras.config.set_dtype_policy(policy)


def depth_of(parameters: Parameters) -> int:
    """Return the number of layers that have weights."""
    return len(parameters) // 2


def network(
    parameters: Parameters, activations: tuple[str, ...] = ACTIVATIONS, *, l2: float = 0.0
) -> Any:
    """Return the keras.Model with these weights: layers Z1 (Dense), A1 (Activation), Z2, A2, ...

    l2: what each kernel's `keras.regularizers.L2` takes; the course's penalty needs lambd / (2m).
    """
    import keras

    if len(activations) != depth_of(parameters):
        raise ValueError(f"{depth_of(parameters)} layers need as many activations: {activations}")
    inputs = keras.Input((np.shape(parameters["W1"])[1],), dtype="float64")
    A = inputs
    for l, activation in enumerate(activations, start=1):
        units = np.shape(parameters[f"W{l}"])[0]
        regularizer = l2_regularizer(l2)
        A = keras.layers.Dense(
            units, kernel_regularizer=regularizer, dtype="float64", name=f"Z{l}"
        )(A)
        A = keras.layers.Activation(activation, dtype="float64", name=f"A{l}")(A)
    model = keras.Model(inputs, A)
    model.set_weights(as_keras_layout(parameters))
    return model


def l2_regularizer(l2: float) -> Any:
    """Return `keras.regularizers.L2(l2)` that keeps all digits of l2."""
    import keras

    regularizer = keras.regularizers.L2(l2)
    regularizer.l2 = np.float64(l2)  # TensorFlow would cast a Python float by way of float32
    return regularizer


def as_keras_layout(parameters: Parameters) -> list[np.ndarray]:
    """Return [kernel 1, bias 1, kernel 2, ...] of W1, b1, W2, ..."""
    weights = []
    for l in range(1, depth_of(parameters) + 1):
        weights.append(np.asarray(parameters[f"W{l}"], dtype=np.float64).T)
        weights.append(np.asarray(parameters[f"b{l}"], dtype=np.float64).ravel())
    return weights


def as_course_layout(values: Iterable[Any], prefix: str = "") -> Parameters:
    """Return W1, b1, W2, ... of variables or tensors kernel 1, bias 1, kernel 2, ...

    prefix: "d" names gradients dW1, db1, dW2, ...
    """
    arrays = [np.array(value.numpy(), dtype=np.float64) for value in values]
    named = {}
    for l, (kernel, bias) in enumerate(zip(arrays[::2], arrays[1::2], strict=True), start=1):
        named[f"{prefix}W{l}"] = kernel.T.copy()
        named[f"{prefix}b{l}"] = bias.reshape(-1, 1)
    return named


def rows(X: Any) -> Any:
    """Return examples in columns as a float64 tensor with examples in rows."""
    import tensorflow as tf

    return tf.transpose(tf.cast(X, tf.float64))


def logits_of(model: Any, X: Any) -> Any:
    """Return the last Dense layer's output as a tensor (1, m); differentiable."""
    import keras
    import tensorflow as tf

    last = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][-1]
    return tf.transpose(keras.Model(model.inputs, last.output)(rows(X)))


def logits(parameters: Parameters, X: Any) -> Any:
    """Return the last layer's Z as a tensor (1, m)."""
    return logits_of(network(parameters), X)


def forward(X: Any, parameters: Parameters) -> dict[str, np.ndarray]:
    """Return Z1, A1, Z2, A2, Z3, A3, each (n[l], m)."""
    import keras

    model = network(parameters)
    outputs = {layer.name: layer.output for layer in model.layers if layer.name[0] in "ZA"}
    values = keras.Model(model.inputs, outputs)(rows(X))
    return {name: value.numpy().T.copy() for name, value in values.items()}


def cross_entropy(Z3: Any, Y: Any) -> Any:
    """Return the mean cross-entropy as a scalar tensor.

    Z3: logits (1, m). From logits, because `keras.losses` clips probabilities at 1e-7. Y: (1, m).
    """
    import keras
    import tensorflow as tf

    losses = keras.losses.binary_crossentropy(rows(Y), tf.transpose(Z3), from_logits=True)
    return tf.reduce_mean(losses)


def l2_factor(lambd: float, m: int) -> float:
    """Return what `keras.regularizers.L2` takes for the penalty lambd / (2m) * sum(W**2)."""
    return float(lambd) / (2 * m)


def l2_penalty(parameters: Parameters, lambd: float, m: int) -> float:
    """Return the penalty of a network of any depth: the sum of a Keras model's `losses`."""
    activations = ("relu",) * (depth_of(parameters) - 1) + ("sigmoid",)
    model = network(parameters, activations, l2=l2_factor(lambd, m))
    return float(sum(model.losses))


def gradients(X: Any, Y: Any, parameters: Parameters, lambd: float = 0.0) -> Parameters:
    """Return dW1, db1, ..., dW3, db3 of cross-entropy plus penalty, by tf.GradientTape."""
    import tensorflow as tf

    model = network(parameters, l2=l2_factor(lambd, np.shape(X)[1]))
    with tf.GradientTape() as tape:
        cost = cross_entropy(logits_of(model, X), Y) + sum(model.losses)
    return as_course_layout(tape.gradient(cost, model.trainable_variables), prefix="d")


def weight_decay_step(
    parameters: Parameters, gradients: Parameters, learning_rate: float, decay: float
) -> Parameters:
    """Return the parameters after one step of Keras's SGD with weight decay on the kernels.

    W <- W - learning_rate * (dW + decay * W); b <- b - learning_rate * db.
    """
    import keras

    by_layer = range(1, depth_of(parameters) + 1)
    ordered = {name: gradients[f"d{name}"] for l in by_layer for name in (f"W{l}", f"b{l}")}
    with double_precision():
        model = network(parameters, ("linear",) * depth_of(parameters))
        optimizer = keras.optimizers.SGD(float(learning_rate), weight_decay=decay)
        optimizer.weight_decay = np.float64(decay)  # see l2_regularizer
        biases = [variable for variable in model.trainable_variables if variable.name == "bias"]
        optimizer.exclude_from_weight_decay(var_list=biases)
        optimizer.apply_gradients(
            zip(as_keras_layout(ordered), model.trainable_variables, strict=True)
        )
    return as_course_layout(model.trainable_variables)
