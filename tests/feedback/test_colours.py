"""Colours that can be read: WCAG 2 asks for a contrast of 4.5 for text and of 3 for drawings."""

import re
from importlib.resources import files

import pytest

from autograder.core.report import STATUSES
from autograder.feedback.looks import LOOKS, look_of
from autograder.feedback.rendering import render


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def palettes() -> list[dict[str, str]]:
    """The colours of the light scheme and of the dark one."""
    sheet = render("style.css")
    blocks = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[:2]
    return [dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block)) for block in blocks]


def test_contrast_is_that_of_black_and_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_every_status_has_a_look_of_its_own():
    assert set(LOOKS) == set(STATUSES)
    assert len({look.icon for look in LOOKS.values()}) == len(STATUSES)
    assert look_of("of a later version").icon == "?"


@pytest.mark.parametrize("status", STATUSES)
def test_a_badge_carries_white_text(status: str):
    assert contrast(LOOKS[status].colour, "#ffffff") >= 4.5


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("ground", ["#ffffff", "#111111", *(p["card"] for p in palettes())])
def test_a_status_stands_out_from_the_page(status: str, ground: str):
    assert contrast(LOOKS[status].colour, ground) >= 3


@pytest.mark.parametrize("scheme", palettes(), ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["ground", "card", "code"])
def test_text_can_be_read_on_every_ground(scheme: dict[str, str], ground: str):
    inks = ["ink", "quiet", "link", "keyword", "string", "comment", "number", "defined"]
    assert {ink: contrast(scheme[ink], scheme[ground]) for ink in inks if
            contrast(scheme[ink], scheme[ground]) < 4.5} == {}  # fmt: skip


def test_templates_are_part_of_the_package():
    assert (files("autograder.feedback") / "templates" / "page.html").is_file()
