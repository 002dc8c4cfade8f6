"""Templates to pages: whatever a template prints is cleaned and escaped."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from autograder.feedback.looks import LOOKS, look_of
from autograder.feedback.text import clean, name_of, points, shorten, spans


def render(template: str, **values: Any) -> str:
    """Return the page that a template of this package gives with these values."""
    return "".join(pieces(template, **values))


def pieces(template: str, **values: Any) -> Iterator[str]:
    """Yield the page piece by piece: a large one need not be in memory as a whole."""
    yield from (
        _environment().get_template(template).generate(looks=LOOKS, look_of=look_of, **values)
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autograder.feedback"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "identifier": identifier,
        "name_of": name_of,
        "points": points,
        "shorten": shorten,
        "spans": spans,
    }
    return environment


def identifier(name: str) -> Markup:
    """Return a Python name that may break after its underscores, and is copied without breaks."""
    return escape(name_of(name)).replace("_", Markup("_<wbr>"))


def _cleaned(value: object) -> object:
    """Clean every text before it is escaped; markup is what this package itself has made."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
