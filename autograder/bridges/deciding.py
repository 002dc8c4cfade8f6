"""Whether a student's feedback is sent, stands already, or must not touch what stands. Pure."""

from dataclasses import dataclass

from autograder.lms.comments import points_text
from autograder.lms.online import Feedback, Sent, Standing, Work, same_grade

PUSH, STANDS, KEPT = "push", "stands", "kept"


@dataclass(frozen=True)
class Decision:
    """What to do. why: for `KEPT`, in words."""

    step: str
    why: str = ""


def decide(
    feedback: Feedback, work: Work, standing: Standing, sent: Sent | None, *, overwrite: bool
) -> Decision:
    """Compare what is to be sent with what was sent and with what stands.

    A grade that a person has given since is left alone, unless it is of earlier work than this, or
    `overwrite`. What the gradebook has locked or overridden is left alone in any case.
    """
    if standing.leave is not None:
        return Decision(KEPT, standing.leave)
    if _stands(feedback, work, standing, sent):
        return Decision(STANDS)
    if standing.grade is None or overwrite or is_ours(standing, sent):
        return Decision(PUSH)
    if _is_of_earlier_work(standing, work):
        return Decision(PUSH)
    return Decision(
        KEPT,
        f"{points_text(standing.grade)} was given by a person"
        f"{f' on {standing.at:%Y-%m-%d %H:%M} UTC' if standing.at else ''}, and the autograder's "
        f"{feedback.grade} does not replace it without --overwrite",
    )


def _stands(feedback: Feedback, work: Work, standing: Standing, sent: Sent | None) -> bool:
    """Tell whether this very feedback is there: by what was read back, else by what is shown."""
    if not same_grade(standing.grade, float(feedback.grade)):
        return False
    if sent is None or sent.at is None:
        return standing.has_comment(feedback.comment) is True
    return sent.digest == feedback.digest(work) and sent.stale_comment is None


def is_ours(standing: Standing, sent: Sent | None) -> bool:
    """Tell whether nobody has graded since the bridge did.

    Where a run ended before it could look, what it sent and what stood before count as ours.
    """
    if sent is None:
        return False
    if sent.at is not None:
        return standing.at == sent.at
    return any(same_grade(standing.grade, grade) for grade in (sent.grade, sent.was))


def _is_of_earlier_work(standing: Standing, work: Work) -> bool:
    if standing.at is None or work.submitted_at is None:
        return False
    return standing.at < work.submitted_at


def fault_of(feedback: Feedback, standing: Standing) -> str | None:
    """Say in which way the LMS shows something else than was sent, or None."""
    if standing.leave is not None:
        return f"its feedback was sent, but {standing.leave}"
    if not same_grade(standing.grade, float(feedback.grade)):
        shown = "no grade" if standing.grade is None else points_text(standing.grade)
        return f"{feedback.grade} was sent, and {shown} is shown"
    if standing.has_comment(feedback.comment) is False:
        return "the grade stands, and the comment that is shown is another one"
    return None
