"""Where a submission's time goes: stages that are timed where they happen, and notes.

    with measured() as clock:
        with stage("cells"):
            ...
    clock.seconds  # {"cells": 1.25}

Outside of `measured`, a stage costs nothing and a note is dropped.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar


class Clock:
    """Seconds by stage, and notes, in the order in which they first came.

    The time of a stage inside another one counts for the inner one alone: all add up to the whole.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.notes: list[str] = []
        self._stages: list[str] = []
        self._since = 0.0

    def enter(self, name: str) -> None:
        """Begin a stage."""
        self._charge()
        self._stages.append(name)

    def leave(self) -> None:
        """End the stage that was begun last."""
        self._charge()
        self._stages.pop()

    def _charge(self) -> None:
        now = time.perf_counter()
        if self._stages:
            name = self._stages[-1]
            self.seconds[name] = self.seconds.get(name, 0.0) + now - self._since
        self._since = now


_clock: ContextVar[Clock | None] = ContextVar("clock", default=None)


@contextmanager
def measured() -> Iterator[Clock]:
    """Gather the stages and notes of this block, apart from those of a block around it."""
    clock = Clock()
    token = _clock.set(clock)
    try:
        yield clock
    finally:
        _clock.reset(token)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count this block's time as that of a stage; the same name adds up."""
    clock = _clock.get()
    if clock is None:
        yield
        return
    clock.enter(name)
    try:
        yield
    finally:
        clock.leave()


def note(text: str) -> None:
    """Say what is worth a line in the log, such as that a faster way was not open; once each."""
    clock = _clock.get()
    if clock is not None and text not in clock.notes:
        clock.notes.append(text)
