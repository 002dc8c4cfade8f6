"""A model is asked what it does, however it was written."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.core.calling import perform
from autograder.core.outcome import Call, KerasProbe, Raised, Returned
from autograder.core.values import Foreign
from autograder.kernel.models import observe

keras = pytest.importorskip("keras")
layers = keras.layers

RNG = np.random.default_rng(3)
WEIGHTS = tuple(RNG.normal(size=shape) for shape in [(4, 3), (3,), (3, 2), (2,)])
INPUTS = RNG.normal(size=(6, 4))
TARGETS = np.array([0, 1, 1, 0, 1, 0])
L2 = 0.05


def layers_of(rate: float) -> list[Any]:
    regularizer = keras.regularizers.L2(L2)
    return [
        layers.Dense(3, activation="relu", kernel_regularizer=regularizer),
        layers.Dropout(rate),
        layers.Dense(2, activation="softmax", kernel_regularizer=regularizer),
    ]


def sequential(rate: float = 0.0) -> Any:
    return keras.Sequential([keras.Input((4,)), *layers_of(rate)])


def sequential_without_input(rate: float = 0.0) -> Any:
    return keras.Sequential(layers_of(rate))


def functional(rate: float = 0.0) -> Any:
    outputs = inputs = keras.Input((4,))
    for layer in layers_of(rate):
        outputs = layer(outputs)
    return keras.Model(inputs, outputs)


class Subclassed(keras.Model):  # type: ignore[misc]
    """Attributes in another order than the layers are called in."""

    def __init__(self, rate: float = 0.0) -> None:
        super().__init__()
        first, self.dropout, self.last = layers_of(rate)
        self.hidden = first

    def call(self, inputs: Any) -> Any:
        return self.last(self.dropout(self.hidden(inputs)))


def nested(rate: float = 0.0) -> Any:
    first, dropout, last = layers_of(rate)
    return keras.Sequential([keras.Sequential([first, dropout]), last])


BUILDERS = [sequential, sequential_without_input, functional, Subclassed, nested]


def compiled(model: Any, **options: Any) -> Any:
    optimizer = keras.optimizers.SGD(learning_rate=0.1, **options)
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def answers(model: Any, *asks: str, weights: Any = WEIGHTS) -> Any:
    probes = tuple(KerasProbe(ask, ask, weights, INPUTS, TARGETS) for ask in asks)
    return observe(model, Call("build", (), probes=probes))


def outputs() -> np.ndarray:
    """What every model above answers, by hand."""
    hidden = np.maximum(INPUTS @ WEIGHTS[0] + WEIGHTS[1], 0)
    scores = np.exp(hidden @ WEIGHTS[2] + WEIGHTS[3])
    return np.asarray(scores / scores.sum(axis=1, keepdims=True))


def penalty() -> float:
    return L2 * float((WEIGHTS[0] ** 2).sum() + (WEIGHTS[2] ** 2).sum())


@pytest.mark.parametrize("build", BUILDERS)
def test_every_way_of_writing_a_model_gives_the_same_answers(build: Callable[..., Any]):
    found = answers(
        compiled(build()), "shapes", "predict", "train_mode", "plain", "penalty", "evaluate"
    )
    assert found["shapes"] == "(2,), (3,), (3, 2), (4, 3)"
    for ask in ("predict", "train_mode", "plain"):
        assert found[ask].dtype == np.float32
        np.testing.assert_allclose(found[ask], outputs(), rtol=1e-5)
    loss = -np.log(outputs()[np.arange(6), TARGETS]).mean()
    assert found["penalty"].shape == ()
    assert float(found["penalty"]) == pytest.approx(penalty(), rel=1e-5)
    assert float(found["evaluate"]) == pytest.approx(loss + penalty(), rel=1e-5)


@pytest.mark.parametrize("build", BUILDERS)
def test_training_gives_the_same_weights_and_is_undone(build: Callable[..., Any]):
    model = compiled(build(), momentum=0.9)
    found = [answers(model, "train", "predict") for _ in range(2)]
    expected = answers(compiled(sequential(), momentum=0.9), "train")["train"]
    for answer in found:
        assert answer["train"].shape == (2 + 3 + 6 + 12,)
        np.testing.assert_allclose(answer["train"], expected, rtol=1e-5)
        np.testing.assert_allclose(answer["predict"], outputs(), rtol=1e-5)


@pytest.mark.parametrize("build", BUILDERS)
def test_dropout_layers_are_found_and_drop_in_training_only(build: Callable[..., Any]):
    found = answers(build(rate=0.75), "dropout_rates", "predict", "plain", "train_mode")
    assert found["dropout_rates"].tolist() == [0.75]
    np.testing.assert_allclose(found["predict"], found["plain"])
    assert not np.allclose(found["predict"], found["train_mode"])


def test_dropout_layers_of_nested_models_stand_in_order():
    inner = keras.Sequential([layers.Dropout(0.2), layers.GaussianDropout(0.3)])
    model = keras.Sequential([layers.Dropout(0.1), inner, layers.Dense(1), layers.Dropout(0.4)])
    found = answers(model, "dropout_rates", weights=None)
    assert found["dropout_rates"].tolist() == [0.1, 0.2, 0.3, 0.4]


def test_dropout_with_training_fixed_still_drops_in_a_plain_call():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Dropout(0.5)(inputs, training=True))
    assert (answers(model, "plain", weights=None)["plain"] == 0).any()


def test_compiled_facts_are_told():
    found = answers(compiled(sequential()), "optimizer", "learning_rate")
    assert found["optimizer"] == "SGD"
    assert found["learning_rate"].shape == ()
    assert float(found["learning_rate"]) == pytest.approx(0.1)


def test_a_model_without_regularizers_has_no_penalty():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(1)])
    assert float(answers(model, "penalty", weights=None)["penalty"]) == 0


@pytest.mark.parametrize("ask", ["evaluate", "train", "optimizer", "learning_rate"])
def test_a_model_that_is_not_compiled_is_said_to_be_so(ask: str):
    call = Call("build", (), probes=(KerasProbe("p", ask, WEIGHTS, INPUTS, TARGETS),))
    (result,) = perform(call, sequential, observe)
    assert isinstance(result, Raised)
    assert result.type_name == "ValueError"
    assert "not compiled" in result.text


def test_a_model_of_other_shapes_is_asked_for_its_shapes_only():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(5)])
    found = answers(model, "shapes", "predict")
    assert found == {"shapes": "(4, 5), (5,)", "predict": None}


def test_what_is_not_a_model_is_named():
    assert observe(None, Call("build", ())) is None
    assert observe(3, Call("build", ())) == Foreign("int", "is not a Keras model")
    assert observe(keras.Model, Call("build", ())).reason == "is not a Keras model"


def test_a_model_with_several_outputs_is_named():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, [layers.Dense(1)(inputs), layers.Dense(1)(inputs)])
    found = answers(model, "predict", weights=None)
    assert isinstance(found["predict"], Foreign)


def test_a_call_with_probes_returns_plain_values():
    call = Call("build", (), probes=(KerasProbe("p", "predict", WEIGHTS, INPUTS),))
    (result,) = perform(call, sequential, observe)
    assert isinstance(result, Returned)
    assert type(result.value["p"]) is np.ndarray
