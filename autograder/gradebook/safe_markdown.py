"""Markdown of a student's, as HTML in which nothing runs.

nbgrader shows a submission's Markdown cells in the formgrader and in feedback pages, with the HTML
that stands in them; ``sanitize_html`` of nbconvert is not asked by nbgrader's templates. The
course's configuration names these filters in the place of nbconvert's, so what is shown holds
formulas, tables, code, links and images, and no other HTML.
"""

import re
from typing import Any

from bleach import clean
from bleach.css_sanitizer import CSSSanitizer
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.exporters import HTMLExporter

TAGS = frozenset({
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "ol", "p", "pre", "s",
    "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "u", "ul",
})  # fmt: skip
PROTOCOLS = frozenset({"http", "https", "mailto"})
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"alt", "height", "src", "title", "width"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
STYLED = {"td", "th"}
COLOURED = re.compile(r"highlight( hl-\w+)?|[a-z]{1,3}\d?|anchor-link")  # of code, and of headings


@pass_context
def safe_markdown(context: Context, source: str) -> str:
    """Return Markdown as HTML in which nothing runs."""
    exporter: Any = HTMLExporter
    return safe_html(exporter().markdown2html(context, source))


def safe_html(html: object) -> str:
    """Return HTML of which only what is on the lists is left; other tags are shown as text."""
    text = html.decode("utf-8", "replace") if isinstance(html, bytes) else str(html)
    css = CSSSanitizer(allowed_css_properties=["text-align"])
    cleaned = clean(
        text, tags=TAGS, attributes=_is_harmless, protocols=PROTOCOLS, css_sanitizer=css
    )
    return str(cleaned)


def _is_harmless(tag: str, name: str, value: str) -> bool:
    if name == "class":
        return COLOURED.fullmatch(value.strip()) is not None
    if name == "style":
        return tag in STYLED
    return name in ATTRIBUTES.get(tag, ())
