"""The class, graded by everybody in turn, in rounds that lie side by side in time."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from benchmarks.classes import Student, shared_out
from benchmarks.contenders import Graded, KeepProb, Limit, Otter, Scene, Stock
from benchmarks.measuring import FailedError, gaps, quantile
from benchmarks.record import Record

ROUNDS = 3
LOG = "grade.log"


class Contender(Protocol):
    """Who grades a class, or a part of one."""

    name: str

    def prepare(self, part: str, students: Sequence[Student]) -> None:
        """Write what is graded; it is not timed."""

    def grade(self, part: str, students: Sequence[Student]) -> Graded:
        """Grade what was prepared."""


def contenders(scene: Scene) -> list[tuple[Contender, bool]]:
    """Return who takes part, and whether each gets the whole class in every round.

    The slow ones get a part of it in each round, so that in the end they graded the class once.
    """
    return [
        (KeepProb(scene, "warm", 2), True),
        (Stock(scene), False),
        (KeepProb(scene, "warm", 1), True),
        (Limit(scene), True),
        (Otter(scene), False),
        (KeepProb(scene, "cold", 2), False),
        (KeepProb(scene, "cold", 1), False),
    ]


def hold_contest(scene: Scene, record: Record, rounds: int, say: Callable[[str], None]) -> None:
    """Let everybody grade the class, round by round; what the record has is not measured again."""
    parts = shared_out(scene.students, rounds)
    for number in range(rounds):
        for contender, whole in contenders(scene):
            students = scene.students if whole else parts[number]
            name = f"class/{scene.kind.name}/{contender.name}/{number}"
            if name in record.parts or not students:
                continue
            say(f"{name}: {len(students)} submissions")
            try:
                taken = measure(scene, contender, str(number), students)
            except FailedError as error:  # the others go on; the next run tries it again
                say(f"{name} failed: {error}")
                continue
            record.keep(name, taken)
            say(f"{name}: {taken['per_submission']:.2f} s a submission")


def measure(
    scene: Scene, contender: Contender, part: str, students: Sequence[Student]
) -> dict[str, Any]:
    """Let one contender grade these students, and return its measurements.

    per_submission: seconds of all commands by the number of students. steady: the same without what
    comes before the first report. right, passed: right submissions, and how many of them got full
    points. stages, times: of KeepProb's log, for the submissions one by one.
    """
    contender.prepare(part, students)
    graded = contender.grade(part, students)
    right = [student.name for student in students if student.sort == "right"]
    full = scene.full_points
    between = gaps(list(graded.finished.values()))
    stages = list(_stages(scene, contender, part))
    return {
        "count": len(students),
        "reports": len(graded.finished),
        "seconds": graded.seconds,
        "per_submission": graded.seconds / len(students),
        "steady": sum(between) / len(between) if between else None,
        "right": len(right),
        "passed": sum(abs(graded.scores.get(name, 0.0) - full) < 1e-6 for name in right),
        "peak_bytes": graded.peak_bytes,
        "times": [sum(item.values()) for item in stages],
        "stages": median_stages(stages),
    }


def _stages(scene: Scene, contender: Contender, part: str) -> Iterator[dict[str, float]]:
    """Yield how long each stage of a submission took, as KeepProb's log says."""
    path = scene.folder / f"keepprob-{part}-output" / LOG
    if isinstance(contender, KeepProb) and path.is_file():
        yield from read_stages(path)


def read_stages(path: Path) -> Iterator[dict[str, float]]:
    """Yield the seconds by stage of each submission in a grade.log."""
    for line in path.read_text(encoding="utf-8").splitlines():
        found = json.loads(line)
        if found.get("what") == "graded":
            yield found["seconds"]


def median_stages(stages: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the median seconds of each stage, the longest first.

    Not the mean: the first submission waits for the servers to start, and no other does.
    """
    names = dict.fromkeys(name for item in stages for name in item)
    middle = {name: quantile([item.get(name, 0.0) for item in stages], 0.5) for name in names}
    return dict(sorted(middle.items(), key=lambda item: -item[1]))
