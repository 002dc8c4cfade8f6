"""A box that runs: how it ended, how it is interrupted, and how all that is in it is ended."""

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

END_SECONDS = 5.0
SIGNALLED = 128
LONGEST_STATE = 100


class LostError(Exception):
    """How a program ended cannot be known: the grader's own trouble, never the student's."""


class Forked:
    """A program in a box that a fork server made; see `autograder.kernel.sandbox.fork_server`.

    handle: of its process. state: a socket from which its exit status can be read, once.
    """

    def __init__(self, handle: int, state: socket.socket) -> None:
        self._handle = handle
        self._state = state
        self._code: int | None = None

    def poll(self) -> int | None:
        """Return how it ended (as `subprocess.Popen.poll` says it), or None while it runs.

        Raises LostError where the process that waits for it was ended.
        """
        return self._code if self._code is not None else self._ended(0)

    def _ended(self, seconds: float) -> int | None:
        if select.select([self._state], [], [], seconds)[0]:
            text = self._state.recv(LONGEST_STATE)
            if not text:
                raise LostError("the process that waits for the program in the box was ended")
            self._code = int(text)
        return self._code

    def interrupt(self) -> None:
        """Interrupt it, as Ctrl-C does."""
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGINT)

    def close(self) -> None:
        """Let go of the descriptors, once the program has ended."""
        if self._code is None:
            with contextlib.suppress(LostError):
                self._ended(END_SECONDS)
            self._code = -signal.SIGKILL if self._code is None else self._code
        os.close(self._handle)
        self._state.close()


class Started:
    """A box that runs.

    process: what was started. lifeline: an end of a pipe to let go of at the end. first: the number
    of the box's first process; with it, the kernel ends all the others. folder: to remove at the
    end, or None. forked: the program in it, where a fork server made it.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        lifeline: int,
        first: int,
        folder: Path | None = None,
        forked: Forked | None = None,
    ) -> None:
        self.process = process
        self._lifeline = lifeline
        self._first = first
        self._handle = os.pidfd_open(first)
        self._folder = folder
        self._forked = forked

    def poll(self) -> int | None:
        """Return how the program in the box ended, or None while it runs."""
        if self._forked is not None:
            return self._forked.poll()
        code = self.process.poll()
        killed = code is not None and SIGNALLED < code <= SIGNALLED + signal.SIGRTMAX
        return SIGNALLED - code if code is not None and killed else code  # as bubblewrap says it

    def _has_ended(self, seconds: float) -> bool:
        """Tell whether what was started ends within that time; its `wait` looks now and then."""
        if self.process.poll() is not None:
            return True
        handle = os.pidfd_open(self.process.pid)
        try:
            return bool(select.select([handle], [], [], seconds)[0])
        finally:
            os.close(handle)

    def wait(self, seconds: float) -> int:
        """Return how the program ended. Raises TimeoutError."""
        until = time.monotonic() + seconds
        while (code := self.poll()) is None:
            if time.monotonic() > until:
                raise TimeoutError(f"the program in the box did not end within {seconds:g} s")
            time.sleep(0.005)
        return code

    def interrupt(self) -> None:
        """Interrupt the program in the box, as Ctrl-C does."""
        if self._forked is not None:
            self._forked.interrupt()
            return
        with contextlib.suppress(OSError):
            for process in self._programs():
                os.kill(process, signal.SIGINT)

    def _programs(self) -> list[int]:
        """Return what runs in the box: the first process itself, or what bubblewrap started."""
        if self._first == self.process.pid:
            return [self._first]
        children = Path(f"/proc/{self._first}/task/{self._first}/children")
        return [int(number) for number in children.read_text(encoding="ascii").split()]

    def end(self) -> None:
        """End all that is in the box, and wait until it is gone; again does no harm."""
        if self._handle < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        os.close(self._handle)
        os.close(self._lifeline)
        self._handle = -1
        if not self._has_ended(END_SECONDS):  # bubblewrap reaps the box's first process, and ends
            self.process.kill()
        self.process.wait()
        if self._forked is not None:
            self._forked.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
