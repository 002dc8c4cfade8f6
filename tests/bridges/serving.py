"""A Flask application served by a thread of the test's own, and faults planted in it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask, Response, request
from werkzeug.serving import make_server


@dataclass
class Fault:
    """What a call gets in place of its answer. after: the call is carried out all the same."""

    matches: Callable[[], bool]
    status: int
    body: str = "Service Unavailable"
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1
    after: bool = False


@dataclass
class Asked:
    """A call that came in."""

    method: str
    path: str
    host: str
    authorization: str | None
    form: dict[str, str]


@dataclass
class Served:
    """A server's address, the calls it got, and the faults that are planted."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def plant(self, matches: Callable[[], bool], status: int, **how: object) -> None:
        self.faults.append(Fault(matches, status, **how))

    def _due(self, *, after: bool) -> Response | None:
        for fault in self.faults:
            if fault.times > 0 and fault.after == after and fault.matches():
                fault.times -= 1
                return Response(fault.body, fault.status, fault.headers)
        return None

    def watch(self, app: Flask) -> None:
        """Note every call, and answer with a planted fault where one is due."""

        @app.before_request
        def before() -> Response | None:
            self.asked.append(
                Asked(
                    request.method,
                    request.path,
                    request.host,
                    request.headers.get("Authorization"),
                    request.form.to_dict(),
                )
            )
            return self._due(after=False)

        @app.after_request
        def after(response: Response) -> Response:
            return self._due(after=True) or response


@contextmanager
def serving(app: Flask, served: Served) -> Iterator[None]:
    served.watch(app)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    served.url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
