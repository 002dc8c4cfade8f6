"""All sentences that students read, one module per language."""

from autograder.core.words.en import English
from autograder.core.words.interface import Words

english: Words = English()

__all__ = ["English", "Words", "english"]
