"""Colours, line styles and matplotlib settings that all figures of the course share."""

from typing import Any

COLORS = ("#0072B2", "#D55E00", "#009E73", "#000000", "#CC79A7", "#56B4E9", "#E69F00")
"""Okabe and Ito's colours, the darker ones first: readable on white, and apart for everybody."""

DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 1)), (0, (8, 3)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

STYLES = tuple(
    {"color": color, "linestyle": dash, "marker": marker, "markersize": 4}
    for color, dash, marker in zip(COLORS, DASHES, MARKERS, strict=True)
)
"""A line's colour, dashes and marker, so that no line is told by its colour alone."""

REGIONS = ("#CFE3F1", "#F8DCC9")  # tints of the first two colours, for class 0 and class 1

SETTINGS: dict[str, Any] = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 11,
    "axes.labelsize": 10,
    "figure.constrained_layout.use": True,
    "figure.dpi": 90,
    "font.size": 10,
    "grid.alpha": 0.3,
    "grid.linewidth": 0.6,
    "legend.fontsize": 9,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
}


def use_style() -> None:
    """Give every figure that is drawn from now on the course's style."""
    import matplotlib as mpl
    from cycler import cycler

    mpl.rcParams.update(SETTINGS)  # type: ignore[arg-type]  # the stubs name every key
    mpl.rcParams["axes.prop_cycle"] = cycler(color=COLORS)
