"""What people read in a code cell, comments and texts; whether a translation kept the rest."""

import ast
import io
import re
import tokenize
from collections import Counter

_PROSE = re.compile(r"[A-Za-z]{2,}[ ,.:]+[A-Za-z]{2,}")
_MARKS = ("### BEGIN", "### END")


def has_prose(source: str) -> bool:
    """Tell whether a code cell holds comments, or texts of several words."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return False
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    if any(not comment.startswith(_MARKS) for comment in comments):
        return True
    return any(_PROSE.search(text) for text in _texts(ast.parse(source)))


def _texts(tree: ast.AST) -> list[str]:
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [node.value for node in constants if isinstance(node.value, str)]


def same_code(original: str, translated: str) -> bool:
    """Tell whether two cells differ in nothing but comments and what was put into other words.

    A text that has a letter beyond ASCII was; the parts of an f-string may then change their order.
    """
    try:
        return _same(ast.parse(original), ast.parse(translated))
    except SyntaxError:
        return False


def _same(one: object, other: object) -> bool:
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return _same_nodes(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and one == other


def _same_nodes(one: ast.AST, other: ast.AST) -> bool:
    if _is_text(one) and _is_text(other) and _was_translated(other):
        return _inserted(one) == _inserted(other)
    if type(one) is not type(other):
        return False
    return all(_same(getattr(one, name, None), getattr(other, name, None)) for name in one._fields)


def _is_text(node: ast.AST) -> bool:
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return constant or isinstance(node, ast.JoinedStr)


def _was_translated(node: ast.AST) -> bool:
    return any(not text.isascii() for text in _texts(node))


def _inserted(node: ast.AST) -> Counter[str]:
    """Count what an f-string puts into its text."""
    return Counter(
        ast.dump(part) for part in ast.walk(node) if isinstance(part, ast.FormattedValue)
    )
