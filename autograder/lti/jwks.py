"""The LMS's public keys: fetched once a day, and again for a key that is not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from jwt import PyJWK
from jwt.exceptions import PyJWTError

from autograder.lti.errors import FetchError, LaunchError
from autograder.lti.fetching import Fetches

FRESH = timedelta(hours=24)
NEXT_TRY = timedelta(minutes=1)
SMALLEST_KEY = 2048
MOST_KEYS = 100


class FindsKeys(Protocol):
    """Where `id_token.verify` gets a platform's public key from."""

    def key(self, kid: str, now: datetime) -> PyJWK:
        """Return the RSA key of this id. Raises LaunchError."""


@dataclass(frozen=True)
class KeySetState:
    """What is stored of a key set. tried_at: the last try, which may have failed."""

    jwks: Mapping[str, Any] | None = None
    fetched_at: datetime | None = None
    tried_at: datetime | None = None


class KeySet:
    """One platform's key set. Store `state` after each use, where a launch was refused too."""

    def __init__(self, url: str, fetcher: Fetches, state: KeySetState | None = None) -> None:
        self.url = url
        self.state = state or KeySetState()
        self._fetcher = fetcher

    def key(self, kid: str, now: datetime) -> PyJWK:
        """Return the RSA key of this id.

        The copy counts for 24 hours. For a key that it does not hold the set is fetched again, at
        most once a minute: tokens that anybody can make up cause no more than that.
        Raises LaunchError where no such key is found.
        """
        if self._is_fresh(now) and (found := _find(self.state.jwks, kid)):
            return found
        if self.state.tried_at is None or not _within(now, self.state.tried_at, NEXT_TRY):
            self._fetch(now)
        found = _find(self.state.jwks, kid) if self._is_fresh(now) else None
        if found is None:
            raise LaunchError(
                "The launch is signed with a key that the LMS's key set does not hold. "
                "Try again in a minute; then check the key set URL in the registration.",
                "kid",
            )
        return found

    def _is_fresh(self, now: datetime) -> bool:
        return self.state.fetched_at is not None and _within(now, self.state.fetched_at, FRESH)

    def _fetch(self, now: datetime) -> None:
        self.state = KeySetState(self.state.jwks, self.state.fetched_at, tried_at=now)
        try:
            self.state = KeySetState(fetch_jwks(self.url, self._fetcher), now, now)
        except FetchError as error:
            raise LaunchError(f"The LMS's keys could not be fetched. {error}", "keyset") from None


def fetch_jwks(url: str, fetcher: Fetches) -> dict[str, Any]:
    """Fetch a key set. Raises FetchError where what comes is none."""
    answer = fetcher.get(url, {"Accept": "application/json"})
    found = answer.json() if answer.status == 200 else None
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list) or len(keys) > MOST_KEYS:
        raise FetchError(
            f"The key set URL answers with status {answer.status} and no key set. "
            "Expected JSON with a list `keys`.",
            "json",
        )
    return {"keys": [key for key in keys if isinstance(key, dict)]}


def _within(now: datetime, then: datetime, span: timedelta) -> bool:
    """Whether it is less than `span` ago; a time in the future is none that we noted."""
    return timedelta(0) <= now - then < span


def _find(jwks: Mapping[str, Any] | None, kid: str) -> PyJWK | None:
    for entry in (jwks or {}).get("keys", []):
        if entry.get("kid") == kid and (key := _signing_key(entry)):
            return key
    return None


def _signing_key(entry: Mapping[str, Any]) -> PyJWK | None:
    """Return the key where it is an RSA key for signatures, long enough."""
    if entry.get("kty") != "RSA" or entry.get("use", "sig") != "sig":
        return None
    if entry.get("alg", "RS256") != "RS256":
        return None
    public = {name: entry.get(name) for name in ("kty", "n", "e", "kid")}
    try:
        key = PyJWK.from_dict(public, algorithm="RS256")
    except (PyJWTError, ValueError, TypeError):
        return None
    return key if key.key.key_size >= SMALLEST_KEY else None
