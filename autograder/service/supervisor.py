"""Processes that belong together: all are started, one that dies is started again, all end."""

import logging
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import FrameType

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
STEADY_SECONDS = 60.0  # one that ran so long is started again at once
GRACE_SECONDS = 30.0
LOOK_EVERY = 0.2


class Part:
    """One of the processes. clock: seconds, monotonic."""

    def __init__(
        self, name: str, command: Sequence[str], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name, self._command, self._clock = name, command, clock
        self._process: subprocess.Popen[bytes] | None = None
        self._started, self._next_start, self._pause = 0.0, 0.0, FIRST_PAUSE

    @property
    def runs(self) -> bool:
        """Whether it was started, and its end was not seen yet."""
        return self._process is not None

    @property
    def process(self) -> int:
        """The number of the process. Raises ValueError where none runs."""
        if self._process is None:
            raise ValueError(f"{self.name} does not run")
        return self._process.pid

    def look(self) -> None:
        """Start the process where none runs, and it is time to."""
        if self._process is not None and self._process.poll() is not None:
            self._note_end(self._process.returncode)
        if self._process is None and self._clock() >= self._next_start:
            self._started = self._clock()
            # A session of its own: Ctrl-C reaches the supervisor alone, which ends all in order.
            self._process = subprocess.Popen(self._command, start_new_session=True)
            log.info("%s: started as process %d", self.name, self._process.pid)

    def _note_end(self, code: int) -> None:
        now = self._clock()
        if now - self._started >= STEADY_SECONDS:
            self._pause = FIRST_PAUSE
        log.error(
            "%s ended (%s); it is started again in %.0f s", self.name, _how(code), self._pause
        )
        self._process, self._next_start = None, now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, seconds: float) -> None:
        """Wait so long for its end, then kill it and all of its session."""
        if self._process is None:
            return
        try:
            self._process.wait(max(seconds, 0.0))
        except subprocess.TimeoutExpired:
            log.error("%s did not end in time and is killed", self.name)
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"


def supervise(commands: Mapping[str, Sequence[str]], stop: threading.Event | None = None) -> None:
    """Run these commands until SIGTERM, SIGINT or `stop`; then end them.

    Must be called in the main thread: processes that end with their parent end with its thread.
    """
    ended = stop or threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        ended.set()

    before = {
        number: signal.signal(number, on_signal) for number in (signal.SIGTERM, signal.SIGINT)
    }
    parts = [Part(name, command) for name, command in commands.items()]
    try:
        while not ended.is_set():
            for part in parts:
                part.look()
            ended.wait(LOOK_EVERY)
    finally:
        for part in parts:
            part.ask_to_end()
        deadline = time.monotonic() + GRACE_SECONDS
        for part in parts:
            part.end(deadline - time.monotonic())
        for number, handler in before.items():
            signal.signal(number, handler)
