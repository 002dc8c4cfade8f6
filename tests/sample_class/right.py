"""Right work, in styles that other graders refuse. Everything earns full points."""

from nbformat import NotebookNode

from tests.sample_class.sample import Sample, code, position


def _reorder(notebook: NotebookNode) -> None:
    """Move the first exercise's cells to the end."""
    cells = notebook["cells"]
    at = position(notebook, "dropout_backward")
    moved = [cells.pop(at), cells.pop(at)]
    cells.extend(moved)


def _lose_cells(notebook: NotebookNode) -> None:
    """Delete grade cells and a locked cell, and double another."""
    for name in ("check_dropout_forward", "check_predict", "network"):
        notebook["cells"].pop(position(notebook, name))
    twice = notebook["cells"][position(notebook, "check_dropout_backward")].copy()
    twice["id"] = "twice"
    notebook["cells"].append(twice)


def _noise(notebook: NotebookNode) -> None:
    """Warn, log and print before and inside everything, as TensorFlow does."""
    notebook["cells"].insert(
        0,
        code("""
            import logging, os, sys, warnings
            warnings.warn("this notebook is full of warnings")
            logging.warning("and of log lines")
            print("progress: 100 %", file=sys.stderr)
            os.write(2, b"I0000 oneDNN custom operations are on\\n")
            """),
    )


