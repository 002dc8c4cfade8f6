"""The words of the tool's pages, in each language of the course."""

from autograder.web.words.en import ENGLISH
from autograder.web.words.interface import Words
from autograder.web.words.zh import CHINESE


def words_of(language: str | None) -> Words:
    """Return the words for a language tag such as ``zh-CN``; English for one that is not known."""
    return CHINESE if (language or "").lower().startswith("zh") else ENGLISH
