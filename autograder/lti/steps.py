"""A score on its way, what came back, and what is to be done next."""

from dataclasses import dataclass, field
from datetime import datetime

NO_ANSWER = 0


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """A row of the outbox, claimed and about to be sent.

    user_id: the LMS's. timestamp: the one to send. tries: this one included. shown_score,
    comment_sent: what came of the last score of this person and line item that was sent.
    sent_shares: all scores that were tried to be sent for them, this one too, each as a share of
    its maximum.
    """

    user_id: str
    score_given: float
    score_maximum: float
    comment: str = field(repr=False)
    timestamp: datetime
    submitted_at: datetime | None = None
    tries: int = 1
    first_tried_at: datetime
    shown_score: float | None = None
    comment_sent: str | None = field(default=None, repr=False)
    sent_shares: tuple[float, ...] = ()
    feedback_url: str | None = None


@dataclass(frozen=True)
class Reply:
    """What came back. status: HTTP's, or 0 where no answer came. words: the LMS's, or ours.

    code: of a ServiceError, where there was no access token. retry_after: seconds.
    """

    status: int
    words: str = ""
    retry_after: float | None = None
    code: str = ""


@dataclass(frozen=True)
class Delivered:
    """The score stands in the gradebook. shown: as points of the line item; None: not read back."""

    shown: float | None = None


@dataclass(frozen=True)
class Differs:
    """The LMS shows something else; a person decides. was_sent: and it took the score."""

    reason: str
    shown: float | None = None
    was_sent: bool = True


@dataclass(frozen=True)
class Again:
    """Send it again then."""

    at: datetime
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Restamp:
    """Send it again then, with this timestamp."""

    timestamp: datetime
    at: datetime
    detail: str = ""


@dataclass(frozen=True)
class Refused:
    """The LMS will not take this score; it is not sent again by itself."""

    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Dead:
    """It did not get through for a day; it is not sent again by itself."""

    reason: str
    detail: str = ""


Step = Delivered | Differs | Again | Restamp | Refused | Dead

SENTENCES = {
    "overridden": "The LMS shows another score: most likely a teacher overrode it there.",
    "capped": "The LMS shows its maximum, which is less than this score.",
    "comment": "The LMS shows the score with another comment.",
    "not_shown": "The LMS took the score and shows none for this person.",
    "no_points": "The score is not a number of points of a maximum above 0.",
    "clock": "The time of this score lies ahead. Let this server keep its clock by NTP.",
    "future": "The LMS holds a score from the future, and refuses all others until then.",
    "conflict": "The LMS says again and again that it holds a newer score.",
    "no_scope": "The LMS does not let this tool send scores. Allow the grade service there.",
    "unauthorized": "The LMS does not accept its own access token for this line item.",
    "forbidden": "The LMS does not let this tool grade in this course.",
    "gone": "The line item does not exist any more: the activity was deleted.",
    "not_a_student": "The LMS does not take a score for this person, or no attempt is left.",
    "refused": "The LMS refuses the score: in Moodle that of a teacher, or of who left the course.",
    "locked": "A 500 from Moodle usually means a locked grade. Unlock it there, then send again.",
    "server": "The LMS reports an error of its own.",
    "throttled": "The LMS asks for fewer requests.",
    "no_answer": "The LMS does not answer.",
    "token": "The LMS gives no access token.",
    "keyset": "The LMS cannot fetch this tool's key set.",
}
"""What each reason means, in words."""
