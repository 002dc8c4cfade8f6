"""Hidden keys are made once, found again, and replayed from a receipt."""

import multiprocessing
import pickle
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import autograder.authoring.keys as keys_module
from autograder.authoring.keys import (
    PUBLIC_SEED,
    build_pool,
    build_public_key,
    hidden_key_for,
    indices_for,
    key_from_receipt,
    outdated_keys,
)
from autograder.core.key import AnswerKey
from autograder.course.layout import Course, CourseError
from autograder.course.receipt import Receipt, ReceiptError
from autograder.storage.answer_key_file import load_answer_key
from tests.course.courses import EXERCISES, make_course
from tests.storage.answer_keys import same

SIZE = 3


@pytest.fixture(autouse=True)
def _python_as_it_was() -> Iterator[None]:
    path, modules = list(sys.path), set(sys.modules)
    yield
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        del sys.modules[name]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return make_course(tmp_path)


def files(course: Course) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in course.keys_folder("toy").glob("*.h5")}


def arguments(key: AnswerKey) -> tuple[object, ...]:
    return tuple(
        call.arguments
        for exercise in key.exercises.values()
        for case in exercise.cases.values()
        for call in case.calls
    )


def test_the_public_key_has_a_seed_of_its_own(course: Course):
    key = build_public_key(course, "toy")
    assert (key.public, key.seed, key.assignment) == (True, PUBLIC_SEED, "toy")
    assert key.fingerprint == course.public_fingerprint("toy")
    assert same(key, build_public_key(course, "toy"))


def test_the_public_key_needs_no_secret(course: Course):
    build_public_key(course, "toy")
    assert not course.state.exists()


def test_progress_of_the_public_key_names_the_exercises(course: Course):
    seen: list[str] = []
    build_public_key(course, "toy", seen.append)
    assert seen == ["double", "add"]


def test_a_pool_is_built_once(course: Course):
    assert outdated_keys(course, "toy", size=SIZE) == [0, 1, 2]
    assert build_pool(course, "toy", size=SIZE) == 3
    assert sorted(files(course)) == ["00.h5", "01.h5", "02.h5"]
    assert build_pool(course, "toy", size=SIZE) == 0
    assert outdated_keys(course, "toy", size=SIZE) == []


def test_the_keys_of_a_pool_differ_in_their_numbers(course: Course):
    build_pool(course, "toy", size=SIZE)
    found = [load_answer_key(course.key_file("toy", index)) for index in range(SIZE)]
    assert not any(key.public for key in found)
    assert len({str(arguments(key)) for key in found}) == SIZE


def test_building_by_force_gives_the_same_files(course: Course):
    build_pool(course, "toy", size=SIZE)
    before = files(course)
    course.key_file("toy", 1).unlink()
    assert build_pool(course, "toy", size=SIZE, force=True) == SIZE
    assert files(course) == before


def test_a_larger_pool_keeps_what_is_there(course: Course):
    build_pool(course, "toy", size=1)
    assert build_pool(course, "toy", size=SIZE) == 2


def test_only_the_keys_that_students_meet_are_made(course: Course):
    wanted = indices_for(course, "toy", ["ada", "bo"])
    _, receipt = hidden_key_for(course, "toy", "ada")
    assert receipt.index in wanted
    for file in course.keys_folder("toy").glob("*.h5"):
        file.unlink()
    assert build_pool(course, "toy", only=wanted) == len(wanted)
    assert sorted(files(course)) == [f"{index:02d}.h5" for index in sorted(wanted)]


