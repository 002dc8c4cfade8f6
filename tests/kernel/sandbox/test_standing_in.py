"""A package that is hidden can be imported and named; its use says why it is not there."""

import importlib
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.kernel.sandbox import standing_in
from autograder.kernel.sandbox.standing_in import AbsentError

NAME = "hidden_for_a_test"


@pytest.fixture
def hidden() -> Iterator[Any]:
    standing_in.install([NAME])
    yield importlib.import_module(NAME)
    sys.meta_path.pop(0)
    for name in [name for name in sys.modules if name.startswith(NAME)]:
        del sys.modules[name]


def test_it_can_be_imported_in_every_way(hidden: Any):
    layers = importlib.import_module(f"{NAME}.layers.core")
    assert repr(layers.Dense) == f"<{NAME}.layers.core.Dense, which does not exist here>"
    assert "not here" in hidden.__version__


def test_other_packages_are_found_as_ever(hidden: Any):
    assert importlib.import_module("colorsys").__name__ == "colorsys"


def test_a_class_can_inherit_from_it(hidden: Any):
    class Own(hidden.layers.Layer):  # type: ignore[misc, name-defined]
        """A student's layer."""

    with pytest.raises(AbsentError, match=f"{NAME}.layers.Layer was used"):
        Own(3)


@pytest.mark.parametrize(
    "use",
    [
        lambda name: name(),
        lambda name: name.a.b(1, key=2),
        lambda name: name[0],
        lambda name: name + 1,
        lambda name: np.ones(2) @ name,
        lambda name: np.sum(name),
        lambda name: float(name),
        lambda name: len(name),
        lambda name: list(name),
        lambda name: name < 1,
    ],
)
def test_its_use_says_why_not(hidden: Any, use: Callable[[Any], Any]):
    with pytest.raises(AbsentError, match="Compute with NumPy"):
        use(hidden.thing)


def test_nothing_is_hidden_where_nothing_is_named():
    before = list(sys.meta_path)
    standing_in.install([])
    assert sys.meta_path == before
