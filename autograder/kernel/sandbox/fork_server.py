"""The program that makes warm kernels: it has imported what notebooks need, and forks.

``python -m autograder.kernel.sandbox.fork_server DESCRIPTOR`` reads its orders from a socket. It
ran no operation of TensorFlow, so it has a single thread, and it holds nothing of the grader's: no
secret, no expected value, no submission. For each order its child joins the namespaces of a new,
empty box that bubblewrap made, and forks again. From there on all is as in a cold box: what it
gives up, and in which order, is `autograder.kernel.sandbox.confined`.
"""

import fcntl
import gc
import importlib
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np
from IPython.core.ultratb import AutoFormattedTB

from autograder.kernel.sandbox import confined, privileges
from autograder.kernel.sandbox.box import HOME, WORK

LONGEST_ORDER = 65_536
MOST_DESCRIPTORS = 64
HIGHEST = 2**20  # above every descriptor that a process may have
STARTED = b"started"
FAILED = 70  # the exit status of a program that could not become what it was to be

# What notebooks import, and what the kernel imports when it runs the first cell, and when it shows
# the first error.
ALWAYS = (
    "autograder.kernel.sandbox.boxed_kernel",
    "autograder.kernel.inside",
    "autograder.figures",
    "autograder.local_check",
    "autograder.storage.dataset_file",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "faulthandler",
    "ipykernel.debugger",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "pygments.formatters.html",
    "pygments.formatters.terminal256",
    "pygments.lexers.python",
    "pygments.styles.default",
    "stack_data",
    "tornado.locks",
    "tornado.platform.asyncio",
    "tornado.queues",
)
WITH_KERAS = ("tensorflow", "keras", "autograder.kernel.models")


def main(arguments: list[str]) -> None:
    """Import, say so, and serve until the grader lets go of the socket."""
    control = socket.socket(fileno=int(arguments[0]))
    order = json.loads(control.recv(LONGEST_ORDER))
    _import(order["modules"], order["fonts"])
    _lead_errors_nowhere()
    control.send(json.dumps({"threads": _threads(), "memory_bytes": _address_space()}).encode())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for this process's children
    while True:
        message, descriptors, _, _ = socket.recv_fds(control, LONGEST_ORDER, MOST_DESCRIPTORS)
        if not message:
            return
        if os.fork() == 0:
            _last(_enter_box, descriptors, json.loads(message)["numbers"])
        for descriptor in descriptors:
            os.close(descriptor)


def _import(modules: Sequence[str], fonts: str | None) -> None:
    """Import all that is there. fonts: the folder with matplotlib's list of fonts, or None."""
    confined.leave_debugger_out()
    os.environ["HOME"] = os.devnull  # Keras would make a folder there
    if fonts is None:  # matplotlib would make it again in every server
        modules = [name for name in modules if not name.startswith("matplotlib")]
    else:
        os.environ["MPLCONFIGDIR"] = fonts
    for name in modules:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError as error:
            if name.startswith("autograder.") and error.name == name:
                raise
    _show_an_error()
    _prepare_a_kernel()
    os.environ["HOME"] = HOME
    os.environ.pop("MPLCONFIGDIR", None)
    gc.collect()
    gc.freeze()  # so that a child's first collection does not copy every page


def _show_an_error() -> None:
    """Have IPython format an error: what it looks up for the first one, children need not."""
    try:
        raise LookupError
    except LookupError:
        AutoFormattedTB(mode="Context").structured_traceback(*sys.exc_info())


def _prepare_a_kernel() -> None:
    from autograder.kernel.sandbox.boxed_kernel import prepare  # not where there is a debugger

    prepare()


def _lead_errors_nowhere() -> None:
    """What is printed after the imports, the grader does not read."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _threads() -> int:
    return len(list(Path("/proc/self/task").iterdir()))


def _address_space() -> int:
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def _last(
    do: Callable[[list[int], list[int]], None], descriptors: list[int], numbers: list[int]
) -> NoReturn:
    """Do that and end, whatever happens: no child goes on in the server's loop."""
    try:
        do(descriptors, numbers)
    finally:
        os._exit(FAILED)


def _enter_box(descriptors: list[int], numbers: list[int]) -> None:
    """Join a box's namespaces, fork into it, and say how the program in it ended.

    descriptors: the box's first process; where to say what happens; the program's settings; and
    what else it inherits. numbers: which the program knows them by, from the settings on.
    """
    box, state, *inherited = descriptors
    with socket.socket(fileno=state) as states:
        try:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            privileges.join_namespaces(box)
            child = os.fork()
        except OSError as error:
            states.send(f"the box could not be entered: {error}".encode())
            os._exit(0)
        if child == 0:
            _last(_run, inherited, numbers)
        handle = os.pidfd_open(child)
        socket.send_fds(states, [STARTED], [handle])
        _close_all_but(states.fileno())
        _, status = os.waitpid(child, 0)
        states.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _run(descriptors: list[int], numbers: list[int]) -> None:
    """Become the box's program, in a session of its own: it can signal nobody outside of it."""
    os.setsid()
    _place(descriptors, numbers)
    os.chdir(WORK)
    np.random.seed()  # as a new process does: children of one server would draw the same numbers
    confined.main([str(numbers[0])])
    os._exit(0)


def _place(descriptors: list[int], numbers: list[int]) -> None:
    """Give each descriptor its number, and close all others; the standard ones lead nowhere."""
    above = max(numbers) + 1
    high = [fcntl.fcntl(descriptor, fcntl.F_DUPFD, above) for descriptor in descriptors]
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    os.closerange(3, above)
    for descriptor, number in zip(high, numbers, strict=True):
        os.dup2(descriptor, number)
    os.closerange(above, HIGHEST)


def _close_all_but(descriptor: int) -> None:
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, HIGHEST)


if __name__ == "__main__":
    main(sys.argv[1:])
