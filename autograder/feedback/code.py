"""A student's code as escaped HTML, with line numbers, and with colours where Pygments is there."""

from html import escape

from markupsafe import Markup

from autograder.feedback.text import clean, shorten

try:
    from pygments import highlight  # type: ignore[import-untyped]  # it ships no types
    from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
    from pygments.lexers import PythonLexer  # type: ignore[import-untyped]
except ImportError:  # pragma: no cover - nbconvert brings Pygments; without it, code is plain
    highlight = None
else:
    LEXER = PythonLexer(stripnl=False, ensurenl=False)
    FORMATTER = HtmlFormatter(nowrap=True)  # which computes a style sheet when it is made

MOST_LINES = 300
LONGEST_CODE = 40_000


def code_lines(source: str) -> tuple[Markup, int]:
    """Return the code, one ``<span class="line">`` a line, and how many lines were left out.

    The line numbers are drawn by the style sheet, so that copying the code does not copy them.
    """
    lines = clean(source).expandtabs(4).strip("\n").split("\n")
    kept = shorten("\n".join(lines[:MOST_LINES]), LONGEST_CODE)
    # What follows is escaped: by Pygments, or by `escape`.
    marked = [f'<span class="line">{line}</span>' for line in _coloured(kept).split("\n")]
    return Markup("\n".join(marked)), max(0, len(lines) - MOST_LINES)


def _coloured(source: str) -> str:
    """Return escaped HTML with as many lines as the source."""
    if highlight is None:
        return escape(source)
    coloured: str = highlight(source, LEXER, FORMATTER)
    return coloured.removesuffix("\n") if not source.endswith("\n") else coloured
