"""The course's figures: what they draw, and that nothing is told by colour alone."""

from collections.abc import Iterator

import numpy as np
import pytest

from autograder import figures
from autograder.figures.style import SETTINGS

mpl = pytest.importorskip("matplotlib")
mpl.use("agg")
plt = pytest.importorskip("matplotlib.pyplot")
PathCollection = pytest.importorskip("matplotlib.collections").PathCollection


@pytest.fixture(autouse=True)
def _style() -> Iterator[None]:
    with mpl.rc_context():
        figures.use_style()
        yield
        plt.close("all")


def luminance(color: str) -> float:
    """Relative luminance of #RRGGBB (WCAG 2.1)."""
    parts = np.array([int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def test_the_first_lines_stand_out_from_white():
    for color in figures.COLORS[:4]:
        assert 1.05 / (luminance(color) + 0.05) >= 2.7


def test_no_two_lines_differ_by_colour_alone():
    looks = [(str(style["linestyle"]), style["marker"]) for style in figures.STYLES]
    assert len(set(looks)) == len(looks) == len(figures.COLORS)


def test_the_style_is_used_only_when_asked_for():
    with mpl.rc_context(mpl.rcParamsDefault):
        assert mpl.rcParams["axes.grid"] != SETTINGS["axes.grid"]
        figures.use_style()
        assert mpl.rcParams["axes.grid"] == SETTINGS["axes.grid"]


def test_a_boundary_marks_what_is_on_the_wrong_side():
    X, Y = np.array([[-1.0, 1.0, 1.5], [0, 0, 0]]), np.array([[0, 1, 0]])
    (axis,) = figures.panels(1)
    figures.boundary(axis, lambda X: (X[:1] > 0).astype(int), X, Y, title="t")
    zeros, ones = (group for group in axis.collections if isinstance(group, PathCollection))
    assert [tuple(edge[:3]) for edge in zeros.get_edgecolors()] == [(1, 1, 1), (0, 0, 0)]
    assert [tuple(edge[:3]) for edge in ones.get_edgecolors()] == [(1, 1, 1)]


def test_curves_are_named_and_long_ones_have_no_markers():
    (axis,) = figures.panels(1)
    figures.curves(axis, range(3), {"a": [1, 2, 3], "b": [3, 2, 1]}, xlabel="x")
    assert [text.get_text() for text in axis.get_legend().get_texts()] == ["a", "b"]
    assert [line.get_marker() for line in axis.lines] == ["o", "s"]
    figures.curves(axis, range(100), {"long": np.zeros(100)})
    assert axis.lines[-1].get_marker() in ("", "None")


def test_histograms_share_their_bins():
    (axis,) = figures.panels(1)
    figures.histograms(axis, {"a": np.zeros(5), "b": np.ones((2, 3))}, bins=10)
    assert len({len(patch.get_xy()) for patch in axis.patches}) == 1


def test_a_heat_map_writes_its_numbers_in_readable_ink():
    (axis,) = figures.panels(1)
    figures.heat_map(axis, np.array([[0.0, 1.0]]), rows=["r"], columns=["a", "b"])
    assert [(text.get_text(), text.get_color()) for text in axis.texts] == [
        ("0", "black"),
        ("1", "white"),
    ]


def test_a_heat_map_can_shade_by_the_logarithm():
    (axis,) = figures.panels(1)
    values = np.array([[1.0, 10.0, 100.0]])
    figures.heat_map(axis, values, rows=["r"], columns=["a", "b", "c"], log=True)
    assert np.allclose(np.diff(axis.images[0].get_array()), np.log(10))


def test_progress_yields_everything_and_shows_it_on_stdout(capsys: pytest.CaptureFixture[str]):
    assert list(figures.progress("abc", "letters")) == ["a", "b", "c"]
    shown = capsys.readouterr()
    assert "letters: 100%" in shown.out
    assert "3/3" in shown.out
    assert shown.err == ""
