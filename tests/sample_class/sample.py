"""One sample submission: the source notebook's own solutions, with some of them replaced."""

import json
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
SUBMISSIONS = ROOT / "tests" / "submissions"

SCHEME = re.compile(r"\n*=== BEGIN MARK SCHEME ===.*?=== END MARK SCHEME ===", re.DOTALL)

Edit = Callable[[NotebookNode], None]


@dataclass(frozen=True)
class Sample:
    """A student's submission.

    functions: replaced solution cells, by exercise; None leaves the released placeholder. edit:
    what else happens to the notebook. expected: (status, share of the points, misconception) by
    exercise; what is not named has passed. trouble: no exercise is gradable. language: of the
    notebook that was worked in; the English one is handed in too, as it was released.
    """

    student: str
    assignment: str
    about: str
    functions: dict[str, str | None] = field(default_factory=dict)
    edit: Edit | None = None
    raw: bytes | None = None
    language: str = "en"
    expected: dict[str, tuple[str, float | None, str | None]] = field(default_factory=dict)
    trouble: bool = False

    @property
    def folder(self) -> Path:
        """Where the submission lies."""
        return SUBMISSIONS / self.student / self.assignment

    @property
    def file_name(self) -> str:
        """The name of the notebook that was worked in."""
        middle = "" if self.language == "en" else f".{self.language}"
        return f"{self.assignment}{middle}.ipynb"

    def content(self) -> bytes:
        """Return the bytes that are handed in."""
        if self.raw is not None:
            return self.raw
        notebook = self._notebook()
        if self.edit is not None:
            self.edit(notebook)
        text = json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False)
        return (text + "\n").encode()

    def _notebook(self) -> NotebookNode:
        folder, name = ROOT / "assignments" / self.assignment, f"{self.assignment}.ipynb"
        released = nbformat.read(folder / self.file_name, as_version=4)
        source = nbformat.read(ROOT / "solutions" / self.assignment / name, as_version=4)
        solved = {grade_id(cell): cell["source"] for cell in source["cells"]}
        for cell in released["cells"]:
            found = cell["metadata"].get("nbgrader", {})
            if found.get("solution"):
                cell["source"] = self._solution(found["grade_id"], cell["source"], solved)
        return released

    def _solution(self, name: str, stub: str, solved: dict[str | None, str]) -> str:
        if name in self.functions:
            text = self.functions[name]
            return stub if text is None else textwrap.dedent(text).strip("\n")
        lines = SCHEME.sub("", solved[name]).split("\n")
        return "\n".join(line for line in lines if " SOLUTION" not in line)

    def expectation(self) -> dict[str, Any]:
        """Return the expected report as plain JSON."""
        return {
            "about": self.about,
            "trouble": self.trouble,
            "exercises": {
                name: {"status": status, "share": share, "misconception": misconception}
                for name, (status, share, misconception) in self.expected.items()
            },
        }


def grade_id(cell: NotebookNode) -> str | None:
    """Return nbgrader's id of a cell."""
    found = cell["metadata"].get("nbgrader", {}).get("grade_id")
    return str(found) if found else None


def position(notebook: NotebookNode, name: str) -> int:
    """Return where the cell with this grade id stands."""
    return [grade_id(cell) for cell in notebook["cells"]].index(name)


def code(source: str) -> NotebookNode:
    """Return a code cell without nbgrader's metadata."""
    cell = nbformat.v4.new_code_cell(textwrap.dedent(source).strip("\n"))
    cell["id"] = f"added-{len(source)}"
    return cell
