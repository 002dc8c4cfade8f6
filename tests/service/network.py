"""Requests to a platform in this process."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from autograder.lti.fetching import Response
from tests.platform.conftest import Classroom


class Network:
    """The network that an LMS is reached by. after: called when a request was answered."""

    def __init__(self, room: Classroom) -> None:
        self.client = room.platform.app.test_client()
        self.after: Callable[[str, str], None] = lambda method, url: None

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        return self._send("GET", url, None, headers)

    def post(self, url: str, body: Any, headers: Mapping[str, str] | None = None) -> Response:
        return self._send("POST", url, body, headers)

    def _send(self, method: str, url: str, body: Any, headers: Any) -> Response:
        parts = urlsplit(url)
        answer = self.client.open(
            parts.path, query_string=parts.query, method=method, data=body, headers=headers or {}
        )
        self.after(method, url)
        return Response(answer.status_code, answer.headers, answer.get_data(as_text=True))
