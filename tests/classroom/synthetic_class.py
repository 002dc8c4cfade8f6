"""A class without kernels: everybody's work is graded beforehand, so only the writing is left.

``python -m tests.classroom.synthetic_class FOLDER LIMIT`` writes it into FOLDER/output, as
`run_class` does. LIMIT: bytes that a file may have, 0 for no limit. It prints who is graded.
"""

import resource
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import autograder
from autograder.classroom.grading import Graded, points_of, released_notebook
from autograder.classroom.submissions import Found, find_submissions
from autograder.classroom.writer import ClassWriter, StoppedError
from autograder.core.report import ExerciseReport, Report
from autograder.course.layout import Course, find_course
from autograder.kernel.session import Limits
from autograder.notebook.intake import fingerprint

ASSIGNMENT = "l2_regularization"
STUDENTS = 24


def hand_in(folder: Path, count: int = STUDENTS) -> list[Found]:
    """Write what these students hand in; each file is another one."""
    for number in range(count):
        place = folder / "submitted" / f"student{number:02d}" / ASSIGNMENT
        place.mkdir(parents=True)
        (place / f"{ASSIGNMENT}.ipynb").write_text(f"the work of student {number}")
    return found_in(folder)


def found_in(folder: Path) -> list[Found]:
    """Return what was handed in."""
    course = find_course(Path(__file__).parent)
    return find_submissions(course, folder / "submitted", [ASSIGNMENT])


def graded(course: Course, item: Found) -> Graded:
    """Return a report with scores that differ from student to student."""
    content = item.path.read_bytes()
    share = int(fingerprint(content)[:2], 16) / 255
    exercises = tuple(
        ExerciseReport(name, points * share, points, "failed", "Divide by `m`.")
        for name, points in points_of(course, ASSIGNMENT).items()
    )
    facts = {
        "submission_sha256": fingerprint(content),
        "receipt": f"receipt {course.fingerprint(ASSIGNMENT)}",
        "engine": autograder.__version__,
        "limits": asdict(Limits()),
        "timestamp": item.timestamp,
    }
    report = Report(ASSIGNMENT, exercises, item.student, facts=facts)
    return Graded(report, released_notebook(course, ASSIGNMENT), {"l2_cost": "def l2_cost(): 1"})


def write_class(writer: ClassWriter, course: Course, found: list[Found]) -> Iterator[str]:
    """Write those that are not done, and yield their names."""
    writer.prepare(ASSIGNMENT)
    todo = [item for item in found if not writer.is_done(item, Limits())]
    try:
        for item in todo:
            yield item.student
            writer.write(item, graded(course, item))
    finally:
        writer.finish()


def prepared(folder: Path) -> Path:
    """Return the output folder, made with a gradebook that knows the assignment."""
    course = find_course(Path(__file__).parent)
    output = folder / "output"
    output.mkdir()
    writer = ClassWriter(course, output, own_gradebook=True)
    writer.prepare(ASSIGNMENT)
    writer.finish()
    return output


def copied(output: Path, folder: Path) -> Path:
    """Return a copy of a prepared output folder, for another run of the same class."""
    return Path(shutil.copytree(output, folder / "output"))


def main(folder: Path, limit: int) -> str | None:
    """Write the class; return the sentence with which it stopped, if it did."""
    course, found = find_course(Path(__file__).parent), found_in(folder)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    writer = ClassWriter(course, folder / "output", own_gradebook=True)
    try:
        for student in write_class(writer, course, found):
            print(student, flush=True)
    except StoppedError as error:
        return str(error)
    return None


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
