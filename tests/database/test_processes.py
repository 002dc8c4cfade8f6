"""Several processes at one database, and some of them are killed."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.database import logins
from autograder.database.tables import Attempt, Upload
from tests.database.process import WORDS
from tests.database.rows import MINUTE, NOW, Class, a_class, platform

ROOT = Path(__file__).resolve().parents[2]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def students(database) -> Class:
    return a_class(database, 2)


@pytest.fixture
def start(students: Class) -> Iterator[Start]:
    """Starts a process of `process.py`, and waits until it says how far it is."""
    started: list[subprocess.Popen[str]] = []
    url = students.database.url.render_as_string(hide_password=False)

    def start(*arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.database.process", url, *map(str, arguments)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        started.append(process)
        assert process.stdout.readline(), "the process ended before it was ready"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def kill(process: subprocess.Popen[str]) -> None:
    """As the kernel's out-of-memory killer does, or a power cut."""
    process.kill()
    process.communicate()


def accept(start: Start, students: Class, then: str) -> subprocess.Popen[str]:
    return start("accept", students.users[0].id, students.link.id, then)


def test_an_accepted_file_survives_its_server(students: Class, start: Start):
    kill(accept(start, students, "committed"))
    with students.database.reading() as session:
        assert session.query(Upload).one().content == WORDS
        assert session.query(Attempt).one().state == "queued"
    assert students.claim() is not None


def test_a_file_that_was_not_accepted_leaves_nothing_half_done(students: Class, start: Start):
    kill(accept(start, students, "uncommitted"))
    assert students.hand_in(WORDS.decode()).number == 1
    with students.database.reading() as session:
        assert session.query(Upload).count() == session.query(Attempt).count() == 1


def test_the_attempt_of_a_killed_grader_comes_again(students: Class, start: Start):
    attempt = students.hand_in("a")
    kill(start("begin_grading"))
    assert students.claim("b", NOW) is None
    assert students.claim("b", NOW + 2 * MINUTE).id == attempt.id
    assert students.finish(attempt, "b")


def test_a_grader_killed_while_it_keeps_a_result_has_kept_nothing(students: Class, start: Start):
    attempt = students.hand_in("a")
    kill(start("half_finish"))
    assert students.claim("b", NOW + 2 * MINUTE).id == attempt.id


def test_several_graders_grade_each_attempt_once(students: Class, start: Start):
    handed_in = {students.hand_in(str(number), number % 2).id for number in range(40)}
    graders = [start("grade", owner) for owner in "abcd"]
    for grader in graders:
        grader.stdin.write("\n")
        grader.stdin.flush()
    lines = [line for grader in graders for line in grader.communicate()[0].splitlines()]
    assert sorted(lines) == sorted(f"{number} True" for number in handed_in)


def test_a_login_is_used_by_one_process_of_several(students: Class, start: Start):
    with students.database.transaction() as session:
        logins.begin(
            session, state_hash="state", browser_hash="browser", nonce_hash="nonce",
            platform_id=platform(session, "other").id, target_link_uri="", now=NOW,
        )  # fmt: skip
    processes = [start("use_login") for _ in range(4)]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    answers = [process.communicate()[0].strip() for process in processes]
    assert sorted(answers) == ["False", "False", "False", "True"]
