"""English words for exceptions, with hints for those that learners meet."""

import re

from autograder.core.outcome import Raised

HINTS: tuple[tuple[str, str, str], ...] = (
    ("SyntaxError", r"expected ':'", "Put a colon at the end of the line."),
    ("SyntaxError", r"was never closed|unmatched", "Count the brackets on this line."),
    ("SyntaxError", r"", "Python cannot read this line, or the one above it."),
    ("TabError", r"", "Indent with spaces only."),
    ("IndentationError", r"", "Check the spaces at the beginning of this line."),
    ("NameError", r"", "The name is not defined there: check its spelling, or define it first."),
    (
        "UnboundLocalError",
        r"",
        "The variable is read before this function has given it a value: assign it first.",
    ),
    (
        "KeyError",
        r"^'([wb]\d|[a-z]\w*)'",
        "Check the key's spelling: keys are written W1, b1, dW1, db1, with these capitals.",
    ),
    ("KeyError", r"", "The dict has no such key: print its keys."),
    (
        "ValueError",
        r"inhomogeneous|setting an array element with a sequence",
        "Arrays of different shapes do not fit into one array: handle W1, W2 and W3 one by one.",
    ),
    (
        "TypeError",
        r"np\.sum\(generator\)|Calling np\.sum",
        "np.sum does not take a generator: use Python's sum, or give np.sum a list.",
    ),
    (
        "TypeError",
        r"only (length-1|0-dimensional|size-1) arrays",
        "int() and float() take one number: use .astype(int) on an array.",
    ),
    (
        "ValueError",
        r"matmul|shapes .* not aligned|core dimension",
        "The matrix product needs shapes (a, b) and (b, c): print both; a .T may be missing.",
    ),
    (
        "ValueError",
        r"could not be broadcast|broadcast",
        "The two arrays have different shapes: print both shapes.",
    ),
    (
        "ValueError",
        r"unpack",
        "The number of names on the left differs from the number of values: count the cache.",
    ),
    ("AttributeError", r"NoneType", "A value is None there: something above returns nothing."),
    ("TypeError", r"NoneType", "A value is None there: something above returns nothing."),
    ("ModuleNotFoundError", r"", "Only the packages of the course's environment are installed."),
    (
        "AbsentError",
        r"",
        "Compute with NumPy: exercises that ask for it are graded without Keras and TensorFlow.",
    ),
    ("RecursionError", r"", "The function calls itself without an end."),
    (
        "MemoryError",
        r"",
        "An array is far too large: check the shapes that it is made of, and loops that collect.",
    ),
    ("ZeroDivisionError", r"", "A divisor is 0 there: keep_prob and m are never 0."),
)


def hint(error: Raised) -> str:
    """Return a sentence of help with a space before it, or an empty string."""
    for type_name, pattern, sentence in HINTS:
        if type_name == _known_name(error) and re.search(pattern, error.text):
            return " " + sentence
    return ""


def _known_name(error: Raised) -> str:
    """Return the name under which learners know an exception; NumPy has its own for some."""
    return "MemoryError" if error.type_name == "_ArrayMemoryError" else error.type_name


def exception(error: Raised) -> str:
    """Name an exception and its text, without Python's file names and TensorFlow's node names."""
    text = re.sub(r" \(\S+, line \d+\)$|\{\{.*?\}\}", "", error.text)
    text = " ".join(text.split())
    if error.type_name == "AbsentError":
        text = text.partition(":")[0]  # the rest is the hint
    name = _known_name(error)
    return f"{name}: {cut(text, 200)}" if text else name


def cut(text: str, longest: int) -> str:
    """Shorten a text between two words, and show that something is left out."""
    if len(text) <= longest:
        return text
    return text[: longest - 2].rsplit(" ", 1)[0] + " …"


def at_line(line: int | None, code: str) -> str:
    """Say where in its cell a line stands, or nothing."""
    if line is None:
        return ""
    return f" at line {line} of its cell" + (f" ({code})" if code else "")
