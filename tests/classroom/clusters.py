"""A Dask cluster for tests: a scheduler and workers, each a process of its own on loopback.

The workers run in a folder of their own, and know nothing of the course.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

WAIT_SECONDS = 240.0  # a busy machine is slow, and a wait ends when it may
ENVIRONMENT = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until it holds."""
    until = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.05)


@dataclass
class TestCluster:
    """The cluster: its address, and how to start and kill a worker."""

    __test__ = False

    address: str
    folder: Path
    closing: ExitStack
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start a worker, and wait until it can be used."""
        number = len(self.workers)
        log = self.folder / f"worker-{number}.log"
        command = [
            "dask_worker", self.address, "--nthreads", "1", "--no-dashboard",
            "--no-nanny",
            "--local-directory", str(self.folder / f"worker-{number}"),
            "--preload", "autograder.classroom.cluster",
        ]  # fmt: skip
        worker = self.closing.enter_context(_running(command, self.folder, log))
        eventually(lambda: "Registered to" in log.read_text(), log.read_text())
        self.workers.append(worker)
        return worker

    def kill(self, worker: subprocess.Popen[bytes]) -> None:
        """Kill a worker, as a machine that is switched off does."""
        worker.send_signal(signal.SIGKILL)
        worker.wait()


@contextmanager
def cluster(folder: Path, workers: int, protocol: str = "tcp") -> Iterator[TestCluster]:
    """Run a scheduler and workers in a folder, on ports that the system chooses."""
    with ExitStack() as closing:
        told = folder / "scheduler.json"
        command = [
            "dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--scheduler-file", str(told), "--protocol", protocol,
        ]  # fmt: skip
        log = folder / "scheduler.log"
        closing.enter_context(_running(command, folder, log))
        eventually(lambda: told.exists() and bool(told.read_text()), log.read_text())
        made = TestCluster(json.loads(told.read_text())["address"], folder, closing)
        for _ in range(workers):
            made.start_worker()
        yield made


@contextmanager
def _running(command: list[str], folder: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    module, *arguments = command
    with (
        log.open("wb") as output,
        subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *arguments],
            cwd=folder, stdout=output, stderr=output, env=os.environ | ENVIRONMENT,
        ) as process,
    ):  # fmt: skip
        try:
            yield process
        finally:
            process.terminate()
