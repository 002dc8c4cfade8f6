"""From measurements to the page's tables: spreads, ratios, growth, and what is missing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.course import KINDS, Kind
from benchmarks.measuring import Spread, ratios, spread
from benchmarks.stages import Stage, summed_up, warm_seconds

TITLES = {
    "warm-2": "KeepProb, 2 workers",
    "warm-1": "KeepProb, 1 worker",
    "cold-2": "KeepProb, cold kernels, 2 workers",
    "cold-1": "KeepProb, cold kernels, 1 worker",
    "stock": "nbgrader, as it comes",
    "otter": "otter run",
    "limit": "physical limit",
}
BEST, ONE = "warm-2", "warm-1"
ORDINARY = 100  # submissions in a class that growth is compared with

Parts = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """One contender with one class.

    seconds: a submission, over the rounds. ratio: how many times KeepProb's time with two workers.
    passed, right: right submissions that got full points, of how many; None where none is given.
    """

    name: str
    title: str
    seconds: Spread
    ratio: Spread
    count: int
    passed: int | None
    right: int


def rounds_of(parts: Parts, kind: Kind, name: str) -> dict[int, dict[str, Any]]:
    """Return a contender's measurements with a class by the number of the round."""
    prefix = f"class/{kind.name}/{name}/"
    found = {int(key.removeprefix(prefix)): key for key in parts if key.startswith(prefix)}
    return {number: parts[found[number]] for number in sorted(found)}


def measured(parts: Parts, kind: Kind, name: str, field: str) -> dict[int, float]:
    """Return one number of each round that has it."""
    taken = rounds_of(parts, kind, name)
    return {number: item[field] for number, item in taken.items() if item[field]}


def side_by_side(slow: Mapping[int, float], fast: Mapping[int, float]) -> Spread | None:
    """Return the ratio in the rounds that both have; None where there is no such round."""
    both = sorted(slow.keys() & fast.keys())
    return ratios([slow[n] for n in both], [fast[n] for n in both]) if both else None


def rows(parts: Parts, kind: Kind) -> list[Row]:
    """Return a class's table, the fastest first, of those who have a round with KeepProb's best."""
    best = measured(parts, kind, BEST, "per_submission")
    found = [_row(parts, kind, name, best) for name in TITLES]
    return sorted(filter(None, found), key=lambda row: row.seconds.middle)


def _row(parts: Parts, kind: Kind, name: str, best: Mapping[int, float]) -> Row | None:
    taken = rounds_of(parts, kind, name).values()
    seconds = measured(parts, kind, name, "per_submission")
    ratio = side_by_side(seconds, best)
    if ratio is None:
        return None
    judged = name != "limit"
    return Row(
        name,
        TITLES[name],
        spread(list(seconds.values())),
        ratio,
        sum(item["count"] for item in taken),
        sum(item["passed"] for item in taken) if judged else None,
        sum(item["right"] for item in taken),
    )


def unfair(parts: Parts) -> list[str]:
    """Name the contenders that refused right submissions: they are not measured fairly."""
    return [
        f"{row.title} ({kind.title}): {row.passed} of {row.right}"
        for kind in KINDS
        for row in rows(parts, kind)
        if row.passed is not None and row.passed < row.right
    ]


def stages(parts: Parts, kind: Kind) -> list[Stage]:
    """Return the stages of all submissions with one worker; empty where none was measured."""
    return summed_up([item["stages"] for item in rounds_of(parts, kind, ONE).values()])


def warm_times(parts: Parts, kind: Kind) -> tuple[list[float], int]:
    """Return the seconds of submissions that met a running server and a decoded key.

    And of how many submissions they are.
    """
    found = [stage for item in rounds_of(parts, kind, ONE).values() for stage in item["stages"]]
    return warm_seconds(found), len(found)


def grown(parts: Parts) -> list[dict[str, Any]]:
    """Return the measurements of growth, the smallest class first."""
    found = [value for key, value in parts.items() if key.startswith("growth/")]
    return sorted(found, key=lambda item: item["expected"])


def base_of(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the measurement that the largest class is compared with.

    The smallest class of at least 100, for in smaller ones what is there once weighs most; the
    smallest of all where there is none. found: as `grown` returns it, not empty.
    """
    smaller = found[:-1] or found
    return next((item for item in smaller if item["expected"] >= ORDINARY), smaller[0])


def missing(parts: Parts, settings: Mapping[str, Any]) -> list[str]:
    """Name what a run with these settings measures and these parts do not have."""
    return [*_missing_rounds(parts, settings["rounds"]), *_missing_others(parts, settings)]


def _missing_rounds(parts: Parts, rounds: int) -> Iterator[str]:
    for kind in KINDS:
        for name, title in TITLES.items():
            lost = rounds - len(rounds_of(parts, kind, name))
            if lost > 0:
                yield f"{kind.title}, {title}: {lost} of {rounds} rounds"


def _missing_others(parts: Parts, settings: Mapping[str, Any]) -> Iterator[str]:
    if "memory" not in parts:
        yield "memory"
    for size in settings["growth"]:
        if f"growth/{size}" not in parts:
            yield f"growth to {size:,} submissions"
