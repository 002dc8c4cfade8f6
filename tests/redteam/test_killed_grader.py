"""When the grader of a class is killed, nothing of it is left, and the next run goes on."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder.classroom.grading import released_notebook
from tests.processes import descendants, left_over
from tests.redteam.attack import ATTACKS, submitted
from tests.redteam.conftest import Machine

GRADE = """
import sys
from pathlib import Path
from autograder.classroom.run import Progress, RunSettings, run_class
from autograder.classroom.submissions import find_submissions
from autograder.course.layout import Course
from autograder.kernel.session import Limits

if __name__ == "__main__":
    root, folder, warm, seconds = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    settings = RunSettings(
        Course(root), folder / "output", own_gradebook=True, jobs=2, warm=warm == "warm",
        limits=Limits(call_seconds=float(seconds)),
    )
    run_class(find_submissions(Course(root), folder / "submitted", ["toy"]), settings, Progress())
"""
# What the command lines of a box hold: bubblewrap twice, and Python; a server, and the process that
# waits in front of the box, and the program in it.
BOXES, BOTH = {"cold": b"sandbox.confined", "warm": b"sandbox.fork_server"}, 6


def command_line(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("kernels", BOXES)
def test_a_killed_grader_leaves_nothing_and_the_next_run_goes_on(
    machine: Machine, tmp_path: Path, kernels: str
):
    (attack,) = [attack for attack in ATTACKS if attack.name == "harming/sleep"]
    for student in ("mallory", "trudy"):
        folder = tmp_path / "submitted" / student / "toy"
        folder.mkdir(parents=True)
        released = released_notebook(machine.course, "toy")
        (folder / "toy.ipynb").write_bytes(submitted(attack, released, {}))
    script = tmp_path / "grade.py"
    script.write_text(GRADE, encoding="utf-8")
    command = [sys.executable, str(script), str(machine.course.root), str(tmp_path), kernels]
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as temporary:
        environment = os.environ | {"TMPDIR": temporary}
        check_killed(command, environment, tmp_path, BOXES[kernels])
        assert list(Path(temporary).iterdir()) == []


def check_killed(command: list[str], environment: dict[str, str], folder: Path, box: bytes) -> None:
    """Kill a grader, and see that nothing runs on; then grade, and see that all is there."""
    family = killed_family([*command, "300"], environment, box)
    assert list(Path(environment["TMPDIR"]).iterdir()) != []
    assert sum(box in line for line in family.values()) >= BOTH
    assert left_over(family) == []
    subprocess.run([*command, "5"], check=True, timeout=240, capture_output=True, env=environment)
    lines = (folder / "output" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["student"] for line in lines] == ["mallory", "trudy"]


def killed_family(command: list[str], environment: dict[str, str], box: bytes) -> dict[int, bytes]:
    """Kill a grader while its boxes run; return what it had started, with the command lines."""
    with subprocess.Popen(command, stderr=subprocess.PIPE, env=environment) as grader:
        try:
            until = time.monotonic() + 240
            family: set[int] = set()
            while sum(box in command_line(process) for process in family) < BOTH:
                assert grader.poll() is None, grader.stderr and grader.stderr.read()
                assert time.monotonic() < until
                time.sleep(0.2)
                family = descendants(grader.pid)
            found = {process: command_line(process) for process in descendants(grader.pid)}
        finally:
            grader.kill()
    return {process: line for process, line in found.items() if line}
