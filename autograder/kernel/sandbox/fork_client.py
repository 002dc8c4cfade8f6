"""The grader's side of a fork server: start it, and have it fork a program into a box."""

import contextlib
import json
import os
import select
import socket
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO, Any

from autograder.kernel.sandbox import bubblewrap
from autograder.kernel.sandbox.fork_server import LONGEST_ORDER, STARTED
from autograder.kernel.sandbox.started import Forked

SERVER = "autograder.kernel.sandbox.fork_server"
IMPORT_SECONDS = 120.0
FORK_SECONDS = 20.0


class ForkServerError(Exception):
    """There is no such server here, or it does not fork any more; the message says why."""


class ForkServer:
    """A process that has imported `modules` and forks; see `autograder.kernel.sandbox.fork_server`.

    memory_bytes: the address space that it takes, and each program that it forks. Raises
    ForkServerError where it does not start, or has more than one thread.
    """

    def __init__(self, modules: Sequence[str]) -> None:
        with contextlib.ExitStack() as unless_ready:
            self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            unless_ready.callback(self._control.close)
            with tempfile.TemporaryFile() as errors:
                with theirs:
                    self.process = _run(theirs, errors)
                unless_ready.callback(self.process.wait)
                unless_ready.callback(self.process.kill)
                fonts = bubblewrap.font_lists()
                folder = str(fonts[0].parent) if fonts else None
                order = {"modules": list(modules), "fonts": folder}
                self._control.send(json.dumps(order).encode())
                ready = self._ready(errors)
            self.memory_bytes = int(ready["memory_bytes"])
            if ready["threads"] != 1:
                raise ForkServerError(
                    f"it has {ready['threads']} threads after its imports, expected 1"
                )
            unless_ready.pop_all()

    def _ready(self, errors: IO[bytes]) -> dict[str, Any]:
        """Wait until the server has imported all; return what it says of itself."""
        if not select.select([self._control], [], [], IMPORT_SECONDS)[0]:
            raise ForkServerError(f"it did not import all within {IMPORT_SECONDS:g} s")
        answer = self._control.recv(LONGEST_ORDER)
        if not answer:
            errors.seek(0)
            lines = errors.read(LONGEST_ORDER).decode("utf-8", "replace").strip().splitlines()
            raise ForkServerError(f"it ended at once: {(lines or ['without a word'])[-1]}")
        return dict(json.loads(answer))

    def fork(self, first: int, inherited: Mapping[int, int]) -> Forked:
        """Have a program forked into the box of the process `first`.

        inherited: the descriptors that it gets, by their number in it; its settings come first.
        Raises ForkServerError.
        """
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        box = os.pidfd_open(first)
        try:
            order = json.dumps({"numbers": list(inherited)}).encode()
            descriptors = [box, theirs.fileno(), *inherited.values()]
            socket.send_fds(self._control, [order], descriptors)
            theirs.close()
            return _forked(ours)
        except (OSError, ForkServerError) as error:
            ours.close()
            raise ForkServerError(str(error)) from error
        finally:
            theirs.close()
            os.close(box)

    def close(self) -> None:
        """End the server; the programs that it forked go on."""
        self._control.close()
        self.process.kill()
        self.process.wait()


def _run(control: socket.socket, errors: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [bubblewrap.python(), "-P", "-s", "-m", SERVER, str(control.fileno())],
        env=bubblewrap.variables(),
        pass_fds=[control.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
    )


def _forked(state: socket.socket) -> Forked:
    """Wait until the program is in its box."""
    if not select.select([state], [], [], FORK_SECONDS)[0]:
        raise ForkServerError(f"it did not fork within {FORK_SECONDS:g} s")
    message, descriptors, _, _ = socket.recv_fds(state, LONGEST_ORDER, 1)
    if message != STARTED or not descriptors:
        raise ForkServerError(message.decode("utf-8", "replace") or "it does not answer any more")
    return Forked(descriptors[0], state)
