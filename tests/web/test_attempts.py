"""The page of an attempt: whose it is, how far it is, and the feedback in its frame."""

import base64
import hashlib

import pytest
from sqlalchemy import update

from autograder.database.tables import Attempt, Outbox, Result
from autograder.web.attempts import STYLE
from tests.web.test_protection import policy_of
from tests.web.world import LMS, World, notebook, points

PARTS = ("", ".json", "/feedback")


def handed_in(world: World, graded: bool = True) -> str:
    """Return the address of Alice's attempt."""
    path = world.visit(world.alice).hand_in(notebook("x = 1")).request.path
    if graded:
        world.grade()
    return path


@pytest.mark.parametrize("part", PARTS)
def test_another_students_attempt_is_not_there(world: World, part: str):
    path = handed_in(world)
    bob = world.visit(world.bob)
    nowhere = f"/a/attempt/{'0' * 32}"
    page, missing = bob.get(path + part), bob.get(nowhere + part)
    assert (page.status_code, missing.status_code) == (404, 404)
    assert page.text.replace(path, nowhere) == missing.text
    assert world.visit(world.alice).get(path + part).status_code == 200


@pytest.mark.parametrize("part", PARTS)
def test_without_a_visit_there_is_no_attempt(world: World, part: str):
    assert world.browser().get(handed_in(world) + part).status_code == 401


@pytest.mark.parametrize("part", PARTS)
def test_a_teacher_sees_the_attempts_of_the_link_that_was_opened_alone(world: World, part: str):
    path = handed_in(world)
    other = world.lms.add_link(world.course, "Week 1", assignment="l2_regularization")
    assert world.visit(world.tina).get(path + part).status_code == 200
    assert world.visit(world.tina, other).get(path + part).status_code == 404


def test_the_state_is_told_each_second(world: World):
    path = handed_in(world, graded=False)
    browser = world.visit(world.alice)
    world.visit(world.bob).hand_in(notebook("x = 1"))
    assert f'data-watch="{path}.json"' in browser.get(path).text
    state = browser.get(f"{path}.json").json
    assert state == {
        "state": "queued", "ahead": 0, "done": False, "text": "Waiting to be graded",
        "more": "It is the next in the queue.",
    }  # fmt: skip
    world.grade()
    state = browser.get(f"{path}.json").json
    assert (state["state"], state["done"], state["more"]) == ("graded", True, "")


def test_the_place_in_the_queue_is_told(world: World):
    handed_in(world, graded=False)
    world.clock.forward(seconds=1)
    bob = world.visit(world.bob)
    page = bob.hand_in(notebook("x = 1"))
    assert "Before it in the queue: 1." in page.text
    assert bob.get(f"{page.request.path}.json").json["ahead"] == 1


def test_the_page_of_a_graded_attempt_shows_score_and_feedback(world: World):
    page = world.visit(world.alice).get(handed_in(world))
    assert "27.5 of 35 points" in page.text
    assert "This attempt counts." in page.text
    assert "On its way to the gradebook" in page.text
    assert f'<iframe class="feedback" sandbox src="{page.request.path}/feedback"' in page.text
    assert "data-watch" not in page.text


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("delivered", "In the gradebook of your course."),
        ("differs", "shows another value"),
        ("refused", "Your teacher sees why"),
        ("dead", "Your teacher sees why"),
    ],
)
def test_the_student_sees_whether_the_score_arrived(world: World, state: str, sentence: str):
    path = handed_in(world)
    with world.db.transaction() as session:
        session.execute(update(Outbox).values(state=state))
    assert sentence in world.visit(world.alice).get(path).text


def test_a_late_attempt_says_what_it_costs(world: World):
    world.visit(world.alice)
    world.set_policy(due_at=world.clock(), late_penalty_per_day=0.1)
    world.clock.forward(hours=1)
    page = world.visit(world.alice).get(handed_in(world))
    assert "Late: 3.5 points are taken off." in page.text
    assert "24 of 35 points" in page.text


def test_what_could_not_be_graded_is_not_the_students_fault(world: World):
    path = handed_in(world, graded=False)
    with world.db.transaction() as session:
        session.execute(update(Attempt).values(state="failed"))
    browser = world.visit(world.alice)
    assert "which is not your fault" in browser.get(path).text
    assert browser.get(f"{path}.json").json["done"]
    assert "Attempts" not in browser.get(f"{path}/feedback").text
    assert browser.page.status_code == 404


def test_the_feedback_runs_nothing_and_is_of_no_origin(world: World):
    page = world.visit(world.alice).get(f"{handed_in(world)}/feedback")
    assert policy_of(page) == {
        "default-src": "'none'",
        "style-src": f"'sha256-{digest_of(STYLE.findall(page.text))}'",
        "sandbox": "",
        "frame-ancestors": f"'self' {LMS}",
    }


def digest_of(styles: list[str]) -> str:
    """Return the hash of a page's only style, as a policy names it."""
    (style,) = styles
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()


def test_a_stored_page_brings_no_style_but_its_own(world: World):
    path = handed_in(world)
    with world.db.transaction() as session:
        page = "<style>p {}</style><p style='x'><style>q {}</style>"
        session.execute(update(Result).values(page=page))
    policy = policy_of(world.visit(world.alice).get(f"{path}/feedback"))
    assert policy["style-src"] == f"'sha256-{digest_of(['p {}'])}'"
    with world.db.transaction() as session:
        session.execute(update(Result).values(page="<p>"))
    assert policy_of(world.visit(world.alice).get(f"{path}/feedback"))["style-src"] == "'none'"


def test_even_a_hostile_stored_page_could_run_nothing(world: World):
    path = handed_in(world)
    with world.db.transaction() as session:
        session.execute(update(Result).values(page="<script>alert(1)</script>"))
    page = world.visit(world.alice).get(f"{path}/feedback")
    assert "sandbox" in policy_of(page)
    assert "script-src" not in policy_of(page)  # so default-src 'none' holds


def test_nothing_of_the_notebook_is_served(world: World):
    browser = world.visit(world.alice)
    path = browser.hand_in(notebook("MARK_OF_ALICE = 1")).request.path
    world.grade(points(30))
    pages = [browser.get(path + part) for part in PARTS] + [browser.get("/a/")]
    assert all("MARK_OF_ALICE" not in page.text for page in pages)


def test_the_language_is_that_of_whoever_looks(world: World):
    path = world.visit(world.mei).hand_in(notebook("x = 1")).request.path
    browser = world.visit(world.mei)
    assert "等待评分" in browser.get(path).text
    assert browser.get(f"{path}.json").json["text"] == "等待评分"
