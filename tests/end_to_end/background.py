"""The grader at work beside the pages, as when the tool is served."""

import contextlib
import threading
from collections.abc import Iterator

from tests.end_to_end.whole import Whole


@contextlib.contextmanager
def grading(whole: Whole) -> Iterator[None]:
    """Grade what is handed in, until the end of the block."""
    stop = threading.Event()
    thread = threading.Thread(target=whole.grader().run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
