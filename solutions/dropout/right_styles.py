"""Right solutions in other styles: each must earn full points."""

# ruff: noqa: RUF059 - a learner unpacks the whole cache by name

import numpy as np
from dropout.backward import backward_propagation_with_dropout
from dropout.forward import forward_propagation_with_dropout
from dropout.layer import dropout_backward, dropout_forward
from dropout.prediction import predict
from dropout.with_keras import build_dropout_model

# --- dropout_forward -------------------------------------------------------------------------


@dropout_forward.right_style
def three_lines(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A = A * D
    A = A / keep_prob
    return A, D


@dropout_forward.right_style
def above_the_drop_probability(A, keep_prob, rng):
    D = (rng.random((A.shape[0], A.shape[1])) > 1 - keep_prob).astype(int)
    return np.multiply(A, D) / keep_prob, D


@dropout_forward.right_style
def at_least_the_drop_probability(A, keep_prob, rng):
    drop = 1 - keep_prob
    D = (rng.random((len(A), len(A[0]))) >= drop) * 1
    return np.divide(A * D, 1 - drop), D


@dropout_forward.right_style
def uniform_numbers(A, keep_prob, rng):
    D = rng.uniform(0, 1, size=A.shape) <= keep_prob
    return A / keep_prob * D, D


@dropout_forward.right_style
def binomial_mask(A, keep_prob, rng):
    D = rng.binomial(1, keep_prob, size=A.shape)
    return A * (D / keep_prob), D


@dropout_forward.right_style
def chosen_mask(A, keep_prob, rng):
    D = rng.choice([0, 1], size=A.shape, p=[1 - keep_prob, keep_prob])
    return A * D / keep_prob, D


@dropout_forward.right_style
def mask_by_where(A, keep_prob, rng):
    D = np.where(rng.random(A.shape) < keep_prob, 1, 0)
    return np.where(D == 1, A / keep_prob, 0), D


@dropout_forward.right_style
def float_mask_in_a_list(A, keep_prob, rng):
    D = (rng.random(A.shape) < keep_prob).astype(float)
    return [A * D * (1 / keep_prob), D]


@dropout_forward.right_style
def mask_of_single_precision(A, keep_prob, rng):
    D = (rng.random(A.shape, dtype=np.float32) < keep_prob).astype(np.float32)
    return A * D / keep_prob, D


@dropout_forward.right_style
def in_place_on_a_copy(A, keep_prob, rng):
    kept = rng.random(A.shape) < keep_prob
    dropped = A.copy()
    dropped[~kept] = 0
    dropped /= keep_prob
    return dropped, kept


@dropout_forward.right_style
def in_place_on_the_callers_array(A, keep_prob, rng):
    D = rng.random(A.shape) < keep_prob
    A *= D
    A /= keep_prob
    return A, D


@dropout_forward.right_style
def mask_drawn_as_a_transpose(A, keep_prob, rng):
    D = (rng.random(A.shape[::-1]) < keep_prob).T
    return A * D / keep_prob, D


@dropout_forward.right_style
def element_by_element(A, keep_prob, rng):
    dropped, D = np.zeros(A.shape), np.zeros(A.shape)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            if rng.random() < keep_prob:
                D[i, j] = 1
                dropped[i, j] = A[i, j] / keep_prob
    return dropped, D


@dropout_forward.right_style
def legacy_random_seeded_from_rng(A, keep_prob, rng):
    np.random.seed(rng.integers(2**32))
    D = np.random.rand(*A.shape) < keep_prob
    return A * D / keep_prob, D


@dropout_forward.right_style
def random_state_seeded_from_rng(A, keep_prob, rng):
    state = np.random.RandomState(rng.integers(2**31))
    D = state.random_sample(A.shape) < keep_prob
    return A * D / keep_prob, D


# --- dropout_backward ------------------------------------------------------------------------


@dropout_backward.right_style
def two_lines(dA, D, keep_prob):
    dA = dA * D
    return dA / keep_prob


@dropout_backward.right_style
def scaled_before_masking(dA, D, keep_prob):
    return np.multiply(dA / keep_prob, D)


@dropout_backward.right_style
def gradient_by_where(dA, D, keep_prob):
    return np.where(D, dA / keep_prob, 0)


@dropout_backward.right_style
def zeros_then_kept_units(dA, D, keep_prob):
    result = np.zeros_like(dA)
    result[D == 1] = dA[D == 1] / keep_prob
    return result


@dropout_backward.right_style
def in_place_on_the_callers_gradient(dA, D, keep_prob):
    dA *= D
    dA /= keep_prob
    return dA


@dropout_backward.right_style
def without_what_is_dropped(dA, D, keep_prob):
    return (dA - dA * (1 - D)) / keep_prob


@dropout_backward.right_style
def boolean_index(dA, D, keep_prob):
    result = dA / keep_prob
    result[np.logical_not(D)] = 0
    return result


# --- forward_propagation_with_dropout --------------------------------------------------------


def relu(Z):
    return np.maximum(0, Z)


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


@forward_propagation_with_dropout.right_style
def line_by_line(X, parameters, keep_prob, rng):
    W1, b1 = parameters["W1"], parameters["b1"]
    W2, b2 = parameters["W2"], parameters["b2"]
    W3, b3 = parameters["W3"], parameters["b3"]
    Z1 = np.dot(W1, X) + b1
    A1 = relu(Z1)
    D1 = rng.random((A1.shape[0], A1.shape[1]))
    D1 = (keep_prob > D1).astype(int)
    A1 = A1 * D1
    A1 = A1 / keep_prob
    Z2 = np.dot(W2, A1) + b2
    A2 = relu(Z2)
    D2 = rng.random((A2.shape[0], A2.shape[1]))
    D2 = (keep_prob > D2).astype(int)
    A2 = A2 * D2
    A2 = A2 / keep_prob
    Z3 = np.dot(W3, A2) + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


@forward_propagation_with_dropout.right_style
def second_mask_drawn_first(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = parameters.values()
    D2 = rng.binomial(1, keep_prob, (W2.shape[0], X.shape[1]))
    D1 = rng.binomial(1, keep_prob, (W1.shape[0], X.shape[1]))
    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0) / keep_prob * D1
    Z2 = W2 @ A1 + b2
    A2 = np.maximum(Z2, 0) / keep_prob * D2
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


@forward_propagation_with_dropout.right_style
def dropout_before_relu(X, parameters, keep_prob, rng):
    W1, b1, W2, b2, W3, b3 = parameters.values()
    Z1 = W1 @ X + b1
    D1 = rng.uniform(size=Z1.shape) > 1 - keep_prob
    A1 = relu(Z1 * D1 / keep_prob)
    Z2 = W2 @ A1 + b2
    D2 = rng.uniform(size=Z2.shape) > 1 - keep_prob
    A2 = relu(Z2 * D2 / keep_prob)
    Z3 = W3 @ A2 + b3
    A3 = sigmoid(Z3)
    return [A3, [Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3]]


@forward_propagation_with_dropout.right_style
def in_place_with_a_loop(X, parameters, keep_prob, rng):
    A, cache = X, []
    for l in (1, 2):
        W, b = parameters[f"W{l}"], parameters[f"b{l}"]
        Z = W @ A + b
        A = np.where(Z > 0, Z, 0.0)
        D = np.where(rng.random(A.shape) < keep_prob, 1.0, 0.0)
        A *= D
        A /= keep_prob
        cache += [Z, D, A, W, b]
    Z3 = parameters["W3"] @ A + parameters["b3"]
    A3 = 0.5 * (1 + np.tanh(Z3 / 2))
    return A3, (*cache, Z3, A3, parameters["W3"], parameters["b3"])


@forward_propagation_with_dropout.right_style
def with_a_nested_function(X, parameters, keep_prob, rng):
    def layer(A, l):
        Z = parameters[f"W{l}"].dot(A) + parameters[f"b{l}"]
        D = rng.choice([False, True], size=Z.shape, p=[1 - keep_prob, keep_prob])
        return Z, D, np.multiply(Z * (Z > 0), D) / keep_prob

    Z1, D1, A1 = layer(X, 1)
    Z2, D2, A2 = layer(A1, 2)
    Z3 = parameters["W3"].dot(A2) + parameters["b3"]
    A3 = np.exp(Z3) / (1 + np.exp(Z3))
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)


