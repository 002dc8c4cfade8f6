"""Dynamic registration: an admin pastes one URL of ours, and both sides learn of each other."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from autograder.lti.claims import DEEP_LINKING, RESOURCE_LINK
from autograder.lti.errors import FetchError, RegistrationError
from autograder.lti.fetching import Fetches, Response
from autograder.lti.platforms import CANVAS, Platform
from autograder.lti.service import NRPS_SCOPE, READ_LINE_ITEM_SCOPE, RESULT_SCOPE, SCORE_SCOPE
from autograder.lti.urls import origin
from autograder.lti.words import lms_words, without

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
CANVAS_PRIVACY = "https://canvas.instructure.com/lti/privacy_level"
PRIVACY = {
    (True, True): "public",
    (True, False): "name_only",
    (False, True): "email_only",
    (False, False): "anonymous",
}
"""Canvas's word for what it sends: by names, and by e-mail addresses."""

CANVAS_PLACEMENTS = ("assignment_selection", "link_selection")
"""Where Canvas lets a teacher pick an assignment of ours: while making one, and in a module."""

NAMES = ["name", "given_name", "family_name"]
SCOPES = (READ_LINE_ITEM_SCOPE, RESULT_SCOPE, SCORE_SCOPE, NRPS_SCOPE)

ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "registration_endpoint")

HOUSES = (("instructure.com", "canvaslms.com"), ("blackboard.com",), ("brightspace.com",))
"""Clouds of one maker each, whose parts and schools have hosts of their own there."""


@dataclass(frozen=True, kw_only=True)
class ToolDescription:
    """What the tool says of itself. The URLs are those that the LMS and browsers reach.

    custom: sent with each launch; an LMS fills in values that begin with ``$``. ask_names,
    ask_emails: have these sent.
    """

    name: str
    description: str
    login_url: str
    launch_url: str
    jwks_url: str
    custom: Mapping[str, str] = field(default_factory=dict)
    ask_names: bool = False
    ask_emails: bool = False


def register(
    openid_configuration_url: str,
    registration_token: str | None,
    tool: ToolDescription,
    fetcher: Fetches,
) -> Platform:
    """Read who the LMS is, register the tool there, and return what both sides know now.

    The token works once. Raises RegistrationError, or FetchError where nothing answers.
    """
    bearer = {"Authorization": f"Bearer {registration_token}"} if registration_token else {}
    accepting = {"Accept": "application/json"} | bearer
    answer = fetcher.get(openid_configuration_url, accepting)
    found = _json(_shown(answer, registration_token), "configuration")
    _check_house(found, openid_configuration_url)
    _check_tls(found, openid_configuration_url)
    about = json.dumps(description(tool, found))
    sending = accepting | {"Content-Type": "application/json"}
    answer = fetcher.post(_url(found, "registration_endpoint"), about, sending)
    agreed = _json(_shown(answer, registration_token), "registration")
    return _platform(found, agreed)


def description(tool: ToolDescription, configuration: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tool's part of a registration. configuration: the LMS's, which names scopes."""
    deep_linking = {
        "type": DEEP_LINKING,
        "target_link_uri": tool.launch_url,
        "label": tool.name,
    }
    people = NAMES * tool.ask_names + ["email"] * tool.ask_emails
    made: dict[str, Any] = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["implicit", "client_credentials"],
        "initiate_login_uri": tool.login_url,
        "redirect_uris": [tool.launch_url],
        "client_name": tool.name,
        "jwks_uri": tool.jwks_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(_wanted(configuration)),
        TOOL: {
            "domain": urlsplit(tool.launch_url).netloc,
            "description": tool.description,
            "target_link_uri": tool.launch_url,
            "custom_parameters": dict(tool.custom),
            "claims": ["iss", "sub", *people],
            "messages": [deep_linking, {"type": RESOURCE_LINK}],
        },
    }
    if _product(configuration) == CANVAS:
        made[TOOL][CANVAS_PRIVACY] = PRIVACY[tool.ask_names, tool.ask_emails]
        # Without placements, Canvas would offer the tool in modules alone, not for assignments.
        made[TOOL]["messages"] = [deep_linking | {"placements": list(CANVAS_PLACEMENTS)}]
    return made


def _platform(found: Mapping[str, Any], agreed: Mapping[str, Any]) -> Platform:
    client_id, settings = agreed.get("client_id"), agreed.get(TOOL)
    if not isinstance(client_id, str | int) or isinstance(client_id, bool) or client_id == "":
        raise RegistrationError("The LMS's answer names no client_id. Register the tool by hand.")
    deployment = settings.get("deployment_id") if isinstance(settings, dict) else None
    return Platform(
        issuer=_url(found, "issuer"),
        client_id=str(client_id),
        auth_url=_url(found, "authorization_endpoint"),
        token_url=_url(found, "token_endpoint"),
        keyset_url=_url(found, "jwks_uri"),
        deployments=None if deployment is None else frozenset({str(deployment)}),
        audience=_audience(found),
        product=_product(found),
    )


def _check_house(found: Mapping[str, Any], configuration_url: str) -> None:
    """An LMS may speak for itself only: else anybody could register as another's issuer.

    Nor may it name another's token endpoint. With the client id that the tool has there, which is
    no secret, it would have the tool ask for a token there and carry that token home to it.
    """
    urls = [_url(found, name) for name in ("issuer", *ENDPOINTS)] + [_audience(found) or ""]
    own = urlsplit(configuration_url).hostname or ""
    for host in filter(None, (urlsplit(url).hostname for url in urls)):
        if _house(host) != _house(own):
            raise RegistrationError(
                f"The configuration at {own} speaks for {host}, another host. "
                "Begin the registration in the LMS itself, or register the tool by hand."
            )


def _house(host: str) -> str:
    """Return whose host it is: a cloud's, else its own."""
    for domains in HOUSES:
        if any(f".{host}".endswith(f".{domain}") for domain in domains):
            return domains[0]
    return host


def _check_tls(found: Mapping[str, Any], configuration_url: str) -> None:
    """Plain HTTP is for tests, whose fetcher let the configuration itself come by it."""
    for name in ENDPOINTS:
        if urlsplit(_url(found, name)).scheme not in {"https", urlsplit(configuration_url).scheme}:
            raise RegistrationError(f"The LMS's URL for {name} must begin with https://.")


def _json(answer: Response, what: str) -> dict[str, Any]:
    try:
        found = answer.json() if 200 <= answer.status < 300 else None
    except FetchError:
        found = None
    if not isinstance(found, dict):
        raise RegistrationError(
            f"The LMS's {what} URL answers with status {answer.status}: "
            f"{lms_words(answer) or 'nothing'}. Expected a JSON object. "
            "Begin the registration anew in the LMS: its token works once."
        )
    return found


def _shown(answer: Response, token: str | None) -> Response:
    return without(answer, token) if token else answer


def _url(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str) or origin(value) is None:
        raise RegistrationError(f"The LMS's configuration has no URL for {name}.")
    return value


def _audience(found: Mapping[str, Any]) -> str | None:
    """Canvas puts a bare host here, and wants its token URL as the audience."""
    server = found.get("authorization_server")
    return server if isinstance(server, str) and origin(server) else None


def _product(found: Mapping[str, Any]) -> str:
    about = found.get(PLATFORM)
    code = about.get("product_family_code") if isinstance(about, dict) else None
    return code.lower() if isinstance(code, str) else ""


def _wanted(found: Mapping[str, Any]) -> tuple[str, ...]:
    offered = found.get("scopes_supported")
    if not isinstance(offered, list):
        return SCOPES
    return tuple(scope for scope in SCOPES if scope in offered)
