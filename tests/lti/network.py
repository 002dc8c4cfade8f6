"""Requests to an LMS in this process."""

from collections.abc import Callable, Mapping
from typing import Any

from autograder.lti.fetching import Response
from tests.platform.platform import Platform


class Network:
    """The network, by which one LMS is reached and nothing else.

    asked: every URL so far. after: called when a request was answered.
    """

    def __init__(self, lms: Platform) -> None:
        self.lms = lms
        self.asked: list[str] = []
        self.after: Callable[[str, str], None] = lambda method, url: None

    def get(self, url: str, headers: Mapping[str, str] | None = None) -> Response:
        return self._send("GET", url, None, headers)

    def post(
        self, url: str, body: str | Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Response:
        return self._send("POST", url, body, headers)

    def _send(self, method: str, url: str, body: Any, headers: Any) -> Response:
        self.asked.append(url)
        assert url.startswith(f"{self.lms.url}/"), url
        path = url.removeprefix(self.lms.url)
        answer = self.lms.app.test_client().open(path, method=method, data=body, headers=headers)
        self.after(method, url)
        return Response(answer.status_code, answer.headers, answer.text)
