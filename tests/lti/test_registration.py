"""Both sides learn of each other, and nobody registers in another's name."""

import json
from dataclasses import replace
from typing import Any

import pytest

from autograder.lti.errors import FetchError, RegistrationError
from autograder.lti.platforms import Platform
from autograder.lti.registration import (
    CANVAS_PRIVACY,
    ENDPOINTS,
    PLATFORM,
    SCOPES,
    TOOL,
    ToolDescription,
    register,
)
from tests.lti.lms import LAUNCH_URL, LMS, FakeFetcher, answer

CONFIGURATION_URL = f"{LMS}/mod/lti/openid-configuration.php"
TOKEN = "registration-token"

KIT = ToolDescription(
    name="KeepProb",
    description="Exercises",
    login_url="https://kit.example.org/lti/login",
    launch_url=LAUNCH_URL,
    jwks_url="https://kit.example.org/lti/jwks",
    custom={"due_at": "$ResourceLink.submission.endDateTime"},
)


def configuration(**changes: Any) -> dict[str, Any]:
    made = {
        "issuer": LMS,
        "authorization_endpoint": f"{LMS}/mod/lti/auth.php",
        "token_endpoint": f"{LMS}/mod/lti/token.php",
        "jwks_uri": f"{LMS}/mod/lti/certs.php",
        "registration_endpoint": f"{LMS}/mod/lti/openid-registration.php",
        "scopes_supported": [*SCOPES, "openid"],
        PLATFORM: {"product_family_code": "Moodle", "version": "4.5"},
    }
    return {name: value for name, value in (made | changes).items() if value is not ...}


def agreement(**changes: Any) -> dict[str, Any]:
    return {"client_id": "kit-1", "scope": " ".join(SCOPES), TOOL: {"deployment_id": "1"}} | changes


def registered(
    found: Any = None, agreed: Any = None, tool: ToolDescription = KIT, url: str = CONFIGURATION_URL
) -> tuple[Platform, dict[str, Any]]:
    fetcher = FakeFetcher([answer(found or configuration()), answer(agreed or agreement())])
    made = register(url, TOKEN, tool, fetcher)
    return made, json.loads(fetcher.requests[1].body)


def refusal(*answers: Any, url: str = CONFIGURATION_URL) -> str:
    with pytest.raises(RegistrationError) as caught:
        register(url, TOKEN, KIT, FakeFetcher(list(answers)))
    assert TOKEN not in str(caught.value)
    return str(caught.value)


def test_moodle_is_registered():
    made, _ = registered()
    assert made == Platform(
        issuer=LMS,
        client_id="kit-1",
        auth_url=f"{LMS}/mod/lti/auth.php",
        token_url=f"{LMS}/mod/lti/token.php",
        keyset_url=f"{LMS}/mod/lti/certs.php",
        deployments=frozenset({"1"}),
        product="moodle",
    )


def test_the_tool_is_described():
    _, sent = registered()
    assert sent["initiate_login_uri"] == KIT.login_url
    assert sent["redirect_uris"] == [LAUNCH_URL]
    assert sent["jwks_uri"] == KIT.jwks_url
    assert sent["token_endpoint_auth_method"] == "private_key_jwt"
    assert sent[TOOL]["domain"] == "kit.example.org"
    assert sent[TOOL]["custom_parameters"] == KIT.custom
    assert [message["type"] for message in sent[TOOL]["messages"]] == [
        "LtiDeepLinkingRequest",
        "LtiResourceLinkRequest",
    ]


def test_the_token_goes_with_both_requests():
    """Canvas wants it for the configuration too."""
    fetcher = FakeFetcher([answer(configuration()), answer(agreement())])
    register(CONFIGURATION_URL, TOKEN, KIT, fetcher)
    assert [r.headers["Authorization"] for r in fetcher.requests] == [f"Bearer {TOKEN}"] * 2


def test_without_a_token_none_is_sent():
    fetcher = FakeFetcher([answer(configuration()), answer(agreement())])
    register(CONFIGURATION_URL, None, KIT, fetcher)
    assert not any("Authorization" in request.headers for request in fetcher.requests)


@pytest.mark.parametrize("names", [False, True])
@pytest.mark.parametrize("emails", [False, True])
def test_what_is_not_wanted_of_people_is_not_asked_for(names: bool, emails: bool):
    _, sent = registered(tool=replace(KIT, ask_names=names, ask_emails=emails))
    claims = sent[TOOL]["claims"]
    assert {"iss", "sub"} <= set(claims)
    assert ("name" in claims, "email" in claims) == (names, emails)


@pytest.mark.parametrize(
    ("names", "emails", "level"),
    [
        (False, False, "anonymous"),
        (True, False, "name_only"),
        (False, True, "email_only"),
        (True, True, "public"),
    ],
)
def test_canvas_is_told_how_private_people_are(names: bool, emails: bool, level: str):
    found = configuration(**{PLATFORM: {"product_family_code": "canvas"}})
    _, sent = registered(found, tool=replace(KIT, ask_names=names, ask_emails=emails))
    assert sent[TOOL][CANVAS_PRIVACY] == level


def test_canvas_offers_the_tool_where_assignments_are_made():
    _, sent = registered(configuration(**{PLATFORM: {"product_family_code": "canvas"}}))
    (message,) = sent[TOOL]["messages"]
    assert message["type"] == "LtiDeepLinkingRequest"
    assert message["placements"] == ["assignment_selection", "link_selection"]
    assert not any("placements" in other for other in registered()[1][TOOL]["messages"])


