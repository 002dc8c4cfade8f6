"""`build_regularized_model`: a compiled classifier, judged by what it does."""

from itertools import pairwise

import keras_training
import numpy as np

from autograder.core.exercise import exercise
from autograder.core.outcome import KerasProbe
from autograder.core.parts import Array, DictOf, Draws, Number, Text

NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
PENALTIES = {
    "penalty_of_W1": ("W1",),
    "penalty_of_W2": ("W2",),
    "penalty_of_W3": ("W3",),
    "penalty_of_the_biases": ("b1", "b2", "b3"),
}
DRAWS = 1500


@exercise(
    points=20,
    returns=DictOf(
        Text("weight_shapes"),
        Array("predictions"),
        Draws("plain_call"),
        *(Number(name) for name in PENALTIES),
        Draws("training_with_layer_2"),
        Draws("training_from_the_inputs"),
        Number("loss_of_integer_labels"),
        Array("weights_after_two_steps"),
        name="the model",
    ),
)
def build_regularized_model(n_x, n_classes, lambd, m, keep_prob, learning_rate):
    """Build and compile a Keras classifier with L2 regularization and dropout."""
    return keras_training.regularized_classifier(n_x, n_classes, lambd, m, keep_prob, learning_rate)


@build_regularized_model.case
def few_units_kept(rng):
    """few units kept, sizes that the notebook does not use"""
    return dict(
        n_x=int(rng.integers(5, 12)),
        n_classes=int(rng.integers(4, 7)),
        lambd=round(rng.uniform(3, 5), 2),
        m=int(rng.integers(30, 45)),
        keep_prob=round(rng.uniform(0.27, 0.34), 2),
        learning_rate=round(rng.uniform(0.5, 0.8), 2),
    )


@build_regularized_model.probes
def questions(n_x, n_classes, lambd, m, keep_prob, learning_rate):
    """Ask for outputs, the penalty of one kind of weights at a time, random outputs, and
    training."""
    rng = np.random.default_rng([n_x, m])
    weights = telling_weights(rng, n_x, n_classes)
    inputs = np.round(rng.normal(size=(8, n_x)), 3)
    targets = np.arange(8) % n_classes
    ones = np.ones((DRAWS, n_x))
    on, off = road(n_x, n_classes, keep_prob, 2), road(n_x, n_classes, keep_prob, 1)
    return (
        KerasProbe("weight_shapes", "shapes", inputs=inputs),
        KerasProbe("predictions", "predict", listed(weights), inputs),
        KerasProbe("plain_call", "plain", on, ones, law=law_of_plain_call(n_classes, keep_prob)),
        *(
            KerasProbe(name, "penalty", listed(only(weights, kinds)), inputs)
            for name, kinds in PENALTIES.items()
        ),
        KerasProbe("training_with_layer_2", "train_mode", off, ones, law=law(n_classes, keep_prob)),
        KerasProbe(
            "training_from_the_inputs", "train_mode", on, ones, law=law(n_classes, keep_prob**2)
        ),
        KerasProbe("loss_of_integer_labels", "evaluate", listed(weights), inputs, targets),
        KerasProbe("weights_after_two_steps", "train", still_weights(weights), 0 * inputs, targets),
    )


# --- weights that show something, in Keras's layout


def zeros(n_x, n_classes):
    """Return kernels and biases of 0 by the names of the course."""
    sizes = (n_x, 64, 32, n_classes)
    made = {}
    for l, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        made |= {f"W{l}": np.zeros((n_in, n_out)), f"b{l}": np.zeros(n_out)}
    return made


def listed(weights):
    """Return the weights in the order of their layers."""
    return tuple(weights[name] for name in NAMES)


def only(weights, names):
    """Return the weights with 0 in all but the named ones."""
    return {name: value * (name in names) for name, value in weights.items()}


def telling_weights(rng, n_x, n_classes):
    """Return weights with which every unit matters, of about the same penalty in each layer."""
    made = zeros(n_x, n_classes)
    for name, value in made.items():
        spread = 0.3 if name[0] == "b" else len(value) ** -0.5
        made[name] = np.round(rng.normal(scale=spread, size=value.shape), 3)
    made["b3"] = made["b3"] + 0.1
    return made


def still_weights(weights):
    """Return weights that, with inputs of 0, train the same way whatever is dropped.

    Without hidden biases all activations are 0: the kernels decay, and b3 follows the labels.
    """
    return listed(weights | {name: 0 * weights[name] for name in ("b1", "b2")})


def road(n_x, n_classes, keep_prob, layers):
    """Return weights where one unit of layer 2 decides all outputs, with layers=2 fed by layer 1.

    The hidden units on the road carry 1, and an open road adds `signals` to the outputs' biases.
    """
    made = zeros(n_x, n_classes)
    if layers == 2:
        made["W1"][0, 5] = made["W2"][5, 9] = 1
    else:
        made["b2"][9] = 1
    made["b3"], signals = biases_and_signals(n_classes)
    made["W3"][9] = signals * keep_prob**layers
    return listed(made)


def biases_and_signals(n_classes):
    """Return logits of a closed road, and what an open one adds; all outputs are different."""
    places = np.arange(n_classes)
    return 0.3 * places, 2.0 * (-1.0) ** places - 0.17 * places


def softmax(Z):
    """Return exp(Z) / sum(exp(Z)) of one example."""
    return np.exp(Z) / np.exp(Z).sum()


def law(n_classes, chance):
    """Return (value, probability) pairs of all outputs, if the road is open with this chance.

    Each example gives n_classes outputs at once; as their values differ, so many of them are
    expected of each, and their number varies less than that of independent draws would.
    """
    closed, signals = biases_and_signals(n_classes)
    found = dict.fromkeys(softmax(closed + signals).tolist(), chance / n_classes)
    found |= dict.fromkeys(softmax(closed).tolist(), (1 - chance) / n_classes)
    return tuple(found.items())


def law_of_plain_call(n_classes, keep_prob):
    """Return the outputs that always come, and with probability 0 those of dropout."""
    closed, signals = biases_and_signals(n_classes)
    never = dict.fromkeys((value for value, _ in law(n_classes, 0.5)), 0.0)
    always = dict.fromkeys(softmax(closed + signals * keep_prob**2).tolist(), 1 / n_classes)
    return tuple((never | always).items())
