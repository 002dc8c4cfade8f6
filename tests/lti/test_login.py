"""A login marks the browser, and leads nowhere but to the LMS and back here."""

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.errors import LaunchError
from autograder.lti.login import LONGEST, begin_login, digest, login_request, nonce_of
from tests.lti.lms import LAUNCH_URL, LMS, MOODLE

PARAMS = {
    "iss": LMS,
    "login_hint": "3",
    "target_link_uri": LAUNCH_URL,
    "lti_message_hint": '{"cmid":7}&x',
    "client_id": "kit-1",
    "lti_deployment_id": "1",
}


def test_the_browser_is_sent_to_the_lms_with_what_it_needs():
    redirect = begin_login(login_request(PARAMS), MOODLE, LAUNCH_URL)
    query = {name: value for name, [value] in parse_qs(urlsplit(redirect.url).query).items()}
    assert redirect.url.startswith(MOODLE.auth_url + "?")
    assert query == {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": "kit-1",
        "redirect_uri": LAUNCH_URL,
        "login_hint": "3",
        "lti_message_hint": '{"cmid":7}&x',
        "state": redirect.state,
        "nonce": redirect.nonce,
    }


def test_the_nonce_is_bound_to_browser_and_state():
    redirect = begin_login(login_request(PARAMS), MOODLE, LAUNCH_URL)
    assert redirect.nonce == nonce_of(redirect.browser_secret, redirect.state)
    assert redirect.nonce != nonce_of("another browser", redirect.state)
    assert redirect.nonce != nonce_of(redirect.browser_secret, "another state")
    assert re.fullmatch("[0-9a-f]{64}", redirect.nonce)


def test_the_browsers_secret_is_not_told_to_the_lms():
    redirect = begin_login(login_request(PARAMS), MOODLE, LAUNCH_URL)
    assert redirect.browser_secret not in redirect.url


def test_no_two_logins_are_alike():
    one, other = (begin_login(login_request(PARAMS), MOODLE, LAUNCH_URL) for _ in range(2))
    assert len({one.state, one.browser_secret, other.state, other.browser_secret}) == 4
    assert len(one.state) >= 43


def test_secrets_are_not_in_what_a_log_would_show():
    redirect = begin_login(login_request(PARAMS), MOODLE, LAUNCH_URL)
    for secret in (redirect.state, redirect.browser_secret, redirect.nonce):
        assert secret not in repr(redirect)


def test_the_query_of_the_lms_is_kept():
    platform = replace(MOODLE, auth_url=f"{LMS}/auth?tenant=2")
    redirect = begin_login(login_request(PARAMS), platform, LAUNCH_URL)
    assert redirect.url.startswith(f"{LMS}/auth?tenant=2&scope=openid&")


@pytest.mark.parametrize("name", ["iss", "login_hint", "target_link_uri"])
def test_what_a_login_lacks_is_named(name: str):
    with pytest.raises(LaunchError, match=name):
        login_request(PARAMS | {name: ""})


@pytest.mark.parametrize("hint", ["x" * (LONGEST + 1), "x\0", "\ud800"])
def test_a_parameter_without_end_or_with_half_a_character_is_refused(hint: str):
    with pytest.raises(LaunchError, match="lti_message_hint"):
        login_request(PARAMS | {"lti_message_hint": hint})


@pytest.mark.parametrize("change", [{"iss": "https://other.org"}, {"client_id": "kit-2"}])
def test_a_login_of_another_platform_is_refused(change: dict[str, str]):
    with pytest.raises(LaunchError) as caught:
        begin_login(login_request(PARAMS | change), MOODLE, LAUNCH_URL)
    assert caught.value.code == "platform"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.org/lti/launch",
        "http://kit.example.org/lti/launch",
        "https://kit.example.org:8443/lti/launch",
        "https://kit.example.org@evil.example.org/",
        "https://kit.example.org.evil.org/",
        "javascript:alert(1)",
        "//kit.example.org/",
        "https://[",
    ],
)
def test_a_target_on_another_site_is_refused(target: str):
    with pytest.raises(LaunchError) as caught:
        begin_login(login_request(PARAMS | {"target_link_uri": target}), MOODLE, LAUNCH_URL)
    assert caught.value.code == "target_link_uri"


def test_an_lms_that_does_not_name_its_client_may_log_in():
    asked = login_request(PARAMS | {"client_id": ""})
    assert asked.client_id is None
    assert begin_login(asked, MOODLE, LAUNCH_URL).state


words = st.text("ab=&", max_size=5)


@settings(deadline=None)
@given(words, words, words, words)
def test_parts_cannot_be_shifted_between_secret_and_state(a: str, b: str, c: str, d: str):
    assert (nonce_of(a, b) == nonce_of(c, d)) == ((a, b) == (c, d))


def test_a_digest_is_sha256():
    assert digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
