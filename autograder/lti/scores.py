"""A score as the LMS takes it."""

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from autograder.lti.platforms import CANVAS

MEDIA_TYPE = "application/vnd.ims.lis.v1.score+json"
CANVAS_SUBMISSION = "https://canvas.instructure.com/lti/submission"
DIGITS = 5
"""Moodle keeps five digits after the point."""

FUTURE = timedelta(minutes=1)
"""Canvas refuses a time of submission further ahead than this."""


@dataclass(frozen=True, kw_only=True)
class Score:
    """One person's finished score. Times are aware.

    comment: None leaves what the LMS does then to it: Moodle clears the old one, Canvas keeps it.
    feedback_url, replaces: for Canvas. replaces: take the place of the score that stands there,
    whoever gave it.
    Raises ValueError where a number is not finite or not in 0..score_maximum, or a time is naive.
    """

    user_id: str
    score_given: float
    score_maximum: float
    timestamp: datetime
    comment: str | None = None
    submitted_at: datetime | None = None
    feedback_url: str | None = None
    replaces: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.score_maximum) or self.score_maximum <= 0:
            raise ValueError(f"score_maximum must be above 0. Received: {self.score_maximum}")
        if not 0 <= self.score_given <= self.score_maximum:
            raise ValueError(
                f"score_given must be in 0..score_maximum. Received: {self.score_given}"
            )
        if any(time and time.tzinfo is None for time in (self.timestamp, self.submitted_at)):
            raise ValueError(
                "times must be aware: without offset an LMS reads them in its own zone"
            )

    def body(self, product: str) -> str:
        """Return the JSON. Never anything but a full grade: all else erases what stands there."""
        content: dict[str, Any] = {
            "userId": self.user_id,
            "scoreGiven": self.score_given,
            "scoreMaximum": self.score_maximum,
            "timestamp": in_iso(self.timestamp),
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        }
        if self.comment and self.comment.strip():
            content["comment"] = self.comment
        if self.submitted_at:
            content["submission"] = {"submittedAt": in_iso(self.submitted_at)}
        if product == CANVAS:
            content[CANVAS_SUBMISSION] = self._canvas_submission()
        return json.dumps(content, allow_nan=False)

    def _canvas_submission(self) -> dict[str, Any]:
        """Canvas's own words.

        Without them a score is a new submission, which uses up an attempt, and takes the place of
        what a teacher set by hand. What is called "prioritize non tool grade" keeps any score that
        stands there, our own earlier one too.
        """
        found: dict[str, Any] = {
            "new_submission": False,
            "prioritize_non_tool_grade": not self.replaces,
        }
        if self.feedback_url:
            found |= {"submission_type": "online_url", "submission_data": self.feedback_url}
        if self.submitted_at and self.submitted_at <= self.timestamp + FUTURE:
            found["submitted_at"] = in_iso(self.submitted_at)
        return found


def scaled(given: float, maximum: float, item_maximum: float) -> float:
    """Return `given` of `maximum` points as points of the line item, within 0..item_maximum.

    >>> scaled(3, 4, 100)
    75.0
    """
    share = max(given / maximum, 0.0)
    return item_maximum if share >= 1 else min(round(share * item_maximum, DIGITS), item_maximum)


def in_iso(time: datetime) -> str:
    """Return an aware time as ISO 8601, UTC, with milliseconds and offset."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds")
