"""What a person should look at in a submission: code that no exercise asks for.

A flag lowers no score: what stops an attack is the sandbox, and most of what is flagged is harmless
curiosity. It says where to look, for the instructor alone.
"""

import ast
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MODULES = {
    "_ctypes": "calls C functions",
    "_posixsubprocess": "starts processes",
    "asyncio": "runs things beside the cell",
    "autograder": "uses the grader's own code",
    "builtins": "reaches for Python's built-in functions",
    "ctypes": "calls C functions",
    "dis": "looks at compiled code",
    "faulthandler": "handles crashes",
    "gc": "searches the memory for objects",
    "importlib": "imports by a computed name",
    "inspect": "looks at other code and its variables",
    "ipykernel": "uses the kernel that runs the notebook",
    "mmap": "maps memory",
    "multiprocessing": "starts processes",
    "pickle": "makes objects out of bytes",
    "pty": "starts processes",
    "resource": "looks at its limits",
    "signal": "handles signals",
    "socket": "uses the network",
    "subprocess": "starts programs",
    "threading": "runs things beside the cell",
    "urllib": "uses the network",
    "zmq": "uses the kernel that runs the notebook",
}
FOR_STUDENTS = {"case", "check", "figures", "load", "quiet_stderr"}
STUDENTS_MODULES = {"autograder", "autograder.zh"}
ATTRIBUTES = {
    "__bases__", "__closure__", "__code__", "__globals__", "__subclasses__", "_exit", "_getframe",
    "abort", "ast_transformers", "current_frames", "displayhook", "excepthook", "execv", "f_back",
    "f_globals", "f_locals", "fork", "get_ipython", "input_transformers_cleanup",
    "input_transformers_post", "kill", "meta_path", "mkfifo", "popen", "posix_spawn", "setprofile",
    "settrace", "symlink", "system", "user_ns",
}  # fmt: skip
CALLS = {"__import__", "compile", "eval", "exec", "get_ipython", "globals", "setattr"}
METHODS = {
    "__array__", "__array_finalize__", "__array_function__", "__array_interface__",
    "__array_ufunc__", "__del__", "__eq__", "__reduce__", "__reduce_ex__",
}  # fmt: skip
PLACES = (
    "/dev/", "/etc/", "/home", "/proc", "/root", "/submission", "/sys", "/tmp", ".autograder",
    "answer_key", "gradebook", "solutions", "submitted",
)  # fmt: skip
TABLE = 12
MAX_FLAGS = 50
MOST_PARTS = 1_000  # of a list, as they are looked at


@dataclass(frozen=True)
class Flag:
    """A place to look at. cell: its position in the notebook. line: from 1, within the cell."""

    cell: int
    line: int
    reason: str

    def __str__(self) -> str:
        return f"cell {self.cell}, line {self.line}: {self.reason}"


def flags_of(cells: Sequence[tuple[int, str]]) -> list[Flag]:
    """Return the flags of a student's cells (position and text), in their order, at most 50."""
    found: dict[Flag, None] = {}
    for index, source in cells:
        for flag in _of_cell(index, source):
            found[flag] = None
            if len(found) == MAX_FLAGS:
                return list(found)
    return list(found)


def _of_cell(index: int, source: str) -> Iterator[Flag]:
    for number, line in enumerate(source.split("\n"), 1):
        if line.lstrip().startswith("!"):
            yield Flag(index, number, "starts a program")
    try:
        tree = ast.parse(_without_magics(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        for reason in _reasons(node):
            yield Flag(index, getattr(node, "lineno", 1), reason)


def _without_magics(source: str) -> str:
    """Return the cell with IPython's own lines as comments, so that it can be parsed."""
    lines = source.split("\n")
    return "\n".join("pass" if line.startswith(("%", "!", "?")) else line for line in lines)


def _reasons(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import() | ast.ImportFrom():
            yield from _imported(node)
        case ast.Attribute(attr=name) if name in ATTRIBUTES:
            yield f"uses {name}"
        case ast.Call(func=ast.Name(id=name)) if name in CALLS:
            yield f"calls {name}"
        case ast.Assign(targets=targets):
            yield from (reason for target in targets for reason in _replaced(target))
        case ast.List() | ast.Tuple() if _numbers(node) >= TABLE:
            yield f"holds a table of {_numbers(node)} numbers"
        case ast.Constant(value=str(text)) if _is_path(text):
            yield from (f"names {place}" for place in PLACES if place in text)
        case ast.FunctionDef():
            yield from _of_function(node)


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    names = {alias.name for alias in node.names}
    if isinstance(node, ast.Import):
        yield from (reason for name in names for reason in _module(name))
    elif node.module not in STUDENTS_MODULES or names - FOR_STUDENTS:
        yield from _module(node.module or "")


def _module(name: str) -> Iterator[str]:
    top = name.partition(".")[0]
    if top in MODULES:
        yield f"imports {top}, which {MODULES[top]}"


def _replaced(target: ast.expr) -> Iterator[str]:
    """Yield what is put in the place of a library's own: ``np.allclose = …``."""
    if isinstance(target, ast.Tuple):
        yield from (reason for part in target.elts for reason in _replaced(part))
    elif isinstance(target, ast.Attribute):
        text = ast.unparse(target)
        if text.partition(".")[0] in ("np", "numpy", "sys", "os", "builtins", "keras", "tf"):
            yield f"replaces {text}"


def _numbers(node: ast.AST) -> int:
    """Return how many numbers are written out in a list, its parts included."""
    return sum(
        isinstance(part, ast.Constant) and type(part.value) in (int, float)
        for part in itertools.islice(ast.walk(node), MOST_PARTS)
    )


def _is_path(text: str) -> bool:
    """Tell a path from a sentence, a docstring for example."""
    return len(text) < 200 and " " not in text


def _of_function(function: ast.FunctionDef) -> Iterator[str]:
    if function.name in METHODS:
        yield f"defines {function.name}, which decides how its objects are compared or copied"
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv"):
            yield f"looks at the environment in {function.name}"
