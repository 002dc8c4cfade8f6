"""Memory: what the grader's processes hold while a class is graded."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from benchmarks.contenders import ACCEPTED, Scene, grade_command, prepare_submissions
from benchmarks.measuring import run

ROLES = ("grader", "worker", "fork server", "student's kernel")
JOBS = 2
FORK_SERVER, BOX = "sandbox.fork_server", "bwrap"


@dataclass(frozen=True)
class Held:
    """What one process holds, in bytes.

    own: what would be free if it ended (USS). shared: the same, and its part of what it shares with
    others (PSS).
    """

    role: str
    pid: int
    own: int
    shared: int


def memory_of_class(scene: Scene) -> dict[str, Any]:
    """Grade a class with warm kernels and two workers, and look at its processes meanwhile.

    Returns for each role how many processes had it at once and the most that one of them held, and
    the most that all of them held together. It is not timed: looking costs time.
    """
    prepare_submissions(scene, "memory", scene.students)
    command = grade_command(
        scene.kind.assignment, scene.folder / "memory-submitted", scene.emptied("memory-output"),
        kernels="warm", jobs=JOBS,
    )  # fmt: skip
    measured = run(
        command,
        scene.course.root,
        accept=ACCEPTED,
        look=lambda process: list(look(process)),
    )
    return summed_up(measured.samples)


def look(grader: psutil.Process) -> Iterator[Held]:
    """Yield what the grader and everything that it started hold now."""
    processes = [grader, *grader.children(recursive=True)]
    known = {process.pid: process for process in processes}
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            lineage = list(_lineage(process, known))
            held = process.memory_full_info()
            yield Held(role_of(lineage), process.pid, held.uss, held.pss)


def _lineage(process: psutil.Process, known: dict[int, psutil.Process]) -> Iterator[str]:
    """Yield the command lines from a process up to the grader."""
    current: psutil.Process | None = process
    while current is not None:
        yield " ".join(current.cmdline())
        current = known.get(current.ppid())


def role_of(lineage: Sequence[str]) -> str:
    """Name the role of a process. lineage: the command lines from it up to the grader.

    A child of a fork server keeps its command line: the first waits for the second, which is the
    student's kernel. A cold kernel is Python in a box of bubblewrap's.
    """
    own, *above = lineage
    forks = sum(FORK_SERVER in line for line in lineage)
    if not above:
        return "grader"
    if forks:
        return {1: "fork server", 2: "other"}.get(forks, "student's kernel")
    if any(BOX in line.split(" ")[0] for line in above):
        return "student's kernel" if "python" in own.split(" ")[0] else "other"
    is_worker = "multiprocessing.spawn" in own and len(above) == 1
    return "worker" if is_worker else "other"


def summed_up(samples: Sequence[Sequence[Held]]) -> dict[str, Any]:
    """Return the largest numbers of all samples."""
    roles: dict[str, dict[str, int]] = {}
    for role in ROLES:
        held = [item for sample in samples for item in sample if item.role == role]
        roles[role] = {
            "own_bytes": max((item.own for item in held), default=0),
            "shared_bytes": max((item.shared for item in held), default=0),
            "at_once": max((_count(sample, role) for sample in samples), default=0),
        }
    together = max((sum(item.shared for item in sample) for sample in samples), default=0)
    return {"roles": roles, "together_bytes": together, "samples": len(samples)}


def _count(sample: Sequence[Held], role: str) -> int:
    return sum(item.role == role for item in sample)
