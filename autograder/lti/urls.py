"""URLs and other texts of LMSs; a URL may have a query of its own."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")
"""Of a host as headers can name it, in lower case: names of other letters have an ASCII form."""


def below(url: str, name: str) -> str:
    """Return the URL of `name` below `url`: the path goes on, and the query stays behind it.

    >>> below("https://lms.example.org/7/lineitem?type_id=1", "scores")
    'https://lms.example.org/7/lineitem/scores?type_id=1'
    """
    parts = urlsplit(url)
    return parts._replace(path=f"{parts.path.rstrip('/')}/{name}", fragment="").geturl()


def with_query(url: str, query: Mapping[str, str]) -> str:
    """Return the URL with more fields behind those of its own query."""
    parts = urlsplit(url)
    joined = "&".join(filter(None, [parts.query, urlencode(query)]))
    return parts._replace(query=joined, fragment="").geturl()


def is_storable(text: str) -> bool:
    """Whether a text has neither NUL nor half a character, which databases refuse."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def same_site(one: str, other: str) -> bool:
    """Whether two URLs have scheme, host and port in common."""
    return origin(one) is not None and origin(one) == origin(other)


def origin(url: str) -> str | None:
    """Return scheme, host and port, as in ``https://host:8443``; None where it is no web URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not host or parts.username is not None:
        return None
    if not HOST.fullmatch(host):
        return None
    host = f"[{host}]" if ":" in host else host
    standard = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in {None, standard} else "")
