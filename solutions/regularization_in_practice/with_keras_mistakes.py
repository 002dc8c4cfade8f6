"""The misconceptions of `build_regularized_model`: the right model with one piece replaced."""

from regularization_in_practice.with_keras import build_regularized_model


def mistake(credit, symptom=False):
    """Register a function of the case, a dict, as a misconception that takes the arguments."""

    def register(wrong):
        def build_wrongly(n_x, n_classes, lambd, m, keep_prob, learning_rate):
            sizes = dict(n_x=n_x, n_classes=n_classes, m=m)
            return wrong(
                sizes | dict(lambd=lambd, keep_prob=keep_prob, learning_rate=learning_rate)
            )

        build_wrongly.__name__, build_wrongly.__doc__ = wrong.__name__, wrong.__doc__
        return build_regularized_model.misconception(build_wrongly, credit=credit, symptom=symptom)

    return register


def _model(case, *, compiled=None, **pieces):
    """Return the compiled model; `compiled` replaces arguments of compile, `pieces` of the
    layers."""
    import keras

    model = _layers(case, **pieces)
    options = dict(
        optimizer=keras.optimizers.SGD(case["learning_rate"]),
        loss="sparse_categorical_crossentropy",
    )
    model.compile(**options | (compiled or {}))
    return model


def _layers(
    case,
    *,
    units=(64, 32),
    regularizers=None,
    rates=None,
    activations=("relu", "relu", "softmax"),
    **options,
):
    """Return the model before it is compiled. options: further arguments of every Dense layer."""
    import keras

    regularizers = [_l2(case)] * 3 if regularizers is None else regularizers
    rates = [1 - case["keep_prob"]] * 2 if rates is None else rates
    layers = [keras.Input((case["n_x"],))]
    for n, activation, regularizer, rate in zip(
        (*units, case["n_classes"]), activations, regularizers, (*rates, None), strict=True
    ):
        layers.append(keras.layers.Dense(n, activation, kernel_regularizer=regularizer, **options))
        if rate is not None:
            layers.append(keras.layers.Dropout(rate))
    return keras.Sequential(layers)


def _l2(case, times=1.0):
    import keras

    return keras.regularizers.L2(times * case["lambd"] / (2 * case["m"]))


def _optimizer(name, case, **options):
    import keras

    return {"optimizer": getattr(keras.optimizers, name)(case["learning_rate"], **options)}


# --- the L2 regularizers


@mistake(credit=0.3)
def regularizers_left_out(case):
    """Give each Dense layer a kernel_regularizer: without one the loss has no penalty, whatever
    lambd is."""
    return _model(case, regularizers=[None] * 3)


@mistake(credit=0.6)
def lambd_over_m(case):
    """Pass lambd / (2m) to L2, not lambd / m: Keras multiplies the sum of squares by exactly what
    it is given."""
    return _model(case, regularizers=[_l2(case, 2)] * 3)


@mistake(credit=0.4)
def lambd_undivided(case):
    """Divide lambd by 2m before it goes into L2: Keras does not know m, and multiplies the sum of
    squares by what it is given."""
    return _model(case, regularizers=[_l2(case, 2 * case["m"])] * 3)


@mistake(credit=0.6)
def precedence_2_times_m(case):
    """Put 2 * m in parentheses: lambd / 2 * m divides by 2 and then multiplies by m."""
    return _model(case, regularizers=[_l2(case, case["m"] ** 2)] * 3)


@mistake(credit=0.3)
def default_strength(case):
    """Pass lambd / (2m) to the regularizer: without an argument, or as the string "l2", Keras
    takes its default 0.01."""
    return _model(case, regularizers=["l2"] * 3)


@mistake(credit=0.4)
def l1_for_l2(case):
    """Use keras.regularizers.L2 in place of L1: the penalty is made of squares, not of absolute
    values."""
    import keras

    return _model(case, regularizers=[keras.regularizers.L1(case["lambd"] / (2 * case["m"]))] * 3)


@mistake(credit=0.6)
def output_layer_not_regularized(case):
    """Give the output layer a kernel_regularizer as well: the penalty holds the weights of all
    three layers."""
    return _model(case, regularizers=[_l2(case), _l2(case), None])


@mistake(credit=0.4)
def only_first_layer_regularized(case):
    """Give the second and the output layer a kernel_regularizer as well: the penalty holds the
    weights of all three layers."""
    return _model(case, regularizers=[_l2(case), None, None])


@mistake(credit=0.4)
def only_output_layer_regularized(case):
    """Give the hidden layers a kernel_regularizer as well: the penalty holds the weights of all
    three layers."""
    return _model(case, regularizers=[None, None, _l2(case)])


@mistake(credit=0.6)
def biases_regularized(case):
    """Leave bias_regularizer out: the penalty holds the kernels alone."""
    return _model(case, bias_regularizer=_l2(case))


@mistake(credit=0.3)
def bias_in_place_of_kernel(case):
    """Use kernel_regularizer in place of bias_regularizer: Keras calls W the kernel, and only the
    W are penalized."""
    return _model(case, regularizers=[None] * 3, bias_regularizer=_l2(case))


@mistake(credit=0.3)
def activity_in_place_of_kernel(case):
    """Use kernel_regularizer in place of activity_regularizer: the latter penalizes a layer's
    outputs, and the L2 penalty is on its weights."""
    return _model(case, regularizers=[None] * 3, activity_regularizer=_l2(case))


