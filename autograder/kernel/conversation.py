"""Jupyter's side of a kernel: send a cell's text, gather what it prints, learn how it ended.

Every message was written by the student's process. Those that cannot be read are passed over.
"""

import queue
import time
from typing import Any

import zmq
from jupyter_client.blocking.client import BlockingKernelClient

from autograder.kernel.interface import KernelStartError
from autograder.kernel.outputs import Outputs
from autograder.kernel.wire import Alive, HangupError

MAX_MESSAGE = 32 * 2**20
MAX_QUEUE = 100
QUIET_SECONDS = 1.0
LOOK_EVERY = 0.1


def bounded_context() -> zmq.Context[zmq.Socket[bytes]]:
    """Return a context whose sockets neither accept endless messages nor queue endlessly many."""
    context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
    context.setsockopt(zmq.MAXMSGSIZE, MAX_MESSAGE)
    context.setsockopt(zmq.RCVHWM, MAX_QUEUE)
    context.setsockopt(zmq.LINGER, 0)
    return context


class Conversation:
    """Talks to one kernel over its shell and IOPub channels.

    alive: tells whether the kernel's process still runs.
    """

    def __init__(self, client: BlockingKernelClient, alive: Alive) -> None:
        self._client = client
        self._alive = alive
        client.start_channels(shell=True, iopub=True, stdin=False, hb=False, control=False)

    def begin(self, source: str, *, silent: bool = False) -> str:
        """Ask for a cell to be run, and return the request's id. ``input()`` fails in it."""
        return str(
            self._client.execute(source, silent=silent, allow_stdin=False, stop_on_error=False)
        )

    def prepare(self, source: str, deadline: float) -> None:
        """Wait until the kernel is there and heard, and has run `source`.

        Raises KernelStartError where that fails.
        """
        request = self.begin(source, silent=True)
        reply: dict[str, Any] | None = None
        welcome = False
        while reply is None or not welcome:
            if not self._alive():
                raise KernelStartError("the kernel's process ended while it started")
            if time.monotonic() > deadline:
                raise KernelStartError("the kernel did not start in time")
            self._wait()
            message = self._next(self._client.iopub_channel, 0)
            welcome = welcome or (message is not None and message["msg_type"] == "iopub_welcome")
            reply = reply or self._reply(request)
        if reply.get("status") != "ok":
            raise KernelStartError(f"the kernel lacks autograder ({reply.get('evalue')})")

    def finish(self, request: str, outputs: Outputs, deadline: float) -> dict[str, Any]:
        """Gather a cell's outputs until it ended, and return the content of the kernel's reply.

        Raises TimeoutError after the deadline, and HangupError where the process ended.
        """
        reply: dict[str, Any] | None = None
        ended, heard, alive = False, time.monotonic(), True
        looked = heard
        while True:
            now = time.monotonic()
            message = self._next(self._client.iopub_channel)
            if message is None or now - looked > LOOK_EVERY:
                looked, alive = now, self._alive()  # it also ends a process that floods the grader
            if message is not None:
                heard = now
                ended = self._take(message, request, outputs) or ended
            if reply is None and (ended or message is None):
                reply = self._reply(request, wait=ended)
            # The message that says "ended" may be lost in a flood of others; the reply never is.
            if reply is not None and (ended or now - heard > QUIET_SECONDS):
                return reply
            if message is None and not alive:  # what a process sent before it ended is still read
                raise HangupError("the process ended")
            if now > deadline:
                raise TimeoutError

    def hand_over(self, source: str) -> None:
        """Run `source` and do not listen to what is printed from now on."""
        self.begin(source, silent=True)
        self._client.iopub_channel.stop()

    def close(self) -> None:
        """Stop listening."""
        self._client.stop_channels()

    def _take(self, message: dict[str, Any], request: str, outputs: Outputs) -> bool:
        """Keep what a message says of the cell; tell whether it says that the cell ended."""
        try:
            if message["parent_header"].get("msg_id") != request:
                return False
            if message["msg_type"] == "status":
                return bool(message["content"]["execution_state"] == "idle")
            outputs.add(message)
        except Exception:  # a message of the right form with a content that makes no sense
            return False
        return False

    def _reply(self, request: str, *, wait: bool = False) -> dict[str, Any] | None:
        message = self._next(self._client.shell_channel, LOOK_EVERY if wait else 0)
        if message is None or message.get("parent_header", {}).get("msg_id") != request:
            return None
        content = message.get("content")
        return content if isinstance(content, dict) else {}

    def _wait(self) -> None:
        """Wait a little for a message on either channel."""
        sockets = [self._client.iopub_channel.socket, self._client.shell_channel.socket]
        zmq.select(sockets, [], [], LOOK_EVERY)

    def _next(self, channel: Any, seconds: float = LOOK_EVERY) -> dict[str, Any] | None:
        try:
            message = channel.get_msg(timeout=seconds)
        except queue.Empty:
            return None
        except Exception:  # not signed, not JSON, nested too deeply: nothing that a kernel sends
            return None
        return message if isinstance(message, dict) else None