# --- backward_propagation_with_dropout -------------------------------------------------------


@backward_propagation_with_dropout.right_style
def gradients_line_by_line(X, Y, cache, keep_prob):
    m = X.shape[1]
    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
    dZ3 = A3 - Y
    dW3 = 1.0 / m * np.dot(dZ3, A2.T)
    db3 = 1.0 / m * np.sum(dZ3, axis=1, keepdims=True)
    dA2 = np.dot(W3.T, dZ3)
    dA2 = dA2 * D2
    dA2 = dA2 / keep_prob
    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
    dW2 = 1.0 / m * np.dot(dZ2, A1.T)
    db2 = 1.0 / m * np.sum(dZ2, axis=1, keepdims=True)
    dA1 = np.dot(W2.T, dZ2)
    dA1 = dA1 * D1
    dA1 = dA1 / keep_prob
    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
    dW1 = 1.0 / m * np.dot(dZ1, X.T)
    db1 = 1.0 / m * np.sum(dZ1, axis=1, keepdims=True)
    return {
        "dZ3": dZ3,
        "dW3": dW3,
        "db3": db3,
        "dA2": dA2,
        "dZ2": dZ2,
        "dW2": dW2,
        "db2": db2,
        "dA1": dA1,
        "dZ1": dZ1,
        "dW1": dW1,
        "db1": db1,
    }


