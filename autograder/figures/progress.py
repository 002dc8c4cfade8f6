"""A progress bar for the experiments that take more than a few seconds."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
WIDTH = 30


def progress(items: Iterable[Item], name: str = "") -> Iterator[Item]:
    """Yield the items and show below the cell how many are done; the bar goes when all are.

    Where nothing can be shown twice, in a terminal, nothing is shown.
    """
    from IPython import get_ipython
    from IPython.display import display

    listed = list(items)
    started = time.monotonic()
    handle = (
        display(_bar(name, 0, len(listed)), raw=True, display_id=True) if get_ipython() else None
    )
    for done, item in enumerate(listed, start=1):
        yield item
        if handle is not None:
            handle.update(_bar(name, done, len(listed)), raw=True)
    if handle is not None:
        said = f"{name}: {len(listed)} in {time.monotonic() - started:.0f} s".removeprefix(": ")
        handle.update({"text/plain": said}, raw=True)


def _bar(name: str, done: int, total: int) -> dict[str, str]:
    """Return the bar as a display bundle of plain text."""
    full = WIDTH * done // total if total else WIDTH
    return {"text/plain": f"{name} [{'#' * full}{'.' * (WIDTH - full)}] {done}/{total}".strip()}
