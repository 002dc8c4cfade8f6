"""Dynamic registration: the configuration, and the endpoint behind a token that is valid once."""

import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import flask

from tests.platform.scoring import RefusedError
from tests.platform.state import SCOPES, Tool

if TYPE_CHECKING:
    from tests.platform.platform import Platform

PLATFORM_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"


def routes(platform: "Platform") -> flask.Blueprint:
    blueprint = flask.Blueprint("registering", __name__)

    @blueprint.get("/openid-configuration")
    def openid_configuration() -> dict[str, Any]:
        return configuration(platform)

    @blueprint.post("/register")
    def register() -> flask.Response:
        kind, _, value = flask.request.headers.get("Authorization", "").partition(" ")
        if kind != "Bearer" or platform.registration_tokens.pop(value, None) is None:
            raise RefusedError(401, "invalid_token")
        return _register(platform, flask.request.get_json())

    return blueprint


def registration_address(platform: "Platform", tool_page: str) -> str:
    """Return the page that an administrator's browser opens after a tool's URL was pasted."""
    token = secrets.token_hex(16)
    platform.registration_tokens[token] = tool_page
    query = {
        "openid_configuration": f"{platform.url}/openid-configuration",
        "registration_token": token,
    }
    return f"{tool_page}{'&' if '?' in tool_page else '?'}{urlencode(query)}"


def configuration(platform: "Platform") -> dict[str, Any]:
    """Return the platform's openid configuration."""
    return {
        "issuer": platform.issuer,
        "authorization_endpoint": f"{platform.url}/auth",
        "token_endpoint": f"{platform.url}/token",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": f"{platform.url}/keys",
        "registration_endpoint": f"{platform.url}/register",
        "scopes_supported": ["openid", *SCOPES],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        PLATFORM_CONFIGURATION: {
            "product_family_code": platform.rules.product,
            "version": "1",
            "messages_supported": [
                {"type": "LtiResourceLinkRequest"},
                {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]},
            ],
            "variables": ["CourseSection.title", "Person.sourcedId"],
        },
    }


def _register(platform: "Platform", wanted: dict[str, Any]) -> flask.Response:
    settings = wanted.get(TOOL_CONFIGURATION, {})
    needed = {
        "initiate_login_uri": wanted.get("initiate_login_uri"),
        "redirect_uris": wanted.get("redirect_uris"),
        "jwks_uri": wanted.get("jwks_uri"),
        "client_name": wanted.get("client_name"),
        "domain": settings.get("domain"),
        "target_link_uri": settings.get("target_link_uri"),
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise RefusedError(400, f"missing: {', '.join(missing)}")
    if wanted.get("application_type") != "web" or "id_token" not in wanted["response_types"]:
        raise RefusedError(400, "application_type or response_types")
    tool = Tool(
        client_id=secrets.token_hex(8),
        login_url=wanted["initiate_login_uri"],
        target_url=settings["target_link_uri"],
        redirect_uris=tuple(wanted["redirect_uris"]),
        keyset_url=wanted["jwks_uri"],
        deployment_id=str(len(platform.tools) + 1),
        active=not platform.rules.needs_activation,
        scopes=tuple(set(wanted.get("scope", "").split()) & set(SCOPES)),
        registered_with=wanted,
    )
    platform.tools[tool.client_id] = tool
    answer = wanted | {
        "client_id": tool.client_id,
        TOOL_CONFIGURATION: settings | {"deployment_id": tool.deployment_id},
    }
    return flask.Response(json.dumps(answer), content_type="application/json")
