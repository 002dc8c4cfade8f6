"""Checks of translations: they are of today's texts, they are whole, and the code is the same."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from autograder.authoring.assignment_subject import AssignmentSubject
from autograder.authoring.code_texts import same_code
from autograder.authoring.faults import CourseFault, raise_all
from autograder.authoring.translations import (
    LOCALES,
    Text,
    read_translation,
    texts_in,
)
from autograder.course.layout import CourseError

_KEPT = re.compile(r"\$\$.+?\$\$|\$[^$\n]+\$|`[^`\n]+`|\]\([^)\s]+\)", re.DOTALL)
_NAMES = re.compile(r"\b[A-Za-z]\w*_\w+\b|\bnp\.\w+(?:\.\w+)*")


def check_translations_are_up_to_date(subject: AssignmentSubject) -> None:
    """A text that is changed in one language is changed in the other."""
    exercises = [item.exercise for item in subject.exercises.values()]
    texts = texts_in(subject.cells, exercises)
    raise_all(fault for language in LOCALES for fault in _faults(subject, language, texts))


def _faults(
    subject: AssignmentSubject, language: str, texts: Sequence[Text]
) -> Iterator[CourseFault]:
    path = subject.notebook.parents[1] / f"{subject.name}.{language}.po"
    if not path.is_file():
        return
    place = f"solutions/{path.name}"
    try:
        translation = read_translation(path)
    except CourseError as error:
        yield CourseFault(str(error), place, "Save it from a program for gettext's files.")
        return
    update = f"Run autograder translate {subject.name}, and translate what it marks in this file."
    code = {str(cell["id"]) for cell in subject.cells if cell["cell_type"] == "code"}
    for text in texts:
        said = translation.of(text)
        if said is None:
            what = f"The text of {_where(text)} has no translation, or was changed: {_begin(text)}."
            yield CourseFault(what, place, update)
        elif text.cell in code and not same_code(text.text, said):
            yield CourseFault(
                f"The code of {_where(text)} differs in more than comments and texts.",
                place,
                "Take the code of the English cell, and translate its comments and texts alone.",
            )
        elif text.cell not in code and (missing := _kept(text) - _kept(Text(said, text.cell))):
            yield CourseFault(
                f"The translation of {_where(text)} leaves out {', '.join(sorted(missing))[:200]}.",
                place,
                "Keep formulas, code, links and names as they are in the English text.",
            )
    for text in translation.said.keys() - set(texts):
        what = f"It translates a text that {_where(text)} no longer has: {_begin(text)}."
        yield CourseFault(what, place, update)


def _kept(text: Text) -> Counter[str]:
    """Count what a translation keeps: formulas, code and links of a cell, names in a sentence."""
    if text.cell is None:
        return Counter(set(_NAMES.findall(text.text)))
    return Counter(_KEPT.findall(text.text))


def _where(text: Text) -> str:
    return "an exercise" if text.cell is None else f"the cell {text.cell}"


def _begin(text: Text) -> str:
    line = text.text.strip().partition("\n")[0]
    return f'"{line[:60]}"'
