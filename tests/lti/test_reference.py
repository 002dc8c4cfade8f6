"""docs/reference/lti.md names what the code reads, sends and says."""

import json

from autograder.lti.platforms import CANVAS
from autograder.lti.registration import SCOPES
from autograder.lti.scores import CANVAS_SUBMISSION
from autograder.lti.steps import SENTENCES
from tests.lti.lms import NOW
from tests.lti.test_scores import score
from tests.reading_docs import named_in_rows, read, section

PAGE = read("docs/reference/lti.md")


def test_each_reason_is_explained():
    assert set(SENTENCES) == named_in_rows(section(PAGE, "What became of a score"))


def test_each_field_of_a_score_is_there():
    sent = json.loads(
        score(comment="x", submitted_at=NOW, feedback_url="https://x.org").body(CANVAS)
    )
    extra = sent.pop(CANVAS_SUBMISSION)
    assert [name for name in [CANVAS_SUBMISSION, *extra] if f"`{name}`" not in PAGE] == []
    named = named_in_rows(section(PAGE, "What the LMS gets"))
    assert {name.partition(".")[0] for name in named} == set(sent)


def test_each_scope_is_there():
    short = {scope.replace("https://purl.imsglobal.org/spec/", "…/") for scope in SCOPES}
    assert short == named_in_rows(section(PAGE, "Registration"))