@backward_propagation_with_dropout.right_style
def zeros_of_A_as_the_mask(X, Y, cache, keep_prob):
    (_, _, A1, _, _, _, _, A2, W2, _, _, A3, W3, _), m = cache, X.shape[1]
    dZ3 = A3 - Y
    dZ2 = (W3.T @ dZ3) * (A2 != 0) / keep_prob
    dZ1 = (W2.T @ dZ2) * (A1 != 0) / keep_prob
    layers = {1: (dZ1, X), 2: (dZ2, A1), 3: (dZ3, A2)}
    gradients = {f"dW{l}": dZ @ A.T / m for l, (dZ, A) in layers.items()}
    return gradients | {f"db{l}": dZ.mean(axis=1, keepdims=True) for l, (dZ, _) in layers.items()}


@backward_propagation_with_dropout.right_style
def one_over_m_carried_early(X, Y, cache, keep_prob):
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dZ3 = (A3 - Y) / Y.shape[1]
    dZ2 = np.where(Z2 > 0, W3.T.dot(dZ3) * D2 / keep_prob, 0)
    dZ1 = np.where(Z1 > 0, W2.T.dot(dZ2) * D1 / keep_prob, 0)
    return {
        "dW1": dZ1.dot(X.T),
        "db1": dZ1.sum(axis=1).reshape(-1, 1),
        "dW2": dZ2.dot(A1.T),
        "db2": dZ2.sum(axis=1)[:, np.newaxis],
        "dW3": dZ3.dot(A2.T),
        "db3": dZ3.sum(axis=1, keepdims=True),
    }


@backward_propagation_with_dropout.right_style
def keys_in_lower_case(X, Y, cache, keep_prob):
    named = gradients_line_by_line(X, Y, cache, keep_prob)
    return {name.lower(): value for name, value in named.items()}


