"""What a worker runs, here or on another machine: one submission, from its bytes to its report."""

import os
import pickle
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from autograder.classroom.grading import grade_work
from autograder.classroom.material import Part, key_in
from autograder.classroom.packing import NOTHING
from autograder.classroom.versions import ALWAYS, WITH_KERAS, require_versions
from autograder.classroom.work import WORKERS_OWN, Done, Work
from autograder.core.errors import ExplainedError
from autograder.kernel.clock import measured, stage
from autograder.kernel.sandbox.self_test import chosen_variant
from autograder.kernel.sandbox.warm import servers

_one_at_a_time = threading.Lock()


class WorkerError(ExplainedError):
    """Nothing can be graded in a worker; the message says why, where, and what to do."""


def grade_packed(
    expected: Mapping[str, str],
    content: bytes,
    released: bytes | Path,
    key: bytes | Path,
    confidential: tuple[str, ...] = (),
) -> Done:
    """Grade a submission in a worker.

    expected: the run's versions. content: the pickled `Work`, which another version of the engine
    could not read. released, key: its two parts. confidential: folders of the worker's that a
    submission must not be able to read. One process grades one submission at a time, whatever
    threads it has: its memory and its kernels are watched as a whole. Raises VersionsError,
    WorkerError where no sandbox holds, and OSError where a part is lost.
    """
    require_versions(expected, ALWAYS, here())
    work: Work = pickle.loads(content)
    parts = Part(work.released, released), Part(work.key, key, pickled=True)
    with _one_at_a_time, measured() as clock:
        if asks_keras(parts[1]):
            require_versions(expected, WITH_KERAS, here())
        if work.sandbox == WORKERS_OWN:
            servers.confidential = confidential
            with stage("sandbox"), _explained():
                work = replace(work, sandbox=chosen_variant(confidential))
        graded = grade_work(work, *parts)
    return Done(graded, clock.seconds, tuple(clock.notes), here())


def asks_keras(key: Part) -> bool:
    """Tell whether a hidden key asks Keras models; one that cannot be read asks nothing."""
    try:
        exercises = key_in(key).exercises.values() if key != NOTHING else ()
    except Exception:  # the report of the submission says it
        return False
    calls = (call for item in exercises for case in item.cases.values() for call in case.calls)
    return any(call.probes for call in calls)


def here() -> str:
    """Name this process."""
    return f"process {os.getpid()} on {socket.gethostname()}"


@contextmanager
def _explained() -> Iterator[None]:
    """Say where it was that something could not be done."""
    try:
        yield
    except ExplainedError as error:
        raise WorkerError(f"Worker, {here()}: {error}") from error
