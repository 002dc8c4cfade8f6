"""What learners' exceptions are, in no particular language: kinds, names and bounded texts."""

import re

from autograder.core.outcome import Raised

KINDS: tuple[tuple[str, str, str], ...] = (
    ("SyntaxError", r"expected ':'", "colon_missing"),
    ("SyntaxError", r"was never closed|unmatched", "bracket_open"),
    ("SyntaxError", r"", "unreadable"),
    ("TabError", r"", "tabs"),
    ("IndentationError", r"", "indentation"),
    ("NameError", r"", "undefined_name"),
    ("UnboundLocalError", r"", "read_too_early"),
    ("KeyError", r"^'([wb]\d|[a-z]\w*)'", "spelling_of_key"),
    ("KeyError", r"", "no_such_key"),
    ("ValueError", r"inhomogeneous|setting an array element with a sequence", "ragged"),
    ("TypeError", r"np\.sum\(generator\)|Calling np\.sum", "generator_in_sum"),
    ("TypeError", r"only (length-1|0-dimensional|size-1) arrays", "one_number_only"),
    ("ValueError", r"matmul|shapes .* not aligned|core dimension", "matrix_shapes"),
    ("ValueError", r"could not be broadcast|broadcast", "shapes_differ"),
    ("ValueError", r"unpack", "unpacked"),
    ("AttributeError", r"NoneType", "none_attribute"),
    ("TypeError", r"NoneType", "none_operand"),
    ("ModuleNotFoundError", r"", "not_installed"),
    ("AbsentError", r"", "keras_absent"),
    ("RecursionError", r"", "endless_recursion"),
    ("MemoryError", r"", "too_large"),
    ("ZeroDivisionError", r"", "zero_divisor"),
    ("OSError", r"File too large|No space left|quota exceeded", "file_limit"),
)
"""Type name, pattern of the text, kind: the first that fits tells which hint helps."""


def kind_of(error: Raised) -> str | None:
    """Return the kind of an exception that a hint exists for, or None."""
    for type_name, pattern, kind in KINDS:
        if type_name == _known_name(error) and re.search(pattern, error.text):
            return kind
    return None


def _known_name(error: Raised) -> str:
    """Return the name under which learners know an exception; NumPy has its own for some."""
    return "MemoryError" if error.type_name == "_ArrayMemoryError" else error.type_name


def exception(error: Raised) -> str:
    """Name an exception and its text, without Python's file names and TensorFlow's node names."""
    text = re.sub(r" \(\S+, line \d+\)$|\{\{.*?\}\}", "", error.text)
    text = " ".join(text.split()).removesuffix(".")
    if error.type_name == "AbsentError":
        text = text.partition(":")[0]  # the rest is the hint
    name = _known_name(error)
    return f"{name}: {cut(text, 200)}" if text else name


def cut(text: str, longest: int) -> str:
    """Shorten a text between two words, and show that something is left out."""
    if len(text) <= longest:
        return text
    return text[: longest - 2].rsplit(" ", 1)[0] + " …"
