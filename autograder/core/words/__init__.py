"""All sentences that students read, one module per language."""

from autograder.core.words.en import English
from autograder.core.words.interface import Words
from autograder.core.words.zh import Chinese

SOURCE = "en"
"""The language that authors write in; all others are translations."""

english: Words = English()

__all__ = ["SOURCE", "Chinese", "English", "Words", "english"]
