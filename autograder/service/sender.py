"""The sender: what is in the outbox goes to the LMS, and what the gradebook shows then comes back.

It is the only process that asks for access to the gradebook while the service runs. A row is leased
to one sender, so that no other sends it. Where a sender is killed, the lease runs out, and the
score is sent again with the same time stamp: an LMS that has it says so.
"""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from autograder.core.clock import utc_now
from autograder.database import Database, outbox
from autograder.database.outbox import Outcome
from autograder.database.tables import Attempt, Link, Outbox, Platform, User
from autograder.lti.ags import LineItemClient
from autograder.lti.delivering import deliver
from autograder.lti.steps import Again, Dead, Delivered, Delivery, Differs, Refused, Restamp, Step
from autograder.service.line_items import Services, gradebook_scopes
from autograder.service.naming import new_owner
from autograder.service.standing import Address

log = logging.getLogger(__name__)

POLL_SECONDS = 0.5
LEASE = timedelta(minutes=5)  # longer than all requests for one score may take
SENDERS = 6  # more than outbox.AT_ONE_LMS: one that is slow holds up nobody else
PAUSE_SECONDS = 2.0  # after a trouble with the database


@dataclass(frozen=True)
class _Claimed:
    """A row of the outbox with all that sending it needs."""

    row: Outbox
    delivery: Delivery
    platform: Platform
    scopes: tuple[str, ...]


class Sender:
    """Sends scores. address: of an attempt's page. chance: gives numbers in [0, 1)."""

    def __init__(
        self,
        database: Database,
        services: Services,
        address: Address,
        *,
        clock: Callable[[], datetime] = utc_now,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._database, self._services, self._address = database, services, address
        self._clock, self._chance = clock, chance

    def run(self, stop: threading.Event, senders: int = SENDERS) -> None:
        """Send until `stop` is set, several at once."""
        threads = [threading.Thread(target=self._run, args=(stop,)) for _ in range(senders)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _run(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                if not self.step():
                    stop.wait(POLL_SECONDS)
            except SQLAlchemyError as error:
                log.error("The database cannot be used: %s", type(error).__name__)
                stop.wait(PAUSE_SECONDS)
            except Exception:  # the row waits for its lease to end, and the others go on
                log.exception("A score could not be sent")

    def step(self) -> bool:
        """Send the next score; tell whether there was one."""
        owner, now = new_owner(), self._clock()
        with self._database.transaction() as session:
            row = outbox.claim(session, owner, now, LEASE)
            claimed = self._claimed(session, row, now) if row is not None else None
        if claimed is None:
            return False
        client = self._services.client(claimed.platform, claimed.scopes)
        item = LineItemClient(claimed.row.lineitem_url, client)
        step = deliver(claimed.delivery, item, now, self._chance)
        done = outcome_of(step, claimed.delivery)
        with self._database.transaction() as session:
            kept = outbox.record(session, claimed.row, owner, done, self._clock())
        state = f"{done.state} {done.reason}".strip()
        log.info("score %d: %s", claimed.row.id, state if kept else "replaced by a newer one")
        return True

    def _claimed(self, session: Session, row: Outbox, now: datetime) -> _Claimed:
        link = session.get_one(Link, row.link_id)
        attempt = session.get_one(Attempt, row.attempt_id)
        delivery = Delivery(
            user_id=session.get_one(User, row.user_id).sub,
            score_given=row.score_given,
            score_maximum=row.score_maximum,
            comment=row.comment,
            timestamp=row.restamped_at or row.timestamp,
            submitted_at=row.submitted_at,
            tries=row.tries,
            first_tried_at=row.first_tried_at or now,
            shown_score=row.shown_score,
            comment_sent=row.comment_sent,
            sent_shares=tuple(row.sent_shares or ()),
            feedback_url=self._address(attempt.public_id),
        )
        platform = session.get_one(Platform, link.platform_id)
        return _Claimed(row, delivery, platform, gradebook_scopes(link.scopes))


def outcome_of(step: Step, delivery: Delivery) -> Outcome:
    """Return what to write down of a step."""
    before = delivery.shown_score
    match step:
        case Delivered(shown):
            return Outcome(state="delivered", shown_score=shown, comment_sent=delivery.comment)
        case Differs(reason, shown, was_sent):
            sent = delivery.comment if was_sent else None
            return Outcome(state="differs", reason=reason, shown_score=shown, comment_sent=sent)
        case Again(at, reason, detail):
            return _waiting(reason, detail, at, delivery.timestamp, before)
        case Restamp(timestamp, at, detail):
            return _waiting("conflict", detail, at, timestamp, before)
        case Refused(reason, detail):
            return Outcome(state="refused", reason=reason, detail=detail, shown_score=before)
        case Dead(reason, detail):
            return Outcome(state="dead", reason=reason, detail=detail, shown_score=before)


def _waiting(
    reason: str, detail: str, at: datetime, timestamp: datetime, shown: float | None
) -> Outcome:
    return Outcome(
        state="waiting",
        reason=reason,
        detail=detail,
        next_at=at,
        restamped_at=timestamp,
        shown_score=shown,
    )
