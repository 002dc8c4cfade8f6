"""Goals: the numbers that were measured, whether they are met, and what a missed one points to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.course import KINDS, Kind
from benchmarks.measuring import quantile, spread
from benchmarks.summary import (
    BEST,
    ONE,
    Parts,
    base_of,
    grown,
    measured,
    rounds_of,
    rows,
    side_by_side,
    stages,
    warm_times,
)

FLAT = 1.25  # so many times as much at the end, and it is flat no more
NEAR = 1.5  # so many times the physical limit may a worker take
SEE_GROWTH = "The table under [Growth](#growth) has it for each size; stages were not compared."


@dataclass(frozen=True)
class Goal:
    """A goal, the number that was measured, whether it is met, and what else was measured of it."""

    text: str
    measured: str
    met: bool
    seen: str


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
                found = f"{row.ratio.middle:.1f} times ({low:.1f} to {high:.1f})"
                aimed = f"It would be met with {row.seconds.middle / aim:.3f} s a submission."
                seen = _joined(aimed, _around_the_reports(parts, kind), _longer(parts, kind))
                yield Goal(text, found, row.ratio.middle >= aim, seen)


def _around_the_reports(parts: Parts, kind: Kind) -> str:
    """Say how much of a run with two workers lies before the first report and after the last."""
    runs = [item for item in rounds_of(parts, kind, BEST).values() if item["steady"]]
    if not runs:
        return ""
    whole = spread([item["seconds"] for item in runs]).middle
    around = [item["seconds"] - item["steady"] * (item["reports"] - 1) for item in runs]
    return (
        f"A run with 2 workers took {whole:.1f} s, of which {spread(around).middle:.1f} s lie "
        "before the first report or after the last."
    )


def _against_the_limit(parts: Parts) -> Iterator[Goal]:
    for kind in KINDS:
        one, limit = (measured(parts, kind, name, "steady") for name in (ONE, "limit"))
        ratio = side_by_side(one, limit)
        if ratio is not None:
            found = f"{ratio.middle:.1f} times: {_middle(one):.3f} s against {_middle(limit):.3f} s"
            text = f"{kind.title}: a worker takes at most {NEAR} times the physical limit"
            yield Goal(text, found, ratio.middle <= NEAR, _longer(parts, kind))


def _middle(values: dict[int, float]) -> float:
    return spread(list(values.values())).middle


def _one_submission(parts: Parts) -> Iterator[Goal]:
    for kind, aim in zip(KINDS, (0.3, 0.8), strict=True):
        times, whole = warm_times(parts, kind)
        if times:
            middle = quantile(times, 0.5)
            found = (
                f"{middle:.2f} s; 90 % within {quantile(times, 0.9):.2f} s; "
                f"{len(times)} of {whole} submissions"
            )
            text = (
                f"{kind.title}: from a submission to its report in under {aim} s from a warm "
                "server, half of them"
            )
            yield Goal(text, found, middle < aim, _longer(parts, kind))


def _longer(parts: Parts, kind: Kind) -> str:
    """Name the stages with one worker whose medians alone exceed the physical limit's."""
    limit, found = measured(parts, kind, "limit", "steady"), stages(parts, kind)
    if not limit or not found:
        return ""
    most = _middle(limit)
    longer = sorted(
        (item for item in found if item.middle > most), key=lambda item: item.middle, reverse=True
    )
    named = ", ".join(f"{item.name} {item.middle:.3f} s" for item in longer) or "none"
    return (
        f"Stages whose median with 1 worker is longer than the whole of the physical limit "
        f"({most:.3f} s a submission): {named}."
    )


def _joined(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _growth(parts: Parts) -> Iterator[Goal]:
    found = grown(parts)
    if len(found) < 2:
        return
    last, base = found[-1], base_of(found)
    size, other = last["expected"], base["expected"]
    lost = size - last["count"]
    text = f"every one of {size:,} submissions has its score"
    yield Goal(text, f"{lost} without", lost == 0, SEE_GROWTH)
    factors = {
        "time a submission": last["at_the_end"] / last["at_the_beginning"],
        "memory of the process that writes": last["peak_bytes"] / base["peak_bytes"],
        "gradebook a submission": (
            (last["gradebook_bytes"] / size) / (base["gradebook_bytes"] / other)
        ),
    }
    for what, factor in factors.items():
        than = "in its first tenth" if what.startswith("time") else f"with {other:,}"
        at = f"in the last tenth of {size:,}" if what.startswith("time") else f"with {size:,}"
        text = f"{what} flat: {at} at most {FLAT} times what it is {than}"
        yield Goal(text, f"{factor:.2f} times", factor <= FLAT, SEE_GROWTH)
