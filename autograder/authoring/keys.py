"""Make, store and find a course's answer keys.

Hidden keys form a pool in ``.autograder/keys``; `autograder.course.draw` says which student meets
which of them. A key is made again when its fingerprint is no longer today's.
"""

import itertools
import multiprocessing
import os
import pickle
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed

import autograder
from autograder.core.calling import Observe
from autograder.core.exercise import Exercise
from autograder.core.key import AnswerKey
from autograder.core.making import make_answer_key
from autograder.course.draw import hidden_seed, key_index
from autograder.course.exercises import load_exercises
from autograder.course.layout import Course
from autograder.course.lock import locked
from autograder.course.receipt import Receipt, ReceiptError
from autograder.course.secret import course_secret
from autograder.kernel.processes import end_with
from autograder.kernel.quiet import quiet_stderr
from autograder.storage.answer_key_file import (
    BUILD_AGAIN,
    AnswerKeyFileError,
    Origin,
    decode,
    encode,
    load_answer_key,
    read_origin,
    save_answer_key,
)
from autograder.storage.decoded_key_file import load_decoded, save_decoded

POOL_SIZE = 16
PUBLIC_SEED = 1

Progress = Callable[[int, int], None]
"""Called with the number of exercises (or keys) done and the number in all."""


def build_public_key(
    course: Course, assignment: str, progress: Callable[[str], None] = lambda name: None
) -> AnswerKey:
    """Make an assignment's public key. progress: called with the name of each exercise.

    Raises CourseError or AuthoringError.
    """
    exercises = load_exercises(course, assignment)
    with quiet_stderr():
        return make_answer_key(
            assignment,
            exercises,
            PUBLIC_SEED,
            public=True,
            observe=_observe(exercises),
            fingerprint=course.public_fingerprint(assignment),
            progress=progress,
        )


def build_pool(
    course: Course,
    assignment: str,
    *,
    size: int = POOL_SIZE,
    only: Collection[int] | None = None,
    force: bool = False,
    jobs: int = 1,
    progress: Progress = lambda done, total: None,
) -> int:
    """Make the hidden keys of an assignment that are missing or outdated; return how many.

    only: these of the pool; all where it is None. force: make them again. jobs: processes to make
    them in; progress then counts keys. Raises CourseError, AuthoringError or AnswerKeyFileError.
    """
    missing = range(size) if force else outdated_keys(course, assignment, size=size)
    wanted = [index for index in missing if only is None or index in only]
    if jobs > 1 and len(wanted) > 1:
        _build_in_parallel(course, assignment, wanted, force, jobs, progress)
    else:
        _build(course, _origins(course, assignment, wanted), force=force, progress=progress)
    return len(wanted)


def _build_in_parallel(
    course: Course,
    assignment: str,
    wanted: Sequence[int],
    force: bool,
    jobs: int,
    progress: Progress,
) -> None:
    course_secret(course)
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        min(jobs, len(wanted)),
        mp_context=context,
        initializer=end_with,
        initargs=(os.getpid(),),
    ) as executor:
        progress(0, len(wanted))
        keys = [executor.submit(_build_one, course, assignment, index, force) for index in wanted]
        try:
            for done, key in enumerate(as_completed(keys), 1):
                key.result()
                progress(done, len(wanted))
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _build_one(course: Course, assignment: str, index: int, force: bool) -> None:
    _build(course, _origins(course, assignment, [index]), force=force)


def indices_for(
    course: Course, assignment: str, students: Iterable[str], *, size: int = POOL_SIZE
) -> set[int]:
    """Return which keys of the pool these students meet in their first attempt."""
    secret = course_secret(course)
    return {key_index(secret, assignment, student, 1, size) for student in students}


def outdated_keys(course: Course, assignment: str, *, size: int = POOL_SIZE) -> list[int]:
    """Return which hidden keys of the pool are missing, damaged, or of an earlier fingerprint."""
    origins = _origins(course, assignment, range(size))
    return [index for index, origin in origins.items() if not _is_stored(course, origin, index)]


