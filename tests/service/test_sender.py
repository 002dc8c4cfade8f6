"""The sender, against platforms with Moodle's and Canvas's rules: what the gradebook shows."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from autograder.database import Database
from autograder.database.tables import AccessToken, Link, Outbox
from autograder.lti.keys import ToolKeys
from autograder.service.grader import Grader
from autograder.service.line_items import Services
from autograder.service.sender import LEASE, Sender
from tests.lti.network import Network
from tests.platform.conftest import Classroom, classroom
from tests.platform.rules import CANVAS, MOODLE, Rules
from tests.platform.state import SCOPES
from tests.service.world import FakeEngine, address, hand_in, outbox_rows, register


@dataclass
class Delivery:
    """A class whose scores are sent."""

    room: Classroom
    database: Database
    network: Network
    keys: ToolKeys
    link: int
    user: int

    def sender(self) -> Sender:
        clock = self.room.clock
        services = Services(self.database, self.keys, self.network, clock)
        return Sender(self.database, services, address, clock=clock, chance=lambda: 0.95)

    def grade(self, score: float) -> None:
        """Hand in and grade."""
        hand_in(self.database, self.user, self.link, self.room.clock(), score=score)
        Grader(self.database, FakeEngine(), address, clock=self.room.clock).step(0.0)

    def send(self) -> Outbox:
        """Send what is due, and return the row."""
        assert self.sender().step()
        return self.row

    def send_until_done(self) -> Outbox:
        """Go on until the row waits no more."""
        for _ in range(200):
            if self.row.state != "waiting":
                return self.row
            self.room.clock.now = max(self.room.clock.now, self.row.next_at)
            self.send()
        raise AssertionError(f"still waiting after 200 tries: {self.row.reason}")

    @property
    def row(self) -> Outbox:
        (row,) = outbox_rows(self.database)
        return row


def made(rules: Rules, database: Database, keys: ToolKeys) -> Delivery:
    room = classroom(rules)
    tool = room.platform.add_tool("https://kit.example", keyset=keys.jwks())
    item = room.platform.item_url(room.course, room.item) + room.platform.query(tool)
    link, user = register(
        database, room.platform.url, tool.client_id, rules.product, item, list(SCOPES),
        room.alice.id,
    )  # fmt: skip
    return Delivery(room, database, Network(room.platform), keys, link, user)


@pytest.fixture
def moodle(database: Database, keys: ToolKeys) -> Delivery:
    return made(MOODLE, database, keys)


@pytest.fixture
def canvas(database: Database, keys: ToolKeys) -> Delivery:
    return made(CANVAS, database, keys)


@pytest.fixture(params=[MOODLE, CANVAS], ids=["moodle", "canvas"])
def either(request: pytest.FixtureRequest, database: Database, keys: ToolKeys) -> Delivery:
    return made(request.param, database, keys)


def test_a_score_arrives_on_the_scale_of_the_gradebook_with_its_comment(either: Delivery):
    either.grade(7.5)
    row = either.send()
    assert (row.state, row.shown_score, row.tries) == ("delivered", 75.0, 1)
    assert either.room.shown() == 75.0
    (comment,) = either.room.comments()
    assert comment.startswith("Score: 7.5 of 10")
    assert not either.sender().step()


def test_a_better_one_replaces_it_and_a_worse_one_is_not_sent(either: Delivery):
    for score, shown in [(5.0, 50.0), (8.0, 80.0), (3.0, 80.0)]:
        either.room.clock.forward(minutes=10)
        either.grade(score)
        either.sender().step()
        assert either.room.shown() == shown
        assert either.row.state == "delivered"
    assert len(either.room.platform.scores_sent()) == 2


def test_two_scores_of_the_same_second_both_arrive(moodle: Delivery):
    moodle.grade(5.0)
    moodle.send()
    moodle.room.clock.forward(seconds=0.1)
    moodle.grade(8.0)
    row = moodle.send()
    assert (row.state, row.reason) == ("waiting", "conflict")
    assert moodle.send_until_done().state == "delivered"
    assert moodle.room.shown() == 80.0


def test_what_a_teacher_overrode_is_said_and_not_fought(moodle: Delivery):
    moodle.room.item.grade(moodle.room.alice).overridden = 77.0
    moodle.grade(5.0)
    row = moodle.send()
    assert (row.state, row.reason, row.shown_score) == ("differs", "overridden", 77.0)
    moodle.room.clock.forward(hours=1)
    assert not moodle.sender().step()


def test_a_teachers_grade_in_canvas_is_left_alone_and_our_own_is_not(canvas: Delivery):
    canvas.grade(5)
    canvas.send()
    grade = canvas.room.item.grade(canvas.room.alice.id)
    grade.overridden = 77
    canvas.room.clock.forward(minutes=1)
    canvas.grade(6)
    row = canvas.send()
    assert (row.state, row.reason, row.shown_score) == ("differs", "overridden", 77)
    assert grade.overridden == 77
    grade.overridden = None
    canvas.room.clock.forward(minutes=1)
    canvas.grade(8)
    row = canvas.send()
    assert (row.state, row.comment_sent) == ("delivered", row.comment)
    assert len(grade.comments) == 2, "what was not sent left no comment"


def test_a_locked_grade_is_tried_for_a_day_and_then_explained(moodle: Delivery):
    moodle.room.item.grade(moodle.room.alice).locked = True
    moodle.grade(5.0)
    began = moodle.room.clock.now
    row = moodle.send_until_done()
    assert (row.state, row.reason) == ("dead", "locked")
    assert timedelta(hours=24) <= moodle.room.clock.now - began <= timedelta(hours=25)


def test_a_grade_that_is_unlocked_meanwhile_arrives(moodle: Delivery):
    moodle.room.item.grade(moodle.room.alice).locked = True
    moodle.grade(5.0)
    assert moodle.send().state == "waiting"
    moodle.room.item.grade(moodle.room.alice).locked = False
    assert moodle.send_until_done().state == "delivered"
    assert moodle.room.shown() == 50.0


def test_a_deleted_line_item_is_refused_at_once(moodle: Delivery):
    moodle.room.platform.delete(moodle.room.item)
    moodle.grade(5.0)
    row = moodle.send()
    assert (row.state, row.reason, row.tries) == ("refused", "gone", 1)


def test_a_link_that_may_not_send_scores_says_so(moodle: Delivery):
    with moodle.database.transaction() as session:
        session.get_one(Link, moodle.link).scopes = []
    moodle.grade(5.0)
    assert (moodle.send().state, moodle.row.reason) == ("refused", "no_scope")


def test_an_access_token_is_kept_where_the_next_sender_finds_it(moodle: Delivery):
    moodle.grade(5.0)
    moodle.send()
    with moodle.database.reading() as session:
        assert len(session.query(AccessToken).all()) == 1
    moodle.room.clock.forward(minutes=5)
    moodle.grade(8.0)
    moodle.send()
    assert len(moodle.room.platform.requests("/token")) == 1


def test_a_token_that_was_revoked_is_replaced_once(moodle: Delivery):
    moodle.grade(5.0)
    moodle.send()
    moodle.room.platform.revoke_tokens()
    moodle.room.clock.forward(minutes=5)
    moodle.grade(8.0)
    assert moodle.send().state == "delivered"
    assert len(moodle.room.platform.requests("/token")) == 2


def test_a_key_set_that_is_blocked_is_named_while_it_is_tried_again(moodle: Delivery):
    moodle.room.platform.set(keyset_blocked=True)
    moodle.grade(5.0)
    row = moodle.send()
    assert (row.state, row.reason) == ("waiting", "keyset")
    assert "curlsecurityblockedhosts" in row.detail
    moodle.room.platform.set(keyset_blocked=False)
    assert moodle.send_until_done().state == "delivered"


def test_a_row_that_one_sender_has_is_no_other_senders(moodle: Delivery):
    moodle.grade(5.0)
    meanwhile: list[bool] = []
    moodle.network.after = lambda method, url: meanwhile.append(moodle.sender().step())
    moodle.send()
    assert meanwhile != []
    assert not any(meanwhile)
    assert len(moodle.room.platform.scores_sent()) == 1


def test_a_newer_score_that_comes_while_one_is_sent_is_sent_too(moodle: Delivery):
    def another(method: str, url: str) -> None:
        if "/scores" in url:
            moodle.network.after = lambda method, url: None
            moodle.room.clock.forward(seconds=2)
            moodle.grade(9.0)

    moodle.grade(5.0)
    moodle.network.after = another
    assert moodle.send().state == "waiting"
    assert moodle.send_until_done().state == "delivered"
    assert moodle.room.shown() == 90.0


class Killed(BaseException):
    """The sender is no more."""


@pytest.mark.parametrize("part", ["/token", "/scores", "/results"])
def test_a_sender_that_is_killed_loses_nothing_and_no_other_value_is_sent(
    either: Delivery, part: str
):
    def die(method: str, url: str) -> None:
        if part in url:
            raise Killed

    either.grade(7.5)
    either.network.after = die
    with pytest.raises(Killed):
        either.sender().step()
    either.network.after = lambda method, url: None
    assert not either.sender().step()  # the lease holds
    either.room.clock.now += LEASE + timedelta(seconds=1)
    assert either.send_until_done().state == "delivered"
    assert either.room.shown() == 75.0
    sent = either.room.platform.scores_sent()
    assert {score["scoreGiven"] for score in sent} == {75.0}
    assert len({score["timestamp"] for score in sent}) == 1
    assert len(either.room.comments()) == 1
