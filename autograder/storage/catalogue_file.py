"""A translation as students get it: `zh.json` beside the notebook, Chinese by English text."""

import json
from pathlib import Path

from autograder.core.words import SOURCE, Chinese, Words, english


def catalogue_name(language: str) -> str:
    """Return the file's name in a released assignment."""
    return f"{language}.json"


def save_catalogue(texts: dict[str, str], path: Path) -> None:
    """Write a translation; the same texts give the same bytes."""
    path.write_text(
        json.dumps(texts, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def words_in(language: str, folder: Path) -> Words:
    """Return a language's words, with what the authors of a released assignment say in it.

    folder: the assignment's. Where the translation is not there, or is none, their sentences stay
    English: that keeps nobody from working.
    """
    try:
        content = (folder / catalogue_name(language)).read_bytes()
    except OSError:
        content = b""
    return words_from(language, content)


def words_from(language: str, content: bytes) -> Words:
    """Return what `words_in` does, from the bytes of the translation's file."""
    if language == SOURCE:
        return english
    try:
        texts = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        texts = {}
    known = texts.items() if isinstance(texts, dict) else ()
    return Chinese({str(text): said for text, said in known if isinstance(said, str)})
