"""The languages of a notebook: one file each, and which of them a student worked in.

`dropout.ipynb` is in English, `dropout.zh.ipynb` in Chinese. Both have the same graded cells, so
whichever was worked in is graded as the assignment's one notebook.
"""

import os
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from autograder.core.words import SOURCE
from autograder.notebook.intake import IntakeError, parse_notebook, read_bytes
from autograder.notebook.repair import grade_id

_MARK = "keepprob_language"


def language_of(path: Path) -> str:
    """Return the language that a notebook's file name says."""
    return path.stem.partition(".")[2] or SOURCE


def mark_language(notebook: NotebookNode, language: str) -> None:
    """Write the language into a notebook, whatever it said itself."""
    notebook["metadata"][_MARK] = language


def marked_language(notebook: NotebookNode) -> str:
    """Return the language that `mark_language` wrote."""
    return str(notebook["metadata"].get(_MARK, SOURCE))


def worked_in(folder: Path, released: Mapping[str, Path]) -> Path:
    """Return the notebook of a submission's folder that holds the student's work.

    released: the notebooks that students got, by language, the source's first. Where several were
    handed in, it is the one in which more of the course's cells were changed, the source's where
    that is equal. One that cannot be read comes before one that was left as it was: its reader says
    why.
    """
    files = [folder / path.name for path in released.values()]
    present = [file for file in files if os.path.lexists(file)]
    if len(present) <= 1:
        return (present or files)[0]
    originals = {path.name: path for path in released.values()}
    return max(present, key=lambda file: _work(file, originals[file.name]))


def _work(file: Path, released: Path) -> float:
    """Count the cells that differ from those released; a file that cannot be read counts a half."""
    try:
        content = read_bytes(file)
        original = released.read_bytes()
        if content == original:
            return 0
        texts, originals = (_texts(parse_notebook(data, file.name)) for data in (content, original))
    except IntakeError:
        return 0.5
    return sum(texts.get(name) not in (None, text) for name, text in originals.items())


def _texts(notebook: NotebookNode) -> dict[str, str]:
    """Return the texts of the cells that are a student's to change, by grade id."""
    return {
        name: cell["source"] for cell in notebook["cells"] if (name := grade_id(cell)) is not None
    }
