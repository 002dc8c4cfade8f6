"""A tool that knows just enough to try the platform: a key, a token, a score, and a launch."""

import functools
import json
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import flask
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.test import TestResponse

from tests.platform.platform import Platform
from tests.platform.scores import SCORE_TYPE
from tests.platform.state import SCOPES, Course, LineItem, Tool
from tests.platform.tokens import ASSERTION_TYPE

URL = "http://tool.example"


@functools.cache
def tool_key(name: str) -> rsa.RSAPrivateKey:
    """Return the tool's private key of this name."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def tool_keyset(*names: str) -> dict[str, Any]:
    """Return the tool's public keys of these names."""
    algorithm = jwt.algorithms.RSAAlgorithm
    return {
        "keys": [
            algorithm.to_jwk(tool_key(name).public_key(), as_dict=True) | {"kid": name}
            for name in names
        ]
    }


class PlainTool:
    """A registered tool that speaks to a platform's application without a network."""

    def __init__(self, platform: Platform, tool: Tool | None = None):
        self.platform = platform
        self.tool = tool or platform.add_tool(URL, keyset=tool_keyset("tool-1"))
        self.client = platform.app.test_client()

    def assertion(self, *, key: str = "tool-1", **changes: Any) -> str:
        """Return a client assertion; changes: of its claims, None leaves one out."""
        now = int(self.platform.clock().timestamp())
        claims = {
            "iss": self.tool.client_id,
            "sub": self.tool.client_id,
            "aud": f"{self.platform.url}/token",
            "iat": now,
            "exp": now + 60,
            "jti": secrets.token_hex(8),
        } | changes
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(kept, tool_key(key), "RS256", {"kid": key})

    def ask_token(self, *, assertion: str | None = None, **fields: str) -> TestResponse:
        """Ask for an access token and return the answer."""
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
            "scope": " ".join(SCOPES),
        } | fields
        return self.client.post("/token", data=form)

    @functools.cached_property
    def token(self) -> str:
        """An access token for everything."""
        answer: str = json.loads(self.ask_token().data)["access_token"]
        return answer

    def call(self, method: str, url: str, **options: Any) -> TestResponse:
        """Call a service with the token."""
        parts = urlsplit(url)
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return self.client.open(
            parts.path, query_string=parts.query, method=method, headers=headers, **options
        )

    def item_url(self, course: Course, item: LineItem, part: str = "") -> str:
        """Return a line item's address, or that of its scores or results."""
        return self.platform.item_url(course, item) + part + self.platform.query(self.tool)

    def post_score(
        self, course: Course, item: LineItem, user_id: str, when: datetime, **changes: Any
    ) -> TestResponse:
        """Send a score; changes: of its fields, None leaves one out."""
        score = {
            "userId": user_id,
            "timestamp": when.isoformat(timespec="milliseconds"),
            "scoreGiven": 80,
            "scoreMaximum": 100,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        } | changes
        body = json.dumps({name: value for name, value in score.items() if value is not None})
        url = self.item_url(course, item, "/scores")
        return self.call("POST", url, data=body, content_type=SCORE_TYPE)

    def results(self, course: Course, item: LineItem, **query: str) -> list[dict[str, Any]]:
        """Return a line item's results."""
        url = self.item_url(course, item, "/results")
        joint = "&" if "?" in url else "?"
        answer = self.call("GET", url + joint + urlencode(query) if query else url)
        found: list[dict[str, Any]] = json.loads(answer.data)
        return found


def launch_application(platform: Platform) -> flask.Flask:
    """Return an application that goes through a launch and shows the claims as JSON."""
    app = flask.Flask(__name__)

    @app.post("/lti/login")
    def login() -> Any:
        sent = flask.request.form
        query = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": sent["client_id"],
            "redirect_uri": flask.request.host_url + "lti/launch",
            "login_hint": sent["login_hint"],
            "lti_message_hint": sent["lti_message_hint"],
            "nonce": "a-nonce",
            "state": "a-state",
        }
        return flask.redirect(f"{platform.url}/auth?{urlencode(query)}")

    @app.post("/lti/launch")
    def launch() -> Any:
        token, key = flask.request.form["id_token"], platform.keyset()["keys"][0]
        audience = jwt.decode(token, options={"verify_signature": False})["aud"]
        claims = jwt.decode(token, jwt.PyJWK(key).key, ["RS256"], audience=audience)
        return {"claims": claims, "state": flask.request.form["state"]}

    @app.get("/lti/jwks")
    def keyset() -> Any:
        return tool_keyset("tool-1", "tool-2")

    return app
