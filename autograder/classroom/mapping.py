"""A class is `grade_packed` mapped over workers, through a window of a few submissions each."""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, field, replace

from autograder.classroom.grading import not_gradable, points_of
from autograder.classroom.packing import Supplies, packed
from autograder.classroom.versions import versions_here
from autograder.classroom.work import Done, Submission, Trouble
from autograder.classroom.workers import PartsLostError, WorkerKilledError, Workers
from autograder.core.errors import ExplainedError
from autograder.core.words import english
from autograder.course.layout import Course
from autograder.kernel.clock import measured

KILLED = "its worker process was killed twice"
LOST = "the workers that had it were lost, again and again"
EACH = 3  # submissions in flight for each worker: one at work, and the next ones read already
LOOK_EVERY = 2.0

Begun = Callable[[Sequence[str]], None]
"""Called with the names of the students who are graded now."""


@dataclass
class _Attempt:
    submission: Submission
    seconds: dict[str, float] = field(default_factory=dict)
    shared: int = 0
    alone: bool = False
    lost: int = 0


class Grading:
    """Grades submissions of one course in workers.

    They are read when their turn comes, so that memory does not grow with the class. One whose
    worker is killed is tried again at the end, alone: then nothing beside it can be why.
    """

    def __init__(
        self,
        course: Course,
        workers: Workers,
        begun: Begun = lambda students: None,
    ) -> None:
        self._course, self._workers, self._begun = course, workers, begun
        self._supplies = Supplies(course, workers.share)
        self._pending: dict[Future[Done], _Attempt] = {}
        self._again: list[_Attempt] = []
        self._shared = 0  # how often everything was handed over again

    def over(self, submissions: Iterable[Submission]) -> Iterator[tuple[Submission, Done]]:
        """Yield each submission with what came of it, as it is finished.

        Raises an ExplainedError where the workers cannot grade at all.
        """
        for submission in submissions:
            while len(self._pending) >= EACH * max(self._workers.count(), 1):
                yield from self._finished()
            self._submit(_Attempt(submission))
        while self._pending:
            yield from self._finished()
        while self._again:
            self._submit(replace(self._again.pop(0), alone=True, lost=0))
            while self._pending:
                yield from self._finished()

    def _submit(self, attempt: _Attempt) -> None:
        with measured() as clock:
            work, *parts = packed(attempt.submission, self._supplies)
        attempt.seconds, attempt.shared = clock.seconds, self._shared
        future = self._workers.submit(
            self._workers.grade, versions_here(), pickle.dumps(work), *parts
        )
        self._pending[future] = attempt

    def _finished(self) -> Iterator[tuple[Submission, Done]]:
        oldest = list(self._pending.values())[: self._workers.count()]
        self._begun([attempt.submission.student for attempt in oldest])
        done, _ = wait(self._pending, timeout=LOOK_EVERY, return_when=FIRST_COMPLETED)
        for future in done:
            attempt = self._pending.pop(future)
            if (result := self._result(future, attempt)) is not None:
                seconds = attempt.seconds | result.seconds
                yield attempt.submission, replace(result, seconds=seconds)

    def _result(self, future: "Future[Done]", attempt: _Attempt) -> Done | None:
        """Return what came of it; None where it will be tried again. Raises ExplainedError."""
        try:
            return future.result()
        except WorkerKilledError:
            return self._once_more(attempt, KILLED)
        except (PartsLostError, CancelledError):
            if attempt.shared == self._shared:  # else another one has seen to it
                self._shared += 1
                self._supplies.forget()
            attempt.lost += 1
            if attempt.lost > 1:  # the first time, another one may have taken the workers along
                return self._once_more(attempt, LOST)
            self._submit(attempt)
        except ExplainedError:
            raise
        except Exception as error:
            return self._failed(attempt, repr(error))
        return None

    def _once_more(self, attempt: _Attempt, reason: str) -> Done | None:
        """Put it off to the end; where it was alone already, say why it has no score."""
        if attempt.alone:
            return self._failed(attempt, reason)
        self._again.append(attempt)
        return None

    def _failed(self, attempt: _Attempt, reason: str) -> Done:
        return failed(self._course, attempt.submission, reason)


def failed(course: Course, submission: Submission, reason: str) -> Done:
    """Return a report without a score, for a trouble of ours. Raises OSError."""
    points = points_of(course, submission.assignment)
    trouble = Trouble(english.grader_trouble(), reason)
    return Done(not_gradable(submission, points, trouble), notes=(reason,))
