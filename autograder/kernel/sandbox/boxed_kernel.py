"""ipykernel in a box: its sockets were made outside, and it starts no process and no debugger."""

from typing import Any

import zmq
from ipykernel import kernelapp
from ipykernel.heartbeat import Heartbeat
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from traitlets import Type

from autograder.kernel.sandbox.standing_in import AbsentError

Sockets = dict[int, int]


class _Heart(Heartbeat):
    """A heartbeat on a socket that was made outside."""

    sockets: Sockets

    def _try_bind_socket(self) -> Any:
        self.socket.setsockopt(zmq.USE_FD, self.sockets[self.port])
        return super()._try_bind_socket()


class _Output(IOPubThread):
    """Outputs of this process alone: there are no others whose output could be gathered."""

    def __init__(self, socket: Any, pipe: bool = False, session: Any = None) -> None:
        super().__init__(socket, pipe=False, session=session)


class Shell(ZMQInteractiveShell):
    """IPython's shell, which goes on behind a statement that needs a package that is hidden.

    The rest of the cell may define a function that needs no such thing.
    """

    async def run_code(self, code_obj: Any, result: Any = None, *, async_: bool = False) -> bool:
        """Run a statement; tell whether the cell has to stop."""
        failed = await super().run_code(code_obj, result, async_=async_)
        error = None if result is None else result.error_in_exec
        return bool(failed) and not isinstance(error, AbsentError)


class BoxedKernel(IPythonKernel):
    """ipykernel's kernel, with that shell."""

    shell_class = Type(Shell)


class BoxedKernelApp(IPKernelApp):
    """ipykernel's application, with what it is told in place of files and new sockets."""

    kernel_class = Type(BoxedKernel)
    connection: dict[str, Any]
    sockets: Sockets

    def init_connection_file(self) -> None:
        """Take the connection information that was handed over; there is no file."""
        information: Any = self.connection | {"key": self.connection["key"].encode()}
        self.load_connection_info(information)

    def write_connection_file(self, **kwargs: Any) -> None:
        """Write nothing: the other side knows."""

    def init_heartbeat(self) -> None:
        """Start the heartbeat, on its own socket."""
        _Heart.sockets = self.sockets
        self.heartbeat = _Heart(zmq.Context(), (self.transport, self.ip, self.hb_port))
        self.heartbeat.start()

    def init_iopub(self, context: Any) -> None:
        """Start the thread that sends outputs."""
        vars(kernelapp)["IOPubThread"] = _Output
        super().init_iopub(context)

    def _try_bind_socket(self, s: Any, port: int) -> Any:
        s.setsockopt(zmq.USE_FD, self.sockets[port])
        return super()._try_bind_socket(s, port)


def launch(connection: dict[str, Any], sockets: Sockets) -> None:
    """Run the kernel until its end.

    connection: Jupyter's connection information. sockets: a descriptor that listens, by port.
    """
    BoxedKernelApp.connection, BoxedKernelApp.sockets = connection, sockets
    app = BoxedKernelApp.instance()
    app.initialize(["--HistoryManager.enabled=False"])
    app.start()
