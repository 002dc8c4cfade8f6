"""The way to an LMS: its key set, its clock, a token, a line item, a result. Nothing is written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from autograder.database import Database
from autograder.database.tables import Attempt, Link, Platform, User
from autograder.lti.ags import LineItemClient
from autograder.lti.errors import FetchError, ServiceError
from autograder.lti.fetching import Fetches, Response
from autograder.lti.keys import ToolKeys
from autograder.lti.service import (
    READ_LINE_ITEM_SCOPE,
    RESULT_SCOPE,
    SCORE_SCOPE,
    AccessTokens,
    Authorized,
    MemoryTokens,
)
from autograder.service.findings import Finding, fetched
from autograder.service.line_items import gradebook_scopes, platform_of

MOST_PLACES = 5
MOST_SKEW = timedelta(seconds=30)
GRADES = (READ_LINE_ITEM_SCOPE, RESULT_SCOPE, SCORE_SCOPE)
NO_TOKEN = (
    "No score arrives before that is mended. Where the LMS has the tool no more: autograder lti "
    "remove."
)
SERVICES = (
    "In the LMS, let the tool use the grade services (Moodle: IMS LTI Assignment and Grade "
    "Services, grade sync and column management), and launch an assignment once more."
)


@dataclass(frozen=True)
class LmsDoctor:
    """Examines the way to one LMS. fetcher: the network; clock: the time here."""

    platform: Platform
    database: Database
    keys: ToolKeys
    fetcher: Fetches
    clock: Callable[[], datetime]

    def examine(self) -> Iterator[Finding]:
        """Yield what is found, a step at a time; it stops where nothing further can be tried."""
        row = self.platform
        if not row.active:
            yield self._finding(
                "state",
                "not active",
                f"autograder lti platforms --activate {row.id}, or register it anew.",
            )
        answer = fetched(self.fetcher, row.keyset_url)
        if isinstance(answer, FetchError):
            todo = "Without its key set no launch can be checked."
            yield self._finding(f"GET {row.keyset_url}", str(answer), todo)
        else:
            yield self._key_set(answer)
            yield from self._clocks(answer)
        yield from self._services()

    def _finding(self, tried: str, found: str, todo: str = "") -> Finding:
        return Finding(f"{self.platform.name}: {tried}", found, todo)

    def _key_set(self, answer: Response) -> Finding:
        tried = f"GET {self.platform.keyset_url}"
        try:
            count = len(answer.json()["keys"])
        except (FetchError, KeyError, TypeError):
            count = 0
        if not count:
            found = f"no key set (status {answer.status})"
            return self._finding(tried, found, "Correct its public keyset URL: autograder lti add.")
        return self._finding(tried, f"{count} keys")

    def _clocks(self, answer: Response) -> Iterator[Finding]:
        """The LMS's clock, by the date of its answer."""
        try:
            skew = self.clock() - parsedate_to_datetime(answer.headers["Date"])
        except (KeyError, ValueError, TypeError):  # no date, or none of a zone
            return
        far = (
            "Let both servers keep time by NTP: launches are refused, and scores may be, where "
            "the clocks differ by a minute."
        )
        found = f"ours is {skew.total_seconds():+.0f} s from theirs"
        yield self._finding("clocks", found, far if abs(skew) > MOST_SKEW else "")

    def _services(self) -> Iterator[Finding]:
        """An access token, and with it a look at a line item and a result."""
        with self.database.reading() as session:
            places = _places(session, self.platform.id)
        scopes = gradebook_scopes(places[0].link.scopes if places else GRADES)
        tried = f"access token from {self.platform.token_url}"
        if not scopes:
            yield self._finding(tried, "not asked for: the last launch offered none", SERVICES)
            return
        tokens = AccessTokens(
            platform_of(self.platform), self.keys.current(), self.fetcher, MemoryTokens()
        )
        try:
            tokens.get(scopes)
        except (FetchError, ServiceError) as error:
            yield self._finding(tried, str(error), NO_TOKEN)
            return
        yield self._finding(tried, "given, so the LMS knows our key")
        yield from self._line_items(places, Authorized(tokens, self.fetcher, scopes))

    def _line_items(self, places: list["_Place"], client: Authorized) -> Iterator[Finding]:
        """The newest line item that is there: activities and whole courses get deleted."""
        known = [place for place in places if place.link.lineitem_url is not None]
        if not known:
            yield self._finding("line item", "none is known before an assignment was launched")
        for place in known:
            item = LineItemClient(place.link.lineitem_url or "", client)
            if place is known[-1] or not _deleted(item):
                yield from self._gradebook(place.link, item, place.sub)
                return
            yield self._finding(f"line item of {_name(place.link)}", "it was deleted in the LMS")

    def _gradebook(self, link: Link, item: LineItemClient, sub: str | None) -> Iterator[Finding]:
        tried = f"line item of {_name(link)}"
        if SCORE_SCOPE not in link.scopes:
            yield self._finding(tried, "we may not send scores to it", SERVICES)
        try:
            found = item.get_line_item()
            yield self._finding(tried, f"{found.label!r}, out of {found.score_maximum}")
            if sub is not None:
                item.result(sub)
                yield self._finding("a student's result", "could be read")
        except (FetchError, ServiceError) as error:
            todo = "Launch the assignment once more; where it was deleted, make a new one."
            yield self._finding(tried, str(error), todo)


@dataclass(frozen=True)
class _Place:
    """A link to look at, and what the LMS calls a student there, if any handed in."""

    link: Link
    sub: str | None


def _places(session: Session, platform_id: int) -> list[_Place]:
    """Return links of an LMS, those with a line item first, of these the newest first."""
    of_platform = select(Link).where(Link.platform_id == platform_id)
    newest = of_platform.order_by(Link.lineitem_url.is_(None), Link.id.desc()).limit(MOST_PLACES)
    theirs = select(User.sub).join(Attempt, Attempt.user_id == User.id).limit(1)
    return [
        _Place(link, session.scalar(theirs.where(Attempt.link_id == link.id)))
        for link in session.scalars(newest)
    ]


def _deleted(item: LineItemClient) -> bool:
    try:
        item.get_line_item()
    except ServiceError as error:
        return error.status == 404
    except FetchError:
        return False
    return False


def _name(link: Link) -> str:
    return link.title or link.assignment
