"""Assignment and grade services: one line item, its scores and its results."""

import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from autograder.lti.fetching import Response
from autograder.lti.paging import checked, entries, mapping, pages
from autograder.lti.scores import MEDIA_TYPE as SCORE_TYPE
from autograder.lti.scores import Score
from autograder.lti.service import Authorized
from autograder.lti.urls import below, with_query

LINE_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
LINE_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
RESULTS_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"


@dataclass(frozen=True)
class LineItem:
    """A column of the gradebook. score_maximum: None where the LMS does not say."""

    url: str
    label: str = ""
    score_maximum: float | None = None
    resource_id: str | None = None
    resource_link_id: str | None = None
    tag: str | None = None
    ends_at: datetime | None = None


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
        return self.client.send("POST", below(self.url, "scores"), SCORE_TYPE, body, SCORE_TYPE)

    def result(self, user_id: str) -> Result | None:
        """Return what the LMS shows for a person. Raises ServiceError, FetchError."""
        url = with_query(below(self.url, "results"), {"user_id": user_id})
        answer = checked(self.client.send("GET", url, RESULTS_TYPE))
        found = [entry for entry in entries(answer.json()) if str(entry.get("userId")) == user_id]
        return _result(found[0]) if found else None

    def get_line_item(self) -> LineItem:
        """Return the line item. Raises ServiceError, FetchError."""
        return _line_item(self._raw(), self.url)

    def put_line_item(self, **changes: float | str) -> LineItem:
        """Change fields such as ``scoreMaximum`` or ``tag``, and keep all others.

        Raises ServiceError, FetchError.
        """
        body = json.dumps(self._raw() | changes, allow_nan=False)
        answer = self.client.send("PUT", self.url, LINE_ITEM_TYPE, body, LINE_ITEM_TYPE)
        return _line_item(mapping(checked(answer).json()), self.url)

    def _raw(self) -> dict[str, Any]:
        answer = self.client.send("GET", self.url, LINE_ITEM_TYPE)
        return mapping(checked(answer).json())


def line_items(client: Authorized, url: str, **conditions: str) -> list[LineItem]:
    """Return the line items of a course, where wanted those of a ``resource_link_id`` or ``tag``.

    Moodle pages only where it is given a limit, and then its links are broken, so none is given.
    Raises ServiceError, FetchError.
    """
    asked = with_query(url, conditions)
    found = (entry for page in pages(client, asked, LINE_ITEMS_TYPE) for entry in entries(page))
    return [_line_item(entry, entry["id"]) for entry in found if isinstance(entry.get("id"), str)]


def _line_item(found: dict[str, Any], url: str) -> LineItem:
    return LineItem(
        url=url,
        label=_text(found.get("label")) or "",
        score_maximum=number(found.get("scoreMaximum")),
        resource_id=_text(found.get("resourceId")),
        resource_link_id=_text(found.get("resourceLinkId")),
        tag=_text(found.get("tag")),
        ends_at=aware_time(found.get("endDateTime")),
    )


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