RIGHT = (
    Sample(
        "wei", "l2_regularization", "the sample solution in the Chinese notebook", language="zh"
    ),
    Sample("ada", "l2_regularization", "the sample solution"),
    Sample("ada", "dropout", "the sample solution"),
    Sample("ada", "regularization_in_practice", "the sample solution"),
    Sample(
        "grace",
        "dropout",
        "masks drawn another way: > 1 - keep_prob, binomial, choice; scaled before masking",
        {
            "dropout_forward": """
                def dropout_forward(A, keep_prob, rng):
                    mask = (rng.uniform(0, 1, size=A.shape) > 1 - keep_prob).astype(float)
                    scaled = A / keep_prob
                    scaled *= mask
                    print("kept", mask.mean())
                    return [scaled, mask]
                """,
            "forward_propagation_with_dropout": """
                def forward_propagation_with_dropout(x, params, keep_rate, generator):
                    W1, W2, W3 = params["W1"], params["W2"], params["W3"]
                    b1, b2, b3 = params["b1"], params["b2"], params["b3"]
                    Z1 = np.dot(W1, x) + b1
                    D2 = generator.binomial(1, keep_rate, size=(W2.shape[0], x.shape[1]))
                    D1 = generator.choice([0, 1], size=Z1.shape, p=[1 - keep_rate, keep_rate])
                    A1 = np.maximum(0, Z1) * D1
                    A1 /= keep_rate
                    Z2 = np.dot(W2, A1) + b2
                    A2 = np.where(D2 == 1, np.maximum(Z2, 0), 0.0) / keep_rate
                    Z3 = np.dot(W3, A2) + b3
                    A3 = 1 / (1 + np.exp(-Z3))
                    return A3, [Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3]
                """,
            "backward_propagation_with_dropout": """
                def backward_propagation_with_dropout(X, Y, cache, keep_prob):
                    (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3) = cache
                    m = X.shape[1]
                    dZ3 = 1 / m * (A3 - Y)
                    dA2 = W3.T.dot(dZ3) * D2 / keep_prob
                    dZ2 = np.multiply(dA2, np.int64(A2 > 0))
                    dA1 = W2.T.dot(dZ2) * D1 / keep_prob
                    dZ1 = np.multiply(dA1, np.int64(A1 > 0))
                    return {
                        "dz3": dZ3, "dW3": dZ3 @ A2.T, "db3": dZ3.sum(axis=1, keepdims=True),
                        "dw2": dZ2 @ A1.T, "db2": dZ2.sum(axis=1, keepdims=True),
                        "dw1": dZ1 @ X.T, "db1": dZ1.sum(axis=1, keepdims=True),
                    }
                """,
            "predict": """
                def predict(X, parameters):
                    A = X
                    for layer in (1, 2):
                        A = np.maximum(parameters[f"W{layer}"] @ A + parameters[f"b{layer}"], 0)
                    return parameters["W3"] @ A + parameters["b3"] >= 0
                """,
        },
    ),
    Sample(
        "katherine",
        "l2_regularization",
        "norms, loops, 0-d arrays, weight decay; a functional Keras model",
        {
            "l2_cost": """
                def l2_cost(parameters, lambd, m):
                    total = 0
                    for key in parameters:
                        if "W" in key:
                            total += np.linalg.norm(parameters[key]) ** 2
                    return np.array([[1 / m * lambd / 2 * total]])
                """,
            "compute_cost_with_regularization": """
                def compute_cost_with_regularization(A3, Y, parameters, lambd):
                    m = Y.shape[1]
                    logs = np.dot(np.log(A3), Y.T) + np.dot(np.log(1 - A3), (1 - Y).T)
                    W1, W2, W3 = (parameters[f"W{i}"] for i in (1, 2, 3))
                    squares = np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2)
                    return -1 / m * logs + lambd * squares / (2 * m)
                """,
            "update_parameters_with_weight_decay": """
                import copy

                def update_parameters_with_weight_decay(parameters, gradients, alpha, lambd, m):
                    new = copy.deepcopy(parameters)
                    for i in range(1, len(parameters) // 2 + 1):
                        new["W%d" % i] *= 1 - alpha * lambd / m
                        new["W%d" % i] -= alpha * gradients["dW%d" % i]
                        new["b%d" % i] -= alpha * gradients["db%d" % i]
                    return new
                """,
            "build_l2_model": """
                def build_l2_model(n_x, lambd, m):
                    reg = lambda: keras.regularizers.L1L2(l2=0.5 * lambd / m)
                    inputs = keras.Input(shape=(n_x,))
                    x = keras.layers.Dense(20, kernel_regularizer=reg())(inputs)
                    x = keras.layers.Activation("relu")(x)
                    x = keras.layers.Dense(3, "relu", kernel_regularizer=reg())(x)
                    x = keras.layers.Dense(1, kernel_regularizer=reg())(x)
                    return keras.Model(inputs, keras.layers.Activation("sigmoid")(x))
                """,
        },
    ),
    Sample(
        "dorothy",
        "regularization_in_practice",
        "train in its own words: masks drawn ahead, weight decay, costs as an array",
        {
            "train": """
                def train(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
                    p = {key: value.copy() for key, value in parameters.items()}
                    m = X.shape[1]
                    costs = np.zeros(num_iterations)
                    for i in range(num_iterations):
                        Z1 = p["W1"] @ X + p["b1"]
                        D1 = rng.random(Z1.shape) > 1 - keep_prob
                        A1 = np.maximum(Z1, 0) * D1 / keep_prob
                        Z2 = p["W2"] @ A1 + p["b2"]
                        D2 = rng.random(Z2.shape) > 1 - keep_prob
                        A2 = np.maximum(Z2, 0) * D2 / keep_prob
                        A3 = 1 / (1 + np.exp(-(p["W3"] @ A2 + p["b3"])))
                        loss = -(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)).mean()
                        squares = sum((p[f"W{k}"] ** 2).sum() for k in (1, 2, 3))
                        costs[i] = loss + lambd / (2 * m) * squares
                        dZ3 = (A3 - Y) / m
                        dZ2 = p["W3"].T @ dZ3 * D2 / keep_prob * (Z2 > 0)
                        dZ1 = p["W2"].T @ dZ2 * D1 / keep_prob * (Z1 > 0)
                        for k, dZ, A in ((1, dZ1, X), (2, dZ2, A1), (3, dZ3, A2)):
                            decay = 1 - learning_rate * lambd / m
                            p[f"W{k}"] = decay * p[f"W{k}"] - learning_rate * (dZ @ A.T)
                            p[f"b{k}"] = p[f"b{k}"] - learning_rate * dZ.sum(1, keepdims=True)
                    return p, costs
                """,
            "ensemble_prediction": """
                def ensemble_prediction(X, parameters, keep_prob, n_passes, rng):
                    passes = [
                        forward_propagation_with_dropout(X, parameters, keep_prob, rng)[0]
                        for _ in range(n_passes)
                    ]
                    return np.mean(np.stack(passes), axis=0)
                """,
        },
    ),
    Sample("mary", "dropout", "cells in another order", edit=_reorder),
    Sample("annie", "dropout", "cells deleted and doubled", edit=_lose_cells),
    Sample("evelyn", "l2_regularization", "right, and noisy on stderr", edit=_noise),
)
