"""Calls to an LMS over HTTPS: time limits, bounded answers, patience, and a token that stays home.

A call that an LMS did not carry out for sure (it was throttled) is made again; one that it may have
carried out is made again only where twice does no harm.
"""

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
from requests.auth import AuthBase

from autograder.lms.addresses import (
    HERE,
    CallError,
    RefusedError,
    UnreachableError,
    host_of,
    origin,
)

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 120.0
TRIES = 6
LONGEST_BACK_OFF = 60.0  # seconds
LONGEST_PATIENCE = 900.0  # seconds: a Retry-After above it ends the run
FEW_CALLS_LEFT = 60.0  # of Canvas's quota, 700 when nothing was asked
MAX_ANSWER_BYTES = 200_000_000
MAX_REDIRECTS = 5
LONGEST_WORDS = 300

Pairs = list[tuple[str, str]]
Data = Mapping[str, str] | Pairs
Files = Mapping[str, tuple[str, bytes, str]]


@dataclass(frozen=True)
class Answer:
    """What came back. headers: names in any case."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    def words(self) -> str:
        """Return the beginning of the answer as text on one line, for messages."""
        return " ".join(self.content[:2000].decode("utf-8", "replace").split())[:LONGEST_WORDS]


class Bearer(AuthBase):
    """Sends a token in the header, and keeps a user's .netrc from replacing it."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the header to a request."""
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


