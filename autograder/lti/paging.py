"""Lists that an LMS gives page by page."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urljoin

from autograder.lti.errors import FetchError, ServiceError
from autograder.lti.fetching import Response
from autograder.lti.service import Authorized
from autograder.lti.urls import same_site
from autograder.lti.words import lms_words

MOST_PAGES = 1_000
LINK = re.compile(r"<([^<>]+)>([^<]*)")
NEXT = re.compile(r"""(?i);\s*rel\s*=\s*["']?\s*(?:[\w-]+\s+)*next\b""")
LONGEST = 4_000
QUOTES = str.maketrans("“”„″", '""""')


def pages(client: Authorized, url: str, accept: str) -> Iterator[Any]:
    """Yield the JSON of each page. Raises ServiceError where one is refused, or FetchError."""
    seen: set[str] = set()
    following: str | None = url
    while following and following not in seen and len(seen) < MOST_PAGES:
        seen.add(following)
        answer = client.get(following, accept)
        yield checked(answer).json()
        following = next_url(answer, following)


def next_url(answer: Response, asked: str) -> str | None:
    """Return the URL of the next page, from the header ``Link``.

    Moodle writes some of these with typographic quotes and ``&amp;``. A page on another site is
    none: the access token would go there too.
    """
    text = unescape(answer.headers.get("Link", "")[:LONGEST]).translate(QUOTES)
    for target, about in LINK.findall(text):
        if NEXT.search(about):
            url = urljoin(asked, target.strip())
            return url if same_site(url, asked) else None
    return None


def checked(answer: Response) -> Response:
    """Return an answer that is a success. Raises ServiceError with the LMS's words otherwise."""
    if 200 <= answer.status < 300:
        return answer
    words = lms_words(answer)
    raise ServiceError(
        f"The LMS refuses (status {answer.status})" + (f": {words}" if words else "."),
        "refused",
        answer.status,
    )


def mapping(found: Any) -> dict[str, Any]:
    """Return an answer that must be a JSON object. Raises FetchError."""
    if not isinstance(found, dict):
        raise FetchError("The LMS's answer is not a JSON object.", "json")
    return found


def entries(found: Any) -> list[dict[str, Any]]:
    """Return the objects of an answer that must be a list of them. Raises FetchError."""
    if not isinstance(found, list):
        raise FetchError("The LMS's answer is not a JSON list.", "json")
    return [entry for entry in found if isinstance(entry, dict)]
