"""Measure: a program's wall-clock time and memory, and the statistics of what was measured."""

import contextlib
import itertools
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import psutil

from benchmarks.course import WORK

Look = Callable[[psutil.Process], Any]

LOG = WORK / "last-command.log"
SAMPLE_SECONDS = 0.5
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})
# What TensorFlow tells on stderr costs a point in a grade cell of stock nbgrader: be kind to it.
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}


class FailedError(RuntimeError):
    """A program that is measured ended with an error; the message holds its last lines."""


@dataclass
class Measured:
    """What a program took.

    seconds: wall-clock time. peak_bytes: the most that its own first process ever held (VmHWM),
    without those that it started. began: the time of the start, in seconds since the epoch.
    """

    seconds: float
    peak_bytes: int
    began: float
    samples: list[Any] = field(default_factory=list)


def run(
    command: Sequence[str],
    folder: Path,
    *,
    accept: Sequence[int] = (0,),
    look: Look | None = None,
    programs: Path | None = None,
    settings: Mapping[str, str] = NO_SETTINGS,
) -> Measured:
    """Run a program in a folder and measure it.

    accept: the exit codes of success. look: called with its first process twice a second; what it
    returns is kept in `samples`. programs: the folder that comes first on PATH (default: this
    environment's, for nbgrader starts `alembic` by its name). settings: more environment variables.
    Raises FailedError.
    """
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("wb") as output:
        began, start = time.time(), time.perf_counter()
        environment = _environment(programs or Path(sys.executable).parent) | dict(settings)
        running = subprocess.Popen(
            command, cwd=folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
        watch = _Watch(psutil.Process(running.pid), look)
        try:
            code = running.wait()
        finally:
            running.kill()
            seconds = time.perf_counter() - start
            watch.end()
    if code not in accept:
        tail = LOG.read_text(encoding="utf-8", errors="replace")[-3000:]
        raise FailedError(f"{' '.join(command[:3])} ended with {code}:\n{tail}")
    return Measured(seconds, watch.peak_bytes, began, watch.samples)


def _environment(first: Path) -> dict[str, str]:
    path = f"{first}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return os.environ | QUIET | {"PATH": path}


class _Watch(threading.Thread):
    """Looks at a process from time to time, as long as it is there."""

    def __init__(self, process: psutil.Process, look: Look | None) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self.samples: list[Any] = []
        self._process, self._look = process, look
        self._ended = threading.Event()
        self.start()

    def run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            self.peak_bytes = max(self.peak_bytes, _high_water_mark(self._process.pid))
            if self._look is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    self.samples.append(self._look(self._process))

    def end(self) -> None:
        """Look no more."""
        self._ended.set()
        self.join()


def _high_water_mark(pid: int) -> int:
    """Return the most memory that a process has held so far, in bytes; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) * 1024 if found else 0


@dataclass(frozen=True)
class Spread:
    """A sample in five numbers. middle: the median; low, high: the range."""

    middle: float
    quarter: float
    three_quarters: float
    low: float
    high: float
    count: int


def spread(values: Sequence[float]) -> Spread:
    """Return the median, the quartiles and the range of at least one number."""
    ordered = sorted(values)
    middle = statistics.median(ordered)
    return Spread(
        middle,
        quantile(ordered, 0.25),
        quantile(ordered, 0.75),
        ordered[0],
        ordered[-1],
        len(ordered),
    )


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies, interpolated between two."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def ratios(slow: Sequence[float], fast: Sequence[float]) -> Spread:
    """Return how many times slower the one is, round by round."""
    return spread([one / other for one, other in zip(slow, fast, strict=True)])


def gaps(times: Sequence[float]) -> list[float]:
    """Return the seconds between things that were finished, in the order of time."""
    ordered = sorted(times)
    return [after - before for before, after in itertools.pairwise(ordered)]
