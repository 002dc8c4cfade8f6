"""The mistakes that learners make most often, one student each; two of them at once at the end.

A mistake in one function costs the functions that call it, too, where they show it.
"""

from tests.sample_class.sample import Sample

FORWARD = """
    def dropout_forward(A, keep_prob, rng):
        D = {draw}
        return {value}, D
    """
MASK = "rng.random(A.shape) < keep_prob"
SCALED = "A * D / keep_prob"

NETWORK = """
    def forward_propagation_with_dropout(X, parameters, keep_prob, rng):
        W1, b1, W2, b2, W3, b3 = (parameters[k] for k in ("W1", "b1", "W2", "b2", "W3", "b3"))
        Z1 = W1 @ X + b1
        D1 = rng.random(Z1.shape) < keep_prob
        A1 = np.maximum(Z1, 0) * D1 / keep_prob
        Z2 = W2 @ A1 + b2
        D2 = rng.random(Z2.shape) < keep_prob
        A2 = np.maximum(Z2, 0) * D2 / keep_prob
        Z3 = W3 @ A2 + b3
        A3 = 1 / (1 + np.exp(-Z3))
        return A3, (Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3)
    """


def _forward(draw: str = MASK, value: str = SCALED) -> dict[str, str | None]:
    """Replace dropout_forward; the network keeps a dropout of its own, so that it stays right."""
    forward = FORWARD.format(draw=draw, value=value)
    return {"dropout_forward": forward, "forward_propagation_with_dropout": NETWORK}


def _failed(share: float, misconception: str | None) -> tuple[str, float | None, str | None]:
    return ("failed", share, misconception)


def _l2(body: str) -> dict[str, str | None]:
    return {
        "l2_cost": f"def l2_cost(parameters, lambd, m):\n    {body}",
        "compute_cost_with_regularization": """
            def compute_cost_with_regularization(A3, Y, parameters, lambd):
                m = Y.shape[1]
                squares = sum(np.sum(parameters[f"W{k}"] ** 2) for k in (1, 2, 3))
                return cross_entropy(A3, Y) + lambd / (2 * m) * squares
            """,
    }


SQUARES = "sum(np.sum(parameters[f'W{k}'] ** 2) for k in range(1, len(parameters) // 2 + 1))"

