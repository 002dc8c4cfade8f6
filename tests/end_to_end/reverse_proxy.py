"""The reverse proxy that speaks https before the tool, as nginx does where it is deployed."""

import http.client
from collections.abc import Iterable
from typing import Any

FORWARDED = ("accept", "accept-language", "content-type", "content-length", "cookie")
HOP = {"connection", "transfer-encoding", "keep-alive", "server", "date"}


def reverse_proxy(port: int) -> Any:
    """Return a WSGI application that hands each request to a server on this machine."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        path, query = environ["PATH_INFO"], environ["QUERY_STRING"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            url = f"{path}?{query}" if query else path
            connection.request(environ["REQUEST_METHOD"], url, body, _headers(environ))
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in HOP]
        start_response(f"{answer.status} {answer.reason}", kept)
        return [content]

    return application


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    found = {
        "Host": environ["HTTP_HOST"],
        "X-Forwarded-For": environ["REMOTE_ADDR"],
        "X-Forwarded-Proto": "https",
    }
    for name in FORWARDED:
        key = name.upper().replace("-", "_")
        value = environ.get(f"HTTP_{key}") or environ.get(key)
        if value:
            found[name] = value
    return found
