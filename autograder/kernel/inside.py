"""What runs in the student's process: it looks functions up by name, calls them and answers.

It holds no expected value and gives no verdict. Imported before the first cell runs, so that what
it needs is bound before a student's code can put something else in its place; whatever that code
changes anyway, changes its own answers only.
"""

import io
import os
import socket
import sys
from collections.abc import Mapping
from typing import Any

from autograder.core.calling import perform, raised
from autograder.core.outcome import Call, Result, Returned
from autograder.core.values import Foreign
from autograder.kernel.messages import call_from_plain, results_to_plain
from autograder.kernel.wire import HangupError, Message, WireError, receive, send

TOO_LARGE = Foreign("result", "is far larger than the arguments")


class _Nowhere(io.TextIOBase):
    """A text stream that forgets: what functions print while they are called is not kept."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


def prepare(fd: int) -> None:
    """Get ready before the first cell: programs that it starts do not inherit the channel.

    ``exit()`` and ``quit()`` stop the cell, as ``sys.exit()`` does, and not the whole notebook.
    """
    os.set_inheritable(fd, False)
    if (shell := _shell()) is not None:
        shell.ask_exit = _stop


def _stop() -> None:
    raise SystemExit("exit")


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return None if ipython is None else ipython.get_ipython()


def serve(fd: int, namespace: Mapping[str, Any] | None = None) -> None:
    """Answer requests until the other side hangs up. namespace: the notebook's, by default."""
    if namespace is None:
        namespace = _shell().user_ns
    streams = sys.stdout, sys.stderr
    sys.stdout = sys.stderr = _Nowhere()
    try:
        with socket.socket(fileno=os.dup(fd)) as channel:
            while True:
                request = receive(channel, requests=True)
                _send(channel, request, _answer(request, namespace))
    except HangupError:
        return
    finally:
        sys.stdout, sys.stderr = streams


def _answer(request: Message, namespace: Mapping[str, Any]) -> Any:
    if request.kind == "define":
        return {name: _found(name, namespace) for name in request.value}
    return results_to_plain(_perform(call_from_plain(request.value), namespace))


def _found(name: str, namespace: Mapping[str, Any]) -> list[str]:
    if name not in namespace:
        return ["missing", ""]
    value = namespace[name]
    return ["found" if callable(value) else "not_a_function", str(type(value).__name__)[:80]]


def _perform(call: Call, namespace: Mapping[str, Any]) -> list[Result]:
    """Make the call. What fails in here fails in the student's process, and is the student's."""
    try:
        return perform(call, namespace[call.function], _observe if call.probes else None)
    except BaseException as error:
        return [raised(error, None)] * call.times


def _observe(model: Any, call: Call) -> Any:
    from autograder.kernel.models import observe

    return observe(model, call)


def _send(channel: socket.socket, request: Message, answer: Any) -> None:
    """Send an answer; where it is larger than an answer may be, say that instead."""
    try:
        send(channel, Message(request.nonce, request.kind, answer))
    except HangupError:
        raise
    except (WireError, MemoryError):
        count = len(answer)
        answer = results_to_plain([Returned(TOO_LARGE)] * count)
        send(channel, Message(request.nonce, request.kind, answer))
