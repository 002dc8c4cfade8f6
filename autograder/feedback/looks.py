"""How each status looks, in every language: an icon and a colour, never the colour alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from autograder.core.report import (
    CRASHED,
    FAILED,
    NOT_ATTEMPTED,
    NOT_GRADABLE,
    PASSED,
    TIMED_OUT,
)


@dataclass(frozen=True)
class Look:
    """icon: one character that every font has. colour: #rrggbb; ansi: its name in a terminal.

    The colours carry white text and stand out from light and dark backgrounds alike.
    """

    icon: str
    colour: str
    ansi: str

    def tint(self, strength: float) -> str:
        """Return the colour as a wash of `strength` (0 to 1) over whatever lies behind."""
        red, green, blue = (int(self.colour[at : at + 2], 16) for at in (1, 3, 5))
        return f"rgba({red},{green},{blue},{strength:g})"


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        PASSED: Look("✓", "#038250", "green"),
        FAILED: Look("✗", "#c53929", "red"),
        CRASHED: Look("!", "#b73e80", "magenta"),
        TIMED_OUT: Look("◷", "#946300", "yellow"),
        NOT_ATTEMPTED: Look("○", "#67707b", "bright_black"),
        NOT_GRADABLE: Look("?", "#6a59d3", "blue"),
    }
)


def look_of(status: str) -> Look:
    """Return the look of a status; one that is unknown here looks like one for a person."""
    return LOOKS.get(status, LOOKS[NOT_GRADABLE])
