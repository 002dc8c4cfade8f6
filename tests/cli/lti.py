"""An LMS as the command line adds it, and somebody who hands in there."""

from datetime import datetime

from autograder.course.layout import Course
from autograder.database import Database, queue
from autograder.database.tables import Attempt, Link, User
from autograder.service.settings import load_settings
from tests.service.world import NOON

URL = "https://kit.example"
NAME = "Ada Lovelace"
LMS = {
    "--issuer": "https://lms.example",
    "--client-id": "kit",
    "--deployment-id": "1",
    "--auth-url": "https://lms.example/auth",
    "--token-url": "https://lms.example/token",
    "--keyset-url": "https://lms.example/jwks",
    "--product": "Moodle",
}


def database(course: Course) -> Database:
    return Database(load_settings(course).database)


def add(**changes: str) -> list[str]:
    options = LMS | {f"--{name.replace('_', '-')}": value for name, value in changes.items()}
    return ["lti", "add", *[word for option in options.items() for word in option]]


def hand_in(course: Course, received_at: datetime = NOON) -> None:
    """Have a student hand in at a link of the LMS that was added."""
    with database(course).transaction() as session:
        link = Link(platform_id=1, deployment_id="1", context_id="7", resource_link_id="9",
                    assignment="toy", created_at=NOON)  # fmt: skip
        user = User(platform_id=1, sub="42", pseudonym="s-ada", name=NAME, created_at=received_at)
        session.add_all([link, user])
        session.flush()
        attempt, _ = queue.put(session, user_id=user.id, link_id=link.id, content=b"{}",
                               file_name="toy.ipynb", now=received_at)  # fmt: skip
        attempt.state = "graded"


def attempts(course: Course) -> int:
    with database(course).reading() as session:
        return len(session.query(Attempt).all())