def hidden_key_for(
    course: Course, assignment: str, student: str, attempt: int = 1, *, size: int = POOL_SIZE
) -> tuple[bytes, Receipt]:
    """Return the hidden key that a student meets, pickled, and the receipt that replays it.

    The key is made where the pool lacks it. Raises what `build_pool` raises.
    """
    index = key_index(course_secret(course), assignment, student, attempt, size)
    origin = _origins(course, assignment, [index])[index]
    version = autograder.__version__
    receipt = Receipt(assignment, student, attempt, index, origin.seed, version, origin.fingerprint)
    return _decoded(course, origin, index), receipt


def key_from_receipt(course: Course, receipt: Receipt) -> bytes:
    """Return the hidden key that a receipt names, pickled; made again where the pool lacks it.

    Raises ReceiptError where exercises or engine are not those that the receipt was given for.
    """
    current = course.fingerprint(receipt.assignment)
    if receipt.fingerprint != current:
        raise ReceiptError(
            f"The receipt is for the exercises and engine with the fingerprint "
            f"{receipt.fingerprint} (autograder {receipt.engine}); here they have {current} "
            f"(autograder {autograder.__version__}), and would give other cases. Check out the "
            "version of the course that graded the submission, and replay the receipt there."
        )
    origin = Origin(receipt.assignment, False, receipt.seed, receipt.fingerprint)
    if _is_stored(course, origin, receipt.index):
        return pickle.dumps(load_answer_key(course.key_file(receipt.assignment, receipt.index)))
    made = _make(origin, load_exercises(course, receipt.assignment))
    return pickle.dumps(decode(encode(made)))


def _origins(course: Course, assignment: str, indices: Iterable[int]) -> dict[int, Origin]:
    secret, fingerprint = course_secret(course), course.fingerprint(assignment)
    return {
        index: Origin(assignment, False, hidden_seed(secret, assignment, index), fingerprint)
        for index in indices
    }


def _is_stored(course: Course, origin: Origin, index: int) -> bool:
    """Tell whether the pool holds the key; a damaged file counts as missing and is made again."""
    path = course.key_file(origin.assignment, index)
    try:
        return path.exists() and read_origin(path) == origin
    except AnswerKeyFileError:
        return False


def _decoded(course: Course, origin: Origin, index: int) -> bytes:
    """Return a hidden key of the pool, pickled; decode it where that was not done before."""
    file = course.decoded_key_file(origin.assignment, index)
    found = load_decoded(file, origin, course_secret(course))
    if found is not None:
        return found
    if not _is_stored(course, origin, index):
        _build(course, {index: origin})
    key = load_answer_key(course.key_file(origin.assignment, index), repair=BUILD_AGAIN)
    return save_decoded(key, file, course_secret(course))


def _build(
    course: Course,
    origins: Mapping[int, Origin],
    *,
    force: bool = False,
    progress: Progress = lambda done, total: None,
) -> None:
    """Make hidden keys by their index in the pool; each is made by one process at a time."""
    if not origins:
        return
    assignment = next(iter(origins.values())).assignment
    exercises = load_exercises(course, assignment)
    folder = course.keys_folder(assignment)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    total = len(origins) * len(exercises)
    for position, (index, origin) in enumerate(origins.items()):
        tick = _ticks(progress, position * len(exercises), total)
        with locked(folder / f".{index:02d}.lock"):
            # Another process may have made it while this one waited.
            if force or not _is_stored(course, origin, index):
                key = _make(origin, exercises, tick)
                stored = save_answer_key(key, course.key_file(assignment, index))
                decoded = course.decoded_key_file(assignment, index)
                save_decoded(stored, decoded, course_secret(course))
    progress(total, total)


def _ticks(progress: Progress, before: int, total: int) -> Callable[[str], None]:
    """Count the exercises that are begun, after `before` that are finished."""
    done = itertools.count(before)
    return lambda name: progress(next(done), total)


def _make(
    origin: Origin,
    exercises: Sequence[Exercise],
    progress: Callable[[str], None] = lambda name: None,
) -> AnswerKey:
    with quiet_stderr():
        return make_answer_key(
            origin.assignment,
            exercises,
            origin.seed,
            public=False,
            observe=_observe(exercises),
            fingerprint=origin.fingerprint,
            progress=progress,
        )


def _observe(exercises: Iterable[Exercise]) -> Observe | None:
    """Return what questions Keras models, where any exercise has such questions."""
    if all(exercise.make_probes is None for exercise in exercises):
        return None
    from autograder.kernel.models import observe

    return observe
