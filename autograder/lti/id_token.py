"""Verify the token of a launch: a fake, an old, a borrowed or a repeated one is refused."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt
from jwt.exceptions import (
    InvalidAudienceError,
    InvalidIssuerError,
    MissingRequiredClaimError,
    PyJWTError,
)

from autograder.lti.claims import DEEP_LINKING, LTI, RESOURCE_LINK, VERSION, Launch, read_launch
from autograder.lti.errors import LaunchError
from autograder.lti.jwks import FindsKeys
from autograder.lti.platforms import Platform

LEEWAY = 60.0
LAST = 253_402_300_799
"""Seconds until the end of the year 9999."""

LONGEST = 100_000
NEEDED = ["iss", "aud", "exp", "iat", "nonce"]


def verify(
    token: str,
    platform: Platform,
    keys: FindsKeys,
    *,
    nonce: str,
    target_link_uri: str,
    now: datetime,
) -> Launch:
    """Return what a launch says, once it is known to be the LMS's, for us, now and for this login.

    nonce: `login.nonce_of` this browser's secret and the state that came with the token; that the
    login is used once is the caller's part. target_link_uri: the one of the login.
    Raises LaunchError, whose code is the claim that is wrong.
    """
    claims = _decoded(token, platform, keys, now)
    _check_party(claims, platform)
    _check_times(claims, now.timestamp())
    found = _text(claims, "nonce").encode(errors="replace")
    if not hmac.compare_digest(found, nonce.encode()):
        raise _refused("nonce", "is not for this login. Open the activity in the LMS again")
    _check_message(claims)
    launch = read_launch(claims, platform.issuer, platform.client_id)
    if platform.deployments is not None and launch.deployment_id not in platform.deployments:
        raise _refused(
            "deployment_id",
            "is of a deployment that is not registered. Add the deployment id to this platform",
        )
    if launch.target_link_uri not in {None, target_link_uri}:
        raise _refused("target_link_uri", "leads to another page than its login")
    return launch


def _decoded(token: str, platform: Platform, keys: FindsKeys, now: datetime) -> Mapping[str, Any]:
    """The claims, once signature, issuer and audience are right."""
    kid = _kid(token)
    try:
        claims = jwt.decode(
            token,
            keys.key(kid, now),
            algorithms=["RS256"],
            audience=platform.client_id,
            issuer=platform.issuer,
            options={
                "require": NEEDED,
                # Looked at below, against the caller's clock.
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except InvalidIssuerError:
        raise _refused("iss", "is of another LMS") from None
    except InvalidAudienceError:
        raise _refused("aud", "is for another tool") from None
    except MissingRequiredClaimError as error:
        raise _refused(error.claim, f"lacks the claim {error.claim}") from None
    except (PyJWTError, RecursionError):
        raise _refused("signature", "is not signed by the LMS") from None
    return claims


def _kid(token: str) -> str:
    """Look at the header before any key is fetched: the algorithm is ours to choose."""
    if len(token) > LONGEST:
        raise _refused("format", "is too long")
    try:
        header = jwt.get_unverified_header(token)
    except (PyJWTError, ValueError, RecursionError):
        raise _refused("format", "cannot be read") from None
    if header.get("alg") != "RS256":
        raise _refused("alg", "is not signed with RS256")
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid:
        raise _refused("kid", "does not name its key")
    return kid


def _check_party(claims: Mapping[str, Any], platform: Platform) -> None:
    audience, party = claims["aud"], claims.get("azp")
    several = isinstance(audience, list) and len(audience) > 1
    if (party is not None or several) and party != platform.client_id:
        raise _refused("azp", "was given to another tool")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    """Seconds since 1970, with a minute for clocks that differ."""
    if (late := now - _number(claims, "exp")) >= LEEWAY:
        raise _refused(
            "exp",
            f"ended {late:.0f} seconds ago. Open the activity again; where that does not help, "
            "let both servers keep their clocks by NTP",
        )
    begins = [_number(claims, name) for name in ("iat", "nbf") if name in claims]
    if (early := max(begins) - now) > LEEWAY:
        raise _refused(
            "iat",
            f"comes {early:.0f} seconds from the future. Let both servers keep their clocks by NTP",
        )


def _check_message(claims: Mapping[str, Any]) -> None:
    if _text(claims, LTI + "version") != VERSION:
        raise _refused("version", f"is not of LTI {VERSION}")
    if _text(claims, LTI + "message_type") not in {RESOURCE_LINK, DEEP_LINKING}:
        raise _refused(
            "message_type", f"is neither a {RESOURCE_LINK} nor a {DEEP_LINKING}, the two known here"
        )


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims[name]
    # A longer number fits into no clock, and may not even fit into a float.
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LAST:
        raise _refused(name, f"has a {name} that is no time")
    return value


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str):
        last = name.rpartition("/")[2]
        raise _refused(last, f"lacks the claim {last}")
    return value


def _refused(code: str, what: str) -> LaunchError:
    return LaunchError(f"The launch {what}.", code)
