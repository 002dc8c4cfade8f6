"""All sentences that students read, one module per language."""

from autograder.core.words.en import English
from autograder.core.words.interface import Words
from autograder.core.words.zh import Chinese

english: Words = English()

__all__ = ["Chinese", "English", "Words", "english"]
