import threading
import time
from pathlib import Path

import pytest

from autograder.course.lock import locked


def test_one_holds_the_lock_at_a_time(tmp_path: Path):
    events: list[str] = []

    def hold(name: str) -> None:
        with locked(tmp_path / "lock"):
            events.append(f"{name} in")
            time.sleep(0.05)
            events.append(f"{name} out")

    threads = [threading.Thread(target=hold, args=(name,)) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.split()[1] for event in events] == ["in", "out"] * 3


def test_who_does_not_wait_is_told_that_it_is_held(tmp_path: Path):
    path = tmp_path / "lock"
    with locked(path), pytest.raises(BlockingIOError), locked(path, wait=False):
        pass
    with locked(path, wait=False), pytest.raises(BlockingIOError), locked(path, wait=False):
        pass
