"""Another process that works with the database: `python -m tests.database.process URL WHAT …`."""

import sys
from collections.abc import Callable

from autograder.database import logins, open_database, queue
from tests.database.rows import MINUTE, NOW

WORDS = b"a notebook"


def wait(told: str) -> None:
    """Say how far it is, and wait until somebody presses enter or kills us."""
    print(told, flush=True)
    sys.stdin.readline()


def accept(url: str, user_id: str, link_id: str, then: str) -> None:
    """Accept a file, and wait before or after the transaction's end."""
    with open_database(url).transaction() as session:
        queue.put(
            session, user_id=int(user_id), link_id=int(link_id), content=WORDS,
            file_name="dropout.ipynb", now=NOW,
        )  # fmt: skip
        session.flush()
        if then == "uncommitted":
            wait(then)
    wait("committed")


def begin_grading(url: str) -> None:
    """Claim an attempt, and wait with it."""
    with open_database(url).transaction() as session:
        queue.claim(session, "the killed one", NOW, MINUTE)
    wait("claimed")


def half_finish(url: str) -> None:
    """Claim an attempt, and wait in the transaction that keeps its result."""
    database = open_database(url)
    with database.transaction() as session:
        attempt = queue.claim(session, "the killed one", NOW, MINUTE)
    with database.transaction() as session:
        queue.finish(
            session, attempt.id, "the killed one", record={}, page="", score=1.0, max_score=1.0,
            now=NOW,
        )  # fmt: skip
        session.flush()
        wait("half finished")


def grade(url: str, owner: str) -> None:
    """Grade until nothing is left, and print what."""
    database = open_database(url)
    wait("ready")
    while True:
        with database.transaction() as session:
            attempt = queue.claim(session, owner, NOW, MINUTE)
        if attempt is None:
            return
        with database.transaction() as session:
            kept = queue.finish(
                session, attempt.id, owner, record={}, page="", score=1.0, max_score=1.0, now=NOW
            )
        print(attempt.id, kept, flush=True)


def use_login(url: str) -> None:
    """Use the one login, and print whether it could."""
    database = open_database(url)
    wait("ready")
    with database.transaction() as session:
        print(logins.use(session, "state", "browser", NOW) is not None, flush=True)


WHAT: dict[str, Callable[..., None]] = {
    what.__name__: what for what in (accept, begin_grading, half_finish, grade, use_login)
}

if __name__ == "__main__":
    url, what, *arguments = sys.argv[1:]
    WHAT[what](url, *arguments)
