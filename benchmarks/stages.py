"""Where a submission's time goes: the stages of `grade.log`, one worker, warm kernels."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import quantile

ORDER = (
    "read", "choose key", "decode key", "notebook", "kernel start", "fork server", "cells",
    "calls", "kernel end", "grade", "write",
)  # fmt: skip
ONCE = frozenset({"fork server", "decode key"})  # paid once for a server, once for a key

Stages = Mapping[str, float]


@dataclass(frozen=True)
class Stage:
    """One stage: its median in seconds, its share of all time, its seconds in all of a run."""

    name: str
    middle: float
    share: float
    total: float


def read_stages(path: Path) -> Iterator[dict[str, float]]:
    """Yield the seconds by stage of each submission in a grade.log, to 10 microseconds."""
    for line in path.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        if found.get("what") == "graded":
            yield {name: round(seconds, 5) for name, seconds in found["seconds"].items()}


def summed_up(runs: Sequence[Sequence[Stages]]) -> list[Stage]:
    """Return all stages in their order in time; those of no known place come last.

    runs: each with the stages of its submissions. A stage that a submission did not have counts as
    0 seconds in the median.
    """
    submissions = [item for run in runs for item in run]
    names = {name for item in submissions for name in item}
    whole = sum(sum(item.values()) for item in submissions)
    return [
        Stage(name, quantile(values, 0.5), sum(values) / whole, sum(values) / len(runs))
        for name in sorted(names, key=_place)
        for values in [[item.get(name, 0.0) for item in submissions]]
    ]


def _place(name: str) -> tuple[int, str]:
    return (ORDER.index(name) if name in ORDER else len(ORDER), name)


def warm_seconds(submissions: Iterable[Stages]) -> list[float]:
    """Return the seconds of those that started no server and decoded no key."""
    return [sum(item.values()) for item in submissions if not ONCE & item.keys()]