def test_progress_counts_exercises(course: Course):
    seen: list[tuple[int, int]] = []
    build_pool(course, "toy", size=2, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_changed_exercise_asks_for_new_keys(course: Course):
    build_pool(course, "toy", size=SIZE)
    course.exercises_file("toy").write_text(EXERCISES.replace("size=(2, 3)", "size=(4, 5)"))
    assert outdated_keys(course, "toy", size=SIZE) == [0, 1, 2]
    content, receipt = hidden_key_for(course, "toy", "ada", size=SIZE)
    key = pickle.loads(content)
    assert key.exercises["double"].cases["small"].shapes == {"y": (4, 5)}
    assert receipt.fingerprint == course.fingerprint("toy")


@pytest.mark.parametrize("content", [b"", b"hello", b"\x89HDF\r\n\x1a\n"])
def test_a_damaged_key_is_made_again(course: Course, content: bytes):
    build_pool(course, "toy", size=SIZE)
    before = files(course)
    course.key_file("toy", 1).write_bytes(content)
    assert build_pool(course, "toy", size=SIZE) == 1
    assert files(course) == before


def test_a_key_of_another_secret_is_made_again(course: Course):
    build_pool(course, "toy", size=SIZE)
    course.secret_file.unlink()
    assert build_pool(course, "toy", size=SIZE) == SIZE


def test_a_student_meets_the_same_key_each_time(course: Course):
    one, first = hidden_key_for(course, "toy", "ada", size=SIZE)
    other, again = hidden_key_for(course, "toy", "ada", size=SIZE)
    assert one == other
    assert first == again
    assert (first.student, first.attempt, first.seed) == ("ada", 1, pickle.loads(one).seed)


def test_a_key_is_decoded_when_it_is_made(course: Course, monkeypatch: pytest.MonkeyPatch):
    build_pool(course, "toy", size=SIZE)
    monkeypatch.setattr(keys_module, "load_answer_key", lambda *_, **__: pytest.fail("decodes"))
    content, receipt = hidden_key_for(course, "toy", "ada", size=SIZE)
    assert pickle.loads(content).seed == receipt.seed


@pytest.mark.parametrize("content", [None, b"", b"hello", pickle.dumps("a program")])
def test_what_is_no_decoded_key_is_decoded_again(course: Course, content: bytes | None):
    one, receipt = hidden_key_for(course, "toy", "ada", size=SIZE)
    decoded = course.decoded_key_file("toy", receipt.index)
    before = decoded.read_bytes()
    if content is None:
        decoded.unlink()
    else:
        decoded.write_bytes(content)
    other, _ = hidden_key_for(course, "toy", "ada", size=SIZE)
    assert same(pickle.loads(other), pickle.loads(one))
    assert decoded.read_bytes()[:32] == before[:32]


def test_only_the_key_that_is_needed_is_made(course: Course):
    _, receipt = hidden_key_for(course, "toy", "ada", size=SIZE)
    assert list(files(course)) == [f"{receipt.index:02d}.h5"]


def test_a_receipt_replays_the_hidden_cases(course: Course):
    key, receipt = hidden_key_for(course, "toy", "ada", 2)
    replayed = key_from_receipt(course, Receipt.parse(str(receipt)))
    assert same(pickle.loads(key), pickle.loads(replayed))


def test_a_receipt_needs_neither_the_pool_nor_the_secret(course: Course):
    key, receipt = hidden_key_for(course, "toy", "ada")
    shutil.rmtree(course.state)
    assert same(pickle.loads(key), pickle.loads(key_from_receipt(course, receipt)))
    assert not course.state.exists()


def test_a_receipt_of_other_exercises_is_refused(course: Course):
    _, receipt = hidden_key_for(course, "toy", "ada")
    course.exercises_file("toy").write_text(EXERCISES + "\n# changed\n")
    with pytest.raises(ReceiptError, match=f"{receipt.fingerprint}.*would give other cases"):
        key_from_receipt(course, receipt)


def test_a_receipt_of_another_course_is_refused(course: Course):
    _, receipt = hidden_key_for(course, "toy", "ada")
    with pytest.raises(CourseError, match="no assignment 'other'"):
        key_from_receipt(course, replace(receipt, assignment="other"))


def _build(root: Path) -> int:
    return build_pool(Course(root), "toy", size=4)


def test_processes_that_build_at_once_do_not_harm_each_other(course: Course, tmp_path: Path):
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        pool.map(_build, [course.root] * 2)
    together = files(course)
    build_pool(course, "toy", size=4, force=True)
    assert files(course) == together
    assert len(together) == 4


def test_a_second_process_does_not_make_again_what_the_first_made(
    course: Course, monkeypatch: pytest.MonkeyPatch
):
    """The pool is looked at again once the lock is held."""
    origins = keys_module._origins(course, "toy", range(SIZE))
    build_pool(course, "toy", size=SIZE)
    monkeypatch.setattr(keys_module, "make_answer_key", None)
    keys_module._build(course, origins)


def test_keras_is_asked_only_where_an_exercise_asks(course: Course):
    before = "autograder.kernel.models" in sys.modules
    build_public_key(course, "toy")
    assert ("autograder.kernel.models" in sys.modules) == before
