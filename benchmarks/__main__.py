"""The command behind ``make bench``: measure what is missing, and write the page on the way."""

import argparse
import functools
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from autograder.course.layout import Course
from benchmarks.classes import SEED, class_texts, draw_class
from benchmarks.contenders import Scene
from benchmarks.contest import ROUNDS, steps_of_round
from benchmarks.course import KERAS, KINDS, NUMPY, ROOT, WORK, Kind, benchmark_course
from benchmarks.growth import SIZES, grow, grown
from benchmarks.measuring import FailedError
from benchmarks.memory import memory_of_class
from benchmarks.page import write_page
from benchmarks.record import Record, machine

PARTS = ("class", "memory", "growth", "page")
SIZE = 60
MEMORY_SIZE = 20  # enough that every role is seen at its largest
FORM = 3  # of the measurements: those of another form are not gone on with
RESULTS = ROOT / "benchmarks" / "results.json"

Step = tuple[str, Callable[[], dict[str, Any]]]


def main() -> None:
    """Measure the parts that are asked for and not measured yet, and write the page."""
    options = _options()
    say = _speaker()
    settings = {
        "size": options.size,
        "rounds": options.rounds,
        "growth": options.growth,
        "seed": SEED,
        "engine": engine(),
        "form": FORM,
    }
    record = Record(WORK / "results.json", settings)
    if options.again:
        record.forget(options.parts)
    write = functools.partial(_write_page, record, say) if "page" in options.parts else _no_page
    if set(options.parts) - {"page"}:
        record.content["machine"] = machine()
        course = benchmark_course(say=say)
        take(list(groups(course, options)), record, say, write)
    write()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--size", type=int, default=SIZE, help="submissions in a class")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of the contest")
    parser.add_argument("--growth", type=int, nargs="+", default=list(SIZES), help="class sizes")
    parser.add_argument("--again", action="store_true", help="forget these parts' measurements")
    return parser.parse_args()


def _write_page(record: Record, say: Callable[[str], None]) -> None:
    for path in write_page(record.content, ROOT, RESULTS):
        say(f"wrote {path.relative_to(ROOT)}")


def _no_page() -> None:
    """Write nothing."""


def groups(course: Course, options: argparse.Namespace) -> Iterator[list[Step]]:
    """Yield what is measured, what matters most first; the page is written after each group."""
    if "class" in options.parts:
        scenes = [_scene(course, kind, options.size) for kind in KINDS]
        for number in range(options.rounds):
            for scene in scenes:
                yield list(steps_of_round(scene, options.rounds, number))
    if "memory" in options.parts:
        scene = _scene(course, KERAS, min(options.size, MEMORY_SIZE))
        yield [("memory", functools.partial(memory_of_class, scene))]
    if "growth" in options.parts:
        for size in sorted(options.growth):
            yield [(f"growth/{size}", functools.partial(_grow, course, size))]


def _grow(course: Course, size: int) -> dict[str, Any]:
    return grow(grown(_scene(course, NUMPY, 1), size), size)


def _scene(course: Course, kind: Kind, size: int) -> Scene:
    students = draw_class(class_texts(course, kind), size)
    return Scene(kind, course, students, WORK / f"{kind.name}-{size}")


def take(
    found: list[list[Step]], record: Record, say: Callable[[str], None], write: Callable[[], None]
) -> None:
    """Measure what the record does not have, and write the page after each group.

    What fails is told and left out: the others go on, and the next run tries it again.
    """
    missing = [[step for step in group if step[0] not in record.parts] for group in found]
    names = [name for group in missing for name, _ in group]
    say(f"{len(record.parts)} measurements are there, {len(names)} follow")
    for group in filter(None, missing):
        for name, measure in group:
            number = names.index(name) + 1
            say(f"{number} of {len(names)}: {name}")
            start = time.monotonic()
            try:
                record.keep(name, measure())
                outcome = "done"
            except FailedError as error:
                outcome = f"failed: {error}\nfailed"
            after = names[number] if number < len(names) else "nothing"
            say(f"{name} {outcome} after {time.monotonic() - start:.0f} s; {after} follows")
        write()


def engine(folder: Path = ROOT / "autograder") -> str:
    """Return a hash of the engine's sources: another engine is measured from the beginning."""
    joined = b"".join(path.read_bytes() for path in sorted(folder.rglob("*.py")))
    return hashlib.sha256(joined).hexdigest()[:12]


def _speaker() -> Callable[[str], Any]:
    """Return what tells a person how far it is, with the minutes since the start."""
    start = time.monotonic()
    return lambda text: print(f"[{(time.monotonic() - start) / 60:5.1f} min] {text}", flush=True)


if __name__ == "__main__":
    main()
