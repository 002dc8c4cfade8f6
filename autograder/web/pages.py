"""Templates to pages, in the words of whoever is here. What is printed is cleaned and escaped."""

import hashlib
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from flask import Flask, Response, g, render_template, request
from jinja2 import StrictUndefined
from markupsafe import Markup, escape
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from autograder.feedback.rendering import render
from autograder.feedback.text import clean, name_of, points
from autograder.web import visits
from autograder.web.errors import StopError
from autograder.web.protection import by_any_platform
from autograder.web.site import site
from autograder.web.words import words_of
from autograder.web.words.interface import Words

OWN_STYLE, SCRIPT = "kit.css", "kit.js"
YEAR = 31_536_000
CODES = {400: "bad_request", 404: "not_found", 405: "wrong_method", 413: "too_large"}


def set_up(app: Flask) -> None:
    """Give the application its templates' filters, its two files, and its pages of errors."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.finalize = _cleaned
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters |= {"moment": moment, "name_of": name_of, "points": points, "say": say}
    app.add_url_rule("/look.css", view_func=look, endpoint="look")
    app.add_url_rule("/kit.js", view_func=script, endpoint="script")
    app.add_url_rule("/favicon.ico", view_func=icon, endpoint="icon")
    app.register_error_handler(StopError, stopped)
    app.register_error_handler(HTTPException, failed)


def words_for(language: str | None) -> Words:
    """Return the words for a language; for None those that the browser asks for."""
    return words_of(language or request.accept_languages.best_match(["en", "zh"]))


def words() -> Words:
    """Return the words of this request."""
    visit = visits.current()
    return words_for(visit.row.language if visit else None)


def page(template: str, **values: Any) -> str:
    """Return a page of `templates`."""
    visit = visits.current()
    here = request.path if request.method == "GET" else ""
    return render_template(template, w=words(), visit=visit, here=here, version=version(), **values)


def moment(time: datetime) -> Markup:
    """Return a time as HTML: in UTC, and the script shows it in the reader's zone."""
    utc = time.astimezone(UTC)
    return Markup('<time datetime="{}">{} UTC</time>').format(
        utc.isoformat(timespec="seconds"), utc.strftime("%Y-%m-%d %H:%M")
    )


def say(sentence: str, **values: Any) -> Markup:
    """Fill in a sentence. Whatever is filled in is cleaned and escaped."""
    cleaned = {name: _cleaned(value) for name, value in values.items()}
    return Markup(escape(sentence)).format(**cleaned)


def stopped(error: StopError) -> tuple[str, int]:
    """Answer with a page that says why, even where the database does not answer."""
    try:
        if visits.current() is None:
            by_any_platform()
    except SQLAlchemyError:
        g.visit, g.ancestors = None, site().ancestors
    g.log_code = error.code
    message = page("message.html", code=error.code, sentence=error.sentence, values=error.values)
    return message, error.status


def failed(error: HTTPException) -> AnyResponse | tuple[str, int]:
    """Answer what HTTP itself has a number for."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    values = {"megabytes": points(site().settings.upload_bytes / 1e6)}
    return stopped(StopError(CODES.get(status, "trouble"), status, **values))


def look() -> Response:
    """Return the style: the feedback pages', and what else these pages need."""
    return _kept(_style(), "text/css")


def script() -> Response:
    """Return the script."""
    return _kept(_file(SCRIPT), "text/javascript")


def icon() -> tuple[str, int]:
    """Browsers ask for one, and there is none."""
    return "", 204


@cache
def version() -> str:
    """Return what changes with the style or the script, for their addresses."""
    return hashlib.sha256((_style() + _file(SCRIPT)).encode()).hexdigest()[:12]


@cache
def _style() -> str:
    return render("style.css") + _file(OWN_STYLE)


@cache
def _file(name: str) -> str:
    return files("autograder.web").joinpath("static", name).read_text(encoding="utf-8")


def _kept(text: str, kind: str) -> Response:
    answer = Response(text, mimetype=kind)
    answer.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
    return answer


def _cleaned(value: object) -> object:
    """Clean every text before it is escaped; markup is what this package itself has made."""
    return clean(value) if isinstance(value, str) and not isinstance(value, Markup) else value
