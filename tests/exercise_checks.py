"""Every exercise of the course passes every check, and so does every assignment.

The checks themselves are in autograder/authoring; `autograder check-course` runs the same ones. All
checks of an exercise run in one process, because they share its answer keys.
"""

import functools
from pathlib import Path

import pytest

from autograder.authoring.assignment_subject import AssignmentCheck, AssignmentSubject
from autograder.authoring.check_course import subject_of
from autograder.authoring.checks import ASSIGNMENT_CHECKS, EXERCISE_CHECKS
from autograder.authoring.subject import ExerciseCheck, run_check
from autograder.course.layout import find_course

COURSE = find_course(Path(__file__).parent)


@functools.cache
def assignment(name: str) -> AssignmentSubject:
    """Loaded once, so that all checks of an exercise share its answer keys."""
    return subject_of(COURSE, name)


EXERCISES = [
    pytest.param(name, exercise, id=exercise, marks=pytest.mark.xdist_group(exercise))
    for name in COURSE.assignment_names()
    for exercise in assignment(name).exercises
]


@pytest.mark.parametrize("check", EXERCISE_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize(("name", "exercise"), EXERCISES)
def test_exercise(name: str, exercise: str, check: ExerciseCheck):
    run_check(check, assignment(name).exercises[exercise])


@pytest.mark.parametrize("check", ASSIGNMENT_CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("name", COURSE.assignment_names())
def test_assignment(name: str, check: AssignmentCheck):
    check(assignment(name))


def test_the_course_knows_at_least_sixty_misconceptions():
    subjects = [assignment(name).exercises for name in COURSE.assignment_names()]
    known = [subject.exercise for exercises in subjects for subject in exercises.values()]
    assert sum(len(exercise.misconceptions) for exercise in known) >= 60
