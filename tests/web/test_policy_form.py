"""The rules as a teacher writes them: what is shown is what is read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.service.policies import Rules
from autograder.web.policy_form import PolicyFormError, read, shown
from autograder.web.words import words_of

WORDS = words_of("en").teacher
TIMES = st.none() | st.datetimes(
    datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)
).map(lambda time: time.replace(second=0, microsecond=0))
RULES = st.builds(
    Rules,
    due_at=TIMES,
    closes_at=st.none(),
    late_penalty_per_day=st.integers(0, 100).map(lambda percent: percent / 100),
    late_penalty_cap=st.integers(0, 100).map(lambda percent: percent / 100),
    keep=st.sampled_from(["best", "last", "first"]),
    attempts_allowed=st.none() | st.integers(1, 1000),
    cool_down_seconds=st.integers(0, 10_080).map(lambda minutes: minutes * 60),
)


@given(RULES)
def test_what_is_shown_is_read_as_the_same_rules(rules: Rules):
    assert read(shown(rules), WORDS, Rules()) == rules


@given(st.none() | st.datetimes(datetime(2000, 1, 1), timezones=st.just(UTC)))
def test_a_time_that_is_left_alone_keeps_its_seconds(due_at: datetime | None):
    rules = Rules(due_at=due_at)
    assert read(shown(rules), WORDS, rules) == rules


@given(st.dictionaries(st.sampled_from(sorted(shown(Rules()))), st.text(max_size=20)))
def test_whatever_is_written_gives_rules_or_sentences(form: dict[str, str]):
    rules, faults = None, []
    try:
        rules = read(form, WORDS, Rules())
    except PolicyFormError as error:
        faults = error.faults
    assert (rules is None) == bool(faults)
    if rules is not None:
        assert 0 <= rules.late_penalty_per_day <= 1
        assert 0 <= rules.late_penalty_cap <= 1
        assert rules.cool_down_seconds >= 0
        assert rules.attempts_allowed is None or 1 <= rules.attempts_allowed <= 1000


@pytest.mark.parametrize(
    ("field", "text", "fault"),
    [
        ("due_at", "tomorrow", "Due: “tomorrow” is no date"),
        ("due_at", "0001-01-01T00:00+14:00", "00:00+14:00” is no date"),
        ("late_penalty_cap", "120", "“120” is not possible here. Expected a number from 0 to 100"),
        ("late_penalty_per_day", "nan", "“nan” is not possible here"),
        ("attempts_allowed", "-1", "“-1” is not possible here"),
        ("attempts_allowed", "2.5", "“2.5” is not possible here"),
        ("cool_down_minutes", "1e9", "“1e9” is not possible here"),
        ("keep", "worst", "expected best, last or first"),
    ],
)
def test_a_fault_says_which_field_and_what_was_expected(field: str, text: str, fault: str):
    with pytest.raises(PolicyFormError) as caught:
        read({field: text}, WORDS, Rules())
    (said,) = caught.value.faults
    assert fault in said


def test_it_does_not_close_before_it_is_due():
    form = {"due_at": "2027-01-31T23:59", "closes_at": "2027-01-31T23:58"}
    with pytest.raises(PolicyFormError, match="close before it is due"):
        read(form, WORDS, Rules())


def test_a_comma_is_read_as_a_point():
    assert read({"late_penalty_per_day": "12,5"}, WORDS, Rules()).late_penalty_per_day == 0.125
