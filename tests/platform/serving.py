"""Serve a WSGI application from a thread, with a name and a certificate where one wants them."""

import contextlib
import random
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch
from wsgiref.types import WSGIApplication

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.platform.certificates import Certificate


class _Quiet(WSGIRequestHandler):
    """A request handler that writes no log."""

    def log(self, type: str, message: str, *args: Any) -> None:
        pass


class _PatientContext(ssl.SSLContext):
    """TLS whose handshake happens in the request's thread: one visitor does not stop the others."""

    def wrap_socket(self, *arguments: Any, **options: Any) -> ssl.SSLSocket:
        return super().wrap_socket(*arguments, **(options | {"do_handshake_on_connect": False}))


def tls(certificate: Certificate) -> ssl.SSLContext:
    """Return what a server needs to speak TLS with this certificate."""
    context = _PatientContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.chain, certificate.key)
    return context


def free_port() -> int:
    """Return a port that nothing listens on now, and that the system gives to nobody by itself.

    One of those that it gives (from 32768 on) could be another test's before it is used.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_768), 100):
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise OSError("none of a hundred ports could be listened on")


@contextlib.contextmanager
def served(
    app: WSGIApplication,
    *,
    name: str = "127.0.0.1",
    port: int = 0,
    certificate: Certificate | None = None,
) -> Iterator[str]:
    """Serve on this machine alone and give the URL, which ends without a slash.

    name: what stands in the URL; `*.localhost` needs `localhost_names` in Python.
    port: 0 takes a free one.
    """
    context = tls(certificate) if certificate else None
    server = make_server(
        "127.0.0.1", port, app, threaded=True, request_handler=_Quiet, ssl_context=context
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"{'https' if certificate else 'http'}://{name}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def localhost_names() -> Iterator[None]:
    """Resolve every name below `localhost` to 127.0.0.1 in this process, as browsers do."""
    resolve = socket.getaddrinfo

    def ours(host: Any, *arguments: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        here = isinstance(name, str) and name.endswith(".localhost")
        return resolve("127.0.0.1" if here else host, *arguments, **options)

    with patch("socket.getaddrinfo", ours):
        yield
