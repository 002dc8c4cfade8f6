"""The token endpoint, and what an access token allows."""

import json
import secrets
import ssl
import urllib.request
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import flask
import jwt

from tests.platform.scoring import RefusedError
from tests.platform.state import Token, Tool

if TYPE_CHECKING:
    from tests.platform.platform import Platform

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BLOCKED = """<!DOCTYPE html><html><body><h1>Error</h1><p>Exception -
mod_lti\\local\\ltiopenid\\jwks_helper::fix_jwks_alg(): Argument #1 ($jwks) must be of type array,
null given</p></body></html>"""


def routes(platform: "Platform") -> flask.Blueprint:
    blueprint = flask.Blueprint("tokens", __name__)

    @blueprint.get("/keys")
    def keys() -> dict[str, Any]:
        return platform.keyset()

    @blueprint.post("/token")
    def token() -> flask.Response:
        form = flask.request.form
        if form.get("grant_type") != "client_credentials":
            return _refusal("unsupported_grant_type")
        if form.get("client_assertion_type") != ASSERTION_TYPE:
            return _refusal("invalid_request")
        if platform.rules.keyset_blocked:
            return flask.Response(BLOCKED, 404, content_type="text/html; charset=utf-8")
        try:
            tool = client(platform, form["client_assertion"])
        except (jwt.InvalidTokenError, KeyError, OSError) as error:
            return _refusal("invalid_client", str(error))
        scopes = frozenset(form.get("scope", "").split()) & frozenset(tool.scopes)
        if not scopes:
            return _refusal("invalid_scope")
        return _given(platform, tool, scopes)

    return blueprint


def client(platform: "Platform", assertion: str) -> Tool:
    """Return the tool that signed an assertion.

    Raises:
        jwt.InvalidTokenError: The assertion is not what it must be.
        KeyError: There is no such tool, or it is not active.
        OSError: The tool's keys cannot be fetched.
    """
    named = jwt.decode(assertion, options={"verify_signature": False})
    tool = platform.tools[named["sub"]]
    if not tool.active:
        raise KeyError("the tool is not active")
    claims = verified(platform, tool, assertion)
    if claims.get("iss") != tool.client_id or not claims.get("jti"):
        raise jwt.InvalidTokenError("iss or jti")
    now = platform.clock().timestamp()
    if claims["exp"] < now or (platform.rules.refuses_future_iat and claims["iat"] > now + 1):
        raise jwt.InvalidTokenError("exp or iat")
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if platform.rules.checks_audience and f"{platform.url}/token" not in audience:
        raise jwt.InvalidTokenError("aud")
    return tool


def verified(platform: "Platform", tool: Tool, token: str) -> dict[str, Any]:
    """Return the claims of a token that a tool signed; fetches the tool's keys where it must.

    Raises:
        jwt.InvalidTokenError: The signature is not the tool's.
        OSError: The tool's keys cannot be fetched.
    """
    options: Any = {"verify_aud": False, "verify_exp": False, "verify_iat": False}
    if tool.public_key:
        return jwt.decode(token, tool.public_key, ["RS256"], options)
    key_id = jwt.get_unverified_header(token).get("kid")
    for fetched in (tool.keyset, None):
        keyset = fetched or _fetch_keys(platform, tool)
        for key in keyset["keys"]:
            if key["kid"] == key_id:
                return jwt.decode(token, jwt.PyJWK(key).key, ["RS256"], options)
    raise jwt.InvalidTokenError("the tool has no such key")


def _fetch_keys(platform: "Platform", tool: Tool) -> dict[str, Any]:
    if not tool.keyset_url:
        raise jwt.InvalidTokenError("the tool has no keys")
    trust = ssl.create_default_context(cafile=platform.authority)
    with urllib.request.urlopen(tool.keyset_url, timeout=10, context=trust) as answer:
        tool.keyset = json.load(answer)
    return tool.keyset


def _given(platform: "Platform", tool: Tool, scopes: frozenset[str]) -> flask.Response:
    value, life = secrets.token_hex(16), platform.rules.token_seconds
    ends_at = platform.clock() + timedelta(seconds=life)
    platform.tokens[value] = Token(tool.client_id, scopes, ends_at)
    body = {
        "access_token": value,
        "token_type": "Bearer",
        "expires_in": life,
        "scope": " ".join(sorted(scopes)),
    }
    return flask.Response(json.dumps(body), content_type=platform.rules.token_content_type)


def _refusal(error: str, description: str = "") -> flask.Response:
    body = json.dumps({"error": error, "error_description": description})
    return flask.Response(body, 400, content_type="application/json")


def bearer(platform: "Platform", scopes: Iterable[str]) -> Tool:
    """Return the tool whose access token the present request carries, with one of some scopes.

    Raises:
        RefusedError: 401 without a valid token, 403 where it has none of the scopes.
    """
    kind, _, value = flask.request.headers.get("Authorization", "").partition(" ")
    token = platform.tokens.get(value)
    if kind != "Bearer" or token is None or token.ends_at <= platform.clock():
        raise RefusedError(401, "invalid or expired token")
    if not token.scopes & set(scopes):
        raise RefusedError(403, "the token lacks the scope")
    return platform.tools[token.client_id]
