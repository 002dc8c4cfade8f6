"""The LMS's keys are kept for a day, and asked for again only as often as is good for both."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.errors import FetchError, LaunchError
from autograder.lti.jwks import KeySet, KeySetState, fetch_jwks
from tests.lti.lms import NOW, FakeFetcher, answer, jwks, public_jwk

URL = "https://moodle.example.org/mod/lti/certs.php"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


def key_set(*answers: Any, state: KeySetState | None = None) -> tuple[KeySet, FakeFetcher]:
    fetcher = FakeFetcher(
        [found if not isinstance(found, dict) else answer(found) for found in answers]
    )
    return KeySet(URL, fetcher, state), fetcher


def test_keys_are_fetched_once_for_a_day():
    keys, fetcher = key_set(jwks(), jwks())
    for hours in (0, 1, 23.9):
        assert keys.key("k1", NOW + hours * HOUR).key_id == "k1"
    assert len(fetcher.requests) == 1
    keys.key("k1", NOW + 24 * HOUR)
    assert len(fetcher.requests) == 2


def test_an_unknown_key_is_fetched_at_once():
    keys, _ = key_set(jwks(), jwks(public_jwk(), public_jwk("k2", "new")))
    keys.key("k1", NOW)
    assert keys.key("k2", NOW + 61 * SECOND).key_id == "k2"


def test_an_unknown_key_is_fetched_at_most_once_a_minute():
    keys, fetcher = key_set(*[jwks()] * 10)
    for second in range(121):
        with pytest.raises(LaunchError) as caught:
            keys.key("made up", NOW + second * SECOND)
        assert caught.value.code == "kid"
    assert len(fetcher.requests) == 3


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 90), st.sampled_from(["k1", "x", "y"])), max_size=40))
def test_no_sequence_of_tokens_causes_more_than_a_fetch_a_minute(steps: list[tuple[int, str]]):
    keys, fetcher = key_set(*[jwks()] * 50)
    now, fetched_at = NOW, []
    for seconds, kid in steps:
        now += seconds * SECOND
        before = len(fetcher.requests)
        try:
            keys.key(kid, now)
        except LaunchError:
            assert kid != "k1"
        fetched_at += [now] * (len(fetcher.requests) - before)
    assert all(b - a >= 60 * SECOND for a, b in pairwise(fetched_at))


def test_a_key_set_that_does_not_answer_is_asked_again_after_a_minute():
    keys, fetcher = key_set(FetchError("No answer.", "timeout"), jwks())
    with pytest.raises(LaunchError) as caught:
        keys.key("k1", NOW)
    assert caught.value.code == "keyset"
    with pytest.raises(LaunchError):
        keys.key("k1", NOW + 59 * SECOND)
    assert len(fetcher.requests) == 1
    assert keys.key("k1", NOW + 60 * SECOND).key_id == "k1"


def test_a_known_key_is_found_while_the_key_set_is_down():
    keys, _ = key_set(FetchError("No answer.", "timeout"), state=KeySetState(jwks(), NOW, NOW))
    with pytest.raises(LaunchError):
        keys.key("new", NOW + HOUR)
    assert keys.key("k1", NOW + HOUR).key_id == "k1"
    assert keys.state.tried_at == NOW + HOUR


def test_a_replaced_key_is_gone_after_a_day():
    keys, _ = key_set(jwks(public_jwk("k2", "new")), state=KeySetState(jwks(), NOW, NOW))
    with pytest.raises(LaunchError):
        keys.key("k1", NOW + 25 * HOUR)


def test_a_clock_that_was_set_back_does_not_stop_fetching():
    later = NOW + 100 * HOUR
    keys, _ = key_set(jwks(), state=KeySetState(None, None, later))
    assert keys.key("k1", NOW).key_id == "k1"


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "k1"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "k1"},
        public_jwk(use="enc"),
        public_jwk(alg="HS256"),
        public_jwk(n="!"),
        public_jwk(n=None),
        public_jwk(name="short", bits=1024),
        {"kid": "k1"},
        "k1",
        None,
    ],
)
def test_a_key_that_is_no_good_for_rs256_is_not_used(key: Any):
    keys, _ = key_set(answer({"keys": [key]}))
    with pytest.raises(LaunchError) as caught:
        keys.key("k1", NOW)
    assert caught.value.code == "kid"


def test_a_private_key_in_a_key_set_is_not_read():
    keys, _ = key_set(jwks(public_jwk(d="AQ", p="AQ", q="AQ")))
    assert not hasattr(keys.key("k1", NOW).key, "private_numbers")


@pytest.mark.parametrize(
    "given_answer",
    [
        answer("<html>", 404),
        answer(jwks(), 500),
        answer("[]"),
        answer({}),
        answer({"keys": {}}),
        answer({"keys": [{}] * 101}),
    ],
)
def test_what_is_no_key_set_is_explained(given_answer: Any):
    with pytest.raises(FetchError, match=r"key set|JSON"):
        fetch_jwks(URL, FakeFetcher([given_answer]))
