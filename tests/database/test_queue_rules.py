"""Whatever graders and people do, in any order: no attempt is lost, and none has two graders."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete

from autograder.database import Database, queue
from autograder.database.tables import Alert, Attempt, Platform, Result
from tests.database.rows import MINUTE, NOW, a_class

OWNERS = st.sampled_from("abc")
MINUTES = st.integers(0, 3).map(lambda number: number * MINUTE)
CHOICE = st.integers(0, 9)


@dataclass
class Expected:
    """What is to be true of an attempt."""

    received_at: datetime
    state: str = "queued"
    tries: int = 0
    owner: str | None = None
    until: datetime = NOW
    again: bool = False
    results: int = 0


class Graders(RuleBasedStateMachine):
    """Two people hand in, three graders grade, and time passes."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        with database.transaction() as session:
            session.execute(delete(Platform))
        self.students = a_class(database, 2)
        self.database = database
        self.now = NOW
        self.expected: dict[int, Expected] = {}
        self.failures = 0

    def chosen(self, choice: int) -> int | None:
        return list(self.expected)[choice % len(self.expected)] if self.expected else None

    def is_over(self, one: Expected) -> bool:
        return one.state == "grading" and one.until < self.now

    def fail(self, one: Expected) -> None:
        one.state, one.owner = "graded" if one.results else "failed", None
        self.failures += 1

    @rule(after=MINUTES)
    def time_passes(self, after: timedelta) -> None:
        self.now += after

    @rule(user=st.integers(0, 1), words=st.sampled_from("xyz"))
    def hand_in(self, user: int, words: str) -> None:
        attempt = self.students.hand_in(words, user, self.now)
        self.expected.setdefault(attempt.id, Expected(attempt.received_at))

    @rule(owner=OWNERS, lease=MINUTES)
    def claim(self, owner: str, lease: timedelta) -> None:
        with self.database.transaction() as session:
            attempt = queue.claim(session, owner, self.now, lease)
        waiting = sorted(
            (one.again, one.received_at, number)
            for number, one in self.expected.items()
            if one.state == "queued" or self.is_over(one)
        )
        for _, _, number in waiting:
            one = self.expected[number]
            if one.tries < 2:
                assert attempt is not None
                assert attempt.id == number
                one.state, one.owner, one.until = "grading", owner, self.now + lease
                one.tries += 1
                return
            self.fail(one)
        assert attempt is None

    @rule(choice=CHOICE, owner=OWNERS, lease=MINUTES)
    def renew(self, choice: int, owner: str, lease: timedelta) -> None:
        if (number := self.chosen(choice)) is None:
            return
        one = self.expected[number]
        with self.database.transaction() as session:
            kept = queue.renew(session, number, owner, self.now, lease)
        assert kept == (one.owner == owner)
        if kept:
            one.until = self.now + lease

    @rule(choice=CHOICE, owner=OWNERS)
    def finish(self, choice: int, owner: str) -> None:
        if (number := self.chosen(choice)) is None:
            return
        one = self.expected[number]
        with self.database.transaction() as session:
            kept = queue.finish(
                session, number, owner, record={"result": one.results + 1}, page="", score=1.0,
                max_score=1.0, now=self.now,
            )  # fmt: skip
        assert kept == (one.owner == owner)
        if kept:
            one.state, one.owner, one.results = "graded", None, one.results + 1

    @rule(choice=CHOICE, owner=OWNERS)
    def give_up(self, choice: int, owner: str) -> None:
        if (number := self.chosen(choice)) is None:
            return
        one = self.expected[number]
        with self.database.transaction() as session:
            kept = queue.give_up(session, number, owner, reason="it broke", now=self.now)
        assert kept == (one.owner == owner)
        if kept and one.tries < 2:
            one.state, one.owner = "queued", None
        elif kept:
            self.fail(one)

    @rule(choice=CHOICE, owner=OWNERS)
    def release(self, choice: int, owner: str) -> None:
        if (number := self.chosen(choice)) is None:
            return
        one = self.expected[number]
        with self.database.transaction() as session:
            kept = queue.release(session, number, owner)
        assert kept == (one.owner == owner)
        if kept:
            one.state, one.owner, one.tries = "queued", None, one.tries - 1

    @rule(choice=CHOICE)
    def grade_again(self, choice: int) -> None:
        if (number := self.chosen(choice)) is None:
            return
        with self.database.transaction() as session:
            queue.regrade(session, number)
        one = self.expected[number]
        one.state, one.owner, one.tries, one.again = "queued", None, 0, True

    @invariant()
    def the_table_says_the_same(self) -> None:
        with self.database.reading() as session:
            found = {
                attempt.id: (attempt.state, attempt.tries, attempt.lease_owner)
                for attempt in session.query(Attempt)
            }
            results = {row.attempt_id: row.record["result"] for row in session.query(Result)}
            alerts = session.query(Alert).count()
        assert found == {
            number: (one.state, one.tries, one.owner) for number, one in self.expected.items()
        }
        assert results == {
            number: one.results for number, one in self.expected.items() if one.results
        }
        assert alerts == self.failures

    def teardown(self) -> None:
        """Whatever happened, graders that stay alive bring every attempt to its end."""
        for _ in range(3 * len(self.expected)):
            self.now += 9 * MINUTE
            self.claim("z", MINUTE)
            for number, one in self.expected.items():
                if one.owner == "z":
                    self.finish(list(self.expected).index(number), "z")
        self.the_table_says_the_same()
        assert {one.state for one in self.expected.values()} <= {"graded", "failed"}


def test_no_attempt_is_lost_and_none_has_two_graders(database: Database):
    run_state_machine_as_test(
        lambda: Graders(database),
        settings=settings(max_examples=30, stateful_step_count=25, deadline=None),
    )
