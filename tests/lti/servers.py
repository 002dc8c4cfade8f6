"""Servers on this machine that misbehave as the tests want."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.platform.certificates import Certificate
from tests.platform.serving import tls

Respond = Callable[[BaseHTTPRequestHandler, bytes], None]


def sends(content: bytes, status: int = 200, **headers: str) -> Respond:
    """Answer with these bytes, a status, and headers whose names have ``_`` for ``-``."""

    def respond(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return respond


@contextmanager
def serving(respond: Respond, certificate: Certificate | None = None) -> Iterator[int]:
    """Serve on a free port of 127.0.0.1, with TLS where there is a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                respond(self, body)
            except OSError:
                self.close_connection = True  # the other side has had enough

        do_POST = do_PUT = do_GET

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *args: object) -> None:
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        if certificate:
            server.socket = tls(certificate).wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()
