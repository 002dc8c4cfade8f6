"""A Jupyter kernel provisioner that starts each kernel in a box of its own.

Jupyter finds it by its entry point, ``keepprob-sandbox``; the kernelspec of that name asks for it.
Whatever starts kernels through jupyter_client (nbclient, nbconvert, JupyterLab) starts this one so.
"""

import contextlib
import shutil
import signal
import socket
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Dict

from autograder.kernel.sandbox.box import Box
from autograder.kernel.sandbox.started import Started
from autograder.kernel.sandbox.starting import Contents
from autograder.kernel.sandbox.warm import start
from autograder.kernel.scratch import make_scratch, short_folder

PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")


class SandboxProvisioner(LocalProvisioner):
    """Starts a kernel in a box, interrupts it, and ends the whole box.

    box: its settings (`autograder.kernel.sandbox.box.Box`), from the kernelspec's metadata.
    """

    box = Dict(help="What the box is like; see autograder.kernel.sandbox.box.Box.").tag(config=True)

    _folder: Path | None = None
    _started: Started | None = None
    _listening: dict[int, socket.socket]

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the sockets outside: nothing of the file system is shared with the box."""
        manager: Any = self.parent
        if manager.transport != "ipc":
            self._folder = make_scratch("box", short_folder())
            manager.transport, manager.ip = "ipc", str(self._folder / "k")
            manager.connection_file = str(self._folder / "kernel.json")
            for name in PORTS:
                setattr(manager, name, 0)
        prepared = await super().pre_launch(**kwargs)
        ports = [getattr(manager, name) for name in PORTS]
        self._listening = {port: _listen(Path(f"{manager.ip}-{port}")) for port in ports}
        return prepared

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Start the box. Raises `autograder.kernel.sandbox.starting.BoxError`."""
        key = self.connection_info.get("key", b"")
        contents = Contents(
            handed=kwargs.get("pass_fds", ()),
            connection={
                **self.connection_info,
                "key": key.decode() if isinstance(key, bytes) else key,
            },
            sockets={port: made.fileno() for port, made in self._listening.items()},
        )
        try:
            self._started = start(Box.from_plain(self.box), contents)
        finally:
            for made in self._listening.values():
                made.close()
        self.process = self._started.process
        self.pid = self._started.process.pid
        return self.connection_info

    async def poll(self) -> int | None:
        """Return how the kernel ended, or None."""
        return 0 if self._started is None else self._started.poll()

    async def send_signal(self, signum: int) -> None:
        """Interrupt the kernel; any other signal ends the box."""
        if self._started is not None and signum == signal.SIGINT:
            self._started.interrupt()
        elif self._started is not None and signum:
            self._started.end()

    async def kill(self, restart: bool = False) -> None:
        """End the box."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """End the box."""
        await self.send_signal(signal.SIGKILL)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets."""
        with contextlib.suppress(OSError):
            if self._started is not None:
                self._started.end()
        if not restart and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
        await super().cleanup(restart)


def _listen(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    made = socket.socket(socket.AF_UNIX)
    made.bind(str(path))
    made.listen()
    return made
