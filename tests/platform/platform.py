"""An LTI 1.3 platform for the tests: state in memory, rules as switches, an application."""

import functools
import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import flask
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.platform import launching, picking, registering, roster, scores, tokens
from tests.platform.rules import MOODLE, Rules
from tests.platform.scoring import RefusedError, shown
from tests.platform.state import (
    Course,
    Failure,
    LineItem,
    Link,
    Role,
    Seen,
    Token,
    Tool,
    User,
)

Claims = dict[str, Any]


@functools.cache
def _key(name: str) -> rsa.RSAPrivateKey:
    """Return a signing key; they are slow to make, and every platform of a run may share them."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Platform:
    """A platform. Set `url` to where `app` is served; everything else may be looked at and changed.

    Args:
        rules: Moodle's, Canvas's or one's own; change them later with `set`.
        issuer: What the platform calls itself; None: its URL.
        clock: Gives aware times.
        authority: A certificate that it trusts beside the system's when it fetches a tool's keys.

    Attributes:
        tamper: Changes the claims of each id_token before they are signed.
        seen: Each request that came in, oldest first, with the status of the answer.
        answers: The claims of each answer to deep linking, with the signature verified.
    """

    def __init__(
        self,
        rules: Rules = MOODLE,
        *,
        issuer: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        authority: Path | None = None,
    ):
        self.rules, self.clock, self.authority = rules, clock, authority
        self.url, self._issuer = "http://localhost", issuer
        self.key, self.key_id = _key("first"), "platform-1"
        self.users: dict[str, User] = {}
        self.courses: dict[str, Course] = {}
        self.tools: dict[str, Tool] = {}
        self.tokens: dict[str, Token] = {}
        self.registration_tokens: dict[str, str] = {}
        self.launches: dict[str, launching.Launch] = {}
        self.seen: list[Seen] = []
        self.answers: list[Claims] = []
        self.failures: list[Failure] = []
        self.tamper: Callable[[Claims], Claims] = lambda claims: claims
        self.app = _application(self)

    @property
    def issuer(self) -> str:
        return self._issuer or self.url

    def set(self, **switches: Any) -> None:
        """Change some rules."""
        self.rules = replace(self.rules, **switches)

    # What an administrator, a teacher and a student do

    def add_user(self, user: User) -> User:
        self.users[user.id] = user
        return user

    def add_course(self, course_id: str, title: str, **members: Role) -> Course:
        """Add a course; members: each user's role by id."""
        course = self.courses[course_id] = Course(course_id, title, dict(members))
        return course

    def add_link(
        self, course: Course, title: str, *, maximum: float | None = 100.0, **custom: str
    ) -> Link:
        """Add an activity; maximum: of its column in the gradebook; None: it has no column."""
        link = Link(str(len(course.links) + 11), title, custom)
        if maximum is not None:
            link.item = LineItem(str(len(course.items) + 21), title, maximum, link.id)
            course.items[link.item.id] = link.item
        course.links[link.id] = link
        return link

    def add_tool(self, tool_url: str, **changes: Any) -> Tool:
        """Register a tool by hand, at the addresses where ours has its routes."""
        tool = Tool(
            client_id=secrets.token_hex(8),
            login_url=f"{tool_url}/lti/login",
            target_url=f"{tool_url}/lti/launch",
            redirect_uris=(f"{tool_url}/lti/launch",),
            keyset_url=f"{tool_url}/lti/jwks",
            deployment_id=str(len(self.tools) + 1),
        )
        tool = replace(tool, **changes)
        self.tools[tool.client_id] = tool
        return tool

    def activate(self) -> Tool:
        """Activate the tool that was registered last."""
        tool = list(self.tools.values())[-1]
        tool.active = True
        return tool

    def delete(self, item: LineItem) -> None:
        """Delete a column of the gradebook; its link stays, as after a restored course."""
        for course in self.courses.values():
            course.items.pop(item.id, None)

    def shown(self, item: LineItem, user: User) -> float | None:
        """Return the points that a student sees, out of the line item's maximum."""
        return shown(item.grade(user), item, self.rules)

    # What goes wrong

    def fail(
        self, path_part: str, status: int, *, times: int = 1, body: str = "", **headers: str
    ) -> None:
        """Answer the next requests whose path contains a text with this status."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.failures.append(Failure(path_part, status, times, body, named))

    def throttle(self, *, times: int = 1) -> None:
        """Refuse the next requests to the services as coming too fast."""
        body = "403 Forbidden (Rate Limit Exceeded)" if self.rules.throttle_status == 403 else ""
        self.fail("/ags/", self.rules.throttle_status, times=times, body=body)

    def revoke_tokens(self) -> None:
        """Forget every access token, as after a restart or an administrator's click."""
        self.tokens.clear()

    def rotate_key(self) -> None:
        """Sign with a new key from now on, and publish that one alone."""
        self.key, self.key_id = _key("second"), "platform-2"

    # What the parts of the platform use

    def sign(self, claims: Claims, **header: Any) -> str:
        """Return a token signed with the platform's key."""
        return jwt.encode(claims, self.key, "RS256", {"kid": self.key_id} | header)

    def keyset(self) -> dict[str, Any]:
        """Return the platform's public keys."""
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return {"keys": [public | {"kid": self.key_id, "use": "sig", "alg": "RS256"}]}

    def query(self, tool: Tool) -> str:
        """Return what stands behind the path of a line item's URL."""
        return f"?type_id={tool.deployment_id}" if self.rules.lineitem_query else ""

    def items_url(self, course: Course) -> str:
        """Return the address of a course's line items, without its query."""
        return f"{self.url}/ags/{course.id}/lineitems"

    def item_url(self, course: Course, item: LineItem) -> str:
        """Return the address of a line item, without its query."""
        return f"{self.items_url(course)}/{item.id}/lineitem"

    def requests(self, part: str) -> list[Seen]:
        """Return the requests whose path contains a text."""
        return [seen for seen in self.seen if part in seen.path]

    def scores_sent(self) -> list[dict[str, Any]]:
        """Return the scores that the tool sent, whatever the answer was."""
        return [json.loads(seen.body) for seen in self.requests("/scores")]


def _application(platform: Platform) -> flask.Flask:
    app = flask.Flask(__name__)
    for part in (launching, picking, registering, roster, scores, tokens):
        app.register_blueprint(part.routes(platform))

    @app.before_request
    def fail() -> flask.Response | None:
        for failure in platform.failures:
            if failure.times and failure.path_part in flask.request.path:
                failure.times -= 1
                return flask.Response(failure.body, failure.status, failure.headers)
        return None

    @app.after_request
    def remember(response: flask.Response) -> flask.Response:
        request = flask.request
        form = json.dumps(request.form.to_dict()) if request.form else ""
        platform.seen.append(
            Seen(
                request.method,
                request.path,
                request.query_string.decode(),
                dict(request.headers),
                form or request.get_data(as_text=True),
                response.status_code,
            )
        )
        return response

    @app.errorhandler(RefusedError)
    def refuse(error: RefusedError) -> flask.Response:
        if platform.rules.errors == "reason":
            body: Claims = {"status": error.status, "reason": error.reason}
        else:
            body = {"errors": {"type": "refused", "message": error.reason}}
        return flask.Response(json.dumps(body), error.status, content_type="application/json")

    return app
