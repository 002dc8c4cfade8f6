"""An instructor's table: who stands where, and what can be done about it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from autograder.database import alerts
from autograder.database.tables import Alert, Link, Outbox, User
from autograder.service.settings import NewLinkPolicy
from tests.web.world import Browser, World, notebook, points

ACTIONS = (
    "/i/resend", "/i/members", "/i/regrade", "/i/policy", "/i/seen", "/i/choose", "/i/export/csv"
)  # fmt: skip


def graded(world: World) -> None:
    """Let Alice hand in twice, and Bob once."""
    for user, source, share in (
        (world.alice, "1", 20),
        (world.alice, "2", 30),
        (world.bob, "1", 25),
    ):
        world.visit(user).hand_in(notebook(source))
        world.grade(points(share))
        world.clock.forward(minutes=1)


def scores(world: World) -> dict[int, Outbox]:
    with world.db.reading() as session:
        return {row.user_id: row for row in session.scalars(select(Outbox))}


@pytest.mark.parametrize("path", ["/i/", "/i/choose", "/lti/pick"])
def test_a_student_sees_no_page_of_a_teacher(world: World, path: str):
    page = world.visit(world.alice).get(path)
    assert page.status_code == 403
    assert "This page is for teachers" in page.text


@pytest.mark.parametrize("path", [*ACTIONS, "/lti/pick"])
def test_a_student_does_nothing_that_is_a_teachers(world: World, path: str):
    graded(world)
    before = [attempt.state for attempt in world.attempts()]
    browser = world.visit(world.alice)
    page = browser.post(path, {"csrf": browser.csrf(), "student": "*", "keep": "last"})
    assert page.status_code == 403
    assert [attempt.state for attempt in world.attempts()] == before
    assert world.link().keep == "best"


@pytest.mark.parametrize("path", ["/a/", "/i/", "/lti/pick", "/a/attempt/x"])
def test_without_a_visit_there_is_no_page(world: World, path: str):
    assert world.browser().get(path).status_code == 401


def test_the_table_shows_everybody_with_the_score_that_counts(world: World):
    graded(world)
    page = world.visit(world.tina).page
    assert page.text.index("Alice Adams") < page.text.index("Bob Brown")
    assert "30 of 35 points" in page.text
    assert "25 of 35 points" in page.text
    assert "20 of 35 points" not in page.text
    assert page.text.count('class="try counting"') == 2
    assert world.user(world.alice).pseudonym in page.text
    assert "Tina Teacher" not in page.text


def test_without_names_the_pseudonyms_stand_in_the_table(tmp_path):
    world = World(tmp_path, ask_names=False)
    graded(world)
    page = world.visit(world.tina).page
    assert "Your LMS passes on no names" in page.text
    assert world.user(world.alice).pseudonym in page.text
    world.db.close()


@pytest.mark.parametrize(
    ("columns", "sentences"),
    [
        ({"state": "waiting"}, ["Waiting"]),
        ({"state": "waiting", "tries": 3, "reason": "server"},
         ["Tries so far: 3", "The LMS reports an error of its own."]),
        ({"state": "delivered"}, ["Delivered"]),
        ({"state": "differs", "shown_score": 18.0, "reason": "overridden"},
         ["Another value is shown", "shows 18 on its own scale; 30 of 35", "a teacher overrode"]),
        ({"state": "dead", "reason": "locked", "detail": "500 Internal <b>Error</b>"},
         ["Locked", "Unlock it there", "500 Internal &lt;b&gt;Error&lt;/b&gt;"]),
        ({"state": "refused", "reason": "gone", "detail": "not found"},
         ["Refused", "the activity was deleted", "The LMS says: not found"]),
        ({"state": "dead", "reason": "no_answer"}, ["Given up", "The LMS does not answer."]),
        ({"state": "dead", "reason": "a new one", "detail": "x"}, ["Given up", "The LMS says: x"]),
    ],
)  # fmt: skip
def test_the_table_says_what_became_of_a_score(world: World, columns: dict, sentences: list[str]):
    graded(world)
    alice = world.user(world.alice)
    with world.db.transaction() as session:
        session.execute(update(Outbox).where(Outbox.user_id == alice.id).values(**columns))
    text = world.visit(world.tina).page.text
    row = text[text.index("Alice Adams") : text.index("Bob Brown")]
    assert [sentence for sentence in sentences if sentence not in row] == []


def test_a_score_is_sent_again_for_one_or_for_all(world: World):
    graded(world)
    with world.db.transaction() as session:
        session.execute(update(Outbox).values(state="dead", tries=9, reason="locked"))
    browser = world.visit(world.tina)
    page = browser.submit("/i/resend")  # the form that stands first: Alice's
    assert "Will be sent again: 1." in page.text
    alice, bob = world.user(world.alice).id, world.user(world.bob).id
    assert {user: row.state for user, row in scores(world).items()} == {
        alice: "waiting", bob: "dead"
    }  # fmt: skip
    assert "Will be sent again: 2." in browser.submit("/i/resend", student="*").text
    assert {(row.state, row.tries) for row in scores(world).values()} == {("waiting", 0)}


def test_attempts_are_graded_again_for_one_or_for_all(world: World):
    graded(world)
    browser = world.visit(world.tina)
    page = browser.submit("/i/regrade")
    assert "Will be graded again: 2." in page.text
    states = [(attempt.state, attempt.regrade) for attempt in world.attempts()]
    assert states == [("queued", True), ("queued", True), ("graded", False)]
    assert "30 of 35 points" in page.text  # an earlier result stands meanwhile
    assert "Will be graded again: 1." in browser.submit("/i/regrade", student="*").text
    world.grade(points(35))
    assert (
        "It was graded again by your teacher"
        in browser.get(f"/a/attempt/{world.attempts()[0].public_id}").text
    )


@pytest.mark.parametrize("action", ["/i/resend", "/i/regrade"])
@pytest.mark.parametrize("student", ["", "s-000000000000", "' OR 1=1 --"])
def test_nobody_is_named_whom_the_link_does_not_have(world: World, action: str, student: str):
    graded(world)
    assert world.visit(world.tina).submit(action, student=student).status_code == 404


def test_the_rules_are_saved_and_the_scores_follow(world: World):
    graded(world)
    browser = world.visit(world.tina)
    page = browser.submit(
        "/i/policy", due_at="2026-03-01T11:00", late_penalty_per_day="10", late_penalty_cap="50",
        keep="first", attempts_allowed="4", cool_down_minutes="5",
    )  # fmt: skip
    assert "The rules are saved" in page.text
    link = world.link()
    assert (link.keep, link.attempts_allowed, link.cool_down_seconds) == ("first", 4, 300)
    given = [row.score_given for row in scores(world).values()]
    assert given == [20 - 7, 25 - 7]  # two days begun, 3.5 points each
    assert 'value="2026-03-01T11:00"' in page.text


def test_rules_that_cannot_be_are_not_saved_and_stay_in_the_form(world: World):
    browser = world.visit(world.tina)
    page = browser.submit("/i/policy", keep="last", late_penalty_cap="many")
    assert page.status_code == 422
    assert "“many” is not possible here" in page.text
    assert 'value="many"' in page.text
    assert world.link().keep == "best"


def test_the_settings_policy_begins_a_link(tmp_path):
    world = World(tmp_path, policy=NewLinkPolicy(keep="last", attempts_allowed=3))
    world.visit(world.alice)
    assert (world.link().keep, world.link().attempts_allowed) == ("last", 3)
    world.set_policy(keep="first")
    world.visit(world.alice)
    assert world.link().keep == "first"  # what the teacher changed stays
    world.db.close()


def test_the_due_date_of_the_lms_begins_a_link(world: World):
    dated = world.lms.add_link(
        world.course, "Dated", assignment="dropout", due_at="2026-04-01T12:00:00+02:00"
    )
    assert "2026-04-01 10:00 UTC" in world.visit(world.alice, dated).page.text
    none = "$ResourceLink.submission.endDateTime", "soon", "2026-04-01", "0001-01-01T00:00+14:00"
    for number, text in enumerate(none):
        odd = world.lms.add_link(world.course, str(number), assignment="dropout", due_at=text)
        assert "No due date." in world.visit(world.alice, odd).page.text


def test_the_due_date_of_the_lms_is_followed_when_it_changes_and_scores_with_it(world: World):
    custom = world.activity.custom
    custom["due_at"] = "2026-04-01T12:00:59Z"
    graded(world)
    world.set_policy(late_penalty_per_day=0.1)
    assert world.link().due_at == datetime(2026, 4, 1, 12, 0, 59, tzinfo=UTC)
    custom["due_at"] = f"{world.clock() - timedelta(days=1, hours=1):%Y-%m-%dT%H:%M:%SZ}"
    before = [row.score_given for row in scores(world).values()]
    world.visit(world.alice)
    assert [row.score_given for row in scores(world).values()] == before, "it may be hers alone"
    world.visit(world.tina)
    assert [row.score_given for row in scores(world).values()] == [each - 7 for each in before]


def test_a_due_date_that_a_teacher_saved_here_stays(world: World):
    custom = world.activity.custom
    custom["due_at"] = "2026-04-01T12:00:59Z"
    teacher = world.visit(world.tina)
    teacher.submit("/i/policy", keep="last")
    assert world.link().due_at == datetime(2026, 4, 1, 12, 0, 59, tzinfo=UTC)
    custom["due_at"] = "2026-04-02T12:00:00Z"
    world.visit(world.tina)
    assert world.link().due_at == datetime(2026, 4, 2, 12, tzinfo=UTC), "its rules were saved as it"
    teacher = world.visit(world.tina)
    teacher.submit("/i/policy", due_at="2026-05-01T12:00")
    for told in ("2026-04-03T12:00:00Z", "2026-04-04T12:00:00Z", "$Not.known"):
        custom["due_at"] = told
        world.visit(world.tina)
        assert world.link().due_at == datetime(2026, 5, 1, 12, tzinfo=UTC)


def test_a_due_date_that_the_lms_tells_no_longer_stays(world: World):
    world.activity.custom["due_at"] = "2026-04-01T12:00:00Z"
    world.visit(world.tina)
    del world.activity.custom["due_at"]
    world.visit(world.tina)
    assert world.link().due_at == datetime(2026, 4, 1, 12, tzinfo=UTC)


def test_alerts_are_shown_until_they_are_seen(world: World):
    browser = world.visit(world.tina)
    with world.db.transaction() as session:
        alerts.add(session, "Attempt 1 <b>failed</b>.", now=world.clock(), link_id=world.link().id)
        alerts.add(session, "Of the whole tool.", now=world.clock())
    page = browser.get("/i/")
    assert "Attempt 1 &lt;b&gt;failed&lt;/b&gt;." in page.text
    assert "Of the whole tool" not in page.text
    assert "What needs a person" not in browser.submit("/i/seen").text
    with world.db.reading() as session:
        seen = [alert.seen_at is not None for alert in session.scalars(select(Alert))]
    assert seen == [True, False]


def test_an_alert_of_another_link_stays(world: World):
    other = world.lms.add_link(world.course, "Week 1", assignment="l2_regularization")
    world.visit(world.tina)
    with world.db.transaction() as session:
        alerts.add(session, "Stays.", now=world.clock(), link_id=world.link().id)
    browser = world.visit(world.tina, other)
    browser.post("/i/seen", {"csrf": browser.csrf(), "alert": "1"})
    assert "Stays." in world.visit(world.tina).page.text


def test_a_teacher_of_one_link_neither_sees_nor_touches_another(world: World):
    graded(world)
    other = world.lms.add_link(world.course, "Week 1", assignment="l2_regularization")
    browser = world.visit(world.tina, other)
    assert "Nobody has handed in yet" in browser.page.text
    token = browser.csrf()
    fields = {"csrf": token, "student": world.user(world.alice).pseudonym}
    assert browser.post("/i/regrade", fields).status_code == 404
    browser.post("/i/regrade", fields | {"student": "*"})
    assert {attempt.state for attempt in world.attempts()} == {"graded"}


def test_an_activity_without_a_grade_says_so_and_its_scores_follow_when_it_has_one(world: World):
    item, world.activity.item = world.activity.item, None
    graded(world)
    assert scores(world) == {}
    assert "The LMS keeps no grade for this activity" in world.visit(world.tina).page.text
    world.activity.item = item
    page = world.visit(world.tina).page
    assert "The LMS keeps no grade" not in page.text
    assert sorted(row.score_given for row in scores(world).values()) == [25, 30]


def test_sending_again_sends_what_was_never_put_into_the_outbox(world: World):
    graded(world)
    browser = world.visit(world.tina)
    with world.db.transaction() as session:
        session.execute(delete(Outbox))
    assert "Will be sent again: 2." in browser.submit("/i/resend", student="*").text
    assert sorted(row.score_given for row in scores(world).values()) == [25, 30]


def with_services(world: World) -> Browser:
    """Return a teacher's browser, where the LMS knows the tool's keys and gives tokens."""
    world.tool.keyset = world.keys.jwks(world.clock())
    return world.visit(world.tina)


def test_who_has_not_handed_in_is_asked_of_the_lms_when_a_teacher_wants_to_know(world: World):
    graded(world)
    browser = with_services(world)
    assert "王小美" not in browser.page.text
    asked = len(world.network.asked)
    page = browser.submit("/i/members")
    assert "Not handed in: 1 of 3 students" in page.text
    assert "王小美" in page.text
    assert "Tina Teacher" not in page.text
    assert any("/nrps/" in url for url in world.network.asked[asked:])
    with world.db.reading() as session:
        assert session.scalar(select(User).where(User.sub == world.mei.id)) is None  # nobody kept


def test_members_have_no_names_where_the_settings_ask_for_none(tmp_path):
    world = World(tmp_path, ask_names=False)
    page = with_services(world).submit("/i/members")
    assert "Not handed in: 3 of 3 students" in page.text
    assert "# 5" in page.text
    assert "王小美" not in page.text
    world.db.close()


def test_an_lms_that_gives_no_list_is_quoted(world: World):
    browser = with_services(world)
    world.lms.courses.pop(world.course.id)
    page = browser.submit("/i/members")
    assert page.status_code == 502
    assert '<li dir="auto" lang="en">The LMS refuses (status 404)' in page.text


def test_without_a_list_in_the_launch_none_is_offered(world: World):
    browser = world.visit(world.tina)
    token = browser.csrf()
    with world.db.transaction() as session:
        session.execute(update(Link).values(memberships_url=None))
    assert "Who has not handed in?" not in browser.get("/i/").text
    assert "Not handed in" not in browser.post("/i/members", {"csrf": token}).text
