"""The command behind ``make bench``: measure what is missing, then write the page."""

import argparse
import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.course.layout import Course
from benchmarks.classes import SEED, class_texts, draw_class
from benchmarks.contenders import Scene
from benchmarks.contest import ROUNDS, hold_contest
from benchmarks.course import KERAS, KINDS, NUMPY, ROOT, WORK, Kind, benchmark_course
from benchmarks.growth import SIZES, grow, grown
from benchmarks.memory import memory_of_class
from benchmarks.page import write_page
from benchmarks.record import Record, machine

PARTS = ("class", "memory", "growth", "page")
SIZE = 60
MEMORY_SIZE = 20  # enough that every role is seen at its largest
RESULTS = ROOT / "benchmarks" / "results.json"


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
    }
    record = Record(WORK / "results.json", settings)
    if options.again:
        record.forget(options.parts)
    if set(options.parts) - {"page"}:
        record.content["machine"] = machine()
        _measure(options, record, say)
    if "page" in options.parts:
        for path in write_page(record.content, ROOT, RESULTS):
            say(f"wrote {path.relative_to(ROOT)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--size", type=int, default=SIZE, help="submissions in a class")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of the contest")
    parser.add_argument("--growth", type=int, nargs="+", default=list(SIZES), help="class sizes")
    parser.add_argument("--again", action="store_true", help="forget these parts' measurements")
    return parser.parse_args()


def _measure(options: argparse.Namespace, record: Record, say: Callable[[str], None]) -> None:
    course = benchmark_course(say=say)
    if "class" in options.parts:
        for kind in KINDS:
            hold_contest(_scene(course, kind, options.size), record, options.rounds, say)
    if "memory" in options.parts and "memory" not in record.parts:
        say("memory: a Keras class, looked at while it is graded")
        scene = _scene(course, KERAS, min(options.size, MEMORY_SIZE))
        record.keep("memory", memory_of_class(scene))
    if "growth" in options.parts:
        _grow(course, options.growth, record, say)


def _grow(course: Course, sizes: list[int], record: Record, say: Callable[[str], None]) -> None:
    for size in sizes:
        name = f"growth/{size}"
        if name not in record.parts:
            say(f"{name}: making and grading a class of {size}")
            taken = grow(grown(_scene(course, NUMPY, 1), size), size)
            record.keep(name, taken)
            say(f"{name}: {taken['per_submission']:.3f} s a submission")


def _scene(course: Course, kind: Kind, size: int) -> Scene:
    students = draw_class(class_texts(course, kind), size)
    return Scene(kind, course, students, WORK / f"{kind.name}-{size}")


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
