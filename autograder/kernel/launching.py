"""Start a Jupyter kernel with one descriptor more, and end it for sure."""

import contextlib
import inspect
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import weakref
from pathlib import Path

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_core.utils import run_sync

from autograder.core.outcome import Died, TimedOut
from autograder.kernel.conversation import bounded_context
from autograder.kernel.environment import reduced_environment
from autograder.kernel.growth import Growth
from autograder.kernel.processes import end_all
from autograder.kernel.sandbox.box import Box
from autograder.kernel.scratch import make_scratch, short_folder

THIS_PYTHON = "keepprob-this-python"
SANDBOX = "keepprob-sandbox"
MEMORY_BYTES = 8 * 2**30
EXIT_SECONDS = 5.0  # between the end of its connections and its own, where a machine is busy
FLOODED = "it sent the grader more than can be kept"


class ThisPython(KernelSpecManager):
    """Knows two kernels more: the Python that runs the grader, bare and in a box.

    box: what the box is like.
    """

    def __init__(self, box: Box) -> None:
        super().__init__()
        self._box = box

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """Return the kernel of that name."""
        if kernel_name == SANDBOX:
            return self._boxed()
        if kernel_name != THIS_PYTHON:
            return super().get_kernel_spec(kernel_name)
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv.append("--HistoryManager.enabled=False")
        return KernelSpec(argv=argv, display_name="Python 3", language="python")

    def _boxed(self) -> KernelSpec:
        """Return the kernel that `autograder.kernel.sandbox.provisioner` starts."""
        config = {"box": self._box.to_plain()}
        provisioner = {"provisioner_name": SANDBOX, "config": config}
        return KernelSpec(
            argv=[sys.executable],
            display_name="Python 3",
            language="python",
            metadata={"kernel_provisioner": provisioner},
        )


class _Manager(KernelManager):
    """Jupyter's manager, without the pause after each start and each end, made for its tests."""

    start_kernel = run_sync(inspect.unwrap(KernelManager._async_start_kernel))
    shutdown_kernel = run_sync(inspect.unwrap(KernelManager._async_shutdown_kernel))


class Process:
    """A kernel's process, and the grader's end of a socket whose other end it inherits.

    channel: the grader's end. fd: the number of the process's end, in the process. memory_bytes:
    what it may allocate, where the system lets us say so. box: what the sandbox is like; it has
    bounds of its own. growth: of the grader so far; from now on by default. Whatever starting it
    raises, `close` it.
    """

    def __init__(
        self,
        folder: Path,
        kernel_name: str,
        memory_bytes: int = MEMORY_BYTES,
        box: Box | None = None,
        growth: Growth | None = None,
    ) -> None:
        self._closing = contextlib.ExitStack()
        weakref.finalize(self, self._closing.close)
        private = make_scratch("kernel", short_folder())
        self._closing.callback(shutil.rmtree, private, ignore_errors=True)
        mark = secrets.token_hex(16)
        if kernel_name != SANDBOX:  # a box takes with it all that is in it
            self._closing.callback(end_all, mark)
        context = bounded_context()
        self._closing.callback(context.destroy, linger=0)
        self.channel, self._theirs = socket.socketpair()
        self._closing.callback(self.channel.close)
        self._closing.callback(self._theirs.close)
        self.fd = self._theirs.fileno()
        self._environment = reduced_environment(private, mark)
        self._folder = folder
        self._growth, self._flooded = growth or Growth(), False
        self._box = box or Box()
        self._memory_bytes = None if kernel_name == SANDBOX else memory_bytes
        self._manager = _Manager(
            kernel_spec_manager=ThisPython(self._box),
            kernel_name=kernel_name,
            context=context,
            transport="ipc",
            ip=str(private / "k"),
            connection_file=str(private / "kernel.json"),
        )

    def start(self) -> BlockingKernelClient:
        """Start the process; return a client that is not connected yet."""
        self._closing.callback(_end_kernel, self._manager)
        self._manager.start_kernel(
            cwd=str(self._folder),
            env=self._environment,
            pass_fds=(self.fd,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._theirs.close()  # so that the channel closes when the process ends
        self._bound_memory()
        return self._manager.client()

    def _bound_memory(self) -> None:
        process = getattr(self._manager.provisioner, "pid", None)
        if process and self._memory_bytes and hasattr(resource, "prlimit"):
            bound = (self._memory_bytes, self._memory_bytes)
            resource.prlimit(process, resource.RLIMIT_DATA, bound)

    def alive(self) -> bool:
        """Tell whether the process still runs; one that floods the grader is ended."""
        if not self._flooded and self._growth.is_too_large():
            self._flooded = True
            _end_kernel(self._manager)
        return not self._flooded and self._exit_code() is None

    def _exit_code(self) -> int | None:
        provisioner = self._manager.provisioner
        return -signal.SIGKILL if provisioner is None else run_sync(provisioner.poll)()

    def interrupt(self) -> None:
        """Interrupt what it does, as the stop button does."""
        with contextlib.suppress(OSError, RuntimeError):
            self._manager.interrupt_kernel()

    def ending(self) -> TimedOut | Died:
        """Say how the process ended; the kernel's limit on processor time is a limit on time."""
        if self._flooded:
            return Died(FLOODED)
        until = time.monotonic() + EXIT_SECONDS
        while (code := self._exit_code()) is None and time.monotonic() < until:
            time.sleep(0.01)
        if code is None:
            return Died("it closed the grader's connection")
        if code == -signal.SIGXCPU:
            return TimedOut(self._box.bounds.cpu_seconds)
        return Died(f"exit status {code}" if code >= 0 else f"signal {_signal_name(-code)}")

    def close(self) -> None:
        """End the process and all that it started, and remove its files."""
        with contextlib.suppress(Exception):
            self._closing.close()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)


def _end_kernel(manager: KernelManager) -> None:
    if manager.has_kernel:
        manager.shutdown_kernel(now=True)
    else:
        manager.cleanup_resources()
