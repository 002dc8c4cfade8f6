"""A student's process that is an ordinary Jupyter kernel, with or without a sandbox around it."""

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from autograder.core.outcome import Call, Died, Result, TimedOut
from autograder.kernel.conversation import Conversation
from autograder.kernel.growth import Growth
from autograder.kernel.interface import CellRun, KernelStartError, NoAnswerError
from autograder.kernel.launching import MEMORY_BYTES, SANDBOX, THIS_PYTHON, Process
from autograder.kernel.messages import Found, call_to_plain, found_from_plain, results_from_plain
from autograder.kernel.outputs import Outputs, raised_in_cell
from autograder.kernel.sandbox.box import Box
from autograder.kernel.wire import (
    HangupError,
    Message,
    Room,
    RoomError,
    WireError,
    receive,
    refuse_early,
    send,
)

Answer = TypeVar("Answer")
START_SECONDS = 60.0
INTERRUPT_SECONDS = 5.0
OUTPUT_BYTES = 1_000_000
UNREADABLE = "the answer was not readable"
TOO_MUCH = "what it returned in all calls together is more than can be kept"
INSIDE = '__import__("sys").modules["autograder.kernel.inside"]'
PREPARE = '__import__("autograder.kernel.inside"); ' + INSIDE + ".prepare({})"
SERVE = INSIDE + ".serve({})"


class JupyterKernel:
    """A `Kernel` (see `autograder.kernel.interface`) in a process of its own.

    folder: where the notebook runs. kernel_name: of a kernelspec. output_bytes: how much of a
    cell's outputs is kept. memory_bytes: how much the process may allocate. box: run the kernel in
    such a box, in whose work folder the files of `folder` are; its own bounds hold then. growth: of
    the grader, from before the submission's first kernel.
    """

    def __init__(
        self,
        folder: Path,
        *,
        kernel_name: str = THIS_PYTHON,
        output_bytes: int = OUTPUT_BYTES,
        memory_bytes: int = MEMORY_BYTES,
        box: Box | None = None,
        growth: Growth | None = None,
    ) -> None:
        if box is not None:
            kernel_name, box = SANDBOX, replace(box, folder=folder)
        self._process = Process(folder, kernel_name, memory_bytes, box, growth)
        self._output_bytes = output_bytes
        self._conversation: Conversation | None = None
        self._serving = False

    def start(self) -> None:
        """Start the kernel and wait until it is ready. Raises KernelStartError."""
        try:
            self._conversation = Conversation(self._process.start(), self._process.alive)
            deadline = time.monotonic() + START_SECONDS
            self._conversation.prepare(PREPARE.format(self._process.fd), deadline)
        except Exception as error:
            self.close()
            if isinstance(error, KernelStartError):
                raise
            raise KernelStartError(f"the kernel did not start: {error}") from error

    def run_cell(self, source: str, seconds: float) -> CellRun:
        """Run a cell for at most `seconds`; one that runs longer is interrupted."""
        outputs = Outputs(self._output_bytes)
        started = time.monotonic()
        request = self._talk.begin(source)
        run = CellRun()
        try:
            reply = self._talk.finish(request, outputs, started + seconds)
            run = _ended(reply)
        except TimeoutError:
            run = CellRun(error=TimedOut(seconds), lost=not self._interrupted(request, outputs))
        except HangupError:
            run = CellRun(error=self._process.ending(), lost=True)
        return replace(run, outputs=outputs.finished(), seconds=time.monotonic() - started)

    @property
    def _talk(self) -> Conversation:
        if self._conversation is None:
            raise KernelStartError("the kernel was not started")
        return self._conversation

    def _interrupted(self, request: str, outputs: Outputs) -> bool:
        """Interrupt a cell; tell whether it stopped."""
        self._process.interrupt()
        try:
            self._talk.finish(request, outputs, time.monotonic() + INTERRUPT_SECONDS)
        except (TimeoutError, HangupError):
            return False
        return True

    def define(self, names: Sequence[str], seconds: float) -> dict[str, Found]:
        """Say what each name stands for. Raises NoAnswerError."""
        return self._ask(
            "define", list(names), seconds, lambda answer: found_from_plain(answer, names)
        )

    def call(self, call: Call, seconds: float, room: Room) -> tuple[Result, ...]:
        """Call a function: one result a repetition. room: for its answer. Raises NoAnswerError."""
        asked = call_to_plain(call)
        return self._ask(
            "call", asked, seconds, lambda answer: results_from_plain(answer, call), room
        )

    def _ask(
        self,
        kind: str,
        value: Any,
        seconds: float,
        read: Callable[[Any], Answer],
        room: Room | None = None,
    ) -> Answer:
        """Put a question over the channel; the answer must repeat its nonce, and come in time."""
        nonce = secrets.token_hex(8)
        deadline = time.monotonic() + seconds
        channel, alive = self._process.channel, self._process.alive
        try:
            refuse_early(channel)
            self._serve()
            send(channel, Message(nonce, kind, value), deadline, alive)
            answer = receive(channel, deadline, alive, room=room)
            if (answer.nonce, answer.kind) != (nonce, kind):
                raise WireError("the answer is to another question")
            return read(answer.value)
        except TimeoutError:
            raise NoAnswerError(TimedOut(seconds)) from None
        except HangupError:
            raise NoAnswerError(self._process.ending()) from None
        except RoomError:
            raise NoAnswerError(Died(TOO_MUCH)) from None
        except WireError as error:
            raise NoAnswerError(Died(UNREADABLE)) from error

    def _serve(self) -> None:
        """Let the process answer from now on; its messages are not listened to any more."""
        if not self._serving:
            self._talk.hand_over(SERVE.format(self._process.fd))
            self._serving = True

    def close(self) -> None:
        """End the kernel and all that it started."""
        if self._conversation is not None:
            self._conversation.close()
        self._process.close()


def _ended(reply: dict[str, Any]) -> CellRun:
    error = raised_in_cell(reply) if reply.get("status") == "error" else None
    count = reply.get("execution_count")
    return CellRun(error=error, execution_count=count if type(count) is int else None)
