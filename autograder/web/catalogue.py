"""The assignments that a teacher can choose: those that are released, with title and points."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.core.words import SOURCE
from autograder.course.layout import Course


@dataclass(frozen=True)
class Offered:
    """A released assignment. titles: by language. points: those of all its graded cells."""

    name: str
    titles: Mapping[str, str]
    points: float

    def title(self, language: str) -> str:
        """Return the title in a language, else in the source's."""
        return self.titles.get(language) or self.titles[SOURCE]


def catalogue(course: Course) -> dict[str, Offered]:
    """Return the released assignments of a course by name, in alphabetical order."""
    found = {name: course.released_notebooks(name) for name in course.assignment_names()}
    return {
        name: _offered(name, notebooks)
        for name, notebooks in found.items()
        if notebooks[SOURCE].is_file()
    }


def _offered(name: str, notebooks: Mapping[str, Path]) -> Offered:
    cells = {
        language: nbformat.read(path, as_version=4)["cells"] for language, path in notebooks.items()
    }
    titles = {language: _heading(found) or name for language, found in cells.items()}
    points = sum(
        float(cell["metadata"].get("nbgrader", {}).get("points", 0)) for cell in cells[SOURCE]
    )
    return Offered(name, titles, points)


def _heading(cells: list[nbformat.NotebookNode]) -> str:
    """Return the first heading of a notebook, empty where it has none."""
    lines = (
        line
        for cell in cells
        if cell["cell_type"] == "markdown"
        for line in cell["source"].splitlines()
    )
    return next((line.lstrip("# ").strip() for line in lines if line.startswith("# ")), "")
