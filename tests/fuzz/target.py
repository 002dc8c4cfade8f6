"""What a fuzzer feeds: the parsers of what strangers write. Any bytes give a result or a refusal.

``make fuzz`` runs it under atheris, which looks for inputs that reach new code; the tests run it
under hypothesis.
"""

import socket
import time

from autograder.core.outcome import Call
from autograder.kernel.messages import found_from_plain, results_from_plain
from autograder.kernel.wire import WireError, receive
from autograder.notebook.flags import flags_of
from autograder.notebook.intake import IntakeError, parse_notebook

CALL = Call("f", (1.0,), times=2)


def read_frame(content: bytes) -> None:
    """Read bytes from a student's process as an answer."""
    ours, theirs = socket.socketpair()
    with theirs:
        with ours:
            ours.sendall(content[:60_000])
        try:
            message = receive(theirs, time.monotonic() + 5)
        except WireError:
            return
    for read in (
        lambda: results_from_plain(message.value, CALL),
        lambda: found_from_plain(message.value, ["f"]),
    ):
        try:
            read()
        except WireError:
            continue


def read_notebook(content: bytes) -> None:
    """Read bytes as a submission, as far as it gets without running it."""
    try:
        notebook = parse_notebook(content)
    except IntakeError:
        return
    flags_of([(at, cell["source"]) for at, cell in enumerate(notebook["cells"])])


TARGETS = {"frame": read_frame, "notebook": read_notebook}
