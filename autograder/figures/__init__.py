"""The course's figures: one style, colours that colour-blind readers tell apart, and few functions.

Notebooks write ``from autograder import figures`` in an experiment cell. Nothing here knows an
exercise, and grading never imports it.
"""

from autograder.figures.plots import boundary, curves, heat_map, histograms, panels
from autograder.figures.progress import progress
from autograder.figures.style import COLORS, STYLES, use_style

__all__ = [
    "COLORS",
    "STYLES",
    "boundary",
    "curves",
    "heat_map",
    "histograms",
    "panels",
    "progress",
    "use_style",
]
