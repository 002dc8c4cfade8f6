"""For notebooks in Chinese: ``from autograder.zh import check, load``."""

from typing import Any

from autograder import local_check
from autograder.local_check import case
from autograder.storage.dataset_file import load_dataset as load

__all__ = ["case", "check", "load"]


def check(function: Any) -> None:
    """Try a function on the public cases, and say in Chinese what is right or wrong.

    Raises CheckFailed where something is wrong (see `autograder.local_check.check`).
    """
    local_check.check(function, language="zh")
