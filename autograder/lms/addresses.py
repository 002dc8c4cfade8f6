"""Addresses of LMSs, and what can go wrong at one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from autograder.core.errors import ExplainedError

HERE = ("localhost", "127.0.0.1", "::1")


class CallError(ExplainedError):
    """A call came to nothing; the message says what to do."""


class UnreachableError(CallError):
    """The LMS gave no answer, or one that says: later."""


class RefusedError(CallError):
    """The LMS refused. code: its own name of the reason, or the HTTP status."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class TokenError(CallError):
    """The LMS does not know the token, or the token may not do what is needed."""


def checked_url(url: str, *, allow_http: bool = False) -> str:
    """Return a site's address without the slash at its end. Raises CallError.

    allow_http: whether a server on this very machine may be called without https.
    """
    text = url.strip()
    if not _is_site(text, allow_http=allow_http):
        raise CallError(
            f"{url!r} is no address of a site. Expected https and the site's name, such as "
            "https://moodle.example.org; the token would be readable on the way otherwise."
        )
    return text.rstrip("/")


def _is_site(text: str, *, allow_http: bool) -> bool:
    try:
        scheme, host, _ = origin(text)
    except ValueError:  # a port that is none, or a bracket without its other
        return False
    parts = urlsplit(text)
    if scheme == "http":
        return allow_http and host in HERE
    more = parts.username or parts.password or parts.query or parts.fragment
    return scheme == "https" and bool(host) and not more


def origin(url: str) -> tuple[str, str, int | None]:
    """Return what of an address says which server it is: scheme, host and port."""
    parts = urlsplit(url)
    default = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").casefold(), parts.port or default


def host_of(url: str) -> str:
    """Return the host of an address, for messages."""
    return urlsplit(url).netloc.rpartition("@")[2] or "the LMS"


@contextmanager
def reading(lms: str) -> Iterator[None]:
    """Raise RefusedError for an answer that is not as the LMS's documentation says."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise RefusedError(
            f"{lms} answered with something that is not expected ({type(error).__name__}: "
            f"{str(error)[:100]}). See that the address is the site's, and report it with the "
            f"version of {lms}."
        ) from error


def as_dict(found: Any) -> dict[str, Any]:
    """Return a JSON object; an empty one for anything else."""
    return found if isinstance(found, dict) else {}


def as_list(found: Any) -> list[dict[str, Any]]:
    """Return the objects of a JSON array; none for anything else."""
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
