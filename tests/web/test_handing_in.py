"""A student hands in: what is taken, what is not, and what it costs."""

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.database import retention
from autograder.database.tables import Upload
from autograder.web import handing_in, uploads
from tests.web.world import World, notebook

HOSTILE = "<img src=x onerror=alert(1)>.ipynb"


def test_a_notebook_is_taken_and_waits(world: World):
    browser = world.visit(world.alice)
    page = browser.hand_in(notebook("x = 1"))
    (attempt,) = world.attempts()
    assert page.status_code == 200
    assert page.request.path == f"/a/attempt/{attempt.public_id}"
    assert "Waiting to be graded" in page.text
    assert (attempt.state, attempt.number, attempt.received_at) == ("queued", 1, world.clock())
    with world.db.reading() as session:
        content = session.get_one(Upload, attempt.id).content
    assert json.loads(content)["cells"][0]["source"] == "x = 1"


def test_the_rules_stand_on_the_page_in_words(world: World):
    browser = world.visit(world.alice)
    text = browser.page.text
    assert "No due date." in text
    assert "Your best attempt counts" in text
    assert "As many attempts as you like" in text
    world.set_policy(
        due_at=world.clock(), late_penalty_per_day=0.125, late_penalty_cap=0.5, keep="last",
        attempts_allowed=3, cool_down_seconds=90,
    )  # fmt: skip
    text = browser.get("/a/").text
    assert "2026-03-02 12:00 UTC" in text
    assert "costs 12.5 % of the points, at most 50 %" in text
    assert "Your last attempt counts" in text
    assert "Attempts used: 0 of 3." in text
    assert "Between two attempts: 1.5 min." in text


def test_the_same_file_again_shows_the_earlier_result_and_costs_nothing(world: World):
    browser = world.visit(world.alice)
    browser.hand_in(notebook("x = 1"))
    world.grade()
    world.set_policy(attempts_allowed=1)
    assert "All 1 attempts are used" in browser.get("/a/").text
    world.set_policy(attempts_allowed=2, cool_down_seconds=3600)
    fields = {"csrf": browser.csrf()}
    stream = io.BytesIO(notebook("x = 1", outputs=[{"output_type": "stream"}]))
    page = browser.post("/a/submit", fields | {"notebook": (stream, "copy.ipynb")})
    page = browser.get(page.headers["Location"])
    assert "was handed in before" in page.text
    assert "27.5 of 35 points" in page.text
    assert len(world.attempts()) == 1


def test_another_students_same_file_is_an_attempt_of_its_own(world: World):
    world.visit(world.alice).hand_in(notebook("x = 1"))
    world.visit(world.bob).hand_in(notebook("x = 1"))
    alice, bob = world.attempts()
    assert alice.sha256 == bob.sha256
    assert alice.public_id != bob.public_id


@pytest.mark.parametrize(
    ("policy", "sentence"),
    [
        ({"closes_at": True}, "The time for this exercise is over"),
        ({"attempts_allowed": 1}, "All 1 attempts are used"),
        ({"cool_down_seconds": 3600}, "The next attempt may come at"),
    ],
)
def test_what_the_rules_forbid_is_not_taken(world: World, policy: dict, sentence: str):
    browser = world.visit(world.alice)
    browser.hand_in(notebook("x = 1"))
    world.grade()
    fields = {"csrf": browser.csrf()}
    if "closes_at" in policy:
        policy = {"closes_at": world.clock.now}
        world.clock.forward(seconds=1)
    world.set_policy(**policy)
    stream = (io.BytesIO(notebook("x = 2")), "x.ipynb")
    page = browser.post("/a/submit", fields | {"notebook": stream})
    assert page.status_code == 409
    assert sentence in page.text
    assert 'action="/a/submit"' not in page.text
    assert len(world.attempts()) == 1


def test_one_attempt_at_a_time_and_six_an_hour(world: World):
    browser = world.visit(world.alice)
    for number in range(6):
        fields = {"csrf": browser.csrf()}
        browser.hand_in(notebook(f"x = {number}"))
        stream = (io.BytesIO(notebook("another")), "x.ipynb")
        page = browser.post("/a/submit", fields | {"notebook": stream})
        assert (page.status_code, "is being graded" in page.text) == (409, True)
        world.grade()
        browser.get("/a/")
    assert "There were 6 attempts within an hour" in browser.page.text
    world.clock.forward(hours=1)
    assert browser.hand_in(notebook("later")).status_code == 200
    assert len(world.attempts()) == 7


def test_a_refused_file_costs_nothing_and_is_explained(world: World):
    browser = world.visit(world.alice)
    page = browser.hand_in(b"%PDF-1.7 \xff", name="dropout.pdf")
    assert page.status_code == 422
    assert "This file was not taken, and costs no attempt" in page.text
    assert "it is no text: perhaps an archive or a PDF" in page.text
    assert world.attempts() == []


