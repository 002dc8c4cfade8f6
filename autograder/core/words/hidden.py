"""What may be said of names and texts that a function gives in a hidden case.

A function sees its hidden arguments, and can write them into an exception's text, into a type's
name or into a dict's keys. So nothing of these is repeated but what is on a list, and the words of
the student's own line, which was written before there were arguments.
"""

import builtins
import io
import re
import tokenize
from dataclasses import replace

from autograder.core.outcome import Raised

OWN_TYPE = "an exception that is none of Python's"
OTHER_VALUE = "value of another type"
LARGE_ARRAY = "array of too many elements"
OTHER_REASON = "is not made of numbers and NumPy arrays"
MOST_DIMENSIONS, MOST_LENGTH = 3, 1000
MOST_WORDS = 3  # of a type's name, such as "numpy masked array"

EXCEPTIONS = {
    "AbsentError", "AxisError", "InvalidArgumentError", "LinAlgError", "UFuncTypeError",
    "_ArrayMemoryError", "_UFuncNoLoopError",
} | {
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type) and issubclass(value, BaseException)
}  # fmt: skip

TYPES = {
    "Axes", "Dense", "Dropout", "Figure", "Functional", "Generator", "NoneType", "Sequential",
    "array", "bool", "builtin_function_or_method", "bytes", "complex", "dict", "dict_items",
    "dict_keys", "dict_values", "float", "float32", "float64", "frozenset", "function",
    "generator", "int", "int64", "integer", "keras", "list", "map", "masked", "matrix", "method",
    "module", "ndarray", "number", "numpy", "object", "range", "result", "scipy", "set", "slice",
    "str", "structure", "tensor", "tensorflow", "text", "tuple", "type", "zip",
}  # fmt: skip

REASONS = {
    OTHER_REASON, "does not hold real numbers", "has more than 64 bits",
    "hides some of its elements",
    "is far larger than the arguments", "is not a Keras model", "is not a NumPy array",
    "is not a NumPy array (.toarray() gives one)", "is not a real number",
    "is not one array of predictions", "is nested too deeply or has too many entries",
}  # fmt: skip

OPTIMIZERS = {
    "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion", "Muon",
    "Nadam", "RMSprop", "SGD",
}  # fmt: skip

OPERATORS = "|".join(
    map(re.escape, ["**", "** or pow()", "//", "<<", ">>", "<=", ">=", *"+-*/%@&|^<>"])
)

# Texts of Python and NumPy, up to where numbers begin. What stands in brackets has to be a type on
# the list, or a word of the line that is shown.
TEXTS = (
    r"(?:float |integer )?(?:division|modulo)(?: or modulo)? by zero",
    r"'(\w+)'$",
    r"name '(\w+)' is not defined",
    r"cannot access local variable '(\w+)' where it is not associated with a value",
    r"'([\w.]+)' object has no attribute '(\w+)'",
    r"module '([\w.]+)' has no attribute '(\w+)'",
    r"'([\w.]+)' object is not (?:callable|iterable|subscriptable)",
    r"'([\w.]+)' object does not support item assignment",
    r"'([\w.]+)' object cannot be interpreted as an integer",
    r"cannot unpack non-iterable (\w+) object",
    r"object of type '([\w.]+)' has no len\(\)",
    r"bad operand type for unary (?:-|\+|~): '([\w.]+)'",
    rf"unsupported operand type\(s\) for (?:{OPERATORS}): '([\w.]+)' and '([\w.]+)'",
    r"\[Errno (?:27\] File too large|28\] No space left on device|122\] Disk quota exceeded)",
    r"can only concatenate (\w+) \(not \"(\w+)\"\) to (\w+)",
    r"(?:list|tuple|string) index out of range",
    r"(?:list|tuple|string) indices must be integers or slices, not (\w+)",
    r"(?:too many|not enough) values to unpack",
    r"maximum recursion depth exceeded",
    r"math domain error",
    r"operands could not be broadcast together",
    r"could not broadcast input array",
    r"matmul: Input operand [01] (?:has a mismatch in its core dimension|does not have enough)",
    r"shapes? (?=\(.*not aligned)",
    r"cannot reshape array",
    r"all the input array dimensions",
    r"setting an array element with a sequence",
    r"The truth value of an array with more than one element is ambiguous",
    r"only (?:0-dimensional|length-1|size-1) arrays can be converted to Python scalars",
    r"only integers, slices",
    r"Unable to allocate",
    r"Singular matrix",
)


def told(error: Raised) -> Raised:
    """Return what may be said of an exception."""
    if error.type_name not in EXCEPTIONS:
        return replace(error, type_name=OWN_TYPE, text="")
    return replace(error, text=_text(error))


def _text(error: Raised) -> str:
    if error.type_name == "AbsentError":
        found = re.match(r"keras|tensorflow|torch|jax", error.text)
        return f"{found.group()} was used where it does not exist" if found else ""
    for pattern in TEXTS:
        found = re.match(pattern, error.text)
        if found is not None:
            known = all(_is_known(group, error.code) for group in found.groups())
            return found.group() if known else ""
    return ""


def _is_known(named: str, code: str) -> bool:
    """Tell whether a type or a name may be repeated: a known type, or one word of the line."""
    *module, name = named.split(".")
    if module:
        return len(module) == 1 and {*module, name} <= TYPES
    return name in TYPES or name in _words(code)


def _words(code: str) -> set[str]:
    """Return the words of a line of code, those of its comment not among them."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):  # a line alone may be a part of a statement
        tokens = []
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return set(re.findall(r"\w+", code.partition(comments[0])[0] if comments else code))


def type_told(type_name: str) -> str:
    """Return what may be said of a type's name."""
    words = type_name.split()
    if words[:2] == ["array", "of"]:  # and how many elements it has
        return LARGE_ARRAY
    return type_name if len(words) <= MOST_WORDS and set(words) <= TYPES else OTHER_VALUE


def text_told(text: str) -> str:
    """Return what may be said of a text that a model gives of itself: its optimizer's name."""
    return text if text in OPTIMIZERS else "another one"


def reason_told(reason: str) -> str:
    """Return what may be said of why a value is foreign."""
    return reason if reason in REASONS else OTHER_REASON


def shape_told(shape: tuple[int, ...]) -> str:
    """Return what may be said of a shape: one that carries much would be a message."""
    small = len(shape) <= MOST_DIMENSIONS and all(length < MOST_LENGTH for length in shape)
    return f"shape {shape}" if small else "another shape"
