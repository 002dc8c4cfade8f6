"""Replay programs: what a right answer is, *given* the masks that the student drew.

An author writes a twin in NumPy, ``lambda A, keep_prob, D: A * D / keep_prob``. It is called once
with every argument a plain array, except for the masks, which are symbols. Operations on symbols
are recorded; everything else is computed on the spot. What remains is a short list of array
operations with constants: data that an answer key can hold, evaluated by a fixed table of NumPy
functions. No code is stored.

All arrays are matrices (two axes) or numbers; a leading axis may hold a batch of masks.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

MAX_NODES = 4_000


def _transpose(x: np.ndarray) -> np.ndarray:
    return np.swapaxes(x, -1, -2)


def _sum_all(x: np.ndarray) -> np.ndarray:
    return np.sum(x, axis=(-2, -1), keepdims=True)


def _sum_columns(x: np.ndarray) -> np.ndarray:
    return np.sum(x, axis=-1, keepdims=True)


OPERATIONS: dict[str, Callable[..., np.ndarray]] = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "matmul": np.matmul,
    "negative": np.negative,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "exp": np.exp,
    "log": np.log,
    "log1p": np.log1p,
    "logaddexp": np.logaddexp,
    "tanh": np.tanh,
    "square": np.square,
    "sqrt": np.sqrt,
    "power": np.power,
    "absolute": np.absolute,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "equal": np.equal,
    "not_equal": np.not_equal,
    "where": np.where,
    "transpose": _transpose,
    "sum_all": _sum_all,
    "sum_columns": _sum_columns,
}


def arity(operation: str) -> int:
    """Return the number of an operation's operands; a further one would be written into."""
    function = OPERATIONS[operation]
    if isinstance(function, np.ufunc):
        return function.nin
    return 3 if operation == "where" else 1


@dataclass(frozen=True)
class Program:
    """A straight-line program.

    nodes: (operation, operands); ``input`` has a name and ``constant`` an index into `constants`,
    every other operand is the index of an earlier node. outputs: the node of each part by name.
    """

    nodes: tuple[tuple[str, tuple[Any, ...]], ...]
    constants: tuple[np.ndarray, ...]
    outputs: dict[str, int]

    @property
    def inputs(self) -> set[str]:
        """Names of the parts that must be given."""
        return {operands[0] for operation, operands in self.nodes if operation == "input"}

    def validate(self) -> None:
        """Raise ValueError unless every node is a known operation on earlier nodes."""
        if len(self.nodes) > MAX_NODES:
            raise ValueError(f"a program of {len(self.nodes)} nodes, at most {MAX_NODES}")
        for position, (operation, operands) in enumerate(self.nodes):
            if operation == "input":
                valid = len(operands) == 1 and isinstance(operands[0], str)
            elif operation == "constant":
                valid = len(operands) == 1 and _index(operands[0], len(self.constants))
            else:
                valid = operation in OPERATIONS and len(operands) == arity(operation)
                valid = valid and all(_index(operand, position) for operand in operands)
            if not valid:
                raise ValueError(f"node {position} of a program is not valid: {operation}")
        if not all(_index(node, len(self.nodes)) for node in self.outputs.values()):
            raise ValueError("an output of a program names no node")


def _index(value: Any, below: int) -> bool:
    return isinstance(value, int) and 0 <= value < below


