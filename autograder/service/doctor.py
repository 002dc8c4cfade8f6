"""`autograder lti doctor`: the way from browsers and LMSs to the tool, and on to each LMS."""

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import func, select

from autograder.core.clock import utc_now
from autograder.database import Database, outbox, platforms
from autograder.database.tables import Attempt, Outbox
from autograder.lti.addresses import Resolver, may_connect, resolve
from autograder.lti.errors import FetchError
from autograder.lti.fetching import Fetches
from autograder.lti.keys import ToolKeys
from autograder.service.findings import Finding, fetched
from autograder.service.lms_doctor import LmsDoctor
from autograder.service.settings import Settings

LONGEST_WAIT = timedelta(minutes=10)
ENDS_SOON = timedelta(days=14)
CONNECT_SECONDS = 5.0
START = "Start it by `autograder serve`, and see that the reverse proxy leads to it."
PRIVATE = (
    "This is an address of a private network: an LMS outside cannot reach it, and Moodle fetches "
    "from it only where its administrator has taken it out of curlsecurityblockedhosts. Where the "
    "LMS is inside too, set allow_private_addresses = true in lti.toml."
)


def certificate_end(host: str, port: int) -> datetime | None:
    """Return when a server's certificate ends; None where it cannot be asked."""
    try:
        with (
            socket.create_connection((host, port), CONNECT_SECONDS) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            end = str((secure.getpeercert() or {}).get("notAfter", ""))
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC)
    except (OSError, ValueError):
        return None


@dataclass(frozen=True)
class Doctor:
    """Examines a tool.

    fetcher: the network, as the tool has it; own_fetcher: for its own address, wherever that is.
    resolver, certificate: DNS and TLS. clock: the time here.
    """

    settings: Settings
    database: Database
    keys: ToolKeys
    fetcher: Fetches
    own_fetcher: Fetches
    resolver: Resolver = resolve
    certificate: Callable[[str, int], datetime | None] = certificate_end
    clock: Callable[[], datetime] = utc_now

    def examine(self, platform_id: int | None = None) -> list[Finding]:
        """Examine the tool itself, and the way to every LMS or to one."""
        found = [*self._name(), *self._pages(), self._key_set(), self._queue(), *self._scores()]
        with self.database.reading() as session:
            chosen = [row for row in platforms.listed(session) if platform_id in (None, row.id)]
        for row in chosen:
            doctor = LmsDoctor(row, self.database, self.keys, self.fetcher, self.clock)
            found += doctor.examine()
        if not chosen:
            todo = "Register one by `autograder lti invite`; `autograder lti platforms` lists all."
            found.append(Finding("LMSs", "there is none to try", todo))
        return found

    def _name(self) -> Iterator[Finding]:
        """The name that browsers and the LMS look up."""
        host, port = self._place()
        try:
            addresses = sorted(set(self.resolver(host, port)))
        except FetchError as error:
            yield Finding(f"DNS of {host}", str(error), "Make an entry for it in the DNS.")
            return
        private = not all(may_connect(text, allow_private=False) for text in addresses)
        meant = self.settings.allow_private_addresses
        todo = PRIVATE if private and not meant else ""
        yield Finding(f"DNS of {host}", ", ".join(addresses), todo)

    def _place(self) -> tuple[str, int]:
        parts = urlsplit(self.settings.public_url)
        standard = 443 if parts.scheme == "https" else 80
        return parts.hostname or "", parts.port or standard

    def _pages(self) -> Iterator[Finding]:
        """The pages from outside, and how long their certificate lasts."""
        url = self.settings.url("/healthz")
        answer = fetched(self.own_fetcher, url)
        if isinstance(answer, FetchError):
            todo = START if answer.kind in ("connection", "timeout") else "Mend it on the proxy."
            yield Finding(f"GET {url}", str(answer), todo)
            return
        yield Finding(
            f"GET {url}", f"status {answer.status}", "" if answer.status == 200 else START
        )
        end = self.certificate(*self._place()) if url.startswith("https:") else None
        if end is not None:
            soon = end - self.clock() < ENDS_SOON
            todo = "Renew it, and see why that did not happen by itself." if soon else ""
            yield Finding("TLS certificate", f"ends on {end:%Y-%m-%d}", todo)

    def _key_set(self) -> Finding:
        """The key set that LMSs fetch, and whether it is ours."""
        tried = f"GET {self.settings.url('/lti/jwks')}"
        answer = fetched(self.own_fetcher, self.settings.url("/lti/jwks"))
        if isinstance(answer, FetchError):
            return Finding(tried, str(answer), START)
        try:
            known = {str(key["kid"]) for key in answer.json()["keys"]}
        except (FetchError, KeyError, TypeError):
            return Finding(tried, f"no key set (status {answer.status})", START)
        own = self.keys.current().kid
        lacking = (
            f"It lacks the key {own} of {self.settings.keys_folder}: another tool answers there, "
            "or this one with other settings."
        )
        return Finding(tried, f"{len(known)} keys", "" if own in known else lacking)

    def _queue(self) -> Finding:
        """How long attempts wait for a grader."""
        waiting = select(func.min(Attempt.received_at)).where(Attempt.state == "queued")
        with self.database.reading() as session:
            oldest = session.scalar(waiting)
        if oldest is None:
            return Finding("the queue", "empty")
        waits = self.clock() - oldest
        todo = "See in the log whether the grader runs, and why not."
        found = f"the oldest waits for {waits.total_seconds():.0f} s"
        return Finding("the queue", found, todo if waits > LONGEST_WAIT else "")

    def _scores(self) -> Iterator[Finding]:
        """What became of the scores, and how long the oldest waits for a sender.

        What is refused or locked is a matter of the course: a teacher who tried the link, a term
        that is over. What was given up for another reason got lost on the way.
        """
        lost = select(Outbox.id).where(Outbox.state == "dead", Outbox.reason != "locked").limit(1)
        with self.database.reading() as session:
            states = outbox.states(session)
            given_up = session.scalar(lost) is not None
            late = outbox.due(session, self.clock() - LONGEST_WAIT, 1)
        todo = "Mend what is bad below; then the teacher's table sends them again."
        found = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
        yield Finding("scores", found or "none yet", todo if given_up else "")
        if late:
            todo = "See in the log whether the sender runs, and why not."
            yield Finding("the outbox", "a score is overdue by ten minutes", todo)