@dataclass
class Site:
    """An LMS's address, and how it is called.

    url: without a slash at the end. token: sent as a bearer in the header, and to this address
    alone; None where the LMS wants it elsewhere. sleep, chance: for tests; chance returns a number
    between two others.
    """

    url: str
    token: str | None = None
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[float, float], float] = random.uniform
    session: requests.Session = field(default_factory=requests.Session)

    def call(
        self,
        method: str,
        path: str,
        *,
        data: Data | None = None,
        files: Files | None = None,
        harmless: bool = True,
        limit: int = MAX_ANSWER_BYTES,
    ) -> Answer:
        """Make one call and return its answer, whatever its status is below 500.

        path: below the address, or a whole URL. harmless: whether the call may be made twice.
        limit: bytes of an answer. Raises UnreachableError, or RefusedError where the answer is
        too long.
        """
        url = path if "://" in path else self.url + path
        found = self._tried(method, url, data, files, limit)
        for turn in range(TRIES - 1):
            if not _may_be_made_again(found, harmless=harmless):
                break
            self.sleep(self._pause(turn, found, url))
            found = self._tried(method, url, data, files, limit)
        if not isinstance(found, Answer) or found.status >= 500 or _is_throttled(found):
            raise UnreachableError(
                f"{host_of(url)} cannot be used now: {_problem(found)}. What was done is kept; run "
                "the same command again later."
            )
        self._keep_within_quota(found)
        return found

    def download(self, url: str, limit: int, data: Data | None = None) -> bytes:
        """Return a file. Redirects are followed, the token goes to the site's own address alone.

        limit: bytes. data: sent to the site itself, by POST. Raises CallError.
        """
        for _ in range(MAX_REDIRECTS + 1):
            self.check_way(url)
            here = origin(url) == origin(self.url)
            method = "POST" if data is not None and here else "GET"
            answer = self.call(method, url, data=data if here else None, limit=limit)
            if answer.status not in (301, 302, 303, 307, 308):
                break
            url = urljoin(url, answer.headers.get("Location", ""))
        if answer.status != 200:
            raise RefusedError(
                f"{host_of(url)} did not give the file (status {answer.status})",
                str(answer.status),
            )
        return answer.content

    def check_way(self, url: str) -> None:
        """Refuse a file's address that is neither the site's own nor behind https."""
        parts = urlsplit(url)
        both_here = self.url.startswith("http:") and parts.hostname in HERE
        if parts.scheme != "https" and origin(url) != origin(self.url) and not both_here:
            raise RefusedError(f"the file lies at {host_of(url)}, not behind https")

    def require_here(self, url: str) -> None:
        """Refuse an address that is not this site's. Raises RefusedError."""
        if origin(url) != origin(self.url):
            raise RefusedError(f"the next page lies at {host_of(url)}, expected {self.url}")

    def _tried(
        self, method: str, url: str, data: Data | None, files: Files | None, limit: int
    ) -> Answer | requests.RequestException:
        """Make a call once; return its answer, or why none came that another try may bring."""
        try:
            return self._once(method, url, data, files, limit)
        except requests.exceptions.SSLError as error:
            raise UnreachableError(
                f"{host_of(url)} could not prove who it is: its certificate is not "
                "accepted. Ask its administrator; where the site has a certificate authority "
                "of its own, name that one's file in REQUESTS_CA_BUNDLE."
            ) from error
        except requests.exceptions.InvalidURL as error:
            raise RefusedError(f"the LMS named an address that is none: {host_of(url)}") from error
        except requests.RequestException as error:
            return error

    def _once(
        self, method: str, url: str, data: Data | None, files: Files | None, limit: int
    ) -> Answer:
        token = self.token if origin(url) == origin(self.url) else None
        with self.session.request(
            method,
            url,
            data=data,
            files=files,
            auth=Bearer(token),
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as response:
            pieces, size = [], 0
            for piece in response.iter_content(1 << 16):
                pieces.append(piece)
                size += len(piece)
                if size > limit:
                    raise RefusedError(f"the answer has more than {limit / 1e6:.0f} MB", "size")
            return Answer(response.status_code, response.headers, b"".join(pieces))

    def _pause(self, turn: int, found: Answer | requests.RequestException, url: str) -> float:
        """Return how long to wait: what the LMS asks for, else any time up to a growing limit."""
        back_off = self.chance(0.0, min(2.0 * 2**turn, LONGEST_BACK_OFF))
        told = found.headers.get("Retry-After") if isinstance(found, Answer) else None
        asked = _seconds(told or "")
        if asked > LONGEST_PATIENCE:
            raise UnreachableError(
                f"{host_of(url)} asks to wait for {asked:.0f} seconds. What was done is kept; run "
                "the same command again after that."
            )
        return asked + back_off

    def _keep_within_quota(self, answer: Answer) -> None:
        """Rest a moment where few calls are left: the quota fills up by itself."""
        try:
            left = float(answer.headers.get("X-Rate-Limit-Remaining") or "inf")
        except ValueError:
            return
        if left < FEW_CALLS_LEFT:
            self.sleep(self.chance(1.0, 5.0))


def require_no_redirect(answer: Answer, site: Site) -> None:
    """Raise CallError where the answer leads elsewhere: the site has another address."""
    if 300 <= answer.status < 400:
        there = urlsplit(urljoin(site.url, answer.headers.get("Location", "")))
        raise CallError(
            f"{site.url} leads to {there.scheme}://{there.netloc}. Give the address at which the "
            "site really lies, as the browser shows it."
        )


def _seconds(retry_after: str) -> float:
    """Read a Retry-After: seconds, or a date; 0 for anything else."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
        return max((moment - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):  # TypeError: a date without a zone
        return 0.0


def _may_be_made_again(found: Answer | requests.RequestException, *, harmless: bool) -> bool:
    """Tell whether to make a call again: it was not carried out, or twice does no harm."""
    if isinstance(found, requests.RequestException):
        return harmless or isinstance(found, requests.ConnectTimeout)
    return _is_throttled(found) or (found.status >= 500 and harmless)


def _is_throttled(answer: Answer) -> bool:
    """Tell whether the LMS refused only because it was asked too often; nothing was done then."""
    if answer.status == 429:
        return True
    return answer.status == 403 and b"rate limit exceeded" in answer.content[:2000].lower()


def _problem(found: Answer | requests.RequestException) -> str:
    """Say what went wrong; an error's own text may hold the URL, and with it a token."""
    if isinstance(found, Answer):
        return f"it answered {found.status}"
    if isinstance(found, requests.Timeout):
        return "it did not answer in time"
    if isinstance(found, requests.ConnectionError):
        return "no connection could be made, or it broke off"
    return f"the call failed ({type(found).__name__})"
