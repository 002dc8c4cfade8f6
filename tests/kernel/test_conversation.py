"""Jupyter's side of a kernel, with a client that says whatever a test wants."""

import itertools
import queue
import time
from collections.abc import Iterable
from typing import Any

import pytest

from autograder.kernel import conversation
from autograder.kernel.conversation import Conversation
from autograder.kernel.outputs import Outputs
from autograder.kernel.wire import HangupError

JUNK = {"msg_type": "stream", "parent_header": {}}


class _Channel:
    """Hands out messages as fast as they are asked for."""

    def __init__(self, messages: Iterable[dict[str, Any]]) -> None:
        self._messages = iter(messages)

    def get_msg(self, timeout: float) -> dict[str, Any]:
        for message in self._messages:
            return message
        raise queue.Empty


class _Client:
    """Stands for jupyter_client's."""

    def __init__(self, iopub: Iterable[dict[str, Any]]) -> None:
        self.iopub_channel, self.shell_channel = _Channel(iopub), _Channel([])

    def start_channels(self, **channels: bool) -> None:
        """Nothing is to be started."""


def finish(iopub: Iterable[dict[str, Any]], looks: list[float], seconds: float) -> None:
    """Gather outputs until the process has been looked at a third time; then it has ended."""

    def alive() -> bool:
        looks.append(time.monotonic())
        return len(looks) < 3

    flood = itertools.takewhile(lambda message: len(looks) < 3, iopub)
    client: Any = _Client(flood)
    Conversation(client, alive).finish("id", Outputs(10), time.monotonic() + seconds)


def test_a_flood_of_messages_does_not_keep_the_grader_from_looking():
    with pytest.raises(HangupError):
        finish(itertools.repeat(JUNK), looks := [], 60)
    assert len(looks) >= 3


def test_without_that_look_a_flood_lasts_until_the_deadline(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(conversation, "LOOK_EVERY", float("inf"))
    with pytest.raises(TimeoutError):
        finish(itertools.repeat(JUNK), looks := [], 0.5)
    assert looks == []
