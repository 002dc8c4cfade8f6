"""Rows that the tests start from."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from autograder.database import Database, outbox, queue
from autograder.database.tables import Attempt, Link, Outbox, Platform, User

NOW = datetime(2026, 11, 28, 9, 30, 15, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LINE_ITEM = "https://moodle.example/items/7/lineitem?type_id=3"


def platform(session: Session, client_id: str = "client") -> Platform:
    row = Platform(
        issuer="https://moodle.example",
        client_id=client_id,
        name="Moodle",
        product="moodle",
        auth_url="https://moodle.example/auth",
        token_url="https://moodle.example/token",
        keyset_url="https://moodle.example/keys",
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def user(session: Session, platform_id: int, sub: str = "7") -> User:
    row = User(platform_id=platform_id, sub=sub, pseudonym=f"s-{platform_id}-{sub}", created_at=NOW)
    session.add(row)
    session.flush()
    return row


def link(session: Session, platform_id: int, resource_link_id: str = "3") -> Link:
    row = Link(
        platform_id=platform_id,
        deployment_id="1",
        context_id="course",
        resource_link_id=resource_link_id,
        assignment="dropout",
        lineitem_url=f"{LINE_ITEM}&link={resource_link_id}",
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True)
class Class:
    """One link, and the people who hand in there."""

    database: Database
    link: Link
    users: list[User]

    def hand_in(self, words: str, user: int = 0, now: datetime = NOW) -> Attempt:
        with self.database.transaction() as session:
            attempt, _ = queue.put(
                session,
                user_id=self.users[user].id,
                link_id=self.link.id,
                content=words.encode(),
                file_name="dropout.ipynb",
                now=now,
            )
        return attempt

    def claim(self, owner: str = "a", now: datetime = NOW) -> Attempt | None:
        with self.database.transaction() as session:
            return queue.claim(session, owner, now, MINUTE)

    def finish(self, attempt: Attempt, owner: str = "a", score: float = 7.0) -> bool:
        with self.database.transaction() as session:
            return queue.finish(
                session, attempt.id, owner,
                record={"score": score}, page="<p>", score=score, max_score=10.0, now=NOW,
            )  # fmt: skip

    def attempt(self, attempt: Attempt) -> Attempt:
        """The attempt as it is now."""
        with self.database.reading() as session:
            return session.get_one(Attempt, attempt.id)

    def send(self, attempt: Attempt, score: float, timestamp: datetime = NOW) -> bool:
        with self.database.transaction() as session:
            return outbox.put(
                session, attempt.user_id, self.link, attempt.id, score_given=score,
                score_maximum=10.0, comment=f"{score} of 10", timestamp=timestamp,
                submitted_at=attempt.received_at,
            )  # fmt: skip

    def row(self) -> Outbox:
        """The only row of the outbox."""
        with self.database.reading() as session:
            return session.query(Outbox).one()


def a_class(database: Database, size: int = 3) -> Class:
    with database.transaction() as session:
        lms = platform(session)
        users = [user(session, lms.id, str(number)) for number in range(size)]
        return Class(database, link(session, lms.id), users)
