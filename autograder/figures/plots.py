"""The few plots that the notebooks repeat: boundaries, curves, histograms, heat maps."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.figures.style import COLORS, REGIONS, STYLES

Axes = Any  # matplotlib.axes.Axes; matplotlib is imported only where a figure is made
MANY = 20  # a curve with more points is drawn without markers


def panels(count: int, *, width: float = 4.2, height: float = 3.4) -> list[Axes]:
    """Return `count` axes side by side in a new figure, each `width` by `height` inches."""
    import matplotlib.pyplot as plt

    _, axes = plt.subplots(1, count, figsize=(width * count, height), squeeze=False)
    return list(axes[0])


def boundary(
    axis: Axes,
    predict: Callable[[np.ndarray], np.ndarray],
    X: np.ndarray,  # noqa: N803 - the course's name
    Y: np.ndarray,  # noqa: N803
    *,
    title: str,
    reach: float = 2.2,
) -> None:
    """Colour the plane by the predicted class and draw the examples X (2, m) with labels Y (1, m).

    predict: gives labels 0 or 1, shape (1, n), for points of shape (2, n). An example that lies in
    the other class's region has a black edge.
    """
    x1, x2 = np.meshgrid(np.linspace(-reach, reach, 161), np.linspace(-reach, reach, 161))
    labels = np.asarray(predict(np.vstack([x1.ravel(), x2.ravel()]))).reshape(x1.shape)
    axis.contourf(x1, x2, labels, levels=[-0.5, 0.5, 1.5], colors=REGIONS)
    wrong = np.asarray(predict(X)).ravel() != Y.ravel()
    for label, marker in ((0, "o"), (1, "^")):
        here = Y.ravel() == label
        edges = ["black" if missed else "white" for missed in wrong[here]]
        axis.scatter(
            X[0, here], X[1, here], s=26, marker=marker, c=COLORS[label], edgecolors=edges,
            linewidths=np.where(wrong[here], 1.2, 0.4), label=f"class {label}",
        )  # fmt: skip
    axis.set(
        title=title, xlabel="$x_1$", ylabel="$x_2$", xlim=(-reach, reach), ylim=(-reach, reach)
    )
    axis.set_aspect("equal")
    axis.grid(False)


def curves(
    axis: Axes,
    x: Sequence[float] | np.ndarray,
    lines: Mapping[str, Sequence[float] | np.ndarray],
    **settings: Any,
) -> None:
    """Draw one line for each name over x; `settings` (title, xlabel, ...) go to the axis."""
    for style, (name, values) in zip(STYLES, lines.items(), strict=False):
        marker = style["marker"] if len(values) <= MANY else ""
        axis.plot(x, values, label=name, **{**style, "marker": marker})
    axis.set(**settings)
    if len(lines) > 1:
        axis.legend()


def histograms(
    axis: Axes, groups: Mapping[str, np.ndarray], *, bins: int = 40, **settings: Any
) -> None:
    """Draw the distribution of each group's values as an outline, all over the same bins."""
    together = np.concatenate([np.ravel(values) for values in groups.values()])
    edges = np.linspace(together.min(), together.max(), bins + 1)
    for style, (name, values) in zip(STYLES, groups.items(), strict=False):
        axis.hist(
            np.ravel(values), edges, histtype="step", density=True, linewidth=1.8, label=name,
            color=style["color"], linestyle=style["linestyle"],
        )  # fmt: skip
    axis.set(**settings)
    axis.legend()


def heat_map(
    axis: Axes,
    values: np.ndarray,
    *,
    rows: Sequence[Any],
    columns: Sequence[Any],
    form: str = "{:.3g}",
    log: bool = False,
    **settings: Any,
) -> None:
    """Draw a table of numbers (rows, columns) whose cells are darker where the number is larger.

    log: let the shade follow the logarithm, for positive numbers of very different sizes.
    """
    shades = np.log(values) if log else np.asarray(values)
    axis.imshow(shades, cmap="Blues", aspect="auto")
    middle = (np.min(shades) + np.max(shades)) / 2
    for at, value in np.ndenumerate(values):
        ink = "white" if shades[at] > middle else "black"
        axis.text(at[1], at[0], form.format(value), ha="center", va="center", color=ink)
    axis.set_xticks(range(len(columns)), [str(column) for column in columns])
    axis.set_yticks(range(len(rows)), [str(row) for row in rows])
    axis.set(**settings)
    axis.grid(False)
