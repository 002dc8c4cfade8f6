"""Read a student's text without running it: which cell defines a function, and is it written?"""

import ast
import contextlib
import functools
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.core.outcome import Raised

MOST_CODE = 200  # letters of a line
LONGEST_CELL = 1000  # lines
CELLS_OF_A_NOTEBOOK = 100  # each is looked at once for every exercise
CELL_MAGIC = re.compile(r"\s*%%(\w+)")
MAGICS_THAT_DEFINE = frozenset({"capture", "debug", "prun", "time"})


@dataclass(frozen=True)
class Definition:
    """Where a function's text stands: the last cell that defines it at top level.

    cell: position in the given cells. text: the function's own source lines, or the whole cell's
    where Python cannot read it. unwritten: the body is a placeholder.
    """

    cell: int
    text: str
    unwritten: bool


def find_definition(name: str, cells: Sequence[str]) -> Definition | None:
    """Return the definition of `name` in the cells' sources, or None.

    Later definitions win, as they do when the notebook runs. A cell that Python cannot read counts
    where its text says ``def name``. A cell whose first line is a ``%%magic`` that hands it to
    something else than this Python (``%%bash``, ``%%writefile``) does not count.
    """
    found = None
    for position, source in enumerate(cells):
        if _is_elsewhere(source):
            continue
        try:
            tree = _parsed(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            if re.search(rf"^[^\S\n]*def\s+{re.escape(name)}\b", source, re.MULTILINE):
                found = Definition(position, source, False)
            continue
        for node in _statements(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
                text = ast.get_source_segment(source, node) or source
                found = Definition(position, text, _is_unwritten(node))
            elif name in _bound(node):
                found = Definition(position, ast.get_source_segment(source, node) or source, False)
    return found


def names_called(text: str) -> frozenset[str]:
    """Return the names that a function's text calls; none where Python cannot read it."""
    try:
        tree = _parsed(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    called = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return frozenset(item.id for item in called if isinstance(item, ast.Name))


def parameters_of(text: str) -> tuple[str, ...]:
    """Return the parameters of the function whose text this is, in order; none if it is none."""
    try:
        statements = _parsed(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    if len(statements) != 1 or not isinstance(statements[0], ast.FunctionDef):
        return ()
    arguments = statements[0].args
    return tuple(item.arg for item in [*arguments.posonlyargs, *arguments.args])


def located(error: Raised, cells: Sequence[str]) -> Raised:
    """Return an exception with its place where a cell has that line there, else without one.

    A process may claim any place, and could tell by it what it was asked. Nothing stops at a line
    that is empty or a comment, and no cell that somebody works in is `LONGEST_CELL` lines long.
    """
    at = (error.line or 0) - 1
    if error.code and not error.code.startswith("#") and 0 <= at < LONGEST_CELL:
        for source in cells:
            lines = source.split("\n")
            if at < len(lines) and lines[at].strip()[:MOST_CODE] == error.code:
                return error
    return replace(error, line=None, code="", function="")


@functools.lru_cache(maxsize=CELLS_OF_A_NOTEBOOK)
def _parsed(source: str) -> ast.Module:
    """Parse a cell; what Python remarks on its style, such as an unknown escape, is not ours.

    It is read as it stands first, for a line of plain Python may begin with ``%`` too.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with contextlib.suppress(SyntaxError):
            return ast.parse(source)
        return ast.parse(_without_magics(source))


def _statements(node: ast.AST) -> Iterator[ast.stmt]:
    """Yield the statements that run at top level: also those under ``if``, ``try`` and ``with``."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.expr):
            yield from _statements(child)


def _is_elsewhere(source: str) -> bool:
    magic = CELL_MAGIC.match(source)
    return magic is not None and magic.group(1) not in MAGICS_THAT_DEFINE


def _without_magics(source: str) -> str:
    """Blank IPython's ``%magic``, ``!command`` and ``name?`` lines, keeping the line numbers."""
    lines = re.sub(
        r"^([ \t]*)(?:[%!?].*|[\w.]+\?{1,2}[ \t]*)$", r"\1pass", source, flags=re.MULTILINE
    )
    return re.sub(r"^([^=\n#'\"]+=[ \t]*)[%!].*$", r"\1None", lines, flags=re.MULTILINE)


def _bound(node: ast.stmt) -> set[str]:
    """Return the names that an assignment, a class or an import gives to something."""
    if isinstance(node, ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in node.names}
    targets: list[ast.expr] = list(node.targets) if isinstance(node, ast.Assign) else []
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        targets = [node.target]
    names = [item for target in targets for item in ast.walk(target) if isinstance(item, ast.Name)]
    return {item.id for item in names if isinstance(item.ctx, ast.Store)}


def _is_unwritten(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return all(_is_placeholder(statement) for statement in node.body)


def _is_placeholder(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Pass):
        return True
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, ast.Return):
        return statement.value is None or _is_none(statement.value)
    if isinstance(statement, ast.Assign):
        return _is_none(statement.value)
    if isinstance(statement, ast.Raise):
        raised = statement.exc.func if isinstance(statement.exc, ast.Call) else statement.exc
        return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"
    return False


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None
