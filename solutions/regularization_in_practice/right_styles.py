"""Other right solutions, in the styles that learners write; each must earn full points."""

# ruff: noqa: RUF059 - a learner unpacks a cache by name, whatever is used of it

import copy

import numpy as np
from exercises import (
    build_regularized_model,
    ensemble_prediction,
    train,
    weight_decay_factor,
)

# --- weight_decay_factor


@weight_decay_factor.right_style
def quotient_first(learning_rate, lambd, m):
    return 1 - (lambd / m) * learning_rate


@weight_decay_factor.right_style
def one_step_of_a_weight_of_one(learning_rate, lambd, m):
    W, dW = 1.0, 0.0
    W -= learning_rate * (dW + lambd / m * W)
    return W


@weight_decay_factor.right_style
def over_a_common_denominator(learning_rate, lambd, m):
    return (m - learning_rate * lambd) / m


@weight_decay_factor.right_style
def as_an_array(learning_rate, lambd, m):
    return np.array([1 - np.multiply(learning_rate, lambd) / m])


@weight_decay_factor.right_style
def in_single_precision(learning_rate, lambd, m):
    return np.float32(1) - np.float32(learning_rate * lambd / m)


@weight_decay_factor.right_style
def by_the_gradient_of_the_penalty(learning_rate, lambd, m):
    gradient = 2 * lambd / (2 * m)
    return 1.0 + -learning_rate * gradient


# --- train


def _sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def _forward(X, parameters, keep_prob, rng):
    """The three lines of dropout, twice."""
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    Z1 = np.dot(W1, X) + b1
    A1 = np.maximum(0, Z1)
    D1 = rng.random(A1.shape) < keep_prob
    A1 = A1 * D1
    A1 = A1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = np.maximum(0, Z2)
    D2 = rng.random(A2.shape) < keep_prob
    A2 = A2 * D2
    A2 = A2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    return _sigmoid(Z3), (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, _sigmoid(Z3), W3, b3)


def _cost(A3, Y, parameters, lambd):
    m = Y.shape[1]
    cross_entropy = -np.sum(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)) / m
    squares = sum(np.sum(np.square(parameters[f"W{l}"])) for l in (1, 2, 3))
    return cross_entropy + lambd / (2 * m) * squares


def _backward(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T)
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3) * D2 / keep_prob
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2) * D1 / keep_prob
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    return dict(dW1=dW1, db1=db1, dW2=dW2, db2=db2, dW3=dW3, db3=db3)


def _update(parameters, gradients, learning_rate, lambd, m):
    updated = {}
    for name, value in parameters.items():
        decay = lambd / m * value if name.startswith("W") else 0
        updated[name] = value - learning_rate * (gradients["d" + name] + decay)
    return updated


