"""English words for exceptions: hints for those that learners meet, and where a line stands."""

from autograder.core.outcome import Raised
from autograder.core.words.exceptions import kind_of

HINTS: dict[str, str] = {
    "colon_missing": "Put a colon at the end of the line.",
    "bracket_open": "Count the brackets on this line.",
    "unreadable": "Python cannot read this line, or the one above it.",
    "tabs": "Indent with spaces only.",
    "indentation": "Check the spaces at the beginning of this line.",
    "undefined_name": "The name is not defined there: check its spelling, or define it first.",
    "read_too_early": (
        "The variable is read before this function has given it a value: assign it first."
    ),
    "spelling_of_key": (
        "Check the key's spelling: keys are written W1, b1, dW1, db1, with these capitals."
    ),
    "no_such_key": "The dict has no such key: print its keys.",
    "ragged": (
        "Arrays of different shapes do not fit into one array: handle W1, W2 and W3 one by one."
    ),
    "generator_in_sum": (
        "np.sum does not take a generator: use Python's sum, or give np.sum a list."
    ),
    "one_number_only": "int() and float() take one number: use .astype(int) on an array.",
    "matrix_shapes": (
        "The matrix product needs shapes (a, b) and (b, c): print both; a .T may be missing."
    ),
    "shapes_differ": "The two arrays have different shapes: print both shapes.",
    "unpacked": (
        "The number of names on the left differs from the number of values: count the cache."
    ),
    "none_attribute": "A value is None there: something above returns nothing.",
    "none_operand": "A value is None there: something above returns nothing.",
    "not_installed": "Only the packages of the course's environment are installed.",
    "keras_absent": (
        "Compute with NumPy: exercises that ask for it are graded without Keras and TensorFlow."
    ),
    "endless_recursion": "The function calls itself without an end.",
    "too_large": (
        "An array is far too large: check the shapes that it is made of, and loops that collect."
    ),
    "zero_divisor": "A divisor is 0 there: keep_prob and m are never 0.",
    "file_limit": (
        "Grading bounds the size of files: look for a loop that writes without end, or for data "
        "that an exercise does not ask to keep."
    ),
}


def hint(error: Raised) -> str:
    """Return a sentence of help with a space before it, or an empty string."""
    kind = kind_of(error)
    return f" {HINTS[kind]}" if kind else ""


def at_line(line: int | None, code: str) -> str:
    """Say where in its cell a line stands, or nothing."""
    if line is None:
        return ""
    return f" at line {line} of its cell" + (f" ({code})" if code else "")
