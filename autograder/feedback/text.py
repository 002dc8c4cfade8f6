"""Text that strangers wrote, made safe to show: no control characters, no endless lines."""

import re
from dataclasses import dataclass

# Colours and cursor movements of a terminal, as tracebacks of IPython carry them.
TERMINAL_SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
# Control characters, half characters that UTF-8 cannot write, and the marks that turn the reading
# direction around, with which a line can be made to read differently from what Python runs.
UNSHOWABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
LONGEST_MESSAGE = 1500
LONGEST_NAME = 80

# `code`, ``code``, or the line to paste that repeats a case.
CODE = re.compile(
    r"(`{1,2})(?P<ticked>[^`\n]+)\1|(?:^|(?<=: )|(?<=：))(?P<pasted>from \w+ import [^\n]+)$"
)


@dataclass(frozen=True)
class Span:
    """A piece of a message. code: it is a piece of Python. alone: it deserves its own line."""

    text: str
    code: bool = False
    alone: bool = False


def clean(text: str) -> str:
    """Return the text with every character that cannot be shown as itself made visible."""
    text = TERMINAL_SEQUENCE.sub("", text.replace("\r\n", "\n"))
    return UNSHOWABLE.sub(_visible, text)


def _visible(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"


def shorten(text: str, longest: int = LONGEST_MESSAGE) -> str:
    """Return at most `longest` characters, and how many were left out."""
    left = len(text) - longest
    return text if left <= 0 else f"{text[:longest]}… (+{left})"


def name_of(text: str) -> str:
    """Return a student's or an exercise's name on one line, at most `LONGEST_NAME` long."""
    return shorten(" ".join(clean(text).split()), LONGEST_NAME)


def spans(text: str) -> list[Span]:
    """Cut a cleaned, shortened message into prose and code."""
    text = shorten(clean(text))
    pieces, start = [], 0
    for found in CODE.finditer(text):
        pieces.append(Span(text[start : found.start()]))
        pasted = found["pasted"]
        pieces.append(Span(pasted or found["ticked"], code=True, alone=bool(pasted)))
        start = found.end()
    return [span for span in (*pieces, Span(text[start:])) if span.text]


def points(value: float) -> str:
    """Return points with at most two decimals and no needless zero: 20, 7.5, 6.67."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