@train.right_style
def as_in_the_notebook(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    m = X.shape[1]
    costs = []
    for _ in range(num_iterations):
        A3, cache = _forward(X, parameters, keep_prob, rng)
        costs.append(float(_cost(A3, Y, parameters, lambd)))
        gradients = _backward(X, Y, cache, keep_prob)
        parameters = _update(parameters, gradients, learning_rate, lambd, m)
    return parameters, costs


@train.right_style
def in_place_on_own_copies(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    own, m, costs = copy.deepcopy(parameters), Y.shape[1], np.zeros(num_iterations)
    for i in range(num_iterations):
        A3, cache = _forward(X, own, keep_prob, rng)
        costs[i] = _cost(A3, Y, own, lambd)
        gradients = _backward(X, Y, cache, keep_prob)
        for l in (1, 2, 3):
            own[f"W{l}"] *= 1 - learning_rate * lambd / m
            own[f"W{l}"] -= learning_rate * gradients[f"dW{l}"]
            own[f"b{l}"] -= learning_rate * gradients[f"db{l}"]
    return own, costs


@train.right_style
def penalty_in_the_gradients(
    X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng
):
    m = X.shape[1]
    P = {name: value.copy() for name, value in parameters.items()}
    costs = ()
    i = 0
    while i < num_iterations:
        A3, cache = _forward(X, P, keep_prob, rng)
        costs += (np.squeeze(_cost(A3, Y, P, lambd)),)
        gradients = _backward(X, Y, cache, keep_prob)
        for l in (3, 2, 1):
            gradients[f"dW{l}"] = gradients[f"dW{l}"] + lambd * P[f"W{l}"] / m
        P = {name: P[name] - learning_rate * gradients["d" + name] for name in P}
        i += 1
    return P, costs


@train.right_style
def masks_before_the_passes_and_uniform(
    X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng
):
    """All masks before the loop, D2 before D1; costs of shape (1, 1); everything in one
    function."""
    m = X.shape[1]
    W1, b1, W2, b2, W3, b3 = (
        np.copy(parameters[name]) for name in ("W1", "b1", "W2", "b2", "W3", "b3")
    )
    masks2 = rng.uniform(0, 1, (num_iterations, W2.shape[0], m)) < keep_prob
    masks1 = rng.uniform(0, 1, (num_iterations, W1.shape[0], m)) < keep_prob
    costs = []
    for D1, D2 in zip(masks1 / keep_prob, masks2 / keep_prob, strict=True):
        Z1 = W1 @ X + b1
        A1 = Z1 * (Z1 > 0) * D1
        Z2 = W2 @ A1 + b2
        A2 = Z2 * (Z2 > 0) * D2
        A3 = _sigmoid(W3 @ A2 + b3)
        entropy = -(Y @ np.log(A3).T + (1 - Y) @ np.log(1 - A3).T) / m
        costs.append(entropy + lambd * ((W1**2).sum() + (W2**2).sum() + (W3**2).sum()) / 2 / m)
        dZ3 = (A3 - Y) / m
        dZ2 = W3.T @ dZ3 * D2 * (Z2 > 0)
        dZ1 = W2.T @ dZ2 * D1 * (Z1 > 0)
        shrink = 1 - learning_rate * lambd / m
        W1, b1 = (
            shrink * W1 - learning_rate * dZ1 @ X.T,
            b1 - learning_rate * dZ1.sum(1, keepdims=True),
        )
        W2, b2 = (
            shrink * W2 - learning_rate * dZ2 @ A1.T,
            b2 - learning_rate * dZ2.sum(1, keepdims=True),
        )
        W3, b3 = (
            shrink * W3 - learning_rate * dZ3 @ A2.T,
            b3 - learning_rate * dZ3.sum(1, keepdims=True),
        )
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}, costs


@train.right_style
def binomial_masks_and_logits(
    X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng
):
    """Masks by rng.binomial; the cost from the logits; extra entries in the dict, costs as (n,
    1)."""
    m, P, costs = X.shape[1], dict(parameters), np.empty((num_iterations, 1))
    for i in range(num_iterations):
        activations, masks, inputs = [X], [], []
        for l in (1, 2):
            Z = P[f"W{l}"] @ activations[-1] + P[f"b{l}"]
            D = rng.binomial(1, keep_prob, size=Z.shape)
            activations.append(np.where(D == 1, np.maximum(Z, 0) / keep_prob, 0))
            masks.append(D), inputs.append(Z)
        Z3 = P["W3"] @ activations[2] + P["b3"]
        losses = np.maximum(Z3, 0) - Z3 * Y + np.log1p(np.exp(-np.abs(Z3)))
        norms = [np.linalg.norm(P[name]) ** 2 for name in ("W1", "W2", "W3")]
        costs[i] = losses.mean() + 0.5 * lambd * np.sum(norms) / m
        dZ, stepped = _sigmoid(Z3) - Y, {}
        for l in (3, 2, 1):
            stepped[f"W{l}"] = P[f"W{l}"] - learning_rate / m * (
                dZ @ activations[l - 1].T + lambd * P[f"W{l}"]
            )
            stepped[f"b{l}"] = P[f"b{l}"] - learning_rate * dZ.mean(axis=1, keepdims=True)
            if l > 1:
                dA = np.dot(P[f"W{l}"].T, dZ)
                dA[masks[l - 2] == 0] = 0
                dZ = dA / keep_prob * (inputs[l - 2] > 0)
        P = stepped | {"iteration": i}
    return P, costs


@train.right_style
def choice_masks_and_lists(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
    """Masks by rng.choice, floats in a list; a list [parameters, costs] in place of a tuple."""
    chances = [1 - keep_prob, keep_prob]

    class Chosen:
        def random(self, shape):
            return 1 - rng.choice([0.0, 1.0], size=shape, p=chances) - 1e-9

    P, costs = parameters, []
    for _ in range(num_iterations):
        A3, cache = _forward(X, P, keep_prob, Chosen())
        costs = [*costs, _cost(A3, Y, P, lambd).item()]
        P = _update(P, _backward(X, Y, cache, keep_prob), learning_rate, lambd, X.shape[1])
    return [P, costs]


@train.right_style
def kept_above_the_drop_rate(
    X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng
):
    """Masks of integers by rng.random > 1 - keep_prob; relu before or after the mask is the
    same."""
    m, P, costs = X.shape[1], parameters, []
    for _ in range(num_iterations):
        Z1 = P["W1"] @ X + P["b1"]
        D1 = (rng.random(Z1.shape) >= 1 - keep_prob).astype(int)
        A1 = np.maximum(Z1 * D1 / keep_prob, 0)
        Z2 = P["W2"] @ A1 + P["b2"]
        D2 = (rng.random(Z2.shape) >= 1 - keep_prob).astype(int)
        A2 = np.maximum(Z2 * D2 / keep_prob, 0)
        A3 = np.clip(_sigmoid(P["W3"] @ A2 + P["b3"]), 1e-15, 1 - 1e-15)
        costs.append(np.array([_cost(A3, Y, P, lambd)]))
        cache = (Z1, D1, A1, P["W1"], 0, Z2, D2, A2, P["W2"], 0, 0, A3, P["W3"], 0)
        P = _update(P, _backward(X, Y, cache, keep_prob), learning_rate, lambd, m)
    return P, np.array(costs)


# --- ensemble_prediction


@ensemble_prediction.right_style
def running_sum(X, parameters, keep_prob, n_passes, rng):
    total = np.zeros((1, X.shape[1]))
    for _ in range(n_passes):
        A3, _ = _forward(X, parameters, keep_prob, rng)
        total += A3
    return total / n_passes


@ensemble_prediction.right_style
def mean_of_a_stack(X, parameters, keep_prob, n_passes, rng):
    passes = [_forward(X, parameters, keep_prob, rng)[0] for _ in range(n_passes)]
    return np.mean(np.stack(passes), axis=0)


@ensemble_prediction.right_style
def mean_of_rows(X, parameters, keep_prob, n_passes, rng):
    passes = np.vstack([_forward(X, parameters, keep_prob, rng)[0] for _ in range(n_passes)])
    return passes.mean(axis=0, keepdims=True)


@ensemble_prediction.right_style
def divided_before_the_sum(X, parameters, keep_prob, n_passes, rng):
    return sum(_forward(X, parameters, keep_prob, rng)[0] / n_passes for _ in range(n_passes))


@ensemble_prediction.right_style
def running_mean(X, parameters, keep_prob, n_passes, rng):
    mean = 0
    for k in range(1, n_passes + 1):
        mean = mean + (_forward(X, parameters, keep_prob, rng)[0] - mean) / k
    return mean


@ensemble_prediction.right_style
def all_passes_at_once(X, parameters, keep_prob, n_passes, rng):
    """A leading axis holds the passes; the second mask is drawn first."""
    W1, W2 = parameters["W1"], parameters["W2"]
    D2 = rng.random((n_passes, len(W2), X.shape[1])) < keep_prob
    D1 = rng.random((n_passes, len(W1), X.shape[1])) < keep_prob
    A1 = np.maximum(W1 @ X + parameters["b1"], 0) * D1 / keep_prob
    A2 = np.maximum(W2 @ A1 + parameters["b2"], 0) * D2 / keep_prob
    return _sigmoid(parameters["W3"] @ A2 + parameters["b3"]).mean(axis=0)


@ensemble_prediction.right_style
def copies_of_the_examples(X, parameters, keep_prob, n_passes, rng):
    copies = np.tile(X, (1, n_passes))
    A3, _ = _forward(copies, parameters, keep_prob, rng)
    return A3.reshape(n_passes, X.shape[1]).mean(axis=0).reshape(1, -1)


# --- build_regularized_model


@build_regularized_model.right_style
def sequential(n_x, n_classes, lambd, m, keep_prob, learning_rate):
    import keras
    from keras import layers

    model = keras.Sequential()
    model.add(keras.Input(shape=(n_x,)))
    for units in (64, 32):
        regularizer = keras.regularizers.l2(lambd / (2 * m))
        model.add(layers.Dense(units, activation="relu", kernel_regularizer=regularizer))
        model.add(layers.Dropout(1 - keep_prob))
    regularizer = keras.regularizers.L2(l2=lambd / (2 * m))
    model.add(layers.Dense(n_classes, activation="softmax", kernel_regularizer=regularizer))
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    return model


@build_regularized_model.right_style
def functional_with_activation_layers(n_x, n_classes, lambd, m, keep_prob, learning_rate):
    import keras

    regularizer = keras.regularizers.L1L2(l1=0.0, l2=lambd / 2 / m)
    inputs = A = keras.Input((n_x,))
    for units in (64, 32):
        A = keras.layers.Dense(units, kernel_regularizer=regularizer)(A)
        A = keras.layers.ReLU()(A)
        A = keras.layers.Dropout(rate=1.0 - keep_prob)(A)
    A = keras.layers.Dense(n_classes, kernel_regularizer=regularizer)(A)
    model = keras.Model(inputs, keras.layers.Softmax()(A))
    optimizer = keras.optimizers.SGD(learning_rate, momentum=0.0, nesterov=False)
    model.compile(optimizer, keras.losses.sparse_categorical_crossentropy)
    return model


@build_regularized_model.right_style
def subclassed(n_x, n_classes, lambd, m, keep_prob, learning_rate):
    import keras

    class Classifier(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden = [self._dense(64, "relu"), self._dense(32, "relu")]
            self.dropout = keras.layers.Dropout(1 - keep_prob)
            self.outputs_layer = self._dense(n_classes, "softmax")

        def _dense(self, units, activation):
            regularizer = keras.regularizers.L2(lambd / (2 * m))
            return keras.layers.Dense(units, activation, kernel_regularizer=regularizer)

        def call(self, A, training=False):
            for layer in self.hidden:
                A = self.dropout(layer(A), training=training)
            return self.outputs_layer(A)

    model = Classifier()
    model.compile(
        keras.optimizers.SGD(learning_rate),
        "sparse_categorical_crossentropy",
        metrics=["sparse_categorical_accuracy"],
    )
    return model


@build_regularized_model.right_style
def penalty_as_a_function(n_x, n_classes, lambd, m, keep_prob, learning_rate):
    import keras

    def penalty(W):
        return lambd / (2 * m) * keras.ops.sum(keras.ops.square(W))

    def dense(units, activation):
        return keras.layers.Dense(units, activation=activation, kernel_regularizer=penalty)

    drop = 1 - keep_prob
    layers = [dense(64, "relu"), keras.layers.Dropout(drop), dense(32, "relu")]
    layers += [keras.layers.Dropout(drop, seed=1), dense(n_classes, "softmax")]
    model = keras.Sequential([keras.layers.InputLayer(shape=(n_x,)), *layers])
    model.compile(keras.optimizers.SGD(learning_rate), "sparse_categorical_crossentropy")
    return model


@build_regularized_model.right_style
def compiled_with_more_metrics_and_not_built(n_x, n_classes, lambd, m, keep_prob, learning_rate):
    import keras

    options = dict(kernel_regularizer=keras.regularizers.L2(lambd / (2 * m)))
    model = keras.Sequential(
        [
            keras.layers.Dense(64, activation=keras.activations.relu, **options),
            keras.layers.Dropout(1 - keep_prob),
            keras.layers.Dense(32, activation=keras.ops.relu, **options),
            keras.layers.Dropout(1 - keep_prob),
            keras.layers.Dense(n_classes, activation=keras.activations.softmax, **options),
        ]
    )
    model.compile(
        optimizer=keras.optimizers.get(
            {"class_name": "SGD", "config": {"learning_rate": learning_rate}}
        ),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=False),
        metrics=[keras.metrics.SparseCategoricalAccuracy()],
        jit_compile=False,
    )
    return model
