"""Whatever an LMS answers, its client returns something, or says in a sentence what is wrong."""

import contextlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.lms.addresses import CallError
from autograder.lms.calls import Answer, Site
from autograder.lms.canvas_rest import CanvasRest
from autograder.lms.moodle_rest import FUNCTIONS, MoodleRest
from autograder.lms.online import Feedback, Lms, Standing, Work

NAMES = (
    "userid", "user_id", "id", "grade", "timemodified", "assignments", "assignmentid", "grades",
    "submissions", "warnings", "warningcode", "plugins", "type", "fileareas", "files", "filesize",
    "usergrades", "gradeitems", "itemmodule", "iteminstance", "functions", "courses", "cmid",
    "configs", "attachments", "size", "submission_comments", "attempt", "submitted_at", "excused",
    "exception", "errorcode", "message", "error", "errors", "upload_url", "itemid",
)  # fmt: skip
values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
answers = st.recursive(
    values | st.sampled_from(["file", "assign", "34", 34, "1", FUNCTIONS[0]]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=8)
    ),
    max_leaves=30,
)
WORK = Work("3", 1, datetime(2026, 11, 4, tzinfo=UTC))
FEEDBACK = Feedback("50", "words", b"page", "feedback.html")


class Answering(Site):
    """A site that answers every call alike."""

    def __init__(self, content: bytes, status: int = 200) -> None:
        super().__init__("https://lms.example.org")
        self.answer = Answer(status, {}, content)

    def call(self, method: str, path: str, **how: Any) -> Answer:
        return self.answer


def clients(content: bytes, status: int = 200) -> list[Lms]:
    site = Answering(content, status)
    return [MoodleRest(site, "t" * 32, "12", "34"), CanvasRest(site, "12", "34")]


def ask_everything(lms: Lms) -> None:
    for question in (
        lms.open,
        lms.students,
        lms.works,
        lms.standings,
        lambda: lms.more_ids("3"),
        lambda: lms.look("3", Standing()),
        lambda: lms.push(WORK, FEEDBACK, Standing(), None),
    ):
        with contextlib.suppress(CallError):
            question()


@given(answers)
def test_any_json_is_read_or_explained(found: Any):
    for lms in clients(json.dumps(found).encode()):
        ask_everything(lms)


@given(st.binary(max_size=100), st.sampled_from([200, 301, 400, 401, 403, 404, 418]))
def test_any_bytes_are_read_or_explained(content: bytes, status: int):
    for lms in clients(content, status):
        ask_everything(lms)


@pytest.mark.parametrize("depth", [100_000])
def test_an_answer_that_is_nested_without_end_is_explained(depth: int):
    for lms in clients(b"[" * depth):
        ask_everything(lms)


def test_a_wrong_row_says_what_it_lacks():
    moodle, _ = clients(b'[{"fullname": "Ada"}]')
    with pytest.raises(CallError, match=r"Moodle answered with something .* \(KeyError: 'id'\)"):
        moodle.students()
