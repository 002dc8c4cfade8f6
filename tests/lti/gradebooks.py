"""A gradebook that takes scores as Moodle or Canvas do, and a sender that has all the time."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from autograder.lti.ags import LineItemClient
from autograder.lti.delivering import deliver
from autograder.lti.fetching import Response
from autograder.lti.platforms import Platform
from autograder.lti.service import Authorized
from autograder.lti.steps import Again, Delivered, Delivery, Differs, Restamp, Step
from tests.lti.lms import LINE_ITEM, MOODLE, FakeFetcher, Request, answer
from tests.lti.services import ALL_SCOPES, TOKEN

CANVAS = replace(MOODLE, product="canvas")


@dataclass
class Gradebook:
    """One column, one student. override: what a teacher set. locked: Moodle's lock."""

    product: str
    now: datetime
    maximum: float = 100.0
    score: float | None = None
    given_at: datetime | None = None
    comment: str | None = None
    override: float | None = None
    locked: bool = False
    troubles: list[Response | Exception] = field(default_factory=list)
    lost: int = 0  # answers to scores that were taken and did not come back
    comments: list[str] = field(default_factory=list)
    stamps: list[datetime] = field(default_factory=list)
    posts: int = 0

    def __call__(self, request: Request) -> Any:
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        if self.troubles:
            return self.troubles.pop(0)
        path = urlsplit(request.url).path
        if path.endswith("/results"):
            return self._results()
        if path.endswith("/scores"):
            return self._take(json.loads(request.body))
        return answer({"id": request.url, "scoreMaximum": self.maximum, "label": "Dropout"})

    def _results(self) -> Response:
        if self.score is None:
            return answer([])
        shown = self.score if self.override is None else self.override
        found: dict[str, Any] = {"userId": "3", "resultScore": shown, "resultMaximum": self.maximum}
        found["comment"] = self.comment
        if self.product == "moodle":
            found["timestamp"] = self.given_at.isoformat() if self.given_at else None
        return answer([found])

    def _take(self, body: dict[str, Any]) -> Any:
        self.posts += 1
        stamp = datetime.fromisoformat(body["timestamp"])
        if self.locked:
            return answer("<html>Error writing to database</html>", 500)
        if self.given_at and self._is_old(stamp):
            return self._conflict(stamp)
        self.stamps.append(stamp)
        self.given_at = stamp
        if not (self.score is not None and self._keeps(body)):
            self.score = body["scoreGiven"]
        if self.product == "moodle":
            self.comment = body.get("comment")
        elif "comment" in body:
            self.comment = body["comment"]
            self.comments.append(body["comment"])
        if self.lost:
            self.lost -= 1
            return answer("Bad gateway", 502)
        return answer("", 200)

    def _keeps(self, body: dict[str, Any]) -> bool:
        """Canvas keeps what stands there where it is told to, our own score too."""
        if self.product == "moodle":
            return False
        keeps: bool = body["https://canvas.instructure.com/lti/submission"][
            "prioritize_non_tool_grade"
        ]
        if not keeps:
            self.override = None
        return keeps

    def _is_old(self, stamp: datetime) -> bool:
        assert self.given_at is not None
        if self.product == "canvas":
            return stamp < self.given_at
        return stamp.replace(microsecond=0) <= self.given_at.replace(microsecond=0)

    def _conflict(self, stamp: datetime) -> Response:
        if self.product == "moodle":
            return answer("Refusing score with an earlier timestamp", 409)
        assert self.given_at is not None
        return answer(
            f"Provided timestamp of {stamp.isoformat()} before last updated timestamp of "
            f"{self.given_at.isoformat()}",
            400,
        )


@dataclass
class Answering:
    """No gradebook at all: answers of any kind, one after the other."""

    product: str
    now: datetime
    answers: Iterator[Any]

    def __call__(self, request: Request) -> Any:
        return next(self.answers)


@dataclass(frozen=True)
class EndlessToken:
    """One access token for ever: signing for another takes long, and is tested elsewhere."""

    platform: Platform

    def get(self, scopes: tuple[str, ...]) -> str:
        return TOKEN

    def drop(self, scopes: tuple[str, ...]) -> None:
        pass


@dataclass
class Sender:
    """Sends a row until it comes to rest. steps: what was done."""

    gradebook: Gradebook | Answering
    platform: Platform
    chance: float = 0.5
    steps: list[Step] = field(default_factory=list)

    def send(self, row: Delivery) -> Delivery:
        """Return the row as it is at the end, with what was found out."""
        book = self.gradebook
        book.now = max(book.now, row.timestamp)
        share = row.score_given / row.score_maximum
        row = replace(row, first_tried_at=book.now, sent_shares=(*row.sent_shares, share))
        item = LineItemClient(
            LINE_ITEM, Authorized(EndlessToken(self.platform), FakeFetcher(book), ALL_SCOPES)
        )
        while True:
            step = deliver(row, item, book.now, lambda: self.chance)
            self.steps.append(step)
            if not isinstance(step, Again | Restamp):
                break
            assert step.at >= book.now
            book.now = max(step.at, book.now + timedelta(milliseconds=1))
            stamp = step.timestamp if isinstance(step, Restamp) else row.timestamp
            row = replace(row, tries=row.tries + 1, timestamp=stamp)
        if isinstance(step, Delivered | Differs):
            row = replace(row, shown_score=step.shown, comment_sent=row.comment)
        return row
