"""Workers on other machines: a Dask cluster that runs already, over nothing but the network."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, ParamSpec, TypeVar

import autograder
from autograder.classroom.on_cluster import grade_on_cluster
from autograder.classroom.packing import SharingError
from autograder.classroom.workers import PartsLostError, WorkerKilledError

P = ParamSpec("P")
T = TypeVar("T")

CONNECT_SECONDS = 10
LOOK_EVERY = 1.0
TRIES = 5
NO_WORKER = (
    "The cluster at {} has no worker now. Grading goes on when one joins it; start one with: dask "
    "worker {}"
)
SEVERAL_THREADS = (
    "Some workers of the cluster have several threads, and grade one submission at a time "
    "nevertheless. Start more workers with one thread each: dask worker --nthreads 1"
)
LOST = (
    "The connection to the Dask scheduler at {} is lost. See that it runs, and run the command "
    "again; what was graded is kept."
)
NOT_SENT = (
    "What submissions share could not be sent to the workers of {}: {}. See that they run and can "
    "be reached, and run the command again; what was graded is kept."
)

UNREADABLE = "Error during deserialization of the task graph"
NOT_THERE = (
    "The cluster cannot run the autograder: {}. Install "
    f"keepprob[keras,notebooks,grade,cluster]=={autograder.__version__} for its scheduler and its "
    "workers, start them again, and run the command again; what was graded is kept."
)
NO_CERTIFICATE = (
    "The scheduler at {} asks for a certificate, and Dask's settings here name none. Give its path "
    "and that of its key in distributed.comm.tls.client, and the authority's in "
    "distributed.comm.tls.ca-file."
)


class ClusterError(SharingError):
    """The cluster cannot be used; the message says why, and what to do."""


class Cluster:
    """The workers of the Dask scheduler at an address; see `autograder.classroom.workers.Workers`.

    say: called with a sentence where somebody should know. Raises ClusterError where no scheduler
    answers, or Dask is not installed.
    """

    grade = staticmethod(grade_on_cluster)

    def __init__(self, address: str, say: Callable[[str], None] = lambda text: None) -> None:
        self._address, self._say, self._told = address, say, False
        self._counted, self._count = 0.0, -1  # not asked yet
        self._client = _client(address)
        self._executor = self._client.get_executor(pure=False)

    def count(self) -> int:
        """Return the number of workers now. Raises ClusterError where the scheduler is gone."""
        if self._client.status != "running":
            raise ClusterError(LOST.format(self._address))
        if time.monotonic() - self._counted > LOOK_EVERY:
            threads, before = self._threads(), self._count
            self._count, self._counted = len(threads), time.monotonic()
            if not threads and before != 0:
                self._say(NO_WORKER.format(self._address, self._address))
            elif max(threads.values(), default=1) > 1 and not self._told:
                self._told = True
                self._say(SEVERAL_THREADS)
        return self._count

    def _threads(self) -> dict[str, int]:
        try:
            return dict(self._client.nthreads())
        except Exception as error:  # whatever the connection raises
            raise ClusterError(LOST.format(self._address)) from error

    def share(self, content: bytes) -> Any:
        """Send bytes to every worker; one that joins later gets them from another one.

        Waits where there is no worker. The name of what is sent is new each time: what was lost
        is not mixed up with what is sent again.
        """
        for _ in range(TRIES):
            while self.count() == 0:
                time.sleep(LOOK_EVERY)
            try:
                return self._client.scatter(content, broadcast=True, hash=False)
            except Exception as error:  # a worker may have gone meanwhile
                self._counted, reason = 0.0, repr(error)
                time.sleep(LOOK_EVERY)
        raise ClusterError(NOT_SENT.format(self._address, reason))

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Call a function in a worker. See `autograder.classroom.workers.Workers`."""
        outer: Future[T] = Future()
        outer.set_running_or_notify_cancel()
        try:
            inner = self._executor.submit(fn, *args, **kwargs)
        except CancelledError:
            outer.set_exception(PartsLostError())
        else:
            inner.add_done_callback(lambda done: _pass_on(done, outer))
        return outer

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster, which goes on. Submissions at work there are finished for nobody."""
        self._executor.shutdown(wait=wait and not cancel_futures)
        self._client.close()


def _client(address: str) -> Any:
    try:
        import distributed
    except ImportError as error:
        raise ClusterError(
            f"--scheduler needs Dask, which is not installed here ({error}). Install it with: "
            "pip install 'keepprob[cluster]'"
        ) from error
    # What it logs of a connection that is lost, this module says in a sentence.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    connect: Callable[..., Any] = distributed.Client
    security: Callable[[], Any] = distributed.Security
    try:
        certificate = security().get_connection_args("client")["ssl_context"]
        if address.startswith("tls://") and certificate is None:
            raise ClusterError(NO_CERTIFICATE.format(address))
        return connect(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"No Dask scheduler answers at {address}: {error}. Expected the address that the "
            "scheduler prints, such as tcp://192.0.2.1:8786. Start one with: dask scheduler"
        ) from error


def _pass_on(inner: "Future[T]", outer: "Future[T]") -> None:
    """Give what came of a call on, in the terms of `Workers`."""
    from distributed import KilledWorker

    try:
        outer.set_result(inner.result())
    except CancelledError:
        outer.set_exception(PartsLostError())
    except KilledWorker:
        outer.set_exception(WorkerKilledError())
    except Exception as error:
        missing = _missing(error)
        outer.set_exception(error if missing is None else ClusterError(NOT_THERE.format(missing)))


def _missing(error: Exception) -> BaseException | None:
    """Return why a call could not even be read in the cluster; None where it was.

    The scheduler reads it first, and Dask has a RuntimeError of its own for where that fails.
    """
    if isinstance(error, RuntimeError) and str(error).startswith(UNREADABLE):
        return error.__cause__ or error
    named = error.name if isinstance(error, ModuleNotFoundError) else None
    return error if str(named).split(".")[0] == autograder.__name__ else None
