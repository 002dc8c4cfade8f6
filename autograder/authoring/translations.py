"""An assignment in another language: what there is to translate, and what was translated.

`solutions/<assignment>.zh.po` is a file of gettext, as translators' programs edit it. Each text of
the assignment stands in it with its translation: the notebook's cells, with their id as context,
and what the exercises say to students. The English texts are the source; a translation belongs to
the exact text that it was made from.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po, write_po

from autograder.authoring.code_texts import has_prose
from autograder.core.exercise import Exercise
from autograder.course.exercises import load_exercises
from autograder.course.layout import Course, CourseError

LOCALES = {"zh": "zh_Hans"}
IMPORT = re.compile(r"^from autograder import (?=.*\bcheck\b)", re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """A text in English. cell: the id of the cell that it is; None for an exercise's sentence."""

    text: str
    cell: str | None = None


@dataclass(frozen=True)
class Translation:
    """What the file of one language holds. unsure: entries whose English text was changed."""

    said: Mapping[Text, str]
    unsure: frozenset[Text] = frozenset()

    def of(self, text: Text) -> str | None:
        """Return a text's translation, or None where there is none of exactly this text."""
        return self.said.get(text) or None if text not in self.unsure else None


def texts_in(cells: Iterable[Mapping[str, Any]], exercises: Iterable[Exercise]) -> list[Text]:
    """Return all that has to be translated, in the order of the notebook and the exercises."""
    found = [
        Text(cell["source"], str(cell["id"]))
        for cell in cells
        if cell["cell_type"] != "code" or has_prose(cell["source"])
    ]
    return list(dict.fromkeys([*found, *sentences_in(exercises)]))


def texts_of(course: Course, assignment: str) -> list[Text]:
    """Return all texts of an assignment. Raises CourseError where it cannot be read."""
    path = course.solutions / assignment / f"{assignment}.ipynb"
    cells = nbformat.read(path, as_version=4)["cells"]
    return texts_in(cells, load_exercises(course, assignment))


def sentences_in(exercises: Iterable[Exercise]) -> list[Text]:
    """Return what exercises say to students: misconceptions' sentences, and titles of cases."""
    return [
        Text(text)
        for exercise in exercises
        for text in [
            *(item.sentence for item in exercise.misconceptions.values()),
            *(case.title for case in exercise.cases.values()),
        ]
    ]


def read_translation(path: Path) -> Translation:
    """Read a language's file. Raises CourseError where it is not one of gettext's."""
    catalogue = _read(path)
    said = {Text(str(item.id), item.context): str(item.string) for item in catalogue if item.id}
    unsure = {Text(str(item.id), item.context) for item in catalogue if item.id and item.fuzzy}
    return Translation(said, frozenset(unsure))


def _read(path: Path) -> Catalog:
    try:
        with path.open("rb") as file:
            return read_po(file, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise CourseError(
            f"{path} is not a translation: {error}. Mend the line, or take the file back from the "
            "last commit."
        ) from error


def update_translation(path: Path, language: str, texts: Sequence[Text]) -> tuple[int, int]:
    """Bring a language's file up to date; return how many texts are new, and how many changed.

    A text that is gone is left out. One that was changed keeps the old translation, marked
    ``fuzzy``, until a translator has looked at it.
    """
    old = _read(path) if path.is_file() else Catalog()
    by_text = {Text(str(item.id), item.context): item for item in old if item.id}
    by_cell = {item.context: item for item in old if item.context}
    made = Catalog(
        locale=LOCALES[language],
        project="KeepProb",
        copyright_holder="KeepProb contributors",
        header_comment="# The course in another language; `autograder translate` updates it.",
        msgid_bugs_address="see CONTRIBUTING.md",
        last_translator="KeepProb contributors",
        language_team="KeepProb contributors",
        version="1",
        fuzzy=False,
        creation_date=old.creation_date,
        revision_date=old.revision_date,
    )
    new = changed = 0
    for text in texts:
        known = by_text.get(text)
        before = known or (by_cell.get(text.cell) if text.cell else None)
        new += before is None
        changed += before is not None and known is None
        made.add(
            text.text,
            before.string if before else "",
            context=text.cell,
            flags=["fuzzy"] if before and (known is None or known.fuzzy) else [],
            previous_id=before.id if before and known is None else (),
        )
    with path.open("wb") as file:
        write_po(file, made, width=0, include_previous=True)
    return new, changed


def translated_cells(
    cells: Sequence[Mapping[str, Any]], translation: Translation, language: str
) -> list[dict[str, Any]]:
    """Return a source notebook's cells in another language; what has no translation stays."""
    made = []
    for cell in cells:
        text = translation.of(Text(cell["source"], str(cell["id"]))) or cell["source"]
        if cell["cell_type"] == "code":
            text = IMPORT.sub(f"from autograder.{language} import ", text)
        made.append({**cell, "source": text})
    return made


def students_catalogue(exercises: Iterable[Exercise], translation: Translation) -> dict[str, str]:
    """Return what students get of a translation: the exercises' sentences, by English sentence."""
    said = {text.text: translation.of(text) for text in sentences_in(exercises)}
    return {english: text for english, text in said.items() if text}