MISTAKEN = (
    Sample(
        "randn-ravi",
        "dropout",
        "randn for rand",
        _forward("rng.standard_normal(A.shape) < keep_prob"),
        expected={"dropout_forward": _failed(0.3, "randn_for_rand")},
    ),
    Sample(
        "above-abel",
        "dropout",
        "keeps what lies above keep_prob",
        _forward("rng.random(A.shape) > keep_prob"),
        expected={"dropout_forward": _failed(0.4, "kept_above_keep_prob")},
    ),
    Sample(
        "swap-sofia",
        "dropout",
        "keep and drop probability swapped throughout",
        _forward("rng.random(A.shape) < 1 - keep_prob", "A * D / (1 - keep_prob)"),
        expected={"dropout_forward": _failed(0.4, "keep_drop_swapped")},
    ),
    Sample(
        "scale-sven",
        "dropout",
        "does not rescale",
        _forward(value="A * D"),
        expected={"dropout_forward": _failed(0.5, "no_rescale_forward")},
    ),
    Sample(
        "scale-na",
        "dropout",
        "does not rescale, in the Chinese notebook; the English one is there as it was released",
        _forward(value="A * D"),
        language="zh",
        expected={"dropout_forward": _failed(0.5, "no_rescale_forward")},
    ),
    Sample(
        "seed-sara",
        "dropout",
        "sets a seed inside",
        _forward("np.random.default_rng(1).random(A.shape) < keep_prob"),
        expected={"dropout_forward": _failed(0.4, "own_seed_inside")},
    ),
    Sample(
        "global-gil",
        "dropout",
        "draws from np.random",
        _forward("np.random.rand(*A.shape) < keep_prob"),
        expected={"dropout_forward": _failed(0.6, "rng_ignored")},
    ),
    Sample(
        "shared-shu",
        "dropout",
        "one mask for all examples",
        _forward("(rng.random((A.shape[0], 1)) < keep_prob) * np.ones(A.shape)"),
        expected={"dropout_forward": _failed(0.3, "one_column_repeated")},
    ),
    Sample(
        "back-bela",
        "dropout",
        "no rescaling on the way back",
        {
            "dropout_backward": "def dropout_backward(dA, D, keep_prob):\n    return dA * D",
            "backward_propagation_with_dropout": """
                def backward_propagation_with_dropout(X, Y, cache, keep_prob):
                    Z1, D1, A1, W1, b1, Z2, D2, A2, W2, b2, Z3, A3, W3, b3 = cache
                    m = X.shape[1]
                    dZ3 = A3 - Y
                    dZ2 = W3.T @ dZ3 * D2 * (Z2 > 0)
                    dZ1 = W2.T @ dZ2 * D1 * (Z1 > 0)
                    return {
                        "dW3": dZ3 @ A2.T / m, "db3": np.sum(dZ3, axis=1, keepdims=True) / m,
                        "dW2": dZ2 @ A1.T / m, "db2": np.sum(dZ2, axis=1, keepdims=True) / m,
                        "dW1": dZ1 @ X.T / m, "db1": np.sum(dZ1, axis=1, keepdims=True) / m,
                    }
                """,
        },
        expected={
            "dropout_backward": _failed(0.5, "no_rescale_backward"),
            "backward_propagation_with_dropout": _failed(0.5, "no_rescale_backward"),
        },
    ),
    Sample(
        "nomask-nils",
        "dropout",
        "no mask on the way back",
        {
            "dropout_backward": """
                def dropout_backward(dA, D, keep_prob):
                    return dA / keep_prob
                """,
        },
        expected={
            "dropout_backward": _failed(0.3, "no_mask_backward"),
            "backward_propagation_with_dropout": _failed(0.3, "no_mask_backward"),
        },
    ),
    Sample(
        "proba-pat",
        "dropout",
        "predict returns probabilities",
        {
            "predict": """
                def predict(X, parameters):
                    A1 = relu(parameters["W1"] @ X + parameters["b1"])
                    A2 = relu(parameters["W2"] @ A1 + parameters["b2"])
                    return sigmoid(parameters["W3"] @ A2 + parameters["b3"])
                """,
        },
        expected={"predict": _failed(0.5, "probabilities_in_place_of_labels")},
    ),
    Sample(
        "rate-rosa",
        "dropout",
        "Keras's rate taken for keep_prob",
        {
            "build_dropout_model": """
                def build_dropout_model(n_x, keep_prob):
                    layers = keras.layers
                    return keras.Sequential([
                        keras.Input((n_x,)),
                        layers.Dense(20, activation="relu"), layers.Dropout(keep_prob),
                        layers.Dense(3, activation="relu"), layers.Dropout(keep_prob),
                        layers.Dense(1, activation="sigmoid"),
                    ])
                """,
        },
        expected={"build_dropout_model": _failed(0.4, "rate_is_keep_prob")},
    ),
    Sample(
        "norm-nora",
        "l2_regularization",
        "the norm is not squared",
        _l2(
            "return lambd / (2 * m) * sum(np.linalg.norm(parameters[f'W{k}'])"
            " for k in range(1, len(parameters) // 2 + 1))"
        ),
        expected={"l2_cost": _failed(0.25, "l2_norm_not_squared")},
    ),
    Sample(
        "order-otto",
        "l2_regularization",
        "lambd / 2 * m",
        _l2(f"return lambd / 2 * m * {SQUARES}"),
        expected={"l2_cost": _failed(0.5, "l2_precedence_2_times_m")},
    ),
    Sample(
        "last-liam",
        "l2_regularization",
        "the loop leaves out the last layer",
        _l2(
            "return lambd / (2 * m) * sum(np.sum(parameters[f'W{k}'] ** 2)"
            " for k in range(1, len(parameters) // 2))"
        ),
        expected={"l2_cost": _failed(0.5, "l2_last_layer_skipped")},
    ),
    Sample(
        "bias-bo",
        "l2_regularization",
        "biases are regularised",
        _l2("return lambd / (2 * m) * sum(np.sum(p ** 2) for p in parameters.values())"),
        expected={"l2_cost": _failed(0.5, "bias_regularised")},
    ),
    Sample(
        "half-hal",
        "l2_regularization",
        "the gradient of the penalty has half its size",
        {
            "backward_propagation_with_regularization": """
                def backward_propagation_with_regularization(X, Y, cache, lambd):
                    Z1, A1, W1, b1, Z2, A2, W2, b2, Z3, A3, W3, b3 = cache
                    m = X.shape[1]
                    dZ3 = A3 - Y
                    dZ2 = W3.T @ dZ3 * (Z2 > 0)
                    dZ1 = W2.T @ dZ2 * (Z1 > 0)
                    half = lambd / (2 * m)
                    return {
                        "dW3": dZ3 @ A2.T / m + half * W3, "db3": dZ3.mean(axis=1, keepdims=True),
                        "dW2": dZ2 @ A1.T / m + half * W2, "db2": dZ2.mean(axis=1, keepdims=True),
                        "dW1": dZ1 @ X.T / m + half * W1, "db1": dZ1.mean(axis=1, keepdims=True),
                    }
                """,
        },
        expected={
            "backward_propagation_with_regularization": _failed(0.5, "l2_gradient_lambda_over_2m")
        },
    ),
    Sample(
        "inplace-ines",
        "l2_regularization",
        "changes the caller's parameters",
        {
            "update_parameters_with_weight_decay": """
                def update_parameters_with_weight_decay(parameters, gradients, alpha, lambd, m):
                    for layer in range(1, len(parameters) // 2 + 1):
                        W = parameters[f"W{layer}"]
                        W -= alpha * (gradients[f"dW{layer}"] + lambd / m * W)
                        parameters[f"b{layer}"] -= alpha * gradients[f"db{layer}"]
                    return parameters
                """,
        },
        expected={"update_parameters_with_weight_decay": _failed(0.5, "updated_in_place")},
    ),
    Sample(
        "double-dina",
        "l2_regularization",
        "Keras's L2 gets lambd / m",
        {
            "build_l2_model": """
                def build_l2_model(n_x, lambd, m):
                    penalty = keras.regularizers.L2(lambd / m)
                    dense = keras.layers.Dense
                    return keras.Sequential([
                        keras.Input((n_x,)),
                        dense(20, activation="relu", kernel_regularizer=penalty),
                        dense(3, activation="relu", kernel_regularizer=penalty),
                        dense(1, activation="sigmoid", kernel_regularizer=penalty),
                    ])
                """,
        },
        expected={"build_l2_model": _failed(0.5, "lambd_over_m")},
    ),
    Sample(
        "stuck-stan",
        "regularization_in_practice",
        "one mask for all iterations, and a decay factor with a plus",
        {
            "weight_decay_factor": """
                def weight_decay_factor(learning_rate, lambd, m):
                    return 1 + learning_rate * lambd / m
                """,
            "train": """
                def train(X, Y, parameters, learning_rate, num_iterations, lambd, keep_prob, rng):
                    m, costs, seed = X.shape[1], [], int(rng.integers(1000))
                    for _ in range(num_iterations):
                        fixed = np.random.default_rng(seed)
                        A3, cache = forward_propagation_with_dropout(
                            X, parameters, keep_prob, fixed)
                        costs.append(compute_cost_with_regularization(A3, Y, parameters, lambd))
                        gradients = backward_propagation_with_dropout(X, Y, cache, keep_prob)
                        parameters = update_parameters_with_weight_decay(
                            parameters, gradients, learning_rate, lambd, m)
                    return parameters, costs
                """,
        },
        expected={
            "weight_decay_factor": _failed(0.5, "grows_with_the_step"),
            "train": _failed(0.5, "one_mask_for_all_iterations"),
        },
    ),
    Sample(
        "sum-suki",
        "regularization_in_practice",
        "a sum of passes, not their mean; Adam for SGD",
        {
            "ensemble_prediction": """
                def ensemble_prediction(X, parameters, keep_prob, n_passes, rng):
                    return sum(
                        forward_propagation_with_dropout(X, parameters, keep_prob, rng)[0]
                        for _ in range(n_passes)
                    )
                """,
        },
        expected={"ensemble_prediction": _failed(0.5, "sum_in_place_of_mean")},
    ),
    Sample(
        "two-tilda",
        "dropout",
        "two mistakes at once: randn, and no rescaling",
        _forward("rng.standard_normal(A.shape) < keep_prob", "A * D"),
        expected={"dropout_forward": _failed(0.15, "no_rescale_forward+randn_for_rand")},
    ),
    Sample(
        "odd-olaf",
        "dropout",
        "wrong in a way that nobody has a name for",
        _forward(value="A * D / keep_prob + 0.001"),
        expected={"dropout_forward": _failed(0.0, None)},
    ),
)
