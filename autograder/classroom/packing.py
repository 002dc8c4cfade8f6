"""Where the course lies: read submissions, choose hidden keys, make both ready to send."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from autograder.authoring.keys import POOL_SIZE, hidden_key_for, key_from_receipt
from autograder.classroom.material import Part, Released
from autograder.classroom.running import sandbox_of
from autograder.classroom.work import WORKERS_OWN, Submission, Trouble, Work
from autograder.core.errors import ExplainedError
from autograder.core.words import english
from autograder.course.draw import key_index
from autograder.course.layout import Course
from autograder.course.receipt import Receipt, ReceiptError
from autograder.course.secret import course_secret
from autograder.kernel.clock import stage
from autograder.notebook.intake import IntakeError, read_bytes
from autograder.notebook.languages import language_of

NOTHING = Part.of(b"")
KEYS_KEPT = 2 * POOL_SIZE

Share = Callable[[bytes], Any]
"""Hands bytes to the workers once; what it returns stands for them in a call.

It raises SharingError where there is no way to them.
"""


class SharingError(ExplainedError):
    """There is no way to the workers: no fault of a submission, and the run has to stop."""


def as_it_is(content: bytes) -> Any:
    """Share nothing: who grades is in this process."""
    return content


class Supplies:
    """What a course's submissions share: each part is read once, and handed over once.

    share: see `Share`. The last keys stay known, and of each only what stands for it.
    """

    def __init__(self, course: Course, share: Share = as_it_is) -> None:
        self._course, self._share = course, share
        self._released: dict[str, tuple[str, Any]] = {}
        self._keys: OrderedDict[tuple[str, int], tuple[str, Any, Receipt]] = OrderedDict()

    def forget(self) -> None:
        """Hand everything over again from now on: what was handed over is lost."""
        self._released.clear()
        self._keys.clear()

    def released(self, assignment: str) -> tuple[str, Any]:
        """Return the digest of what students got, and what stands for it. Raises OSError."""
        if assignment not in self._released:
            part = Released.read(self._course, assignment).part()
            self._released[assignment] = (part.digest, self._share(part.content))
        return self._released[assignment]

    def key(self, submission: Submission) -> tuple[str, Any, Receipt]:
        """Return the digest of a submission's hidden key, what stands for it, and the receipt.

        Raises what `hidden_key_for` and `key_from_receipt` raise.
        """
        if submission.receipt is not None:
            receipt = _replayed(submission)
            return *self._handed_over(key_from_receipt(self._course, receipt)), receipt
        who = (submission.assignment, submission.student, submission.attempt)
        index = key_index(course_secret(self._course), *who, POOL_SIZE)
        place = (submission.assignment, index)
        if place not in self._keys:
            content, receipt = hidden_key_for(self._course, *who)
            self._keys[place] = (*self._handed_over(content), receipt)
            if len(self._keys) > KEYS_KEPT:
                self._keys.popitem(last=False)
        self._keys.move_to_end(place)
        digest, shared, receipt = self._keys[place]
        own = replace(receipt, student=submission.student, attempt=submission.attempt)
        return digest, shared, own

    def _handed_over(self, content: bytes) -> tuple[str, Any]:
        return Part.of(content).digest, self._share(content)


def _replayed(submission: Submission) -> Receipt:
    receipt = Receipt.parse(str(submission.receipt))
    if (receipt.assignment, receipt.student) != (submission.assignment, submission.student):
        raise ReceiptError("The receipt is that of another submission.")
    return receipt


def packed(
    submission: Submission, supplies: Supplies, content: bytes | None = None
) -> tuple[Work, Any, Any]:
    """Return a submission to grade anywhere, and what stands for its two parts.

    content: of its notebook, where that was read already. What is wrong with the file or the key
    travels with it. Raises OSError where the released assignment cannot be read, and SharingError.
    """
    digest, released = supplies.released(submission.assignment)
    work = Work(
        assignment=submission.assignment,
        student=submission.student,
        attempt=submission.attempt,
        file_name=submission.path.name,
        language=language_of(submission.path),
        content=content,
        timestamp=submission.timestamp,
        limits=submission.limits,
        sandbox=submission.sandbox or WORKERS_OWN,
        warm=submission.warm,
        released=digest,
        key=NOTHING.digest,
    )
    try:
        if content is None:
            with stage("read"):
                work = replace(work, content=read_bytes(submission.path))
        with stage("choose key"):
            digest, key, receipt = supplies.key(submission)
        sandbox = submission.sandbox or sandbox_of(Course(submission.root))
        return replace(work, key=digest, receipt=str(receipt), sandbox=sandbox), released, key
    except SharingError:
        raise
    except IntakeError as error:
        trouble = Trouble(str(error))
    except Exception as error:  # the class goes on, whatever one submission does to us
        trouble = Trouble(english.grader_trouble(), repr(error))
    return replace(work, trouble=trouble), released, NOTHING.source
