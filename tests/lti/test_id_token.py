"""A launch is believed only where every claim is right."""

import base64
from dataclasses import replace
from typing import Any

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.claims import AGS, LTI, Launch
from autograder.lti.errors import LaunchError
from autograder.lti.id_token import LONGEST, verify
from autograder.lti.jwks import KeySet, KeySetState
from autograder.lti.platforms import Platform
from tests.lti.lms import (
    LAUNCH_URL,
    LINE_ITEM,
    MOODLE,
    NONCE,
    NOW,
    FakeFetcher,
    claims,
    jwks,
    pem,
    public_jwk,
    signed,
    signed_with_public_key,
    unsigned,
)

THEN = int(NOW.timestamp())


def read(token: str, platform: Platform = MOODLE, nonce: str = NONCE) -> Launch:
    keys = KeySet(platform.keyset_url, FakeFetcher([]), KeySetState(jwks(), NOW, NOW))
    return verify(token, platform, keys, nonce=nonce, target_link_uri=LAUNCH_URL, now=NOW)


def refusal(token: str, platform: Platform = MOODLE, nonce: str = NONCE) -> LaunchError:
    with pytest.raises(LaunchError) as caught:
        read(token, platform, nonce)
    assert token not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def test_a_right_launch_is_read():
    launch = read(signed(claims()))
    assert (launch.sub, launch.lineitem, launch.resource_link_id) == ("3", LINE_ITEM, "7")
    assert launch.is_learner


def test_a_token_under_the_public_key_as_a_shared_secret_is_refused():
    assert refusal(signed_with_public_key(claims())).code == "alg"


def test_a_token_without_signature_is_refused():
    assert refusal(unsigned(claims())).code == "alg"


def test_a_token_of_a_stranger_who_uses_the_same_key_id_is_refused():
    assert refusal(signed(claims(), name="stranger")).code == "signature"


def test_a_token_whose_claims_were_changed_is_refused():
    head, _, seal = signed(claims()).split(".")
    other = signed(claims(sub="4")).split(".")[1]
    assert refusal(f"{head}.{other}.{seal}").code == "signature"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"iss": "https://other.example.org"}, "iss"),
        ({"iss": ...}, "iss"),
        ({"iss": "https://moodle.example.org/"}, "iss"),
        ({"aud": "kit-2"}, "aud"),
        ({"aud": ...}, "aud"),
        ({"aud": ["kit-2", "kit-3"]}, "aud"),
        ({"aud": 1}, "aud"),
        ({"aud": ["kit-1", "kit-2"]}, "azp"),
        ({"aud": ["kit-1", "kit-2"], "azp": "kit-2"}, "azp"),
        ({"azp": "kit-2"}, "azp"),
        ({"azp": ""}, "azp"),
        ({"exp": THEN - 60}, "exp"),
        ({"exp": ...}, "exp"),
        ({"exp": str(THEN + 60)}, "exp"),
        ({"exp": True}, "exp"),
        ({"exp": float("inf")}, "exp"),
        ({"exp": 10**400}, "exp"),
        ({"iat": -(10**400)}, "iat"),
        ({"iat": THEN + 61}, "iat"),
        ({"iat": ...}, "iat"),
        ({"iat": float("nan")}, "iat"),
        ({"nbf": THEN + 61}, "iat"),
        ({"nonce": "b" * 64}, "nonce"),
        ({"nonce": ...}, "nonce"),
        ({"nonce": 7}, "nonce"),
        ({"nonce": "ä"}, "nonce"),
        ({"nonce": "\ud800"}, "nonce"),
        ({LTI + "version": "1.1.0"}, "version"),
        ({LTI + "version": ...}, "version"),
        ({LTI + "message_type": "LtiSubmissionReviewRequest"}, "message_type"),
        ({LTI + "message_type": ...}, "message_type"),
        ({LTI + "deployment_id": "2"}, "deployment_id"),
        ({LTI + "deployment_id": ...}, "claim"),
        ({LTI + "target_link_uri": "https://kit.example.org/other"}, "target_link_uri"),
        ({LTI + "target_link_uri": "https://evil.example.org/lti/launch"}, "target_link_uri"),
        ({LTI + "target_link_uri": ...}, "claim"),
        ({LTI + "resource_link": ...}, "claim"),
        ({LTI + "resource_link": {"title": "x"}}, "claim"),
        ({LTI + "resource_link": "7"}, "claim"),
        ({"sub": "x" * 501}, "claim"),
        ({"sub": " "}, "claim"),
        ({"sub": ...}, "claim"),
    ],
)  # fmt: skip
def test_a_wrong_or_missing_claim_is_named(changes: dict[str, Any], code: str):
    assert refusal(signed(claims(**changes))).code == code


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": THEN - 59},
        {"iat": THEN + 60},
        {"aud": ["kit-1"]},
        {"aud": ["kit-1", "kit-2"], "azp": "kit-1"},
        {"azp": "kit-1"},
        {AGS: ...},
        {LTI + "roles": ...},
        {LTI + "context": ...},
        {"name": ..., "email": ..., LTI + "lis": ...},
    ],
)
def test_what_is_allowed_passes(changes: dict[str, Any]):
    assert read(signed(claims(**changes))).sub == "3"


def test_a_token_of_another_login_is_refused():
    assert refusal(signed(claims()), nonce="c" * 64).code == "nonce"


def test_a_platform_may_take_the_lms_at_its_word_for_deployments():
    anybody = replace(MOODLE, deployments=None)
    launch = read(signed(claims(**{LTI + "deployment_id": "99"})), anybody)
    assert launch.deployment_id == "99"


def test_a_token_that_names_no_key_is_refused():
    assert refusal(signed(claims(), kid=None)).code == "kid"


def test_a_token_for_an_algorithm_of_the_keys_choosing_fetches_nothing():
    fetcher = FakeFetcher([])
    keys = KeySet(MOODLE.keyset_url, fetcher)
    with pytest.raises(LaunchError):
        verify(unsigned(claims()), MOODLE, keys, nonce=NONCE, target_link_uri=LAUNCH_URL, now=NOW)
    assert fetcher.requests == []


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "e30.e30.", "ä.ö.ü", "x" * (LONGEST + 1)])
def test_what_is_no_token_is_refused(token: str):
    with pytest.raises(LaunchError):
        read(token)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_at_all_passes_as_a_token(text: str):
    with pytest.raises(LaunchError):
        read(text)


@pytest.mark.parametrize("payload", ["[]", "7", "null", '"x"', "{", "\ud800"])
def test_a_signed_text_that_is_no_object_is_refused(payload: str):
    token = jwt.api_jws.encode(
        payload.encode(errors="surrogatepass"), pem(), "RS256", headers={"kid": "k1"}
    )
    assert refusal(token).code == "signature"


def test_the_keys_of_another_platform_do_not_open_this_one():
    keys = KeySet("x", FakeFetcher([]), KeySetState(jwks(public_jwk(name="other")), NOW, NOW))
    with pytest.raises(LaunchError):
        verify(signed(claims()), MOODLE, keys, nonce=NONCE, target_link_uri=LAUNCH_URL, now=NOW)


@pytest.mark.parametrize("part", [0, 1])
def test_json_that_nests_deep_is_refused(part: int):
    """Anybody can begin a login and then send such a header."""
    parts = signed(claims()).split(".")
    parts[part] = base64.urlsafe_b64encode(b'{"alg":' + b"[" * 60_000).decode().rstrip("=")
    assert refusal(".".join(parts)).code in {"format", "signature"}
