"""An LMS for the tests: its keys, the tokens that it signs, and answers without a network."""

import base64
import functools
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from autograder.lti.claims import AGS, DEEP, LTI, NRPS
from autograder.lti.errors import FetchError
from autograder.lti.fetching import Response
from autograder.lti.keys import ToolKey
from autograder.lti.platforms import Platform

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
LAUNCH_URL = "https://kit.example.org/lti/launch"
NONCE = "a" * 64
LMS = "https://moodle.example.org"
COURSE_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
LINE_ITEM = f"{LMS}/mod/lti/services.php/2/lineitems/7/lineitem?type_id=1"
AGS_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"

MOODLE = Platform(
    issuer=LMS,
    client_id="kit-1",
    auth_url=f"{LMS}/mod/lti/auth.php",
    token_url=f"{LMS}/mod/lti/token.php",
    keyset_url=f"{LMS}/mod/lti/certs.php",
    deployments=frozenset({"1"}),
    product="moodle",
)


@functools.cache
def private_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """A key, made once for each name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def pem(name: str = "lms") -> str:
    return (
        private_key(name)
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def tool_key() -> ToolKey:
    return ToolKey("tool-key", pem("tool"))


def public_jwk(kid: str = "k1", name: str = "lms", bits: int = 2048, **more: Any) -> dict[str, Any]:
    public = RSAAlgorithm.to_jwk(
        (private_key(name) if bits == 2048 else private_key(name, bits)).public_key(), as_dict=True
    )
    return {"kty": "RSA", "n": public["n"], "e": public["e"], "kid": kid, "use": "sig"} | more


def jwks(*keys: Mapping[str, Any]) -> dict[str, Any]:
    return {"keys": list(keys or (public_jwk(),))}


def claims(**changes: Any) -> dict[str, Any]:
    """What Moodle sends; the value ... takes a claim away."""
    now = int(NOW.timestamp())
    made = {
        "iss": LMS, "aud": "kit-1", "sub": "3", "exp": now + 60, "iat": now, "nonce": NONCE,
        "name": "Alice Adams", "email": "alice@example.invalid",
        LTI + "version": "1.3.0",
        LTI + "message_type": "LtiResourceLinkRequest",
        LTI + "deployment_id": "1",
        LTI + "target_link_uri": LAUNCH_URL,
        LTI + "roles": [COURSE_ROLE + "Learner"],
        LTI + "resource_link": {"id": "7", "title": "Dropout"},
        LTI + "context": {"id": "2", "label": "KP", "title": "KeepProb", "type": ["CourseSection"]},
        LTI + "lis": {"person_sourcedid": "A-17", "course_section_sourcedid": ""},
        LTI + "ext": {"user_username": "alice", "lms": "moodle-2"},
        LTI + "custom": {"assignment": "dropout", "due_at": "$ResourceLink.submission.endDateTime"},
        LTI + "tool_platform": {"product_family_code": "moodle", "version": "2024100706"},
        LTI + "launch_presentation": {"locale": "en", "return_url": f"{LMS}/return.php"},
        AGS: {
            "scope": [AGS_SCOPE + "score", AGS_SCOPE + "result.readonly"],
            "lineitems": f"{LMS}/mod/lti/services.php/2/lineitems?type_id=1",
            "lineitem": LINE_ITEM,
        },
        NRPS: {"context_memberships_url": f"{LMS}/members", "service_versions": ["2.0"]},
    }  # fmt: skip
    return {name: value for name, value in (made | changes).items() if value is not ...}


def deep_claims(**settings: Any) -> dict[str, Any]:
    wanted = {
        "deep_link_return_url": f"{LMS}/mod/lti/contentitem_return.php",
        "accept_types": ["ltiResourceLink"],
        "data": "opaque",
    } | settings
    wanted = {name: value for name, value in wanted.items() if value is not ...}
    return claims(
        **{
            LTI + "message_type": "LtiDeepLinkingRequest",
            LTI + "resource_link": ...,
            DEEP + "deep_linking_settings": wanted,
        }
    )


def signed(content: Mapping[str, Any], name: str = "lms", kid: str | None = "k1") -> str:
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode(dict(content), pem(name), algorithm="RS256", headers=headers)


def signed_with_public_key(content: Mapping[str, Any]) -> str:
    """The old trick: the public key's text as a shared secret."""
    public = private_key('lms').public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )  # fmt: skip
    head = _part({"alg": "HS256", "typ": "JWT", "kid": "k1"}) + "." + _part(content)
    seal = hmac.new(public, head.encode(), hashlib.sha256).digest()
    return f"{head}.{_base64(seal)}"


def unsigned(content: Mapping[str, Any]) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT', 'kid': 'k1'})}.{_part(content)}."


def _part(content: Mapping[str, Any]) -> str:
    return _base64(json.dumps(content).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def answer(content: Any = "", status: int = 200, **headers: str) -> Response:
    text = content if isinstance(content, str) else json.dumps(content)
    return Response(
        status, {name.replace("_", "-"): value for name, value in headers.items()}, text
    )


@dataclass(frozen=True)
class Request:
    method: str
    url: str
    body: Any
    headers: Mapping[str, str]


Answers = Callable[[Request], Response | FetchError]


@dataclass
class FakeFetcher:
    """Answers by a function, or with the entries of a list, one after the other."""

    answers: Answers | list[Response | FetchError]
    requests: list[Request] = field(default_factory=list)

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        return self._answer(Request("GET", url, None, dict(headers or {})))

    def post(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Response:
        return self._answer(Request("POST", url, body, dict(headers or {})))

    def _answer(self, request: Request) -> Response:
        self.requests.append(request)
        found = self.answers.pop(0) if isinstance(self.answers, list) else self.answers(request)
        if isinstance(found, FetchError):
            raise found
        return found
