"""Answer questions to a Keras model, in the student's process.

A model is judged by what it does, so Sequential, functional and subclassed models are all right,
built or not. Keras is not imported here: whoever made the model did that.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder.core.outcome import Call, KerasProbe
from autograder.core.values import Foreign

STEPS = 2


class MisfitError(ValueError):
    """The weights that a probe brings do not fit into the model."""


def observe(model: Any, call: Call) -> Any:
    """Return the answers to the call's probes by name, or a Foreign where it is no Keras model.

    None stays None. Where the probes' weights do not fit into the model, only the probes of its
    shapes are answered; the others' answers are None. Raises ValueError, in words for a student,
    where the model cannot be asked.
    """
    if model is None:
        return None
    keras = sys.modules.get("keras")
    if keras is None or not isinstance(model, keras.Model):
        return Foreign(type(model).__name__, "is not a Keras model")
    _build(model, call.probes)
    try:
        return {probe.name: _answer(model, probe) for probe in call.probes}
    except MisfitError:
        return {
            probe.name: _shapes(model, probe) if probe.ask == "shapes" else None
            for probe in call.probes
        }


def _answer(model: Any, probe: KerasProbe) -> Any:
    ask = ASKS.get(probe.ask)
    if ask is None:
        raise LookupError(f"no probe is called {probe.ask}")
    if probe.weights is not None:
        _put_weights(model, probe.weights)
    return ask(model, probe)


def _build(model: Any, probes: Sequence[KerasProbe]) -> None:
    """Create variables that appear only when the model is called for the first time."""
    for probe in probes:
        if probe.inputs is not None:
            model(np.zeros_like(_inputs(probe)), training=False)
            return


def _inputs(probe: KerasProbe) -> np.ndarray:
    if probe.inputs is None:
        raise ValueError(f"the probe {probe.name} has no inputs")
    array = np.asarray(probe.inputs)
    return array.astype(np.float32) if array.dtype.kind == "f" else array


def _put_weights(model: Any, weights: Sequence[Any]) -> None:
    """Give each trainable variable the first weight of its shape that is not used yet."""
    variables = list(model.trainable_variables)
    left = [np.asarray(weight) for weight in weights]
    for variable in variables:
        fitting = [i for i, weight in enumerate(left) if weight.shape == tuple(variable.shape)]
        if not fitting:
            raise _misfit(variables, weights)
        variable.assign(left.pop(fitting[0]))
    if left:
        raise _misfit(variables, weights)


def _misfit(variables: Sequence[Any], weights: Sequence[Any]) -> MisfitError:
    found = _listed(tuple(variable.shape) for variable in variables)
    expected = _listed(np.shape(weight) for weight in weights)
    return MisfitError(
        f"the model's trainable weights have the shapes {found}; expected {expected}: check the "
        "number of layers and their units"
    )


def _listed(shapes: Any) -> str:
    return ", ".join(str(tuple(shape)) for shape in sorted(map(tuple, shapes))) or "(none)"


def _number(value: Any) -> np.ndarray:
    return np.asarray(value, dtype=np.float32).reshape(())


def _array(output: Any) -> Any:
    """Return a model's output as a float32 array of its own."""
    if isinstance(output, list | tuple | dict):
        return Foreign(type(output).__name__, "is not one array of predictions")
    return np.asarray(output).astype(np.float32)


def _shapes(model: Any, probe: KerasProbe) -> str:
    return _listed(tuple(variable.shape) for variable in model.trainable_variables)


def _predict(model: Any, probe: KerasProbe) -> Any:
    return _array(model(_inputs(probe), training=False))


def _train_mode(model: Any, probe: KerasProbe) -> Any:
    return _array(model(_inputs(probe), training=True))


def _plain(model: Any, probe: KerasProbe) -> Any:
    return _array(model(_inputs(probe)))


def _penalty(model: Any, probe: KerasProbe) -> np.ndarray:
    if probe.inputs is not None:
        model(_inputs(probe), training=False)
    return _number(sum(float(loss) for loss in model.losses))


def _evaluate(model: Any, probe: KerasProbe) -> np.ndarray:
    _require_compiled(model)
    with _eagerly(model):
        model.reset_metrics()
        answers = model.test_on_batch(_inputs(probe), probe.targets, return_dict=True)
    return _number(answers["loss"])


def _train(model: Any, probe: KerasProbe) -> np.ndarray:
    """Return the weights after two steps, and put back what the steps changed."""
    _require_compiled(model)
    optimizer = model.optimizer
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    with _restored([*model.weights, *optimizer.variables]), _eagerly(model):
        for _ in range(STEPS):
            model.train_on_batch(_inputs(probe), probe.targets)
        ordered = sorted(model.trainable_variables, key=lambda variable: tuple(variable.shape))
        return np.concatenate([np.asarray(variable).ravel() for variable in ordered]).astype(
            np.float32
        )


@contextmanager
def _eagerly(model: Any) -> Iterator[None]:
    """Let a model run without compiling a graph for its one or two steps."""
    before = model.run_eagerly
    model.run_eagerly = True
    try:
        yield
    finally:
        model.run_eagerly = before


@contextmanager
def _restored(variables: Sequence[Any]) -> Iterator[None]:
    before = [np.asarray(variable).copy() for variable in variables]
    try:
        yield
    finally:
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)


def _require_compiled(model: Any) -> None:
    if not model.compiled or getattr(model, "optimizer", None) is None:
        raise ValueError("the model is not compiled: call model.compile(...) before you return it")


def _optimizer(model: Any, probe: KerasProbe) -> str:
    _require_compiled(model)
    return type(model.optimizer).__name__


def _learning_rate(model: Any, probe: KerasProbe) -> np.ndarray:
    _require_compiled(model)
    return _number(model.optimizer.learning_rate)


def _dropout_rates(model: Any, probe: KerasProbe) -> np.ndarray:
    rates = [float(layer.rate) for layer in _layers(model, set()) if _drops(layer)]
    return np.array(rates, dtype=np.float64)


def _drops(layer: Any) -> bool:
    named = any("Dropout" in base.__name__ for base in type(layer).__mro__)
    return named and isinstance(getattr(layer, "rate", None), int | float)


def _layers(layer: Any, seen: set[int]) -> Iterator[Any]:
    """Yield a layer and all that stand in it, in order, each once."""
    if id(layer) in seen:
        return
    seen.add(id(layer))
    yield layer
    inner = getattr(layer, "layers", None) or getattr(layer, "_layers", None) or ()
    for item in inner:
        yield from _layers(item, seen)


ASKS: dict[str, Callable[[Any, KerasProbe], Any]] = {
    "dropout_rates": _dropout_rates,
    "evaluate": _evaluate,
    "learning_rate": _learning_rate,
    "optimizer": _optimizer,
    "penalty": _penalty,
    "plain": _plain,
    "predict": _predict,
    "shapes": _shapes,
    "train": _train,
    "train_mode": _train_mode,
}
