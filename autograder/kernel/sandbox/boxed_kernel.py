"""ipykernel in a box: its sockets were made outside, and it starts no process and no debugger.

A kernel that grades lives for a fraction of a second, so that what it starts and what it looks up
is most of its cost. This one has no threads for the heartbeat, for outputs and for what is written
to descriptors; what is printed is sent by whoever prints.
"""

import inspect
import logging
import signal
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import zmq
from ipykernel import ipkernel, kernelapp
from ipykernel.compiler import XCachingCompiler
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from tornado.ioloop import IOLoop
from traitlets import Type
from traitlets.config import Config
from zmq.eventloop.zmqstream import ZMQStream

from autograder.kernel.sandbox.standing_in import AbsentError

Sockets = dict[int, int]


class _Output(IOPubThread):
    """Outputs of this process, without a thread: each is sent at once."""

    def __init__(self, socket: Any, pipe: bool = False, session: Any = None) -> None:
        self._sending = threading.RLock()
        super().__init__(socket, pipe=False, session=session)

    def start(self) -> None:
        """Start nothing."""

    def _setup_event_pipe(self) -> None:
        """Nobody has to be woken up."""

    def _setup_xpub_listener(self) -> None:
        IOLoop.current().add_handler(self.socket.fileno(), self._listen, IOLoop.READ)

    def _listen(self, *event: Any) -> None:
        """Welcome whoever has come to listen."""
        with self._sending:
            while not self.closed and self.socket.getsockopt(zmq.EVENTS) & zmq.POLLIN:
                self._handle_subscription(self.socket.recv_multipart())

    def schedule(self, f: Callable[[], Any]) -> None:
        """Call a function now, and to its end: half a message would spoil the next one."""
        with self._sending:
            if threading.current_thread() is not threading.main_thread():
                f()
                return
            interrupts: list[Any] = []
            before = signal.signal(signal.SIGINT, lambda *arguments: interrupts.append(arguments))
            try:
                f()
            finally:
                signal.signal(signal.SIGINT, before)
            if interrupts and callable(before):
                before(*interrupts[0])

    def _really_send(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        super()._really_send(msg, *args, **kwargs)
        self._listen()  # to send takes away the mark by which the loop would see a new listener


class Stream(OutStream):
    """stdout or stderr: sent at the end of a cell, and by another thread when that takes long."""

    def _schedule_flush(self) -> None:
        if not self._flush_pending:
            self._flush_pending = True
            self._io_loop.add_callback(self._io_loop.call_later, self.flush_interval, self._flush)

    def _flush(self) -> None:
        """Send all that was written; whoever comes meanwhile waits until it is sent."""
        self.pub_thread.schedule(super()._flush)


class _Compiler(XCachingCompiler):
    """Compiles cells. Python need not search all modules for the one that a cell belongs to."""

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """Return the name of a cell's file."""
        name: str = super().get_code_name(raw_code, code, number)
        inspect.modulesbyfile[name] = ""  # a module that there is not
        return name


class Shell(ZMQInteractiveShell):
    """IPython's shell, which goes on behind a statement that needs a package that is hidden.

    The rest of the cell may define a function that needs no such thing.
    """

    _transformed = ("", "")

    def transform_cell(self, raw_cell: str) -> str:
        """Return a cell as Python; ipykernel asks twice for each."""
        asked, transformed = self._transformed
        if asked == raw_cell:
            self._transformed = "", ""
            return transformed
        self._transformed = raw_cell, super().transform_cell(raw_cell)
        return self._transformed[1]

    async def run_code(self, code_obj: Any, result: Any = None, *, async_: bool = False) -> bool:
        """Run a statement; tell whether the cell has to stop."""
        failed = await super().run_code(code_obj, result, async_=async_)
        error = None if result is None else result.error_in_exec
        return bool(failed) and not isinstance(error, AbsentError)

    def _format_exception_for_storage(self, *arguments: Any, **named: Any) -> dict[str, Any]:
        """Do not format an error a second time for the history, which nobody reads."""
        return {}


class BoxedKernel(IPythonKernel):
    """ipykernel's kernel, with that shell."""

    shell_class = Type(Shell)
    compiler_class = Type(_Compiler)
    _execute_sleep = 0.0

    def __init__(self, **named: Any) -> None:
        everything = vars(ipkernel)["sys"]
        # A debugger wants the files of all modules; to look at each would copy them all, in a fork.
        vars(ipkernel)["sys"] = SimpleNamespace(modules={})
        try:
            super().__init__(**named)
        finally:
            vars(ipkernel)["sys"] = everything


class BoxedKernelApp(IPKernelApp):
    """ipykernel's application, with what it is told in place of files and new sockets."""

    kernel_class = Type(BoxedKernel)
    connection: dict[str, Any]
    sockets: Sockets

    def parse_command_line(self, argv: Any = None) -> None:
        """There is none."""

    def init_crash_handler(self) -> None:
        """Nobody would read what it writes."""

    def load_config_file(self, *arguments: Any, **named: Any) -> None:
        """A box has no settings of anybody's."""

    def init_connection_file(self) -> None:
        """Take the connection information that was handed over; there is no file."""
        information: Any = self.connection | {"key": self.connection["key"].encode()}
        self.load_connection_info(information)

    def write_connection_file(self, **kwargs: Any) -> None:
        """Write nothing: the other side knows."""

    def init_heartbeat(self) -> None:
        """Repeat what the heartbeat's socket is told, in the thread of the control channel."""
        context: Any = self.context
        heart = context.socket(zmq.ROUTER)
        heart.linger = 1000
        self._bind_socket(heart, self.hb_port)
        self.heart = ZMQStream(heart, self.control_thread.io_loop)
        self.heart.on_recv(self.heart.send_multipart)

    def init_iopub(self, context: Any) -> None:
        """Make what sends outputs."""
        vars(kernelapp)["IOPubThread"] = _Output
        super().init_iopub(context)
        self.iopub_thread.io_loop.close()
        self.iopub_thread.io_loop = self.control_thread.io_loop

    def _try_bind_socket(self, s: Any, port: int) -> Any:
        s.setsockopt(zmq.USE_FD, self.sockets[port])
        return super()._try_bind_socket(s, port)


def prepare() -> BoxedKernelApp:
    """Return the application, made only once: in a server, before it forks. It starts no thread."""
    app: BoxedKernelApp = BoxedKernelApp.instance(
        config=Config({"HistoryManager": {"enabled": False}}),
        outstream_class=f"{Stream.__module__}.{Stream.__name__}",
        capture_fd_output=False,
    )
    app.log.setLevel(logging.WARNING)  # what nobody reads is not put together
    return app


def launch(connection: dict[str, Any], sockets: Sockets) -> None:
    """Run the kernel until its end.

    connection: Jupyter's connection information. sockets: a descriptor that listens, by port.
    """
    app = prepare()
    app.connection, app.sockets = connection, sockets
    app.initialize([])
    app.start()