@mistake(credit=0.5)
def weight_decay_in_place_of_l2(case):
    """Give the layers a kernel_regularizer: the optimizer's weight_decay shrinks the weights too,
    the biases with them, and the loss does not show it."""
    decay = case["lambd"] / case["m"]
    optimizer = _optimizer("SGD", case, weight_decay=decay)
    return _model(case, compiled=optimizer, regularizers=[None] * 3)


# --- dropout


@mistake(credit=0.5)
def rate_is_keep_prob(case):
    """Give Dropout the rate 1 - keep_prob: Keras's rate is the probability to DROP a unit."""
    return _model(case, rates=[case["keep_prob"]] * 2)


@mistake(credit=0.4)
def rate_of_one_half(case):
    """Compute the rate from the argument, 1 - keep_prob, in place of a fixed 0.5."""
    return _model(case, rates=[0.5] * 2)


@mistake(credit=0.3)
def dropout_left_out(case):
    """Add a Dropout layer after each of the two hidden layers: this model uses all its units in
    training too."""
    return _model(case, rates=[None, None])


@mistake(credit=0.6)
def dropout_after_the_first_layer_only(case):
    """Add a Dropout layer after the second hidden layer too."""
    return _model(case, rates=[1 - case["keep_prob"], None])


@mistake(credit=0.6)
def dropout_after_the_second_layer_only(case):
    """Add a Dropout layer after the first hidden layer too."""
    return _model(case, rates=[None, 1 - case["keep_prob"]])


@mistake(credit=0.5)
def dropout_always_on(case):
    """Call Dropout without training=True: Keras switches it on in fit and off in prediction, and a
    fixed True keeps it on."""
    import keras

    inputs = keras.Input((case["n_x"],))
    A = inputs
    for n in (64, 32):
        A = keras.layers.Dense(n, "relu", kernel_regularizer=_l2(case))(A)
        A = keras.layers.Dropout(1 - case["keep_prob"])(A, training=True)
    A = keras.layers.Dense(case["n_classes"], "softmax", kernel_regularizer=_l2(case))(A)
    model = keras.Model(inputs, A)
    model.compile(**_optimizer("SGD", case), loss="sparse_categorical_crossentropy")
    return model


# --- activations and sizes


@mistake(credit=0.5)
def hidden_activations_left_out(case):
    """Give the hidden layers activation="relu": a Dense layer is linear by default, and linear
    layers in a row are one linear layer."""
    return _model(case, activations=(None, None, "softmax"))


@mistake(credit=0.6)
def tanh_for_relu(case):
    """Use relu in the hidden layers in place of tanh."""
    return _model(case, activations=("tanh", "tanh", "softmax"))


@mistake(credit=0.5)
def sigmoid_for_softmax(case):
    """Use softmax in the output layer: the classes exclude each other, and sigmoids do not add up
    to 1."""
    return _model(case, activations=("relu", "relu", "sigmoid"))


@mistake(credit=0.5)
def softmax_left_out(case):
    """Give the output layer activation="softmax": here the model returns logits, which are no
    probabilities."""
    return _model(case, activations=("relu", "relu", None))


@mistake(credit=0.6)
def softmax_left_to_the_loss(case):
    """Give the output layer activation="softmax": with from_logits=True the loss is right, but the
    model returns logits, which are no probabilities."""
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    return _model(case, compiled={"loss": loss}, activations=("relu", "relu", None))


@mistake(credit=0.5, symptom=True)
def hidden_sizes_swapped(case):
    """Give the first hidden layer 64 units and the second 32: here they are in the other order."""
    return _model(case, units=(32, 64))


# --- loss and optimizer


@mistake(credit=0.5, symptom=True)
def not_compiled(case):
    """Call model.compile with optimizer and loss before the return: a model that is not compiled
    cannot be trained."""
    return _layers(case)


@mistake(credit=0.5, symptom=True)
def labels_as_one_hot(case):
    """Use sparse_categorical_crossentropy: the labels are integers, and categorical_crossentropy
    expects a column for each class."""
    return _model(case, compiled={"loss": "categorical_crossentropy"})


@mistake(credit=0.5)
def learning_rate_left_out(case):
    """Pass learning_rate to keras.optimizers.SGD: the string "sgd" takes its default, 0.01."""
    return _model(case, compiled={"optimizer": "sgd"})


@mistake(credit=0.5)
def adam_for_sgd(case):
    """Use keras.optimizers.SGD: Adam scales each step by the gradients it has seen, and its
    learning rates mean something else."""
    return _model(case, compiled=_optimizer("Adam", case))


@mistake(credit=0.3)
def adam_by_default(case):
    """Use keras.optimizers.SGD with the given learning_rate: the string "adam" is another
    optimizer, with a rate of its own."""
    return _model(case, compiled={"optimizer": "adam"})


@mistake(credit=0.5)
def rmsprop_for_sgd(case):
    """Use keras.optimizers.SGD: RMSprop divides each step by the size of recent gradients."""
    return _model(case, compiled=_optimizer("RMSprop", case))


@mistake(credit=0.6)
def momentum_added(case):
    """Leave momentum at 0: the exercise asks for plain gradient descent, and momentum adds the
    steps before to each step."""
    return _model(case, compiled=_optimizer("SGD", case, momentum=0.9))


@mistake(credit=0.6)
def nesterov_added(case):
    """Leave momentum and nesterov out: the exercise asks for plain gradient descent."""
    return _model(case, compiled=_optimizer("SGD", case, momentum=0.9, nesterov=True))


@mistake(credit=0.5)
def decay_in_both(case):
    """Leave weight_decay out of the optimizer: the regularizers shrink the weights already, and
    here it happens twice."""
    decay = case["lambd"] / case["m"]
    return _model(case, compiled=_optimizer("SGD", case, weight_decay=decay))
