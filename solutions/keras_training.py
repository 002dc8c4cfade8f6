"""Training, averaging and compiling by Keras: the certificate of `regularization_in_practice`.

Arguments and results are in the course's layout (examples in columns), computed in float64. Masks
are drawn by real `keras.layers.Dropout` layers whose seeds come from the caller's rng; gradients by
`tf.GradientTape`; penalties by `keras.regularizers.L2`. Keras and TensorFlow are imported inside
the functions (see `keras_models`).
"""

from typing import Any

import numpy as np
from keras_models import (
    Parameters,
    as_course_layout,
    as_keras_layout,
    cross_entropy,
    l2_factor,
    l2_regularizer,
    rows,
    weight_decay_step,
)

WORTH_TRACING = 10  # iterations from which on building a graph takes less time than it saves


class DropoutNetwork:
    """Keras layers Dense, Dropout, Dense, Dropout, Dense with the course's parameters.

    Called one after the other, for a `keras.Model` takes longer to build than a step takes.
    """

    def __init__(self, parameters: Parameters, keep_prob: float, rng: np.random.Generator) -> None:
        import keras

        weights = as_keras_layout(parameters)
        self.dense, self.dropout = [], []
        for kernel, bias, activation in zip(
            weights[::2], weights[1::2], ("relu", "relu", None), strict=True
        ):
            layer = keras.layers.Dense(kernel.shape[1], activation, dtype="float64")
            layer.build((None, kernel.shape[0]))
            layer.set_weights([kernel, bias])
            self.dense.append(layer)
        for _ in range(2):
            seed = int(rng.integers(2**31 - 1))
            self.dropout.append(keras.layers.Dropout(1 - keep_prob, seed=seed, dtype="float64"))

    @property
    def variables(self) -> list[Any]:
        """Kernel 1, bias 1, kernel 2, ..."""
        return [variable for layer in self.dense for variable in layer.trainable_variables]

    def logits(self, inputs: Any) -> Any:
        """Return Z3 (1, m) of a pass with dropout; inputs have examples in rows."""
        import tensorflow as tf

        A1 = self.dropout[0](self.dense[0](inputs), training=True)
        A2 = self.dropout[1](self.dense[1](A1), training=True)
        return tf.transpose(self.dense[2](A2))


def weight_decay_factor(learning_rate: float, lambd: float, m: int) -> float:
    """Return what one step of Keras's SGD with weight decay leaves of a weight of 1 with dW = 0."""
    one = {"W1": np.ones((1, 1)), "b1": np.zeros((1, 1))}
    nothing = {"dW1": np.zeros((1, 1)), "db1": np.zeros((1, 1))}
    return float(weight_decay_step(one, nothing, learning_rate, lambd / m)["W1"][0, 0])


def train(
    X: Any,
    Y: Any,
    parameters: Parameters,
    learning_rate: float,
    num_iterations: int,
    lambd: float,
    keep_prob: float,
    rng: np.random.Generator,
) -> tuple[Parameters, list[float]]:
    """Return the parameters after full-batch gradient descent, and the cost of each iteration."""
    import tensorflow as tf

    network = DropoutNetwork(parameters, keep_prob, rng)
    variables = network.variables
    regularizer = l2_regularizer(l2_factor(lambd, np.shape(X)[1]))
    inputs, targets = rows(X), tf.cast(Y, tf.float64)

    def iteration() -> Any:
        with tf.GradientTape() as tape:
            penalty = sum(regularizer(kernel) for kernel in variables[::2])
            cost = cross_entropy(network.logits(inputs), targets) + penalty
        for variable, gradient in zip(variables, tape.gradient(cost, variables), strict=True):
            variable.assign_sub(learning_rate * gradient)
        return cost

    step = tf.function(iteration) if num_iterations > WORTH_TRACING else iteration
    costs = [float(step()) for _ in range(num_iterations)]
    return as_course_layout(variables), costs


def ensemble_prediction(
    X: Any, parameters: Parameters, keep_prob: float, n_passes: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the mean A3 (1, m) of n_passes dropout passes.

    One batch holds the examples n_passes times: the Dropout layers draw for each copy anew.
    """
    import keras
    import tensorflow as tf

    copies = tf.tile(rows(X), [n_passes, 1])
    Z3 = DropoutNetwork(parameters, keep_prob, rng).logits(copies)
    A3 = keras.activations.sigmoid(Z3).numpy()
    return A3.reshape(n_passes, 1, -1).mean(axis=0)


def regularized_classifier(
    n_x: int, n_classes: int, lambd: float, m: int, keep_prob: float, learning_rate: float
) -> Any:
    """Return the compiled classifier n_x-64-32-n_classes."""
    import keras

    def dense(units: int, activation: str) -> Any:
        regularizer = keras.regularizers.L2(l2_factor(lambd, m))
        return keras.layers.Dense(units, activation=activation, kernel_regularizer=regularizer)

    model = keras.Sequential(
        [
            keras.Input((n_x,)),
            dense(64, "relu"),
            keras.layers.Dropout(1 - keep_prob),
            dense(32, "relu"),
            keras.layers.Dropout(1 - keep_prob),
            dense(n_classes, "softmax"),
        ]
    )
    model.compile(keras.optimizers.SGD(learning_rate), "sparse_categorical_crossentropy")
    return model
