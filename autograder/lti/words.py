"""An LMS's own words, made fit to be shown: short, plain, and without anybody's secret."""

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from typing import Any

from autograder.lti.errors import FetchError
from autograder.lti.fetching import Response

LONGEST = 300
READ = 10_000
"""Letters that are looked at: a page could be made such that looking takes hours."""

SECRET = re.compile(r"[\w+/=~-]{16,}\.[\w+/=~-]{8,}\.[\w+/=~-]*|[\w+/=~-]{40,}")
"""A signed token, or a word too long to be one of a language."""

HIDDEN = "…"


def without(answer: Response, secret: str) -> Response:
    """Return an answer that does not repeat what was sent with the question."""
    return replace(answer, text=answer.text.replace(secret, HIDDEN))


def lms_words(answer: Response) -> str:
    """Return what an answer says, in one line, cut, and with whatever looks like a token hidden."""
    try:
        said = _said(answer.json())
    except (FetchError, RecursionError):  # a page, whose text is what was said
        said = None
    text = _without_tags(answer.text[:READ]) if said is None else said[:READ]
    text = " ".join(SECRET.sub(HIDDEN, text).split())
    text = "".join(letter for letter in text if letter.isprintable())
    if not any(letter.isalnum() for letter in text):  # Moodle's 500 for a locked grade says: []
        return ""
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + HIDDEN


def _said(found: Any) -> str | None:
    """The fields that OAuth, Moodle and Canvas put their words in."""
    if isinstance(found, Mapping):
        named = ("error", "error_description", "message", "reason", "errors")
        parts = [part for name in named if (part := _said(found.get(name)))]
        return ": ".join(parts) or None
    if isinstance(found, list):
        return "; ".join(part for entry in found if (part := _said(entry))) or None
    return found if isinstance(found, str) else None


def _without_tags(text: str) -> str:
    text = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", " ", text)
    return unescape(re.sub(r"<[^<>]*>", " ", text))
