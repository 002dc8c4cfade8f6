"""Stand-ins for packages that are hidden in a box: importing one works, using it says why not.

NumPy exercises are graded where Keras does not exist, so that an answer cannot ask Keras for it. A
notebook's ``import keras`` at the top must not stop it there, though.
"""

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, NoReturn

VERSION = "0 (not here)"


class AbsentError(ImportError):
    """A package was used that does not exist where NumPy exercises are graded."""


def absent(path: str) -> AbsentError:
    """Return the error that says why `path` cannot be used."""
    package = path.partition(".")[0]
    return AbsentError(
        f"{path} was used where {package} does not exist: functions that an exercise asks for in "
        "NumPy are graded without it. Compute with NumPy there; functions that build a Keras model "
        "are graded with Keras."
    )


class StandIn:
    """Stands for a name of a hidden package. It can be passed around and has any attribute.

    Calling it, counting or computing with it, and making an object of a class that inherits from
    it, raises AbsentError.
    """

    def __init__(self, path: str) -> None:
        self.__path = path

    def __getattr__(self, name: str) -> "StandIn":
        return attribute(self.__path, name)

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type]:
        return (_absent_class(self.__path),)

    def __repr__(self) -> str:
        return f"<{self.__path}, which does not exist here>"


def _refusing(name: str) -> Callable[..., NoReturn]:
    def refuse(self: StandIn, *arguments: Any, **named: Any) -> NoReturn:
        raise absent(repr(self)[1:].partition(",")[0])

    refuse.__name__ = name
    return refuse


USES = (
    "call", "getitem", "setitem", "iter", "len", "contains", "enter", "exit", "float", "int",
    "index", "array", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "matmul",
    "rmatmul", "pow", "rpow", "neg", "lt", "le", "gt", "ge",
)  # fmt: skip
for _use in USES:
    setattr(StandIn, f"__{_use}__", _refusing(f"__{_use}__"))


def attribute(path: str, name: str) -> Any:
    """Return what stands for an attribute of `path`."""
    if name == "__version__":
        return VERSION
    if name.startswith("__"):
        raise AttributeError(name)
    return StandIn(f"{path}.{name}")


def _absent_class(path: str) -> type:
    def refuse(cls: type, *arguments: Any, **named: Any) -> NoReturn:
        raise absent(path)

    return type(path.rsplit(".", 1)[-1], (), {"__new__": refuse})


class StandInModule(ModuleType):
    """Stands for a module of a hidden package."""

    def __getattr__(self, name: str) -> Any:
        return attribute(self.__name__, name)


class Finder:
    """Finds a stand-in for every module of the hidden packages (Python's import protocol)."""

    def __init__(self, hidden: Sequence[str]) -> None:
        self.hidden = frozenset(hidden)

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Return how to import `name`, where it belongs to a hidden package."""
        if name.partition(".")[0] not in self.hidden:
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]  # a loader by protocol

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the stand-in."""
        return StandInModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing runs."""


def install(hidden: Sequence[str]) -> None:
    """Let these packages be stood in for from now on."""
    if hidden:
        sys.meta_path.insert(0, Finder(hidden))
