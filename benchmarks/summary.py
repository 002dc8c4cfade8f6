"""From measurements to what the page says: spreads, ratios, and goals that are met or missed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.course import KINDS, Kind
from benchmarks.measuring import Spread, quantile, ratios, spread

TITLES = {
    "warm-2": "KeepProb, 2 workers",
    "warm-1": "KeepProb, 1 worker",
    "cold-2": "KeepProb, cold kernels, 2 workers",
    "cold-1": "KeepProb, cold kernels, 1 worker",
    "stock": "nbgrader, as it comes",
    "otter": "otter run",
    "limit": "physical limit",
}
BEST = "warm-2"
FLAT = 1.25  # so many times as much at the end, and it is flat no more

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


@dataclass(frozen=True)
class Goal:
    """A goal, the number that was measured, and whether it is met."""

    text: str
    measured: str
    met: bool


def rounds_of(parts: Parts, kind: Kind, name: str) -> list[dict[str, Any]]:
    """Return a contender's measurements with a class, round by round."""
    prefix = f"class/{kind.name}/{name}/"
    found = {key: value for key, value in parts.items() if key.startswith(prefix)}
    return [found[key] for key in sorted(found, key=lambda key: int(key.rsplit("/", 1)[1]))]


def rows(parts: Parts, kind: Kind) -> list[Row]:
    """Return a class's table, the fastest first; empty where KeepProb's own time is missing."""
    best = _seconds(parts, kind, BEST)
    found = [_row(parts, kind, name, best) for name in TITLES if rounds_of(parts, kind, name)]
    return sorted(found, key=lambda row: row.seconds.middle) if best else []


def _seconds(parts: Parts, kind: Kind, name: str) -> list[float]:
    return [taken["per_submission"] for taken in rounds_of(parts, kind, name)]


def _row(parts: Parts, kind: Kind, name: str, best: list[float]) -> Row:
    taken = rounds_of(parts, kind, name)
    seconds = _seconds(parts, kind, name)
    whole = min(len(seconds), len(best))  # rounds that both have, side by side in time
    judged = name != "limit"
    return Row(
        name,
        TITLES[name],
        spread(seconds),
        ratios(seconds[:whole], best[:whole]),
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


def times_of(parts: Parts, kind: Kind) -> list[float]:
    """Return the seconds of single submissions with one worker, one at a time."""
    return [time for taken in rounds_of(parts, kind, "warm-1") for time in taken["times"]]


def goals(parts: Parts) -> list[Goal]:
    """Return all goals of which there is a measurement."""
    makers: list[Callable[[Parts], Iterator[Goal]]] = [
        _against_stock,
        _against_the_limit,
        _one_submission,
        _growth,
    ]
    return [goal for make in makers for goal in make(parts)]


def _against_stock(parts: Parts) -> Iterator[Goal]:
    for kind, aim in zip(KINDS, (25, 40), strict=True):
        for row in rows(parts, kind):
            if row.name == "stock":
                text = f"{kind.title}: at least {aim} times as fast as nbgrader, with 2 workers"
                low, high = row.ratio.low, row.ratio.high
                measured = f"{row.ratio.middle:.1f} times ({low:.1f} to {high:.1f})"
                yield Goal(text, measured, row.ratio.middle >= aim)


def steady(parts: Parts, kind: Kind, name: str) -> list[float]:
    """Return the seconds from one report to the next, without the start, round by round."""
    taken = [item["steady"] for item in rounds_of(parts, kind, name)]
    return [value for value in taken if value]


def _against_the_limit(parts: Parts) -> Iterator[Goal]:
    for kind in KINDS:
        one, limit = steady(parts, kind, "warm-1"), steady(parts, kind, "limit")
        rounds = min(len(one), len(limit))
        if rounds:
            found = ratios(one[:rounds], limit[:rounds])
            measured = (
                f"{found.middle:.1f} times: {spread(one).middle:.3f} s against "
                f"{spread(limit).middle:.3f} s"
            )
            text = f"{kind.title}: a worker takes at most 1.5 times the physical limit"
            yield Goal(text, measured, found.middle <= 1.5)


def _one_submission(parts: Parts) -> Iterator[Goal]:
    for kind, aim in zip(KINDS, (0.3, 0.8), strict=True):
        if times := times_of(parts, kind):
            middle = quantile(times, 0.5)
            measured = f"{middle:.2f} s; 90 % within {quantile(times, 0.9):.2f} s"
            text = f"{kind.title}: from a submission to its report in under {aim} s, half of them"
            yield Goal(text, measured, middle < aim)


def grown(parts: Parts) -> list[dict[str, Any]]:
    """Return the measurements of growth, the smallest class first."""
    found = [value for key, value in parts.items() if key.startswith("growth/")]
    return sorted(found, key=lambda item: item["expected"])


def _growth(parts: Parts) -> Iterator[Goal]:
    found = grown(parts)
    if len(found) < 2:
        return
    last, before = found[-1], found[-2]
    size, other = last["expected"], before["expected"]
    lost = last["expected"] - last["count"]
    yield Goal(f"every one of {size:,} submissions has its score", f"{lost} without", lost == 0)
    per = {
        "time a submission": ("at_the_end", 1, last["at_the_beginning"]),
        "memory of the process that writes": ("peak_bytes", 1, before["peak_bytes"]),
        "gradebook a submission": (
            "gradebook_bytes",
            size,
            before["gradebook_bytes"] / other,
        ),
    }
    for what, (field, by, base) in per.items():
        factor = last[field] / by / base
        than = "at the beginning" if field == "at_the_end" else f"with {other:,}"
        text = f"{what} flat: with {size:,} at most {FLAT} times what it is {than}"
        yield Goal(text, f"{factor:.2f} times", factor <= FLAT)
