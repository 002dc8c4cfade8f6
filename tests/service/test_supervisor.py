"""Processes that belong together: one that dies is started again, and all end together."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from autograder.service import supervisor
from autograder.service.supervisor import FIRST_PAUSE, LONGEST_PAUSE, STEADY_SECONDS, Part
from tests.processes import is_alive

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
END = [sys.executable, "-c", "raise SystemExit(3)"]
PROGRAM = """
import sys
from autograder.service.supervisor import supervise

child = "import os, time; os.write(1, b'%d%c' % (os.getpid(), 10)); time.sleep(600)"
supervise({name: [sys.executable, "-c", child] for name in ("a", "b")})
"""


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_process_that_ends_is_started_again_after_a_pause_that_grows():
    clock = Seconds()
    part = Part("part", END, clock)
    pauses = []
    for _ in range(9):
        part.look()  # it starts
        part.end(30.0)
        part.look()  # its end is seen
        seen = clock.now
        while not part.runs:
            clock.now += 0.5
            part.look()
        pauses.append(clock.now - seen)
    part.end(30.0)
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]


def test_one_that_ran_for_long_is_started_again_soon():
    clock = Seconds()
    part = Part("part", END, clock)
    for ran, pause in [(0.0, 1.0), (0.0, 2.0), (STEADY_SECONDS, FIRST_PAUSE)]:
        part.look()
        clock.now += ran
        part.end(30.0)
        part.look()
        clock.now += pause
        part.look()
        assert part.runs
    part.end(30.0)


def test_one_that_does_not_end_is_killed():
    part = Part("part", ["sh", "-c", "trap '' TERM; sleep 600 & wait; sleep 600"])
    part.look()
    process = part.process
    part.ask_to_end()
    part.end(0.0)
    assert not is_alive(process)


@pytest.fixture
def program() -> Iterator["subprocess.Popen[str]"]:
    """A supervisor with two children, which say their numbers."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.kill()


def said(program: "subprocess.Popen[str]", count: int) -> list[int]:
    assert program.stdout is not None
    return [int(program.stdout.readline()) for _ in range(count)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all(program: "subprocess.Popen[str]", number: signal.Signals):
    children = said(program, 2)
    program.send_signal(number)
    assert program.wait(60) == 0
    assert not any(is_alive(child) for child in children)


def test_a_child_that_is_killed_is_replaced(program: "subprocess.Popen[str]"):
    children = said(program, 2)
    os.kill(children[0], signal.SIGKILL)
    (another,) = said(program, 1)
    assert another not in children
    program.terminate()
    program.wait(60)
    assert not is_alive(another)


def test_an_event_ends_all_and_the_handlers_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    stop = threading.Event()
    stop.set()
    supervisor.supervise({"part": SLEEP}, stop)
    assert signal.getsignal(signal.SIGTERM) is before
