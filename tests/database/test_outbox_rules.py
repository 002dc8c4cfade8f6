"""Whatever graders and senders do, in any order: the newest score arrives, and last."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete

from autograder.database import Database, outbox
from autograder.database.outbox import Outcome
from autograder.database.tables import Outbox, Platform
from tests.database.rows import MINUTE, NOW, a_class

OWNERS = st.sampled_from("abc")
AGES = st.integers(-2, 2).map(lambda number: number * MINUTE)


class Senders(RuleBasedStateMachine):
    """Scores of two people come in whatever order; three senders send them, and some die."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        with database.transaction() as session:
            session.execute(delete(Platform))
        self.students = a_class(database, 2)
        self.attempts = [self.students.hand_in("x", number) for number in (0, 1)]
        self.database = database
        self.now = NOW
        self.scores = 0
        self.newest: dict = {}  # of each person, the timestamp and the score
        self.sending: dict = {}  # what each sender that lives has claimed
        self.arrived: dict = {attempt.user_id: [] for attempt in self.attempts}
        for number in (0, 1):
            self.put(number, 0 * MINUTE)

    @rule(after=st.integers(0, 2))
    def time_passes(self, after: int) -> None:
        self.now += after * MINUTE
        self.sending = {
            owner: row for owner, row in self.sending.items() if row.lease_until >= self.now
        }

    @rule(number=st.integers(0, 1), age=AGES)
    def put(self, number: int, age: timedelta) -> None:
        self.scores += 1
        attempt, timestamp = self.attempts[number], self.now - age
        before = self.newest.get(attempt.user_id)
        is_newer = before is None or timestamp > before[0]
        assert self.students.send(attempt, float(self.scores), timestamp) == is_newer
        if is_newer:
            self.newest[attempt.user_id] = (timestamp, float(self.scores))

    @rule(owner=OWNERS)
    def claim(self, owner: str) -> None:
        if owner in self.sending:
            return
        with self.database.transaction() as session:
            row = outbox.claim(session, owner, self.now, MINUTE)
        if row is not None:
            assert row.id not in {other.id for other in self.sending.values()}
            self.sending[owner] = row

    @rule(owner=OWNERS, delivered=st.booleans())
    def send(self, owner: str, delivered: bool) -> None:
        if (row := self.sending.pop(owner, None)) is None:
            return
        if delivered:
            outcome = Outcome(state="delivered", shown_score=row.score_given)
            self.arrived[row.user_id].append((row.timestamp, row.score_given))
        else:
            outcome = Outcome(state="waiting", next_at=self.now + MINUTE, reason="busy")
        with self.database.transaction() as session:
            recorded = outbox.record(session, row, owner, outcome, self.now)
        assert recorded == (self.newest[row.user_id] == (row.timestamp, row.score_given))

    @rule(owner=OWNERS, after_sending=st.booleans())
    def die(self, owner: str, after_sending: bool) -> None:
        row = self.sending.pop(owner, None)
        if row is not None and after_sending:
            self.arrived[row.user_id].append((row.timestamp, row.score_given))

    @invariant()
    def the_newest_score_is_kept(self) -> None:
        with self.database.reading() as session:
            found = {row.user_id: (row.timestamp, row.score_given) for row in session.query(Outbox)}
        assert found == self.newest

    @invariant()
    def no_older_score_arrives_after_a_newer_one(self) -> None:
        for scores in self.arrived.values():
            assert scores == sorted(scores)

    def teardown(self) -> None:
        """Whatever happened, a sender that stays alive delivers the newest scores."""
        for _ in range(3):
            self.now += 9 * MINUTE
            self.sending = {}
            self.claim("z")
            self.send("z", True)
        self.no_older_score_arrives_after_a_newer_one()
        last = {user: scores[-1] for user, scores in self.arrived.items() if scores}
        assert last == self.newest


def test_the_newest_score_arrives_and_last(database: Database):
    run_state_machine_as_test(
        lambda: Senders(database),
        settings=settings(max_examples=40, stateful_step_count=25, deadline=None),
    )
