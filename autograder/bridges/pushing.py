"""Scores, comments and pages to the LMS, and a look at what stands there afterwards."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from autograder.bridges.deciding import KEPT, STANDS, decide, fault_of
from autograder.bridges.journal import Journal
from autograder.bridges.outcome import Outcome
from autograder.bridges.patience import Patience
from autograder.lms.addresses import RefusedError, UnreachableError
from autograder.lms.comments import points_text
from autograder.lms.online import Feedback, Lms, Sent, Standing, Work, plain
from autograder.lms.record import ResultRecord
from autograder.lms.scale import scaled

NOTHING = Standing()


@dataclass(frozen=True)
class _Given:
    """What is to be looked at. is_new: whether it was sent in this round."""

    work: Work
    feedback: Feedback
    is_new: bool


@dataclass
class Pushing:
    """One round's sending. graded: the folder of results.

    overwrite: replace what a person has graded. dry_run: only say what would be sent. look_again:
    look at what stands too, and not only at what was sent.
    """

    lms: Lms
    journal: Journal
    outcome: Outcome
    graded: Path
    overwrite: bool = False
    dry_run: bool = False
    look_again: bool = False
    _patience: Patience = field(default_factory=Patience)
    _to_verify: dict[str, _Given] = field(default_factory=dict)

    def push(self, works: Mapping[str, Work], records: Mapping[str, ResultRecord]) -> None:
        """Send what is new, and look at it. works, records: by the student's folder.

        A student's trouble is noted, and the rest is done. Raises UnreachableError where the LMS
        does not answer any more, and TokenError.
        """
        standings = self.lms.standings()
        for student, work in sorted(works.items()):
            record = records.get(student)
            if record is None:
                self._no_record(student)
                continue
            feedback = self._feedback(student, record)
            if feedback is None:
                continue
            standing = standings.get(work.user, NOTHING)
            with self._one_students_trouble(student):
                self._one(student, work, feedback, standing)
        self._verify()

    def _no_record(self, student: str) -> None:
        if self.dry_run:
            self.outcome.would.append(f"{student}: would grade it, and send the result")
        else:
            self.outcome.faults.append(f"{student}: there is no result. Grade it: autograder grade")

    def _feedback(self, student: str, record: ResultRecord) -> Feedback | None:
        """Return what the student is to get; None where the score waits for a person."""
        grade = scaled(record, self.outcome.target.maximum)
        if grade is None:
            self.outcome.waits.append(
                f"{student}: no score yet, something waits for a person. Nothing was sent; grade "
                "it in the formgrader, and run this again."
            )
            return None
        page = self.graded / record.feedback_page if record.feedback_page else None
        content = page.read_bytes() if page is not None else None
        name = self.lms.page_name(record.assignment, content or b"")
        return Feedback(grade, self.lms.comment_of(record), content, name)

    def _one(self, student: str, work: Work, feedback: Feedback, standing: Standing) -> None:
        """Send to one student, unless it stands there or must not be sent.

        Asked twice: what everyone's list says is cheap, and enough for most; who is sent to is
        looked at first.
        """
        sent, seen = self.journal.sent.get(work.user), standing
        decision = decide(feedback, work, seen, sent, overwrite=self.overwrite)
        if decision.step != STANDS:
            seen = self.lms.look(work.user, standing)
            decision = decide(feedback, work, seen, sent, overwrite=self.overwrite)
        if decision.step == KEPT:
            self.outcome.kept.append(f"{student}: {decision.why}.")
            return
        if decision.step == STANDS:
            self._stands(student, work, feedback, seen)
            return
        if self.dry_run:
            self.outcome.would.append(f"{student}: would send {self._said(feedback)}")
            return
        self.journal.note_sent(work.user, _intended(work, feedback, seen, sent))
        given = self.lms.push(work, feedback, seen, sent)
        self.journal.note_sent(work.user, given)
        self._to_verify[student] = _Given(work, feedback, is_new=True)

    def _stands(self, student: str, work: Work, feedback: Feedback, seen: Standing) -> None:
        """Count one that stands; what was never read back is looked at now."""
        self.outcome.stands += 1
        sent = self.journal.sent.get(work.user)
        if sent is None and not self.dry_run:  # the journal is lost; the LMS shows this feedback
            self.journal.note_sent(work.user, _found(work, feedback, seen))
        if sent is None or sent.at is None or self.look_again:
            self._to_verify[student] = _Given(work, feedback, is_new=False)

    def _verify(self) -> None:
        """Look at everything that was sent, and note what stands."""
        if self.dry_run:
            return
        standings = self.lms.standings() if self._to_verify else {}
        for student, given in self._to_verify.items():
            with self._one_students_trouble(student):
                standing = standings.get(given.work.user, NOTHING)
                self._note(student, given, self.lms.look(given.work.user, standing))

    def _note(self, student: str, given: _Given, seen: Standing) -> None:
        user, sent = given.work.user, self.journal.sent[given.work.user]
        if fault := fault_of(given.feedback, seen):
            self.outcome.faults.append(f"{student}: {fault}. Look at it in {self.lms.name}.")
            return
        if sent.at is None:
            self.journal.note_sent(user, replace(sent, at=seen.at))
        if sent.stale_comment is not None:
            self.outcome.faults.append(
                f"{student}: an earlier comment of the autograder's could not be removed. Remove "
                "it by hand, or run this again."
            )
        if given.is_new:
            self.outcome.sent.append(f"{student}: {self._said(given.feedback)}")

    def _said(self, feedback: Feedback) -> str:
        page = "comment and page" if feedback.page is not None else "comment; there is no page"
        return f"{feedback.grade} of {points_text(self.outcome.target.maximum)}, {page}"

    @contextmanager
    def _one_students_trouble(self, student: str) -> Iterator[None]:
        """Note what goes wrong with a student; raise it where the LMS answers nobody."""
        try:
            yield
        except (RefusedError, UnreachableError) as error:
            self.outcome.faults.append(f"{student}: {error}")
            if isinstance(error, UnreachableError):
                self._patience.lost(error)
        else:
            self._patience.succeeded()


def _intended(work: Work, feedback: Feedback, seen: Standing, sent: Sent | None) -> Sent:
    """Return what is about to be sent, so that a grade which arrives unnoticed is known as ours."""
    digest, grade = feedback.digest(work), float(feedback.grade)
    before = sent or Sent(digest, grade)
    return replace(before, digest=digest, grade=grade, was=seen.grade, at=None)


def _found(work: Work, feedback: Feedback, seen: Standing) -> Sent:
    """Return what must have been sent, where the LMS shows it."""
    text = plain(feedback.comment)
    ids = [item.id for item in seen.comments or () if plain(item.text) == text]
    return Sent(
        feedback.digest(work),
        float(feedback.grade),
        comment_id=ids[-1] if ids else None,
        comment_attempt=work.attempt,
    )
