"""Other right solutions, in the styles that learners write; each must earn full points."""

# ruff: noqa: RUF059 - a learner unpacks a cache by name, whatever is used of it

import copy

import numpy as np
from exercises import (
    backward_propagation_with_regularization,
    build_l2_model,
    compute_cost_with_regularization,
    l2_cost,
    update_parameters_with_weight_decay,
)

# --- l2_cost


@l2_cost.right_style
def loop_over_layers(parameters, lambd, m):
    total = 0
    for l in range(1, len(parameters) // 2 + 1):
        total += np.sum(np.square(parameters["W" + str(l)]))
    return lambd / (2 * m) * total


@l2_cost.right_style
def keys_that_hold_W(parameters, lambd, m):
    return sum(np.sum(parameters[key] ** 2) for key in parameters if "W" in key) * lambd / 2 / m


@l2_cost.right_style
def squared_norms_in_a_list(parameters, lambd, m):
    norms = [np.linalg.norm(v, "fro") ** 2 for k, v in parameters.items() if k.startswith("W")]
    return 1 / m * lambd / 2 * np.sum(norms)


@l2_cost.right_style
def while_there_is_a_layer(parameters, lambd, m):
    l, penalty = 1, 0.0
    while f"W{l}" in parameters:
        W = parameters[f"W{l}"]
        penalty += (W * W).sum() * lambd / (2 * m)
        l += 1
    return penalty


@l2_cost.right_style
def by_trace(parameters, lambd, m):
    weights = [value for value in parameters.values() if value.shape[1] > 1]
    return np.array([lambd * sum(np.trace(W @ W.T) for W in weights) / (2 * m)])


@l2_cost.right_style
def one_long_vector(parameters, lambd, m):
    names = [name for name in parameters if name[0] == "W"]
    flat = np.concatenate([parameters[name].ravel() for name in names])
    return (flat @ flat * (1.0 / m) * (lambd / 2.0)).reshape(1, 1)


@l2_cost.right_style
def python_numbers_only(parameters, lambd, m):
    squares = [
        float(w) ** 2 for k, W in parameters.items() if k[0] == "W" for row in W for w in row
    ]
    print("sum of squares:", sum(squares))
    return float(lambd) * sum(squares) / (2 * m)


@l2_cost.right_style
def result_in_float32(parameters, lambd, m):
    total = sum(np.sum(np.square(W)) for name, W in parameters.items() if name[0] == "W")
    return np.float32(lambd / (2 * m) * total)


@l2_cost.right_style
def einsum_in_0d(parameters, lambd, m):
    L = len(parameters) // 2
    total = np.zeros(())
    for l in range(L):
        W = parameters[f"W{l + 1}"]
        total = total + np.einsum("ij,ij->", W, W)
    return np.multiply(lambd / (2 * m), total)


# --- compute_cost_with_regularization


@compute_cost_with_regularization.right_style
def as_in_the_course(A3, Y, parameters, lambd):
    m = Y.shape[1]
    W1, W2, W3 = parameters["W1"], parameters["W2"], parameters["W3"]
    logprobs = np.multiply(-np.log(A3), Y) + np.multiply(-np.log(1 - A3), 1 - Y)
    cross_entropy_cost = 1.0 / m * np.nansum(logprobs)
    squares = np.sum(np.square(W1)) + np.sum(np.square(W2)) + np.sum(np.square(W3))
    return cross_entropy_cost + 1.0 / m * lambd / 2.0 * squares


@compute_cost_with_regularization.right_style
def clipped_in_the_logarithm(A3, Y, parameters, lambd):
    A3 = np.clip(A3, 1e-8, 1 - 1e-8)
    cost = -np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3))
    squares = sum(np.sum(parameters[f"W{l}"] ** 2) for l in (1, 2, 3))
    return cost + lambd / (2 * Y.shape[1]) * squares


