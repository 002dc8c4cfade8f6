"""Translations are kept in gettext's files, belong to exact texts, and are checked."""

from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po, write_po

from autograder.authoring.assignment_subject import AssignmentSubject
from autograder.authoring.faults import CourseFault, faults_of
from autograder.authoring.subject import Subject
from autograder.authoring.translation_checks import check_translations_are_up_to_date
from autograder.authoring.translations import (
    Text,
    read_translation,
    students_catalogue,
    texts_in,
    translated_cells,
    update_translation,
)
from autograder.course.layout import CourseError
from autograder.storage.catalogue_file import save_catalogue, words_in
from tests.authoring.test_assignment_checks import cell, write
from tests.authoring.toy_exercises import scale

CHINESE = {
    "## Scale\n\nMultiply by `keep_prob`, as in $A k$.": "## 缩放\n\n乘以 `keep_prob`，如 $A k$。",
    "# a comment\nx = 1": "# 注释\nx = 1",
}


def markdown(identity: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": identity, "metadata": {}, "source": source}


def cells() -> list[dict[str, Any]]:
    first, second = CHINESE
    imports = cell("imports", "from autograder import check\nimport numpy as np")
    return [markdown("about", first), cell("code", second) | {"source": second}, imports | {
        "source": "".join(imports["source"])
    }]  # fmt: skip


def texts() -> list[Text]:
    return texts_in(cells(), [scale()])


def translated(path: Path, said: dict[str, str]) -> None:
    """Write a translator's work into the file."""
    with path.open("rb") as file:
        catalogue = read_po(file)
    for message in catalogue:
        if message.id in said:
            message.string = said[str(message.id)]
            message.flags.discard("fuzzy")
    with path.open("wb") as file:
        write_po(file, catalogue, width=0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The file of a toy assignment, with everything translated."""
    made = tmp_path / "toy.zh.po"
    update_translation(made, "zh", texts())
    others = {text.text: f"译文 {text.text} keep_prob" for text in texts() if text.cell is None}
    translated(made, CHINESE | others)
    return made


def faults(path: Path, content: list[dict[str, Any]]) -> list[CourseFault]:
    folder = path.parent / "toy"
    folder.mkdir(exist_ok=True)
    notebook = write(folder, [item | {"source": [item["source"]]} for item in content])
    subject = AssignmentSubject("toy", notebook, {"scale": Subject(scale())})
    return faults_of(lambda: check_translations_are_up_to_date(subject))


def test_what_has_to_be_translated_are_texts_and_not_bare_code() -> None:
    assert [text.cell for text in texts() if text.cell] == ["about", "code"]
    sentences = [text.text for text in texts() if text.cell is None]
    assert "a small layer" in sentences
    assert any(text.startswith("Multiply by keep_prob: dividing") for text in sentences)


def test_a_new_file_holds_everything_untranslated(tmp_path: Path) -> None:
    path = tmp_path / "zh.po"
    assert update_translation(path, "zh", texts()) == (len(texts()), 0)
    assert read_translation(path).of(texts()[0]) is None
    assert set(read_translation(path).said) == set(texts())


def test_an_update_changes_nothing_where_nothing_changed(path: Path) -> None:
    said = read_translation(path).said
    assert update_translation(path, "zh", texts()) == (0, 0)
    again = path.read_bytes()
    assert update_translation(path, "zh", texts()) == (0, 0)
    assert path.read_bytes() == again
    assert read_translation(path).said == said


def test_a_changed_text_keeps_its_translation_but_is_not_sure(path: Path) -> None:
    changed = [Text("## Scale it", "about"), *texts()[1:]]
    assert update_translation(path, "zh", changed) == (0, 1)
    translation = read_translation(path)
    assert translation.of(changed[0]) is None
    assert translation.said[changed[0]].startswith("## 缩放")
    assert update_translation(path, "zh", changed) == (0, 0)
    assert read_translation(path).of(changed[0]) is None


def test_what_is_gone_is_left_out(path: Path) -> None:
    update_translation(path, "zh", texts()[1:])
    assert texts()[0] not in read_translation(path).said


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "zh.po"
    broken.write_text("hello")
    with pytest.raises(CourseError, match="is not a translation"):
        read_translation(broken)


def test_cells_are_translated_and_import_from_their_language(path: Path) -> None:
    made = translated_cells(cells(), read_translation(path), "zh")
    assert [item["source"] for item in made] == [
        *CHINESE.values(),
        "from autograder.zh import check\nimport numpy as np",
    ]
    assert [item["id"] for item in made] == ["about", "code", "imports"]


def test_students_get_the_sentences_alone(path: Path, tmp_path: Path) -> None:
    catalogue = students_catalogue([scale()], read_translation(path))
    assert catalogue["a small layer"].startswith("译文")
    assert not catalogue.keys() & CHINESE.keys()
    save_catalogue(catalogue, tmp_path / "zh.json")
    words = words_in("zh", tmp_path)
    assert words.diagnosed(["a small layer"], []) == catalogue["a small layer"]


@pytest.mark.parametrize("content", [None, "", "[1]", "{", '{"a small layer": 3}'])
def test_without_a_translation_sentences_stay_english(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "zh.json").write_text(content)
    assert words_in("zh", tmp_path).diagnosed(["a small layer"], []) == "a small layer"


# --- what check-course says -------------------------------------------------------------------


def test_a_whole_translation_has_no_fault(path: Path) -> None:
    assert faults(path, cells()) == []


def test_an_assignment_in_one_language_has_no_fault(path: Path) -> None:
    path.unlink()
    assert faults(path, cells()) == []


def test_a_text_that_was_changed_in_english_alone_is_a_fault(path: Path) -> None:
    content = cells()
    content[0]["source"] += " And more."
    first, second = faults(path, content)
    assert "The text of the cell about has no translation, or was changed" in first.what
    assert "It translates a text that the cell about no longer has" in second.what
    assert "autograder translate toy" in first.how_to_mend


def test_a_translation_that_changes_the_code_is_a_fault(path: Path) -> None:
    translated(path, {"# a comment\nx = 1": "# 注释\nx = 2"})
    (fault,) = faults(path, cells())
    assert "The code of the cell code differs" in fault.what


@pytest.mark.parametrize("left_out", ["`keep_prob`", "$A k$"])
def test_a_translation_that_leaves_out_a_formula_or_a_name_is_a_fault(
    path: Path, left_out: str
) -> None:
    english, chinese = next(iter(CHINESE.items()))
    translated(path, {english: chinese.replace(left_out, "")})
    (fault,) = faults(path, cells())
    assert f"leaves out {left_out}" in fault.what


def test_a_sentence_that_leaves_out_a_name_is_a_fault(path: Path) -> None:
    sentence = next(text.text for text in texts() if "keep_prob" in text.text and not text.cell)
    translated(path, {sentence: "请相乘。"})
    (fault,) = faults(path, cells())
    assert "The translation of an exercise leaves out keep_prob" in fault.what


def test_a_file_that_is_no_translation_is_a_fault(path: Path) -> None:
    path.write_bytes(b"\xff\xfe broken")
    (fault,) = faults(path, cells())
    assert "is not a translation" in fault.what
