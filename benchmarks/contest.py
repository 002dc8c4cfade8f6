"""The class, graded by everybody in turn, in rounds that lie side by side in time."""

import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from benchmarks.classes import Student, shared_out
from benchmarks.contenders import Graded, KeepProb, Limit, Otter, Scene, Stock
from benchmarks.measuring import gaps
from benchmarks.stages import read_stages

ROUNDS = 3
ONE_BY_ONE = "warm-1"
LOG = "grade.log"


class Contender(Protocol):
    """Who grades a class, or a part of one."""

    name: str

    def prepare(self, part: str, students: Sequence[Student]) -> None:
        """Write what is graded; it is not timed."""

    def grade(self, part: str, students: Sequence[Student]) -> Graded:
        """Grade what was prepared."""


def contenders(scene: Scene, rounds: int) -> list[tuple[Contender, int]]:
    """Return who takes part, and into how many parts the class is dealt for each.

    Everybody gets one part in each round, and has graded the whole class in the end. The fast ones
    grade all of it in every round.
    """
    return [
        (KeepProb(scene, "warm", 2), 1),
        (Stock(scene), rounds),
        (KeepProb(scene, "warm", 1), 1),
        (Limit(scene), 1),
        (Otter(scene), rounds),
        (KeepProb(scene, "cold", 2), rounds),
        (KeepProb(scene, "cold", 1), rounds),
    ]


def steps_of_round(
    scene: Scene, rounds: int, number: int
) -> Iterator[tuple[str, Callable[[], dict[str, Any]]]]:
    """Yield the names of a round's measurements, and what takes each of them."""
    for contender, parts in contenders(scene, rounds):
        dealt = shared_out(scene.students, parts)
        students = dealt[number % parts] or scene.students[:1]
        name = f"class/{scene.kind.name}/{contender.name}/{number}"
        yield name, functools.partial(measure, scene, contender, str(number), students)


def measure(
    scene: Scene, contender: Contender, part: str, students: Sequence[Student]
) -> dict[str, Any]:
    """Let one contender grade these students, and return its measurements.

    per_submission: seconds of all commands by the number of students. steady: the same without what
    comes before the first report. right, passed: right submissions, and how many of them got full
    points. stages: of KeepProb's log, for the submissions one by one.
    """
    contender.prepare(part, students)
    graded = contender.grade(part, students)
    right = [student.name for student in students if student.sort == "right"]
    full = scene.full_points
    between = gaps(list(graded.finished.values()))
    return {
        "count": len(students),
        "reports": len(graded.finished),
        "seconds": graded.seconds,
        "per_submission": graded.seconds / len(students),
        "steady": sum(between) / len(between) if between else None,
        "right": len(right),
        "passed": sum(abs(graded.scores.get(name, 0.0) - full) < 1e-6 for name in right),
        "peak_bytes": graded.peak_bytes,
        "stages": list(_stages(scene, contender, part)),
    }


def _stages(scene: Scene, contender: Contender, part: str) -> Iterator[dict[str, float]]:
    """Yield how long each stage of a submission took, where there is one submission at a time."""
    path = scene.folder / f"keepprob-{part}-output" / LOG
    if contender.name == ONE_BY_ONE and path.is_file():
        yield from read_stages(path)
