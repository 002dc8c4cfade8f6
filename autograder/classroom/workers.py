"""Worker processes on this machine, behind the interface of `concurrent.futures`."""

import contextlib
import multiprocessing
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, ParamSpec, Protocol, TypeVar

from autograder.classroom.beginning import begin, settle
from autograder.classroom.material import Part, replace_bytes
from autograder.classroom.packing import SharingError
from autograder.classroom.remote import grade_packed
from autograder.classroom.work import Done
from autograder.kernel.sandbox.warm import warm_up
from autograder.kernel.scratch import make_scratch

P = ParamSpec("P")
T = TypeVar("T")

SOON = 0.1
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


class WorkerKilledError(Exception):
    """The process that graded a submission is no more."""


class PartsLostError(Exception):
    """What was handed to the workers is there no more: it has to be handed over again."""


class Workers(Protocol):
    """Where submissions are graded: an executor that is also handed what they share."""

    @property
    def grade(self) -> Callable[..., Done]:
        """What its workers call, with the arguments of `grade_packed`."""

    def count(self) -> int:
        """Return how many submissions are graded at once now; 0 where there is no worker."""

    def share(self, content: bytes) -> Any:
        """Hand bytes over once; what is returned stands for them in the arguments of a call."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call a function in a worker.

        The future raises WorkerKilledError, PartsLostError, or what the function raised; an
        ExplainedError means that the whole run has to stop.
        """

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers; with `cancel_futures` at once, whatever they do."""


class LocalWorkers(Executor):
    """Worker processes, each in a pool of its own.

    Where one is killed, the submission that it had is the only one that is lost, and a new process
    takes its place. One worker is a process of its own too: a grader that a submission gets killed
    could say nothing of it, and its next run would begin with the same one. Each process imports
    at once what it needs. warm: and starts the fork server that every submission needs.
    confidential: folders that a submission must not be able to read. Raises SharingError where the
    temporary folder takes nothing.
    """

    grade = staticmethod(grade_packed)

    def __init__(
        self, jobs: int, *, warm: bool = False, confidential: tuple[str, ...] = ()
    ) -> None:
        self._tasks: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        with _explaining_no_room():
            self._folder = make_scratch("shared")
        self._processes: dict[int, int] = {}
        self._stopping, self._warm, self._confidential = False, warm, confidential
        for name in ONE_THREAD:  # one processor each, and sums that do not depend on how many
            os.environ.setdefault(name, "1")
        # A worker ends with the thread that started it, so each has one that lives as long.
        self._threads = [
            threading.Thread(target=self._serve, args=(slot,), name=f"worker {slot}", daemon=True)
            for slot in range(jobs)
        ]
        for thread in self._threads:
            thread.start()

    def count(self) -> int:
        """Return the number of workers."""
        return len(self._threads)

    def share(self, content: bytes) -> Path:
        """Put bytes into a file that the workers read when they first need it.

        Raises SharingError where there is no room for it.
        """
        path = self._folder / Part.of(content).digest
        if not path.exists():
            with _explaining_no_room():
                replace_bytes(path, content)
        return path

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call a function in the next worker that is free. See `Workers.submit`."""
        future: Future[T] = Future()
        self._tasks.put((future, partial(fn, *args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers when all is done, or at once with `cancel_futures`."""
        self._stopping = cancel_futures
        if cancel_futures:
            self._cancel_waiting()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            while thread.is_alive():
                if cancel_futures:
                    self._kill()
                thread.join(SOON)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _kill(self) -> None:
        for process in list(self._processes.values()):
            with contextlib.suppress(OSError):
                os.kill(process, signal.SIGKILL)

    def _cancel_waiting(self) -> None:
        with contextlib.suppress(Empty):
            while (task := self._tasks.get_nowait()) is not None:
                task[0].cancel()

    def _serve(self, slot: int) -> None:
        """Do one task after the other in a process that is made anew where it is killed."""
        with contextlib.ExitStack() as closing:
            pool: ProcessPoolExecutor | None = None
            with contextlib.suppress(Exception):  # the first task tries again, and says why not
                pool = self._pool(slot, closing)
            while (task := self._tasks.get()) is not None:
                future, call = task
                if self._stopping or not future.set_running_or_notify_cancel():
                    future.cancel()
                    continue
                try:
                    pool = pool or self._pool(slot, closing)
                    future.set_result(pool.submit(call).result())
                except BrokenProcessPool:
                    pool = None
                    closing.close()
                    future.set_exception(WorkerKilledError())
                except BaseException as error:
                    future.set_exception(error)

    def _pool(self, slot: int, closing: contextlib.ExitStack) -> ProcessPoolExecutor:
        closing.close()  # of one that could not start
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(
            1, mp_context=context, initializer=begin, initargs=(os.getpid(),)
        )
        closing.callback(self._processes.pop, slot, None)
        closing.callback(pool.shutdown)
        self._processes[slot] = pool.submit(os.getpid).result()
        if self._warm:
            pool.submit(warm_up, self._confidential)
        pool.submit(settle)
        return pool


@contextlib.contextmanager
def _explaining_no_room() -> Iterator[None]:
    """Raise SharingError where the temporary folder takes nothing more."""
    try:
        yield
    except OSError as error:
        raise SharingError(
            f"The temporary folder {tempfile.gettempdir()} cannot take what workers share: "
            f"{error.strerror or error}. Make room there, or set TMPDIR to a folder that has room, "
            "and run the command again; what was graded is kept."
        ) from error