def test_only_scopes_that_the_lms_has_are_asked_for():
    _, sent = registered(configuration(scopes_supported=["openid", SCOPES[2]]))
    assert sent["scope"] == SCOPES[2]
    _, sent = registered(configuration(scopes_supported=...))
    assert sent["scope"].split() == list(SCOPES)


@pytest.mark.parametrize("settings", [..., {}, None, {"deployment_id": None}])
def test_an_lms_that_names_no_deployment_is_taken_at_its_word(settings: Any):
    agreed = {
        name: value for name, value in agreement(**{TOOL: settings}).items() if value is not ...
    }
    assert registered(agreed=agreed)[0].deployments is None


@pytest.mark.parametrize(
    ("server", "audience"),
    [(f"{LMS}/aud", f"{LMS}/aud"), ("canvas.instructure.com", None), (..., None), (7, None)],
)
def test_the_audience_of_assertions_is_read_where_it_is_a_url(server: Any, audience: str | None):
    made, _ = registered(configuration(authorization_server=server))
    assert made.audience == audience


def test_a_client_id_that_is_a_number_is_a_text():
    made, _ = registered(agreed=agreement(client_id=10000000000001))
    assert made.client_id == "10000000000001"


# --- refusals


def test_a_host_that_speaks_for_another_issuer_is_refused():
    words = refusal(answer(configuration()), url="https://evil.example.org/configuration")
    assert "evil.example.org" in words
    assert "moodle.example.org" in words


@pytest.mark.parametrize(
    ("issuer", "url", "allowed"),
    [
        ("https://canvas.instructure.com", "https://school.instructure.com/c", True),
        ("https://canvas.instructure.com", "https://sso.canvaslms.com/c", True),
        ("https://canvas.instructure.com", "https://evilinstructure.com/c", False),
        ("https://canvas.instructure.com", "https://instructure.com.evil.org/c", False),
        ("https://moodle.example.org", "https://school.instructure.com/c", False),
    ],
)
def test_schools_in_instructures_cloud_share_an_issuer(issuer: str, url: str, allowed: bool):
    endpoints = {
        "authorization_endpoint": "https://sso.canvaslms.com/api/lti/authorize_redirect",
        "token_endpoint": "https://sso.canvaslms.com/login/oauth2/token",
        "jwks_uri": "https://sso.canvaslms.com/api/lti/security/jwks",
        "registration_endpoint": "https://school.instructure.com/api/lti/registrations",
    }
    found = configuration(issuer=issuer, **endpoints)
    if allowed:
        assert registered(found, url=url)[0].issuer == issuer
    else:
        assert "another host" in refusal(answer(found), url=url)


@pytest.mark.parametrize(
    "name",
    [*ENDPOINTS, "authorization_server"],
)
def test_nobody_has_a_token_fetched_at_anothers(name: str):
    """With the client id that the tool has there, a rogue LMS would be handed that token."""
    found = configuration(**{name: "https://victim.example.edu/mod/lti/token.php"})
    said = refusal(answer(found), answer(agreement(client_id="ours-at-the-victim")))
    assert "speaks for victim.example.edu, another host" in said


@pytest.mark.parametrize(
    ("issuer", "token_url"),
    [
        ("https://school.brightspace.com", "https://auth.brightspace.com/core/connect/token"),
        ("https://blackboard.com", "https://developer.blackboard.com/api/v1/gateway/oauth2"),
    ],
)
def test_a_cloud_has_hosts_for_its_parts(issuer: str, token_url: str):
    found = configuration()
    found = {
        name: value.replace(LMS, issuer) if isinstance(value, str) else value
        for name, value in found.items()
    } | {"token_endpoint": token_url}
    assert registered(found, url=f"{issuer}/c")[0].token_url == token_url


@pytest.mark.parametrize(
    "name",
    ["issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint"],
)
@pytest.mark.parametrize("value", [..., None, 7, "", "javascript:alert(1)"])
def test_a_url_that_is_missing_is_named(name: str, value: Any):
    assert name in refusal(answer(configuration(**{name: value})), answer(agreement()))


def test_an_endpoint_without_tls_is_refused():
    found = configuration(token_endpoint="http://moodle.example.org/token")
    assert "token_endpoint must begin with https" in refusal(answer(found))


def test_plain_http_is_for_tests():
    local = "http://localhost:8000"
    found = {
        name: value.replace(LMS, local) if isinstance(value, str) else value
        for name, value in configuration().items()
    }
    assert registered(found, url=f"{local}/c")[0].issuer == local


@pytest.mark.parametrize(
    ("status", "content"), [(404, "<p>Gone</p>"), (200, "<p>Page</p>"), (200, "[]"), (401, {})]
)
def test_an_answer_of_another_kind_is_explained(status: int, content: Any):
    assert str(status) in refusal(answer(content, status))
    assert str(status) in refusal(answer(configuration()), answer(content, status))


def test_an_answer_that_repeats_the_token_does_not_show_it():
    assert "used already" in refusal(answer({"error": f"{TOKEN} was used already"}, 401))


@pytest.mark.parametrize("client_id", [None, "", True, [], {}])
def test_an_answer_without_a_client_is_explained(client_id: Any):
    words = refusal(answer(configuration()), answer(agreement(client_id=client_id)))
    assert "client_id" in words


def test_an_lms_that_does_not_answer_is_explained():
    with pytest.raises(FetchError):
        register(CONFIGURATION_URL, TOKEN, KIT, FakeFetcher([FetchError("No answer.", "timeout")]))
