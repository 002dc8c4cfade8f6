"""Ask an LMS for something: https, public addresses, no redirects, bounded time and size."""

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn, Protocol
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict

from autograder.lti.addresses import Resolver, checked_address, resolve
from autograder.lti.errors import FetchError
from autograder.lti.urls import is_storable

LARGEST = 1_000_000
CHUNK = 16_384
IN_ALL = 4
"""A whole answer may take this many times the time-out of a single read."""


@dataclass(frozen=True)
class Response:
    """What came back, whatever the status. headers: names in any case. text: at most 1 MB."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)

    def json(self) -> Any:
        """Read the text as JSON, whatever content type it claims. Raises FetchError."""
        try:
            return json.loads(self.text, parse_constant=_not_finite)
        except (ValueError, RecursionError):
            raise FetchError(
                f"The answer (status {self.status}) is not JSON. "
                "Check that the URL is the one that the LMS's documentation names.",
                "json",
            ) from None


class Fetches(Protocol):
    """What the protocol needs of the network; tests give answers of their own."""

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        """Ask for a URL. Raises FetchError."""

    def post(
        self, url: str, body: str | Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send a text, or the fields of a form. Raises FetchError."""


@dataclass(frozen=True)
class Fetcher:
    """The network. timeout: seconds for connecting and for each read.

    allow_private: loopback and private networks too, of `private_hosts` alone where these are
    given. allow_http: for tests on one machine.
    ca_file: certificates of an authority of your own. No proxy and no .netrc is used.
    """

    allow_private: bool = False
    allow_http: bool = False
    timeout: float = 5.0
    ca_file: Path | None = None
    resolver: Resolver = resolve
    private_hosts: frozenset[str] | None = None

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        """Ask for a URL. Raises FetchError."""
        return self._send("GET", url, None, headers)

    def post(
        self, url: str, body: str | Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send a text, or the fields of a form. Raises FetchError."""
        return self._send("POST", url, body, headers)

    def _send(
        self,
        method: str,
        url: str,
        body: str | Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> Response:
        host, port = checked_url(url, self.allow_http)
        private = self.allow_private and (self.private_hosts is None or host in self.private_hosts)
        address = checked_address(host, port, self.resolver, private)
        data = body.encode() if isinstance(body, str) else body
        sent = {"Host": urlsplit(url).netloc, "Accept-Encoding": "identity"} | dict(headers or {})
        until = time.monotonic() + IN_ALL * self.timeout
        with requests.Session() as session:
            session.trust_env = False
            session.mount(url.split("://")[0] + "://", _Pinned(address, host))
            try:
                with session.request(
                    method, url, data=data, headers=sent, timeout=self.timeout, stream=True,
                    allow_redirects=False, verify=str(self.ca_file) if self.ca_file else True,
                ) as answer:  # fmt: skip
                    return _read(answer, host, until)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                # The library's own words repeat the URL, and a URL may hold a token.
                raise _explained(error, host, self.timeout) from None


class _Pinned(HTTPAdapter):
    """Connects to an address that was checked; certificates are still those of the host."""

    def __init__(self, address: str, host: str) -> None:
        self._address = address
        self._host = host
        super().__init__(max_retries=0)

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        """Give the address in place of the host."""
        place, given = super().build_connection_pool_key_attributes(request, verify, cert)
        options: dict[str, Any] = {**given}
        place["host"] = self._address
        if place["scheme"] == "https":
            options["server_hostname"] = self._host
            options["assert_hostname"] = self._host
        return place, options


def checked_url(url: str, allow_http: bool = False) -> tuple[str, int]:
    """Return host and port of a URL that may be fetched. Raises FetchError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchError("A URL cannot be read. Check it for stray characters.", "url") from None
    host = parts.hostname
    if not host or not host.isascii() or parts.username is not None:
        raise FetchError("A URL must have a host in ASCII, and no user name.", "url")
    if any(letter <= " " or letter == "\\" for letter in url) or not is_storable(url):
        raise FetchError(f"The URL at {host} holds spaces or control characters.", "url")
    if parts.scheme not in ({"https", "http"} if allow_http else {"https"}):
        raise FetchError(f"The URL at {host} must begin with https://.", "url")
    return host, port or (443 if parts.scheme == "https" else 80)


def _read(answer: requests.Response, host: str, until: float) -> Response:
    if 300 <= answer.status_code < 400:
        raise FetchError(
            f"{host} answers with a redirect (status {answer.status_code}), which is not "
            "followed. Give the URL that it leads to.",
            "redirect",
        )
    content = b"".join(_bounded(answer, host, until))
    headers = CaseInsensitiveDict(answer.headers)
    return Response(answer.status_code, headers, content.decode("utf-8", errors="replace"))


def _bounded(answer: requests.Response, host: str, until: float) -> Iterator[bytes]:
    total = 0
    # `iter_content` would wait for a whole chunk, however slowly it drips.
    while chunk := answer.raw.read1(CHUNK, decode_content=True):
        total += len(chunk)
        if total > LARGEST:
            raise FetchError(f"{host} answers with more than {LARGEST:,} bytes.", "size")
        if time.monotonic() > until:
            raise FetchError(f"The answer of {host} takes too long.", "timeout")
        yield chunk


def _explained(error: BaseException, host: str, timeout: float) -> FetchError:
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return FetchError(f"{host} did not answer within {timeout:g} seconds.", "timeout")
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError(
            f"The TLS certificate of {host} is not accepted{_why(error)}. Check the "
            "certificate and its chain; name an authority of your own with ca_file.",
            "tls",
        )
    return FetchError(
        f"The connection to {host} failed. Is it up, and is the port open?", "connection"
    )


def _why(error: BaseException | None) -> str:
    """OpenSSL's reason, which names no URL."""
    for found in _causes(error):
        if isinstance(found, ssl.SSLCertVerificationError):
            return f" ({found.verify_message})"
    return ""


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        inner = getattr(error, "reason", None) or next(iter(error.args), None)
        error = inner if isinstance(inner, BaseException) else None


def _not_finite(digits: str) -> NoReturn:
    raise ValueError(f"{digits} is not a number")
