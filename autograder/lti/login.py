"""The login before a launch: the LMS says who wants to come, and the browser is marked."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.lti.errors import LaunchError
from autograder.lti.platforms import Platform
from autograder.lti.urls import is_storable, same_site, with_query

LONGEST = 8_000


@dataclass(frozen=True)
class LoginRequest:
    """What an LMS says when somebody clicks a link. Hints are given back to it as they are."""

    issuer: str
    login_hint: str
    target_link_uri: str
    client_id: str | None = None
    message_hint: str | None = None


@dataclass(frozen=True)
class LoginRedirect:
    """Where the browser goes next, and what is remembered until it comes back.

    browser_secret: the cookie's value. The hashes of state, secret and nonce are what to store.
    """

    url: str = field(repr=False)
    state: str = field(repr=False)
    browser_secret: str = field(repr=False)
    nonce: str = field(repr=False)


def login_request(params: Mapping[str, str]) -> LoginRequest:
    """Read the parameters of a login, of a GET or a POST. Raises LaunchError."""
    for name, value in params.items():
        if len(value) > LONGEST or not is_storable(value):
            raise LaunchError(f"The login's parameter {name[:40]} is too long or broken.", "login")
    missing = [name for name in ("iss", "login_hint", "target_link_uri") if not params.get(name)]
    if missing:
        raise LaunchError(
            f"The login lacks {', '.join(missing)}. Open the activity in the LMS; "
            "this page cannot be opened by itself.",
            "login",
        )
    return LoginRequest(
        issuer=params["iss"],
        login_hint=params["login_hint"],
        target_link_uri=params["target_link_uri"],
        client_id=params.get("client_id") or None,
        message_hint=params.get("lti_message_hint") or None,
    )


def begin_login(asked: LoginRequest, platform: Platform, launch_url: str) -> LoginRedirect:
    """Answer a login: send the browser to the LMS, which sends it to `launch_url`.

    Raises LaunchError where the login is another platform's, or wants to lead to another site.
    """
    if asked.issuer != platform.issuer or asked.client_id not in {None, platform.client_id}:
        raise LaunchError("The login is not one of this platform.", "platform")
    check_target(asked.target_link_uri, launch_url)
    state, browser_secret = secrets.token_urlsafe(), secrets.token_urlsafe()
    nonce = nonce_of(browser_secret, state)
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": launch_url,
        "login_hint": asked.login_hint,
        "state": state,
        "nonce": nonce,
    }
    if asked.message_hint is not None:
        query["lti_message_hint"] = asked.message_hint
    return LoginRedirect(with_query(platform.auth_url, query), state, browser_secret, nonce)


def check_target(target_link_uri: str, launch_url: str) -> None:
    """Raise LaunchError where a target is not on the tool's own site."""
    if not same_site(target_link_uri, launch_url):
        raise LaunchError(
            "The link leads to another site than this tool's. "
            "Check the tool URL in the LMS's settings of this tool.",
            "target_link_uri",
        )


def nonce_of(browser_secret: str, state: str) -> str:
    """Return the nonce that belongs to a browser's secret and a state: 64 hexadecimal digits."""
    return hmac.new(browser_secret.encode(), state.encode(), hashlib.sha256).hexdigest()


def digest(text: str) -> str:
    """Return what is stored of a random text in its place: SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