def test_a_refusal_says_in_chinese_what_was_expected(world: World):
    page = world.visit(world.mei).hand_in(b"%PDF-1.7 \xff", name="dropout.pdf")
    assert "没有接收这个文件" in page.text
    assert "请选择 .ipynb 文件本身" in page.text
    assert 'lang="en" dir' not in page.text


def test_no_file_is_explained(world: World):
    browser = world.visit(world.alice)
    assert "No file came" in browser.submit("/a/submit").text


def test_a_file_above_the_limit_is_refused(world: World):
    browser = world.visit(world.alice)
    page = browser.hand_in(b" " * (world.settings.upload_bytes + 1))
    assert (page.status_code, "at most 5 MB are taken" in page.text) == (422, True)
    page = browser.hand_in(b" " * (world.settings.upload_bytes + 100_000))
    assert (page.status_code, "At most 5 MB are taken" in page.text) == (413, True)
    assert world.attempts() == []


def test_more_rubbish_than_a_person_sends_is_put_off(world: World):
    browser = world.visit(world.alice)
    codes = [browser.hand_in(b"rubbish").status_code for _ in range(31)]
    assert codes == [422] * 30 + [429]
    assert world.visit(world.bob).hand_in(b"rubbish").status_code == 422
    world.clock.forward(minutes=10)
    assert browser.hand_in(b"rubbish").status_code == 422


def at_once(world: World, contents: list[bytes]) -> list[int]:
    """Send files from one page at the same time; return the statuses."""
    world.visit(world.alice)
    browsers = []
    for _ in contents:
        browser = world.visit(world.alice)
        browsers.append((browser, browser.form("/a/submit").fields))
    start = threading.Barrier(len(contents))

    def send(index: int) -> int:
        browser, fields = browsers[index]
        stream = (io.BytesIO(contents[index]), "x.ipynb")
        start.wait()
        return browser.post("/a/submit", fields | {"notebook": stream}).status_code

    with ThreadPoolExecutor(len(contents)) as pool:
        return sorted(pool.map(send, range(len(contents))))


def test_of_two_files_at_once_one_is_taken(world: World):
    world.visit(world.alice)
    world.set_policy(attempts_allowed=1)
    assert at_once(world, [notebook(f"x = {number}") for number in range(4)]) == [303] + [409] * 3
    assert len(world.attempts()) == 1


def test_pressing_twice_is_one_attempt(world: World):
    assert at_once(world, [notebook("x = 1")] * 4) == [303] * 4
    assert len(world.attempts()) == 1


def test_the_name_of_a_file_is_shown_escaped_and_nothing_else(world: World):
    page = world.visit(world.alice).hand_in(notebook("x = 1"), name=HOSTILE)
    assert "<img" not in page.text
    assert "&lt;img src=x onerror=alert(1)&gt;.ipynb" in page.text
    assert not list(world.settings.data.rglob("*img*"))


def test_a_student_without_scripts_sees_the_page_again_by_itself(world: World):
    page = world.visit(world.alice).hand_in(notebook("x = 1"))
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
    world.grade()
    assert "refresh" not in world.visit(world.alice).get(page.request.path).text


def test_a_teacher_sees_the_page_and_hands_nothing_in(world: World):
    browser = world.visit(world.tina)
    token = browser.csrf()
    assert "This is what students see" in browser.get("/a/").text
    stream = (io.BytesIO(notebook("x = 1")), "x.ipynb")
    assert browser.post("/a/submit", {"csrf": token, "notebook": stream}).status_code == 403
    assert world.attempts() == []


def test_earlier_attempts_stay_visible_and_the_one_that_counts_is_marked(world: World):
    browser = world.visit(world.alice)
    for number in range(2):
        browser.hand_in(notebook(f"x = {number}"))
        world.grade()
        world.clock.forward(minutes=1)
    text = browser.get("/a/").text
    assert text.count("27.5 of 35 points") == 2
    assert text.count('class="counts"') == 1
    assert text.index("Attempt 2</a>") < text.index("Attempt 1</a>") < text.index('class="counts"')


def test_what_the_lms_calls_things_is_escaped(world: World):
    world.course.title = "<img src=x onerror=alert(1)>"
    assert "<img" not in world.visit(world.alice).page.text


def test_somebody_who_is_erased_while_handing_in_is_told_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    browser = world.visit(world.alice)
    browser.get("/a/")

    def erasing(files, limit):
        with world.db.transaction() as session:
            retention.erase_user(session, world.user(world.alice).id)
        return uploads.receive(files, limit)

    monkeypatch.setattr(handing_in, "receive", erasing)
    page = browser.submit("/a/submit", notebook=(io.BytesIO(notebook("x = 1")), "dropout.ipynb"))
    assert page.status_code == 401
    assert world.attempts() == []
