"""Start a program in a warm box where a fork server works here, and in a cold one otherwise.

A process has at most two servers, each started when it is first needed: one with Keras, and one
without, for the boxes in which Keras does not exist. Warm or cold, the walls are the same.
"""

import atexit
import logging
import tempfile
import threading
from collections.abc import Sequence
from typing import Any

from autograder.kernel.clock import note, stage
from autograder.kernel.sandbox.box import BUBBLEWRAP, KERAS_PACKAGES, MIB, Box
from autograder.kernel.sandbox.canary import SONG
from autograder.kernel.sandbox.confined import CANARY
from autograder.kernel.sandbox.fork_client import ForkServer, ForkServerError
from autograder.kernel.sandbox.fork_server import ALWAYS, WITH_KERAS
from autograder.kernel.sandbox.self_test import try_forked
from autograder.kernel.sandbox.started import Started
from autograder.kernel.sandbox.starting import BoxError, Contents, start_cold, start_forked

CANARY_SECONDS = 10.0
MOST_FAILURES = 3
OWN_BYTES = 256 * MIB  # of memory, at least, that a submission gets beside what was imported

_log = logging.getLogger(__name__)


class Servers:
    """The fork servers of this process, whichever thread asks for one."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._running: dict[bool, ForkServer] = {}
        self._failures = 0
        self.confidential: tuple[str, ...] = ()

    @property
    def given_up(self) -> bool:
        """Whether servers failed so often here that there will be none any more."""
        return self._failures >= MOST_FAILURES

    def server_for(self, box: Box) -> ForkServer:
        """Return the server for such a box. Raises ForkServerError where there can be none."""
        with_keras = "keras" not in box.hidden
        with self._lock:
            if with_keras not in self._running:
                self._running[with_keras] = _tried_out(
                    [*ALWAYS, *WITH_KERAS] if with_keras else ALWAYS, box
                )
            return self._running[with_keras]

    def drop(self, reason: str) -> None:
        """Note a failure, and say so; the next box gets new servers."""
        with self._lock:
            self._failures += 1
            self.close()
        which = "All kernels from here on are" if self.given_up else "A kernel is"
        text = f"{which} started cold, which takes longer: {reason}"
        note(text)
        _log.warning(text)

    def close(self) -> None:
        """End all servers."""
        with self._lock:
            while self._running:
                self._running.popitem()[1].close()


servers = Servers()
atexit.register(servers.close)


def warm_up(confidential: tuple[str, ...] = ()) -> None:
    """Start the server that every submission needs. Raises ForkServerError.

    confidential: folders that a submission must not be able to read.
    """
    servers.confidential = confidential
    servers.server_for(Box(hidden=KERAS_PACKAGES))


def start(box: Box, contents: Contents, **streams: Any) -> Started:
    """Start a program in a box; see `autograder.kernel.sandbox.starting`. Raises BoxError."""
    if not box.warm or box.variant != BUBBLEWRAP or servers.given_up:
        return start_cold(box, contents, **streams)
    try:
        server = servers.server_for(box)
        if box.bounds.memory_bytes < server.memory_bytes + OWN_BYTES:
            note("A kernel is started cold: the imports alone take what it may allocate")
            return start_cold(box, contents, **streams)
        return start_forked(box, contents, server, **streams)
    except ForkServerError as error:
        servers.drop(str(error))
        return start_cold(box, contents, **streams)


def _tried_out(modules: Sequence[str], box: Box) -> ForkServer:
    """Start a server, and see that its children can work and cannot get out.

    Raises ForkServerError.
    """
    with stage("fork server"):
        server = ForkServer(modules)
    try:
        _hear_canary(server, box)
        trial = try_forked(server)
        if not trial.holds:
            raise ForkServerError(trial.reason)
    except BaseException:
        server.close()
        raise
    return server


def _hear_canary(server: ForkServer, box: Box) -> None:
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
