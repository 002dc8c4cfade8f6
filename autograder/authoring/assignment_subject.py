"""What the checks of one assignment look at: its source notebook and its exercises."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.authoring.faults import CourseFault
from autograder.authoring.subject import Subject
from autograder.notebook.repair import grade_id


@dataclass(frozen=True)
class AssignmentSubject:
    """One assignment under check. exercises: by name; notebook: the source notebook's file."""

    name: str
    notebook: Path
    exercises: Mapping[str, Subject]

    @cached_property
    def text(self) -> str:
        """The notebook's file as it is."""
        try:
            return self.notebook.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise self.fault(
                f"It cannot be read: {error}.",
                "Save the source notebook under this name, in UTF-8.",
            ) from None

    @cached_property
    def cells(self) -> list[Any]:
        """The notebook's cells, with sources as text."""
        try:
            cells = json.loads(self.text)["cells"]
            return [cell | {"source": "".join(cell["source"])} for cell in cells]
        except (ValueError, KeyError, TypeError) as error:
            raise self.fault(
                f"It is no notebook: {type(error).__name__}: {error}.",
                "Save it again from JupyterLab.",
            ) from None

    def fault(self, what: str, how_to_mend: str, cell: str | None = None) -> CourseFault:
        """Return a fault of the notebook, or of the cell with this id."""
        place = f"solutions/{self.name}/{self.notebook.name}"
        return CourseFault(what, place if cell is None else f"{place}, cell {cell}", how_to_mend)

    def cells_with(self, identity: str) -> list[int]:
        """Return the positions of the cells with this grade_id."""
        return [at for at, cell in enumerate(self.cells) if grade_id(cell) == identity]


AssignmentCheck = Callable[[AssignmentSubject], None]
