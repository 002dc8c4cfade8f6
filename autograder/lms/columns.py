"""The column of a downloaded gradebook that an assignment's points go into."""

import re
from collections.abc import Mapping

from autograder.lms.sheets import Sheet, SheetError

Titles = Mapping[int, re.Match[str]]
"""Headings that hold a title and an id of the LMS, by column."""


def columns_named(sheet: Sheet, form: re.Pattern[str], after: int = -1) -> Titles:
    """Return the headings of this form. form: with the groups ``title`` and ``id``."""
    found = {index: form.match(text) for index, text in enumerate(sheet.header) if index > after}
    return {index: match for index, match in found.items() if match}


def chosen_column(titles: Titles, wanted: str, name: str) -> int:
    """Return the one column that is meant, by its title, id or whole heading. Raises SheetError.

    name: of the table, for messages.
    """
    exact = [index for index, found in titles.items() if wanted.strip() in (found["id"], found[0])]
    fits = exact or [
        index for index, found in titles.items() if _plain(found["title"]) == _plain(wanted)
    ]
    if len(fits) == 1:
        return fits[0]
    there = "; ".join(found[0] for found in titles.values()) or "none"
    raise SheetError(
        f"{name} has {len(fits) or 'no'} columns for {wanted!r}; there are: {there}. Name one with "
        "--column, by its title or by its number. The LMS would not know a column that is made up "
        "here, so none is."
    )


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", " ", title).strip().casefold()
