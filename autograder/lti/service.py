"""The LMS's services: an access token for each client and scope, and requests that carry it."""

import email.utils
import math
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import jwt

from autograder.core.clock import utc_now
from autograder.lti.errors import ServiceError
from autograder.lti.fetching import Fetches, Response
from autograder.lti.keys import ToolKey
from autograder.lti.platforms import Platform
from autograder.lti.words import lms_words, without

AGS_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
LINE_ITEM_SCOPE = AGS_SCOPE + "lineitem"
READ_LINE_ITEM_SCOPE = AGS_SCOPE + "lineitem.readonly"
RESULT_SCOPE = AGS_SCOPE + "result.readonly"
SCORE_SCOPE = AGS_SCOPE + "score"
NRPS_SCOPE = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"

MARGIN = timedelta(seconds=60)
"""A token that ends sooner than this is not used any more."""

SLOW_CLOCK = timedelta(seconds=10)
"""Moodle refuses an assertion from the future, so ours is dated back."""

ASSERTION_LASTS = timedelta(minutes=4)
USUALLY_LASTS = 3600
LONGEST_WAIT = 3600.0

Client = tuple[str, str]
"""Issuer and client id."""


@dataclass(frozen=True)
class StoredToken:
    """An access token, and when it ends."""

    token: str = field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """Where tokens are kept. Two schools may share an issuer, so the client id is part of the key.

    scopes: sorted, separated by spaces.
    """

    def load(self, client: Client, scopes: str) -> StoredToken | None:
        """Return the token that was saved last, if any."""

    def save(self, client: Client, scopes: str, token: StoredToken) -> None:
        """Keep a token in the place of an earlier one."""

    def drop(self, client: Client, scopes: str) -> None:
        """Forget the token, where there is one."""


class MemoryTokens(dict[tuple[Client, str], StoredToken]):
    """A store that lasts as long as the process."""

    def load(self, client: Client, scopes: str) -> StoredToken | None:
        """Return the token that was saved last, if any."""
        return self.get((client, scopes))

    def save(self, client: Client, scopes: str, token: StoredToken) -> None:
        """Keep a token in the place of an earlier one."""
        self[client, scopes] = token

    def drop(self, client: Client, scopes: str) -> None:
        """Forget the token, where there is one."""
        self.pop((client, scopes), None)


@dataclass(frozen=True)
class AccessTokens:
    """Asks one platform for access tokens, with assertions that the tool's key signs."""

    platform: Platform
    key: ToolKey
    fetcher: Fetches
    store: TokenStore
    clock: Callable[[], datetime] = utc_now

    def get(self, scopes: Iterable[str]) -> str:
        """Return a token for these scopes that lasts for another minute at least.

        Raises ServiceError where the LMS gives none, or FetchError.
        """
        wanted = _joined(scopes)
        kept = self.store.load(self.platform.client, wanted)
        if kept is not None and kept.expires_at - self.clock() > MARGIN:
            return kept.token
        fresh = self._ask(wanted)
        self.store.save(self.platform.client, wanted, fresh)
        return fresh.token

    def drop(self, scopes: Iterable[str]) -> None:
        """Forget the token for these scopes: the LMS does not take it any more."""
        self.store.drop(self.platform.client, _joined(scopes))

    def _ask(self, scopes: str) -> StoredToken:
        now, assertion = self.clock(), self._assertion()
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": assertion,
            "scope": scopes,
        }
        answer = self.fetcher.post(self.platform.token_url, form, {"Accept": "application/json"})
        if not 200 <= answer.status < 300:
            raise _no_token(without(answer, assertion))
        found = answer.json()  # whatever content type it claims: Moodle says text/html
        token = found.get("access_token") if isinstance(found, dict) else None
        if not isinstance(token, str) or not token:
            raise ServiceError("The LMS's answer holds no access token.", "token", answer.status)
        return StoredToken(token, now + timedelta(seconds=_seconds(found.get("expires_in"))))

    def _assertion(self) -> str:
        begun = self.clock() - SLOW_CLOCK
        claims = {
            "iss": self.platform.client_id,
            "sub": self.platform.client_id,
            "aud": self.platform.audience or self.platform.token_url,
            "iat": int(begun.timestamp()),
            "exp": int((begun + ASSERTION_LASTS).timestamp()),
            "jti": secrets.token_urlsafe(),
        }
        return jwt.encode(
            claims, self.key.private_pem, algorithm="RS256", headers={"kid": self.key.kid}
        )


@dataclass(frozen=True)
class Authorized:
    """Requests to a service of the LMS. scopes: the needed ones, of those that it offers."""

    tokens: AccessTokens
    fetcher: Fetches
    scopes: tuple[str, ...]

    def get(self, url: str, media_type: str) -> Response:
        """Ask for something of this type, and return whatever the LMS answers.

        Raises ServiceError where there is no token, FetchError.
        """
        return self._sent(lambda bearer: self.fetcher.get(url, bearer | {"Accept": media_type}))

    def post(self, url: str, body: str, media_type: str) -> Response:
        """Send something of this type, and return whatever the LMS answers.

        Raises ServiceError where there is no token, FetchError.
        """
        types = {"Accept": media_type, "Content-Type": media_type}
        return self._sent(lambda bearer: self.fetcher.post(url, body, bearer | types))

    def _sent(self, send: Callable[[dict[str, str]], Response]) -> Response:
        """Send a request, once more with a new token where the LMS does not take the kept one."""
        answer = self._once(send)
        if answer.status == 401:
            self.tokens.drop(self.scopes)
            answer = self._once(send)
        return answer

    def _once(self, send: Callable[[dict[str, str]], Response]) -> Response:
        token = self.tokens.get(self.scopes)
        return without(send({"Authorization": f"Bearer {token}"}), token)


def retry_after(answer: Response, now: datetime) -> float | None:
    """Return the seconds that an answer asks to wait, at most an hour; None where it does not."""
    text = answer.headers.get("Retry-After", "").strip()
    if text.isdecimal():
        return min(float(text[:6]), LONGEST_WAIT)
    try:
        then = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    then = then if then.tzinfo else then.replace(tzinfo=UTC)
    return min(max((then - now).total_seconds(), 0.0), LONGEST_WAIT)


def _joined(scopes: Iterable[str]) -> str:
    return " ".join(sorted(set(scopes)))


def _seconds(value: Any) -> float:
    """How long a token lasts; an LMS that does not say so means an hour."""
    try:
        seconds = float(value)
    except (TypeError, ValueError, OverflowError):
        return USUALLY_LASTS
    return USUALLY_LASTS if math.isnan(seconds) else min(max(seconds, 0.0), 86_400.0)


def _no_token(answer: Response) -> ServiceError:
    if "fix_jwks_alg" in answer.text:
        return ServiceError(
            "Moodle could not fetch this tool's key set. Its answer (status "
            f"{answer.status}) only names jwks_helper::fix_jwks_alg. In Moodle, under Site "
            "administration > General > Security > HTTP security, take this tool's address out of "
            "the cURL blocked hosts list (curlsecurityblockedhosts) and add its port to the cURL "
            "allowed ports list (curlsecurityallowedport). Check that Moodle's server can open the "
            "tool's /lti/jwks.",
            "keyset",
            answer.status,
        )
    return ServiceError(
        f"The LMS gives no access token (status {answer.status}): "
        f"{lms_words(answer) or 'it does not say why'}. Check that the tool is active "
        "there, and that its client id, public key or key set URL, and services are set.",
        "token",
        answer.status,
    )
