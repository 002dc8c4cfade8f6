"""Assignment and grade services: one line item, its scores and its results."""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from autograder.lti.fetching import Response
from autograder.lti.paging import checked, entries, mapping
from autograder.lti.scores import MEDIA_TYPE as SCORE_TYPE
from autograder.lti.scores import Score
from autograder.lti.service import Authorized
from autograder.lti.urls import below, with_query

LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"


@dataclass(frozen=True)
class LineItem:
    """A column of the gradebook. score_maximum: None where the LMS does not say."""

    label: str
    score_maximum: float | None


@dataclass(frozen=True)
class Result:
    """What the LMS shows for a person. score: None where there is none. timestamp: where known."""

    score: float | None
    maximum: float | None = None
    comment: str | None = field(default=None, repr=False)
    timestamp: datetime | None = None


@dataclass(frozen=True)
class LineItemClient:
    """One line item. url: as the launch gives it; it may have a query, as Moodle's has."""

    url: str
    client: Authorized

    def post_score(self, score: Score) -> Response:
        """Send a score; whatever the LMS answers comes back. Raises ServiceError, FetchError."""
        body = score.body(self.client.tokens.platform.product)
        return self.client.post(below(self.url, "scores"), body, SCORE_TYPE)

    def result(self, user_id: str) -> Result | None:
        """Return what the LMS shows for a person. Raises ServiceError, FetchError."""
        url = with_query(below(self.url, "results"), {"user_id": user_id})
        answer = checked(self.client.get(url, RESULTS_TYPE))
        found = [entry for entry in entries(answer.json()) if str(entry.get("userId")) == user_id]
        return _result(found[0]) if found else None

    def get_line_item(self) -> LineItem:
        """Return the line item. Raises ServiceError, FetchError."""
        found = mapping(checked(self.client.get(self.url, LINE_ITEM_TYPE)).json())
        return LineItem(_text(found.get("label")) or "", number(found.get("scoreMaximum")))


def _result(found: dict[str, Any]) -> Result:
    return Result(
        score=number(found.get("resultScore")),
        maximum=number(found.get("resultMaximum")),
        comment=_text(found.get("comment")),
        timestamp=aware_time(found.get("timestamp")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def number(value: object) -> float | None:
    """Read a finite number, also where it comes as a text; None of anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def aware_time(value: object) -> datetime | None:
    """Read an ISO 8601 time, which is UTC where it does not say; None of anything else."""
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
