"""What is sent, what stands, and what is left alone; no server, no disk."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from autograder.bridges.deciding import KEPT, PUSH, STANDS, decide, fault_of
from autograder.lms.online import Comment, Feedback, Sent, Standing, Work

START = datetime(2026, 11, 4, tzinfo=UTC)

moments = st.integers(0, 5).map(lambda hours: START + timedelta(hours=hours))
points = st.integers(0, 4).map(lambda quarters: 25.0 * quarters)
feedbacks = st.builds(
    Feedback, points.map(str), st.sampled_from(["good", "bad"]), st.just(b""), st.just("f.html")
)
works = st.builds(Work, st.just("3"), st.integers(1, 2), st.none() | moments)
comments = st.none() | st.lists(
    st.sampled_from(["good", "bad"]).map(Comment), max_size=2
).map(tuple)  # fmt: skip
standings = st.builds(
    Standing, st.none() | points, st.none() | moments, comments, st.none() | st.just("locked")
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Feedback, Work, Standing, Sent | None]:
    """Draw a case in which what was sent may be this feedback, or another one, or nothing."""
    feedback, work, standing = draw(feedbacks), draw(works), draw(standings)
    digest = draw(st.sampled_from([feedback.digest(work), "another"]))
    at = draw(st.none() | st.just(standing.at))
    sent = Sent(digest, draw(points), draw(st.none() | points), at)
    return feedback, work, standing, draw(st.none() | st.just(sent))


@given(cases(), st.booleans())
def test_what_is_locked_is_never_touched(case, overwrite):
    feedback, work, standing, sent = case
    locked = replace(standing, leave="locked")
    assert decide(feedback, work, locked, sent, overwrite=overwrite).step == KEPT


@given(cases(), st.booleans())
def test_what_stands_has_our_grade(case, overwrite):
    feedback, work, standing, sent = case
    if decide(feedback, work, standing, sent, overwrite=overwrite).step == STANDS:
        assert standing.grade == float(feedback.grade)


@given(cases(), st.booleans())
def test_after_sending_everything_stands(case, overwrite):
    """Sync twice: the second time there is nothing to send."""
    feedback, work, standing, sent = case
    if decide(feedback, work, standing, sent, overwrite=overwrite).step == PUSH:
        given_ = Sent(feedback.digest(work), float(feedback.grade), was=standing.grade)
        after = replace(
            standing,
            grade=float(feedback.grade),
            at=START + timedelta(hours=9),
            comments=(Comment(feedback.comment),),
        )
        for known in (given_, replace(given_, at=after.at)):
            assert decide(feedback, work, after, known, overwrite=False).step == STANDS


@given(cases())
def test_overwriting_leaves_only_what_is_locked(case):
    feedback, work, standing, sent = case
    decision = decide(feedback, work, standing, sent, overwrite=True)
    assert (decision.step == KEPT) == (standing.leave is not None)


@given(feedbacks, works, points, moments)
def test_a_persons_newer_grade_is_never_replaced(feedback, work, grade, at):
    standing = Standing(grade, max(at, work.submitted_at or at))
    for sent in (None, Sent("another", grade + 1.0, at=START - timedelta(days=1))):
        assert decide(feedback, work, standing, sent, overwrite=False).step != PUSH


@given(feedbacks, works, moments)
def test_where_there_is_no_grade_ours_is_sent(feedback, work, at):
    sent = Sent(feedback.digest(work), float(feedback.grade), at=at)
    for known in (None, sent):
        assert decide(feedback, work, Standing(), known, overwrite=False).step == PUSH


def test_a_lost_answer_is_recognized_by_what_stood_before():
    feedback, work = Feedback("50", "x", None, "f"), Work("3", 1, START)
    sent = Sent("another", 40.0, was=30.0)
    for grade, step in ((40.0, PUSH), (30.0, PUSH), (35.0, KEPT)):
        standing = Standing(grade, START + timedelta(hours=1))
        assert decide(feedback, work, standing, sent, overwrite=False).step == step


def test_what_is_shown_is_compared_with_what_was_sent():
    feedback = Feedback("50", "<p>a &lt; b</p>", None, "f")
    right = (Comment('<div class="x"><p>a &lt; b</p></div>'),)
    assert fault_of(feedback, Standing(50.004, comments=right)) is None
    assert fault_of(feedback, Standing(50.0, comments=None)) is None
    assert fault_of(feedback, Standing(50.0, comments=())) is not None
    assert fault_of(feedback, Standing(49.99, comments=right)) is not None
    assert fault_of(feedback, Standing(None, comments=right)) is not None
    assert fault_of(feedback, Standing(50.0, comments=right, leave="locked")) is not None
