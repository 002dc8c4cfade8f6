"""The grader and the sender at work beside the pages, as when the tool is served."""

import contextlib
import threading
from collections.abc import Iterator

from tests.end_to_end.whole import Whole


@contextlib.contextmanager
def at_work(whole: Whole) -> Iterator[None]:
    """Grade what is handed in and send what is graded, until the end of the block."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=part.run, args=(stop,)) for part in (whole.grader(), whole.sender())
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()