@compute_cost_with_regularization.right_style
def a_small_number_in_the_logarithm(A3, Y, parameters, lambd):
    epsilon, m = 1e-12, A3.shape[1]
    total = -np.sum(Y * np.log(A3 + epsilon) + (1 - Y) * np.log(1 - A3 + epsilon))
    for name, value in parameters.items():
        if "W" in name:
            total = total + lambd / 2 * np.linalg.norm(value) ** 2
    return total / m


@compute_cost_with_regularization.right_style
def by_dot_products(A3, Y, parameters, lambd):
    m = Y.shape[1]
    cost = -(np.dot(Y, np.log(A3).T) + np.dot(1 - Y, np.log(1 - A3).T)) / m
    penalty = sum(np.sum(W * W) for name, W in parameters.items() if name[0] == "W")
    return cost + lambd * penalty / (2 * m)


@compute_cost_with_regularization.right_style
def probability_of_the_true_label(A3, Y, parameters, lambd):
    right = np.where(Y == 1, A3, 1 - A3)
    weights = [parameters["W1"], parameters["W2"], parameters["W3"]]
    penalty = np.sum([np.sum(W**2) for W in weights])
    return np.squeeze(-np.log(right).mean() + penalty * lambd / Y.size / 2)


@compute_cost_with_regularization.right_style
def sums_that_keep_their_axes(A3, Y, parameters, lambd):
    m = A3.shape[1]
    losses = -(Y * np.log(A3) + (1 - Y) * np.log1p(-A3))
    cost = np.sum(losses, axis=1, keepdims=True) / m
    for l in range(1, 4):
        cost += lambd / (2 * m) * np.sum(np.square(parameters[f"W{l}"]))
    return cost


@compute_cost_with_regularization.right_style
def example_by_example(A3, Y, parameters, lambd):
    m, cost = Y.shape[1], 0.0
    for i in range(m):
        p = A3[0, i] if Y[0, i] else 1 - A3[0, i]
        cost -= np.log(p) / m
    return cost + (lambd / (2 * m)) * sum((parameters[k] ** 2).sum() for k in ("W1", "W2", "W3"))


@compute_cost_with_regularization.right_style
def from_logits(A3, Y, parameters, lambd):
    Z3 = np.log(A3 / (1 - A3))
    cost = np.mean(np.logaddexp(0, Z3) - Y * Z3)
    return float(cost + lambd / (2 * Y.shape[1]) * sum(_squared_norms(parameters)))


def _squared_norms(parameters):
    return [np.linalg.norm(parameters[f"W{l + 1}"]) ** 2 for l in range(len(parameters) // 2)]


# --- backward_propagation_with_regularization


@backward_propagation_with_regularization.right_style
def the_course_way(X, Y, cache, lambd):
    m = X.shape[1]
    (Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T) + (lambd * W3) / m
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T) + (lambd * W2) / m
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T) + (lambd * W1) / m
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {
        "dZ3": dZ3, "dW3": dW3, "db3": db3, "dA2": dA2,
        "dZ2": dZ2, "dW2": dW2, "db2": db2, "dA1": dA1,
        "dZ1": dZ1, "dW1": dW1, "db1": db1,
    }  # fmt: skip


