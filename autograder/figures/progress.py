"""A progress bar for the experiments that take more than a few seconds."""

import sys
from collections.abc import Iterable
from typing import TypeVar

Item = TypeVar("Item")


def progress(items: Iterable[Item], name: str = "") -> Iterable[Item]:
    """Yield the items and show below the cell how many of them are done.

    It writes on stdout: nbgrader's Validate takes any line on stderr for a failure.
    """
    from tqdm import tqdm

    bar: Iterable[Item] = tqdm(list(items), desc=name, file=sys.stdout, ascii=True, ncols=72)
    return bar
