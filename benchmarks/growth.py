"""Growth: the same kind of class, ten times as large, and again. Time and memory must stay flat."""

import shutil
from pathlib import Path
from typing import Any

from benchmarks.classes import class_texts, draw_class
from benchmarks.contenders import (
    ACCEPTED,
    Scene,
    finished_pages,
    grade_command,
    keepprob_scores,
    prepare_submissions,
)
from benchmarks.measuring import gaps, run

SIZES = (10, 100, 1_000, 5_000)
JOBS = 2
EDGE = 0.1  # the share of a class that counts as its beginning, and as its end


def grow(scene: Scene, size: int) -> dict[str, Any]:
    """Grade a class of that size, newly drawn, with warm kernels and two workers.

    Returns its measurements: how many have a score, seconds, a submission's seconds at the
    beginning and at the end, the most memory of the process that writes, and bytes of the
    gradebook. What was written is deleted.
    """
    prepare_submissions(scene, "growth", scene.students)
    output = scene.emptied("growth-output")
    command = grade_command(
        scene.kind.assignment,
        scene.folder / "growth-submitted",
        output,
        kernels="warm",
        jobs=JOBS,
    )
    try:
        measured = run(command, scene.course.root, accept=ACCEPTED)
        times = list(finished_pages(output, scene.kind.assignment).values())
        first, last = edges(times)
        return {
            "count": len(keepprob_scores(output)),
            "expected": size,
            "seconds": measured.seconds,
            "per_submission": measured.seconds / size,
            "at_the_beginning": first,
            "at_the_end": last,
            "peak_bytes": measured.peak_bytes,
            "gradebook_bytes": (output / "gradebook.db").stat().st_size,
            "output_bytes": bytes_in(output),
        }
    finally:
        for name in ("growth-submitted", "growth-output"):
            shutil.rmtree(scene.folder / name, ignore_errors=True)


def grown(scene: Scene, size: int) -> Scene:
    """Return the scene with a class of another size, drawn from the same texts."""
    students = draw_class(class_texts(scene.course, scene.kind), size, seed=size)
    return Scene(scene.kind, scene.course, students, scene.folder)


def edges(times: list[float]) -> tuple[float, float]:
    """Return the mean seconds a submission in the first and in the last tenth of a run.

    times: when each submission was finished; at least two.
    """
    between = gaps(times)
    count = max(1, min(len(between), round(EDGE * len(times))))
    return sum(between[:count]) / count, sum(between[-count:]) / count


def bytes_in(folder: Path) -> int:
    """Return how much all files in a folder hold."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
