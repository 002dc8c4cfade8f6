"""``autograder check-course``: run every check for an author, and say how to mend each fault."""

from collections.abc import Callable, Iterable, Sequence

from autograder.authoring.assignment_subject import AssignmentSubject
from autograder.authoring.checks import ASSIGNMENT_CHECKS, EXERCISE_CHECKS
from autograder.authoring.faults import CourseFault, faults_of
from autograder.authoring.subject import Subject, run_check
from autograder.core.exercise import Exercise
from autograder.core.outcome import Call
from autograder.course.exercises import load_exercises
from autograder.course.layout import Course, CourseError

Progress = Callable[[str], None]


def check_course(
    course: Course,
    assignments: Sequence[str] | None = None,
    progress: Progress = lambda what: None,
) -> list[CourseFault]:
    """Return all faults of the assignments (default: all that the course has).

    progress: called with what is being checked, before it is. One bad exercise does not keep the
    others from being checked.
    """
    names = course.assignment_names() if assignments is None else assignments
    return _distinct(fault for name in names for fault in _check_assignment(course, name, progress))


def subject_of(course: Course, assignment: str) -> AssignmentSubject:
    """Load an assignment for the checks. Raises CourseError."""
    notebook = course.solutions / assignment / f"{assignment}.ipynb"
    exercises = {
        exercise.name: _subject(exercise) for exercise in load_exercises(course, assignment)
    }
    return AssignmentSubject(assignment, notebook, exercises)


def render(faults: Sequence[CourseFault]) -> str:
    """Return the faults as plain text: where, what, how to mend it."""
    if not faults:
        return "Every check passes."
    counted = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
    return "\n\n".join([*map(str, faults), f"{counted} to mend."])


def _check_assignment(course: Course, name: str, progress: Progress) -> list[CourseFault]:
    progress(name)
    try:
        assignment = subject_of(course, name)
    except CourseError as error:
        how = "Mend the file until Python can import it, then check again."
        return [CourseFault(str(error), f"solutions/{name}", how)]
    found: list[CourseFault] = []
    for exercise in assignment.exercises.values():
        progress(f"{name}: {exercise.exercise.name}")
        found += check_exercise(exercise)
    progress(f"{name}: the notebook")
    for check in ASSIGNMENT_CHECKS:
        found += faults_of(lambda check=check: check(assignment))  # type: ignore[misc]
    return found


def check_exercise(subject: Subject) -> list[CourseFault]:
    """Return all faults of one exercise."""
    found: list[CourseFault] = []
    for check in EXERCISE_CHECKS:
        found += faults_of(lambda check=check: run_check(check, subject))  # type: ignore[misc]
    return _distinct(found)


def _subject(exercise: Exercise) -> Subject:
    return Subject(exercise, None if exercise.make_probes is None else _observe)


def _observe(value: object, call: Call) -> object:
    from autograder.kernel.models import observe

    return observe(value, call)


def _distinct(faults: Iterable[CourseFault]) -> list[CourseFault]:
    """Drop repetitions: a key that cannot be made is found by many checks."""
    return list({fault.args: fault for fault in faults}.values())
