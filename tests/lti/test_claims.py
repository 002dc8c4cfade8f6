"""What a launch says is read, whatever the LMS left out or sent in another form."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.claims import AGS, DEEP, LTI, NRPS, read_launch
from autograder.lti.errors import LaunchError
from autograder.lti.roles import in_course
from tests.lti.lms import COURSE_ROLE, LINE_ITEM, LMS, claims, deep_claims

VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"

jsons = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def read(content: dict[str, Any]):
    return read_launch(content, LMS, "kit-1")


def test_everything_that_moodle_sends_is_read():
    launch = read(claims())
    assert launch.name == "Alice Adams"
    assert launch.sis_id == "A-17"
    assert (launch.context_id, launch.context_title) == ("2", "KeepProb")
    assert launch.lineitem == LINE_ITEM
    assert launch.memberships_url == f"{LMS}/members"
    assert launch.product == "moodle"
    assert len(launch.scopes) == 2


def test_a_variable_that_the_lms_did_not_fill_in_is_left_out():
    assert read(claims()).custom == {"assignment": "dropout"}


def test_names_are_not_in_what_a_log_would_show():
    assert "Alice" not in repr(read(claims()))
    assert "alice" not in repr(read(claims()))


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("membership#Instructor", (True, False)),
        ("membership#Learner", (False, True)),
        ("membership/Instructor#TeachingAssistant", (True, False)),
        ("membership/instructor#TeachingAssistant", (True, False)),
        ("membership/Learner#Instructor", (False, True)),
        ("membership#Mentor", (False, False)),
        ("institution/person#Instructor", (False, False)),
        ("institution/person#Administrator", (False, False)),
        ("system/person#Administrator", (False, False)),
    ],
)
def test_only_a_role_in_this_course_counts(role: str, expected: tuple[bool, bool]):
    launch = read(claims(**{LTI + "roles": [VOCABULARY + role]}))
    assert (launch.is_instructor, launch.is_learner) == expected


def test_short_names_of_roles_are_those_of_the_course():
    assert in_course(["Learner", "Learner", "http://evil.example.org/#Instructor"]) == ("Learner",)


@pytest.mark.parametrize("text", ["a\0b", "a\ud800b"])
def test_a_text_that_no_database_takes_is_left_out(text: str):
    launch = read(claims(**{"name": text, LTI + "custom": {"a": text, text: "b", "c": "d"}}))
    assert (launch.name, launch.custom) == (None, {"c": "d"})
    with pytest.raises(LaunchError):
        read(claims(sub=text))


def test_scopes_in_one_text_are_told_apart():
    assert read(claims(**{AGS: {"scope": "a b"}})).scopes == ("a", "b")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x", "ftp://x/y", 7])
def test_a_return_url_that_would_run_in_the_browser_is_dropped(url: object):
    launch = read(claims(**{LTI + "launch_presentation": {"return_url": url}}))
    assert launch.return_url is None


def test_a_deep_linking_request_is_read():
    settings = read(deep_claims()).deep_linking
    assert settings is not None
    assert settings.data == "opaque"
    assert settings.accept_line_item


@pytest.mark.parametrize("data", [..., None, 7])
def test_data_that_is_no_text_is_none(data: object):
    settings = read(deep_claims(data=data)).deep_linking
    assert settings is not None
    assert settings.data is None


@pytest.mark.parametrize("url", [..., "javascript:alert(1)", None])
def test_deep_linking_needs_a_way_back(url: object):
    with pytest.raises(LaunchError) as caught:
        read(deep_claims(deep_link_return_url=url))
    assert caught.value.code == "claim"


@settings(deadline=None)
@given(
    st.sampled_from([
        "name", "email", "locale", LTI + "roles", LTI + "context", LTI + "custom", LTI + "lis",
        LTI + "tool_platform", LTI + "launch_presentation", LTI + "ext", AGS, NRPS,
        DEEP + "deep_linking_settings",
    ]),
    jsons,
)  # fmt: skip
def test_a_claim_of_any_form_is_read_or_left_out(name: str, value: object):
    launch = read(claims(**{name: value}))
    assert launch.sub == "3"
    assert all(isinstance(text, str) for text in [*launch.custom.values(), *launch.scopes])


@settings(deadline=None)
@given(st.sampled_from(sorted(claims())), jsons)
def test_a_needed_claim_of_any_form_is_read_or_refused(name: str, value: object):
    with suppress(LaunchError):
        assert isinstance(read(claims(**{name: value})).sub, str)


def test_a_role_of_the_course_is_found_among_others():
    roles = [VOCABULARY + "institution/person#Student", COURSE_ROLE + "Instructor"]
    assert read(claims(**{LTI + "roles": roles})).is_instructor
