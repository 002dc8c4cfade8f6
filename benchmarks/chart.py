"""The page's chart: seconds a submission for everybody, and what growth does."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.figures.style import COLORS, use_style
from benchmarks.course import KINDS
from benchmarks.summary import TITLES, base_of, grown, rows

HATCHES = ("", "///")


def draw_chart(parts: Mapping[str, Any], path: Path) -> None:
    """Write the chart as SVG; the same measurements give the same bytes."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context():
        use_style()
        mpl.rcParams["svg.hashsalt"] = "keepprob"
        figure = Figure(figsize=(12, 4.4))
        left, right = figure.subplots(1, 2, width_ratios=(3, 2))
        _draw_contest(left, parts)
        _draw_growth(right, parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={"Date": None, "Creator": None})


def _draw_contest(axis: Any, parts: Mapping[str, Any]) -> None:
    tables = {kind: {row.name: row for row in rows(parts, kind)} for kind in KINDS}
    names = [name for name in TITLES if any(name in table for table in tables.values())]
    names.sort(key=lambda name: max(t[name].seconds.middle for t in tables.values() if name in t))
    if not names:
        return
    height = 0.38
    for number, (kind, table) in enumerate(tables.items()):
        places = [names.index(name) + (number - 0.5) * height for name in table]
        middles = [row.seconds.middle for row in table.values()]
        ranges = [
            [row.seconds.middle - row.seconds.low for row in table.values()],
            [row.seconds.high - row.seconds.middle for row in table.values()],
        ]
        axis.barh(
            places, middles, height, xerr=ranges, label=kind.title, color=COLORS[number],
            hatch=HATCHES[number], edgecolor="white", ecolor="black", capsize=2,
        )  # fmt: skip
        for place, row in zip(places, table.values(), strict=True):
            axis.text(row.seconds.high * 1.12, place, f"{row.seconds.middle:.2g}", va="center")
    axis.set_yticks(range(len(names)), [TITLES[name] for name in names])
    axis.invert_yaxis()
    axis.set_xscale("log")
    axis.margins(x=0.12)
    axis.grid(axis="y", visible=False)
    axis.set(title="Seconds a submission (shorter is faster)", xlabel="seconds, logarithmic")
    axis.legend(loc="upper right")


def _draw_growth(axis: Any, parts: Mapping[str, Any]) -> None:
    found = grown(parts)
    if not found:
        return
    sizes = [item["expected"] for item in found]
    series = {
        "seconds a submission, at the end": [item["at_the_end"] for item in found],
        "gradebook, bytes a submission": [
            item["gradebook_bytes"] / item["expected"] for item in found
        ],
        "memory of the writing process": [item["peak_bytes"] for item in found],
    }
    base = found.index(base_of(found))
    styles = zip(COLORS, ("o-", "s--", "^-."), strict=False)
    for (label, values), (color, style) in zip(series.items(), styles, strict=False):
        relative = [value / values[base] for value in values]
        axis.plot(sizes, relative, style, color=color, label=label)
    axis.set_xscale("log")
    axis.margins(y=0.15)
    axis.set_ylim(bottom=0)
    axis.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axis.minorticks_off()
    axis.set(
        title="Growth (flat is good)",
        xlabel="submissions in the class",
        ylabel=f"times what it is with {sizes[base]:,}",
    )
    axis.legend(loc="upper right")
