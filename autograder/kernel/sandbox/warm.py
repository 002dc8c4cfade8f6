"""Start a program in a warm box where a fork server works here, and in a cold one otherwise.

A process has at most two servers, each started when it is first needed: one with Keras, and one
without, for the boxes in which Keras does not exist. Warm or cold, the walls are the same.
"""

import atexit
import logging
import tempfile
from typing import Any

from autograder.kernel.sandbox.box import BUBBLEWRAP, MIB, Box
from autograder.kernel.sandbox.canary import SONG
from autograder.kernel.sandbox.confined import CANARY
from autograder.kernel.sandbox.fork_client import ForkServer, ForkServerError
from autograder.kernel.sandbox.fork_server import ALWAYS, WITH_KERAS
from autograder.kernel.sandbox.started import Started
from autograder.kernel.sandbox.starting import BoxError, Contents, start_cold, start_forked

CANARY_SECONDS = 10.0
MOST_FAILURES = 3
OWN_BYTES = 256 * MIB  # of memory, at least, that a submission gets beside what was imported

_log = logging.getLogger(__name__)


class Servers:
    """The fork servers of this process."""

    def __init__(self) -> None:
        self._running: dict[bool, ForkServer] = {}
        self.failures = 0

    def server_for(self, box: Box) -> ForkServer:
        """Return the server for such a box. Raises ForkServerError where there can be none."""
        with_keras = "keras" not in box.hidden
        if self.failures >= MOST_FAILURES:
            raise ForkServerError("it failed too often")
        server = self._running.get(with_keras)
        if server is None:
            server = ForkServer([*ALWAYS, *WITH_KERAS] if with_keras else ALWAYS)
            try:
                _try_out(server, box)
            except BaseException:
                server.close()
                raise
            self._running[with_keras] = server
        return server

    def drop(self, reason: str) -> None:
        """Note a failure, and say so; the next box gets new servers."""
        self.failures += 1
        self.close()
        last = self.failures == MOST_FAILURES
        which = "All kernels from here on are" if last else "A kernel is"
        _log.warning("%s started cold, which takes longer: %s", which, reason)

    def close(self) -> None:
        """End all servers."""
        while self._running:
            self._running.popitem()[1].close()


servers = Servers()
atexit.register(servers.close)


def start(box: Box, contents: Contents, **streams: Any) -> Started:
    """Start a program in a box; see `autograder.kernel.sandbox.starting`. Raises BoxError."""
    if not box.warm or box.variant != BUBBLEWRAP:
        return start_cold(box, contents, **streams)
    try:
        server = servers.server_for(box)
        if box.bounds.memory_bytes < server.memory_bytes + OWN_BYTES:
            _log.info("A kernel is started cold: the imports alone take what it may allocate")
            return start_cold(box, contents, **streams)
        return start_forked(box, contents, server, **streams)
    except ForkServerError as error:
        servers.drop(str(error))
        return start_cold(box, contents, **streams)


def _try_out(server: ForkServer, box: Box) -> None:
    """See that a program that the server forks can work. Raises ForkServerError."""
    with tempfile.TemporaryFile() as song:
        try:
            bird = start_forked(
                Box(hidden=box.hidden), Contents(CANARY), server, stdout=song, stderr=song
            )
            try:
                code = bird.wait(CANARY_SECONDS)
            finally:
                bird.end()
        except (BoxError, TimeoutError) as error:
            raise ForkServerError(f"what it forks does not work: {error}") from error
        song.seek(0)
        text = song.read().decode("utf-8", "replace").strip()
    if code or text != SONG:
        last = text.splitlines()[-1] if text else "no word"
        raise ForkServerError(f"what it forks does not work: {last} (exit status {code})")
