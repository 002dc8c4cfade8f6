"""Memory: what the grader's processes hold while a class is graded."""

import contextlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from benchmarks.contenders import Scene, grade_command, prepare_submissions
from benchmarks.measuring import run

ROLES = ("grader", "worker", "fork server", "student's kernel")
JOBS = 2


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
    measured = run(command, scene.course.root, look=lambda process: list(look(process)))
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
    """Name the role of a process. lineage: the command lines from it up to the grader."""
    own, *above = lineage
    if not above:
        return "grader"
    if "resource_tracker" in own:
        return "other"
    if any("bwrap" in line.split(" ")[0] for line in lineage):
        return "student's kernel"
    if "multiprocessing" in own and len(above) == 1:
        return "worker"
    return "fork server" if "python" in own else "other"


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
    by_role: dict[str, int] = defaultdict(int)
    for item in sample:
        by_role[item.role] += 1
    return by_role[role]