@backward_propagation_with_dropout.right_style
def from_the_cost_on(X, Y, cache, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    dA3 = -(np.divide(Y, A3) - np.divide(1 - Y, 1 - A3))
    gradients, dA = {}, dA3 * A3 * (1 - A3)
    dZ = dA
    for l, (W, A_before, D, Z) in {3: (W3, A2, D2, Z2), 2: (W2, A1, D1, Z1)}.items():
        gradients[f"dW{l}"] = np.einsum("im,jm->ij", dZ, A_before) / m
        gradients[f"db{l}"] = np.mean(dZ, axis=1, keepdims=True)
        dA = W.T @ dZ
        dA *= D
        dA /= keep_prob
        dZ = dA
        dZ[Z <= 0] = 0
    return gradients | {"dW1": dZ @ X.T / m, "db1": np.mean(dZ, axis=1, keepdims=True)}


@backward_propagation_with_dropout.right_style
def dropout_after_the_slope(X, Y, cache, keep_prob):
    m = X.shape[1]
    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
    ones = np.ones((m, 1))
    dZ3 = A3 - Y
    dZ2 = dropout_gradient((W3.T @ dZ3) * np.heaviside(Z2, 0), D2, keep_prob)
    dZ1 = dropout_gradient((W2.T @ dZ2) * np.heaviside(Z1, 0), D1, keep_prob)
    gradients = {"dW3": dZ3 @ A2.T, "dW2": dZ2 @ A1.T, "dW1": dZ1 @ X.T}
    gradients |= {"db3": dZ3 @ ones, "db2": dZ2 @ ones, "db1": dZ1 @ ones}
    return {name: value / m for name, value in gradients.items()}


def dropout_gradient(dA, D, keep_prob):
    return dA * D / keep_prob


# --- predict ---------------------------------------------------------------------------------


def probabilities(X, parameters):
    W1, b1, W2, b2, W3, b3 = (parameters[name] for name in ("W1", "b1", "W2", "b2", "W3", "b3"))
    return sigmoid(W3 @ relu(W2 @ relu(W1 @ X + b1) + b2) + b3)


@predict.right_style
def labels_as_integers(X, parameters):
    return (probabilities(X, parameters) > 0.5).astype(int)


@predict.right_style
def labels_as_booleans(X, parameters):
    return probabilities(X, parameters) >= 0.5


@predict.right_style
def labels_as_floats(X, parameters):
    return np.where(probabilities(X, parameters) > 0.5, 1.0, 0.0)


@predict.right_style
def labels_by_rounding(X, parameters):
    return np.round(probabilities(X, parameters))


@predict.right_style
def labels_in_a_loop(X, parameters):
    A3 = probabilities(X, parameters)
    labels = np.zeros((1, X.shape[1]), dtype=int)
    for i in range(A3.shape[1]):
        labels[0, i] = 1 if A3[0, i] > 0.5 else 0
    return labels


@predict.right_style
def sign_of_the_last_Z(X, parameters):
    A = X
    for l in (1, 2):
        A = np.maximum(parameters[f"W{l}"] @ A + parameters[f"b{l}"], 0)
    return (parameters["W3"] @ A + parameters["b3"] > 0) * 1


@predict.right_style
def one_example_at_a_time(X, parameters):
    columns = [probabilities(X[:, [j]], parameters)[0, 0] for j in range(X.shape[1])]
    return (np.array(columns) > 0.5).reshape(1, -1).astype(np.uint8)


# --- build_dropout_model ---------------------------------------------------------------------


@build_dropout_model.right_style
def sequential_model(n_x, keep_prob):
    import keras
    from keras import layers

    model = keras.Sequential()
    model.add(keras.Input(shape=(n_x,)))
    model.add(layers.Dense(20, activation="relu"))
    model.add(layers.Dropout(rate=1 - keep_prob))
    model.add(layers.Dense(3, activation="relu"))
    model.add(layers.Dropout(rate=1 - keep_prob))
    model.add(layers.Dense(1, activation="sigmoid"))
    return model


@build_dropout_model.right_style
def sequential_model_not_built(n_x, keep_prob):
    import keras
    from keras.layers import Dense, Dropout

    drop = 1 - keep_prob
    layers = [
        Dense(20, "relu"),
        Dropout(drop),
        Dense(3, "relu"),
        Dropout(drop),
        Dense(1, "sigmoid"),
    ]
    return keras.Sequential(layers)


@build_dropout_model.right_style
def functional_model(n_x, keep_prob):
    import keras

    inputs = keras.Input((n_x,))
    A = inputs
    for units in (20, 3):
        A = keras.layers.Dense(units, activation="relu", kernel_initializer="he_normal")(A)
        A = keras.layers.Dropout(1 - keep_prob)(A)
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(A))
    model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
    return model


@build_dropout_model.right_style
def subclassed_model(n_x, keep_prob):
    import keras

    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.hidden1 = keras.layers.Dense(20, activation="relu")
            self.hidden2 = keras.layers.Dense(3, activation="relu")
            self.out = keras.layers.Dense(1, activation="sigmoid")
            self.drop1 = keras.layers.Dropout(1 - keep_prob)
            self.drop2 = keras.layers.Dropout(1 - keep_prob)

        def call(self, x, training=False):
            x = self.drop1(self.hidden1(x), training=training)
            return self.out(self.drop2(self.hidden2(x), training=training))

    return Network()


@build_dropout_model.right_style
def activations_as_layers_after_dropout(n_x, keep_prob):
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((n_x,)),
            layers.Dense(20),
            layers.Dropout(1 - keep_prob),
            layers.ReLU(),
            layers.Dense(3),
            layers.Activation("relu"),
            layers.Dropout(1 - keep_prob),
            layers.Dense(1),
            layers.Activation(keras.activations.sigmoid),
        ]
    )


@build_dropout_model.right_style
def seeded_dropout_in_double_precision(n_x, keep_prob):
    import keras
    from keras import layers

    drop = 1.0 - keep_prob
    return keras.Sequential(
        [
            keras.Input((n_x,), dtype="float64"),
            layers.Dense(20, activation="relu", dtype="float64"),
            layers.Dropout(drop, seed=1, dtype="float64"),
            layers.Dense(3, activation="relu", dtype="float64"),
            layers.Dropout(drop, seed=1, dtype="float64"),
            layers.Dense(1, activation="sigmoid", dtype="float64"),
        ]
    )
