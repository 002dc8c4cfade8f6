"""A browser without a window: it keeps cookies, follows redirects and posts what posts itself."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests

from tests.platform.certificates import Certificate


@dataclass
class Form:
    """A form of a page: where it goes, and its fields."""

    action: str
    method: str
    fields: dict[str, str]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(got.get("action", ""), got.get("method", "get"), {}))
        fills = tag in {"input", "button"} and got.get("name") and got.get("type") != "file"
        if fills and self.forms:
            self.forms[-1].fields[got["name"]] = got.get("value", "")


def forms(page: str) -> list[Form]:
    """Return the forms of a page."""
    parser = _Forms()
    parser.feed(page)
    return parser.forms


class Visitor:
    """One person's browser. certificate: whose authority it trusts besides no other."""

    def __init__(self, certificate: Certificate | None = None, *, language: str = "en"):
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers["Accept-Language"] = language
        if certificate:
            self.session.verify = str(certificate.authority)

    def get(self, url: str) -> requests.Response:
        """Open a page, and go on wherever it leads without a click."""
        return self._onward(self.session.get(url, timeout=30))

    def post(self, url: str, data: dict[str, str], **options: Any) -> requests.Response:
        """Send a form, and go on wherever it leads without a click."""
        return self._onward(self.session.post(url, data=data, timeout=30, **options))

    def submit(
        self, page: requests.Response, action_part: str = "", **changes: Any
    ) -> requests.Response:
        """Send the form of a page whose action contains a text; `files` go with it."""
        form = next(form for form in forms(page.text) if action_part in form.action)
        files = changes.pop("files", None)
        data = form.fields | changes
        if form.method == "get":
            return self._onward(
                self.session.get(urljoin(page.url, form.action), params=data, timeout=30)
            )
        return self.post(urljoin(page.url, form.action), data, files=files)

    def _onward(self, page: requests.Response) -> requests.Response:
        while page.ok and re.search(r"<script[^>]*>\s*document\.forms\[0\]\.submit\(\)", page.text):
            form = forms(page.text)[0]
            page = self.session.post(urljoin(page.url, form.action), data=form.fields, timeout=30)
        return page

    def close(self) -> None:
        self.session.close()

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