@backward_propagation_with_regularization.right_style
def mean_carried_in_dZ3(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = Y.shape[1]
    dZ3 = (A3 - Y) / m
    dZ2 = W3.T @ dZ3 * (Z2 > 0)
    dZ1 = W2.T @ dZ2 * (Z1 > 0)
    return {
        "dW1": dZ1 @ X.T + lambd / m * W1,
        "db1": dZ1.sum(axis=1, keepdims=True),
        "dW2": dZ2 @ A1.T + lambd / m * W2,
        "db2": dZ2.sum(axis=1, keepdims=True),
        "dW3": dZ3 @ A2.T + lambd / m * W3,
        "db3": dZ3.sum(axis=1, keepdims=True),
    }


@backward_propagation_with_regularization.right_style
def blocked_units_set_to_0(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dZ3 = A3 - Y
    dZ2 = np.array(W3.T.dot(dZ3), copy=True)
    dZ2[Z2 <= 0] = 0
    dZ1 = np.array(W2.T.dot(dZ2), copy=True)
    dZ1[Z1 <= 0] = 0
    gradients = {}
    for l, dZ, A, W in ((1, dZ1, X, W1), (2, dZ2, A1, W2), (3, dZ3, A2, W3)):
        gradients["dW" + str(l)] = 1 / m * (dZ.dot(A.T) + lambd * W)
        gradients["db" + str(l)] = np.mean(dZ, axis=1).reshape(-1, 1)
    return gradients


@backward_propagation_with_regularization.right_style
def term_added_afterwards(X, Y, cache, lambd):
    gradients = mean_carried_in_dZ3(X, Y, cache, 0)
    m = len(X[0])
    for l, position in ((1, 2), (2, 6), (3, 10)):
        gradients[f"dW{l}"] += lambd * cache[position] / m
    return gradients


@backward_propagation_with_regularization.right_style
def lower_case_keys(X, Y, cache, lambd):
    gradients = blocked_units_set_to_0(X, Y, cache, lambd)
    return {name.lower(): value for name, value in gradients.items()}


@backward_propagation_with_regularization.right_style
def through_the_sigmoid_by_its_slope(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    dA3 = -(np.divide(Y, A3) - np.divide(1 - Y, 1 - A3))
    dZ = dA3 * A3 * (1 - A3)
    gradients = {}
    layers = ((3, A2, W3, Z2), (2, A1, W2, Z1), (1, X, W1, None))
    for l, A_prev, W, Z_prev in layers:
        gradients[f"dW{l}"] = np.matmul(dZ, A_prev.T) / m + lambd / m * W
        gradients[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = W.T @ dZ
        dZ = dA if Z_prev is None else np.where(Z_prev > 0, dA, 0)
    return gradients


@backward_propagation_with_regularization.right_style
def in_float32(X, Y, cache, lambd):
    X, cache = X.astype(np.float32), [array.astype(np.float32) for array in cache]
    return mean_carried_in_dZ3(X, Y.astype(np.float32), cache, np.float32(lambd))


@backward_propagation_with_regularization.right_style
def example_by_example_with_einsum(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    m = X.shape[1]
    step = lambda A: np.heaviside(A, 0)  # noqa: E731 - as a learner writes it
    dZ3 = A3 - Y
    dZ2 = np.einsum("ij,ik->jk", W3, dZ3) * step(A2)
    dZ1 = np.einsum("ij,ik->jk", W2, dZ2) * step(A1)
    return {
        f"d{kind}{l}": value
        for l, dZ, A, W in ((1, dZ1, X, W1), (2, dZ2, A1, W2), (3, dZ3, A2, W3))
        for kind, value in (
            ("W", np.einsum("ik,jk->ij", dZ, A) / m + lambd * W / m),
            ("b", dZ @ np.ones((m, 1)) / m),
        )
    }


@backward_propagation_with_regularization.right_style
def in_place_on_the_callers_arrays(X, Y, cache, lambd):
    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = A3 - Y
    dZ2 = W3.T @ dZ3 * (A2 > 0)
    dZ1 = W2.T @ dZ2 * (A1 > 0)
    m = Y.size
    W1 *= lambd / m
    W2 *= lambd / m
    W3 *= lambd / m
    gradients = {"dW1": W1 + dZ1 @ X.T / m, "dW2": W2 + dZ2 @ A1.T / m, "dW3": W3 + dZ3 @ A2.T / m}
    for l, dZ in enumerate((dZ1, dZ2, dZ3), 1):
        gradients[f"db{l}"] = np.sum(dZ, 1)[:, np.newaxis] / m
    return gradients


# --- update_parameters_with_weight_decay


@update_parameters_with_weight_decay.right_style
def loop_with_a_new_dict(parameters, gradients, learning_rate, lambd, m):
    new = {}
    for l in range(1, len(parameters) // 2 + 1):
        W, b = parameters[f"W{l}"], parameters[f"b{l}"]
        new[f"W{l}"] = W - learning_rate * (gradients[f"dW{l}"] + lambd / m * W)
        new[f"b{l}"] = b - learning_rate * gradients[f"db{l}"]
    return new


@update_parameters_with_weight_decay.right_style
def shrink_then_step(parameters, gradients, learning_rate, lambd, m):
    shrink = 1 - learning_rate * lambd / m
    return {
        name: (shrink if "W" in name else 1) * value - learning_rate * gradients["d" + name]
        for name, value in parameters.items()
    }


@update_parameters_with_weight_decay.right_style
def deep_copy_and_in_place(parameters, gradients, learning_rate, lambd, m):
    parameters = copy.deepcopy(parameters)
    for l in (1, 2, 3):
        parameters[f"W{l}"] -= learning_rate * lambd / m * parameters[f"W{l}"]
        parameters[f"W{l}"] -= learning_rate * gradients[f"dW{l}"]
        parameters[f"b{l}"] -= learning_rate * gradients[f"db{l}"]
    return parameters


@update_parameters_with_weight_decay.right_style
def all_names_written_out(parameters, gradients, learning_rate, lambd, m):
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    W1 = W1 - learning_rate * gradients["dW1"] - learning_rate * (lambd / m) * W1
    W2 = W2 - learning_rate * gradients["dW2"] - learning_rate * (lambd / m) * W2
    W3 = W3 - learning_rate * gradients["dW3"] - learning_rate * (lambd / m) * W3
    b1 = b1 - learning_rate * gradients["db1"]
    b2 = b2 - learning_rate * gradients["db2"]
    b3 = b3 - learning_rate * gradients["db3"]
    return {"b3": b3, "W3": W3, "b2": b2, "W2": W2, "b1": b1, "W1": W1}


@update_parameters_with_weight_decay.right_style
def gradients_changed_in_place(parameters, gradients, learning_rate, lambd, m):
    for l in (1, 2, 3):
        gradients[f"dW{l}"] += lambd * parameters[f"W{l}"] / m
    return {k: v - learning_rate * gradients[f"d{k}"] for k, v in parameters.items()}


@update_parameters_with_weight_decay.right_style
def shallow_copy_and_new_arrays(parameters, gradients, learning_rate, lambd, m):
    new = parameters.copy()
    for name in parameters:
        decay = lambd / m * new[name] if name.startswith("W") else 0
        new[name] = new[name] - learning_rate * (gradients[f"d{name}"] + decay)
    new["shrink"] = 1 - learning_rate * lambd / m
    return new


@update_parameters_with_weight_decay.right_style
def lower_case_names(parameters, gradients, learning_rate, lambd, m):
    new = loop_with_a_new_dict(parameters, gradients, learning_rate, lambd, m)
    return {name.lower(): value for name, value in new.items()}


@update_parameters_with_weight_decay.right_style
def step_in_float32(parameters, gradients, learning_rate, lambd, m):
    new = loop_with_a_new_dict(parameters, gradients, learning_rate, lambd, m)
    return {name: value.astype("float32") for name, value in new.items()}


# --- build_l2_model


@build_l2_model.right_style
def sequential(n_x, lambd, m):
    import keras
    from keras import layers

    l2 = keras.regularizers.L2(lambd / (2 * m))
    return keras.Sequential(
        [
            keras.Input(shape=(n_x,)),
            layers.Dense(20, activation="relu", kernel_regularizer=l2),
            layers.Dense(3, activation="relu", kernel_regularizer=l2),
            layers.Dense(1, activation="sigmoid", kernel_regularizer=l2),
        ]
    )


@build_l2_model.right_style
def functional(n_x, lambd, m):
    from keras import Input, Model, layers, regularizers

    inputs = Input((n_x,))
    x = layers.Dense(20, "relu", kernel_regularizer=regularizers.l2(lambd / (2 * m)))(inputs)
    x = layers.Dense(3, "relu", kernel_regularizer=regularizers.l2(lambd / (2 * m)))(x)
    x = layers.Dense(1, "sigmoid", kernel_regularizer=regularizers.l2(lambd / (2 * m)))(x)
    return Model(inputs, x)


@build_l2_model.right_style
def activations_apart(n_x, lambd, m):
    import keras

    model = keras.Sequential(name="l2")
    model.add(keras.layers.InputLayer(shape=(n_x,)))
    for units, activation in ((20, keras.layers.ReLU()), (3, keras.layers.Activation("relu"))):
        penalty = keras.regularizers.L1L2(l2=0.5 * lambd / m)
        model.add(keras.layers.Dense(units, kernel_regularizer=penalty))
        model.add(activation)
    penalty = keras.regularizers.L1L2(l1=0.0, l2=0.5 * lambd / m)
    model.add(keras.layers.Dense(1, kernel_regularizer=penalty))
    model.add(keras.layers.Activation(keras.activations.sigmoid))
    return model


@build_l2_model.right_style
def compiled_with_other_initial_weights(n_x, lambd, m):
    import tensorflow as tf

    dense = {
        "kernel_initializer": "he_normal",
        "bias_initializer": "ones",
        "kernel_regularizer": tf.keras.regularizers.L2(l2=lambd / 2 / m),
    }
    model = tf.keras.Sequential()
    model.add(tf.keras.Input(shape=(n_x,)))
    model.add(tf.keras.layers.Dense(20, activation=tf.nn.relu, **dense))
    model.add(tf.keras.layers.Dense(3, activation=tf.nn.relu, **dense))
    model.add(tf.keras.layers.Dense(1, activation=tf.nn.sigmoid, **dense))
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    return model


@build_l2_model.right_style
def in_float64(n_x, lambd, m):
    import keras

    layers = [keras.Input((n_x,), dtype="float64")]
    for units, activation in ((20, "relu"), (3, "relu"), (1, "sigmoid")):
        penalty = lambda W: lambd / (2 * m) * keras.ops.sum(keras.ops.square(W))  # noqa: E731
        layers.append(
            keras.layers.Dense(units, activation, kernel_regularizer=penalty, dtype="float64")
        )
    return keras.Sequential(layers)


@build_l2_model.right_style
def subclassed(n_x, lambd, m):
    import keras

    class L2Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden1 = keras.layers.Dense(20, kernel_regularizer=keras.regularizers.L2(factor))
            self.hidden2 = keras.layers.Dense(3, kernel_regularizer=keras.regularizers.L2(factor))
            self.out = keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(factor))

        def call(self, x):
            x = keras.ops.relu(self.hidden1(x))
            x = keras.ops.relu(self.hidden2(x))
            return keras.ops.sigmoid(self.out(x))

    factor = lambd / (2 * m)
    model = L2Model()
    model(np.zeros((2, n_x)))
    return model


@build_l2_model.right_style
def not_built_yet(n_x, lambd, m):
    import keras

    model = keras.models.Sequential()
    for units, activation in ((20, "relu"), (3, "relu"), (1, "sigmoid")):
        penalty = keras.regularizers.L2(lambd / (2.0 * m))
        model.add(keras.layers.Dense(units, activation, kernel_regularizer=penalty))
    return model


@build_l2_model.right_style
def penalty_added_in_call(n_x, lambd, m):
    import keras

    class Penalised(keras.Model):
        def __init__(self):
            super().__init__()
            self.stack = [keras.layers.Dense(n, a) for n, a in zip((20, 3, 1), names, strict=True)]

        def call(self, x):
            for layer in self.stack:
                x = layer(x)
                self.add_loss(lambd / (2 * m) * keras.ops.sum(layer.kernel**2))
            return x

    names = ("relu", "relu", "sigmoid")
    model = Penalised()
    model(np.zeros((1, n_x)))
    return model