def evaluate(program: Program, inputs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Run a program on inputs of shape (rows, columns) or (batch, rows, columns)."""
    values: list[np.ndarray] = []
    with np.errstate(all="ignore"):
        for operation, operands in program.nodes:
            if operation == "input":
                values.append(np.asarray(inputs[operands[0]], dtype=np.float64))
            elif operation == "constant":
                values.append(program.constants[operands[0]])
            else:
                values.append(OPERATIONS[operation](*(values[operand] for operand in operands)))
    return {name: values[node] for name, node in program.outputs.items()}


@dataclass
class _Recorder:
    nodes: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    constants: list[np.ndarray] = field(default_factory=list)

    def add(self, operation: str, operands: tuple[Any, ...]) -> int:
        self.nodes.append((operation, operands))
        return len(self.nodes) - 1

    def constant(self, value: Any) -> int:
        array = np.asarray(value, dtype=np.float64)
        self.constants.append(array)
        return self.add("constant", (len(self.constants) - 1,))

    def node(self, value: Any) -> int:
        return value.node if isinstance(value, Symbol) else self.constant(value)


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """A matrix that is not known yet; operations on it are recorded. A sample gives shapes."""

    def __init__(self, recorder: _Recorder, node: int, sample: np.ndarray) -> None:
        self.recorder, self.node, self.sample = recorder, node, sample

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape, as if the symbol were the array."""
        return tuple(self.sample.shape)

    @property
    def T(self) -> "Symbol":  # noqa: N802 - NumPy's own name
        """The transposed matrix."""
        return self._record("transpose", self)

    def _record(self, operation: str, *operands: Any) -> "Symbol":
        samples = [item.sample if isinstance(item, Symbol) else item for item in operands]
        nodes = tuple(self.recorder.node(item) for item in operands)
        with np.errstate(all="ignore"):
            sample = OPERATIONS[operation](*samples)
        return Symbol(self.recorder, self.recorder.add(operation, nodes), sample)

    def __getattr__(self, name: str) -> Any:
        """Say which attribute of an array a symbol lacks (NumPy tries some, and does without)."""
        raise AttributeError(f"a twin cannot use .{name} on a mask; see core/program.py")

    def __bool__(self) -> bool:
        """Refuse: a branch taken for one mask would be wrong for another."""
        raise TypeError("a twin cannot branch on a mask: use np.where; see core/program.py")

    def __array__(self, *args: Any, **kwargs: Any) -> np.ndarray:
        """Refuse (NumPy's protocol): an array of symbols would record one element at a time."""
        raise TypeError("a twin cannot make an array of a mask; see core/program.py")

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Record a NumPy ufunc (NumPy's protocol)."""
        name = "divide" if ufunc is np.true_divide else ufunc.__name__
        if method != "__call__" or kwargs or name not in OPERATIONS:
            how = f"np.{name}" if method == "__call__" else f"np.{name}.{method}"
            raise TypeError(f"a twin cannot use {how} like this on a mask; see core/program.py")
        return self._record(name, *inputs)

    def __array_function__(
        self, function: Any, types: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """Record np.sum, np.mean, np.where, np.dot and np.transpose (NumPy's protocol)."""
        if function is np.sum and not kwargs and len(args) == 1:
            return self._record("sum_all", args[0])
        if function is np.sum and kwargs == {"axis": 1, "keepdims": True}:
            return self._record("sum_columns", args[0])
        if function is np.mean and not kwargs and len(args) == 1:
            return self._record("sum_all", args[0]) / float(np.prod(args[0].shape))
        if function is np.where and len(args) == 3:
            return self._record("where", *args)
        if function is np.dot:
            return self._record("matmul", *args)
        if function is np.transpose and len(args) == 1:
            return self._record("transpose", args[0])
        raise TypeError(f"a twin cannot use np.{function.__name__} on a mask; see core/program.py")


def record(
    twin: Callable[..., Any],
    arguments: Mapping[str, Any],
    samples: Mapping[str, np.ndarray],
    flatten: Callable[[Any], dict[str, Any]],
) -> Program:
    """Call `twin` with plain arguments and symbols for `samples`; return the recorded program.

    flatten: turns what the twin returns into parts by name.
    """
    recorder = _Recorder()
    symbols = {
        name: Symbol(recorder, recorder.add("input", (name,)), np.asarray(sample, dtype=float))
        for name, sample in samples.items()
    }
    parts = flatten(twin(**arguments, **symbols))
    outputs = {name: recorder.node(value) for name, value in parts.items()}
    return _without_dead_nodes(Program(tuple(recorder.nodes), tuple(recorder.constants), outputs))


def _without_dead_nodes(program: Program) -> Program:
    """Drop the nodes that no output needs, so that keys hold nothing idle."""
    needed = set(program.outputs.values())
    for position in range(len(program.nodes) - 1, -1, -1):
        operation, operands = program.nodes[position]
        if position in needed and operation not in ("input", "constant"):
            needed.update(operands)
    order = {old: new for new, old in enumerate(sorted(needed))}
    constants: list[np.ndarray] = []
    nodes: list[tuple[str, tuple[Any, ...]]] = []
    for old in sorted(needed):
        operation, operands = program.nodes[old]
        if operation == "constant":
            constants.append(program.constants[operands[0]])
            operands = (len(constants) - 1,)
        elif operation != "input":
            operands = tuple(order[operand] for operand in operands)
        nodes.append((operation, operands))
    outputs = {name: order[node] for name, node in program.outputs.items()}
    return Program(tuple(nodes), tuple(constants), outputs)
