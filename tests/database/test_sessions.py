import pytest

from autograder.database import sessions
from autograder.database.secret import hash_of
from autograder.database.tables import WebSession
from tests.database.rows import MINUTE, NOW, Class, a_class


@pytest.fixture
def students(database) -> Class:
    return a_class(database, 1)


def start(students: Class) -> str:
    visit = sessions.Visit(
        user_id=students.users[0].id, role="student", language="zh", link_id=students.link.id,
        deep_link={"data": None}, return_url="https://moodle.example/",
    )  # fmt: skip
    with students.database.transaction() as session:
        return sessions.start(session, visit, NOW, 10 * MINUTE)


def find(students: Class, token: str, now=NOW) -> WebSession | None:
    with students.database.reading() as session:
        return sessions.find(session, token, now)


def test_a_token_finds_its_session_until_it_expires(students: Class):
    token = start(students)
    found = find(students, token)
    assert (found.role, found.language, found.deep_link) == ("student", "zh", {"data": None})
    assert find(students, token, NOW + 10 * MINUTE) is None
    assert find(students, "another") is None


def test_the_database_does_not_hold_the_token(students: Class):
    token = start(students)
    assert find(students, token).token_hash == hash_of(token) != token


def test_every_session_has_secrets_of_its_own(students: Class):
    tokens = [start(students) for _ in range(3)]
    assert len({*tokens, *(find(students, token).csrf_token for token in tokens)}) == 6


def test_an_ended_session_is_found_no_more(students: Class):
    token = start(students)
    with students.database.transaction() as session:
        sessions.end(session, token)
    assert find(students, token) is None


def test_a_session_is_a_students_or_an_instructors(students: Class):
    def write() -> None:
        visit = sessions.Visit(user_id=students.users[0].id, role="admin", language="en")
        with students.database.transaction() as session:
            sessions.start(session, visit, NOW, MINUTE)

    with pytest.raises(Exception, match=r"(?i)check constraint"):
        write()
