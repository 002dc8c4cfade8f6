"""Lists that come in pages: each once, and no token for another site."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.errors import FetchError, ServiceError
from autograder.lti.nrps import members
from autograder.lti.paging import next_url
from tests.lti.lms import COURSE_ROLE, LMS, FakeFetcher, answer
from tests.lti.services import authorized

ASKED = f"{LMS}/members"
NEXT = f"{LMS}/members?from=2&limit=200"


@pytest.mark.parametrize(
    "link",
    [
        f'<{NEXT}>; rel="next"',
        f"<{NEXT}>; rel=next",
        f"<{NEXT}>;rel='next'",
        f"<{NEXT}>; REL=\"Next\"",
        f"<{NEXT}>; title=\"a\"; rel=\"next\"",
        f"<{LMS}/x>; rel=\"first\", <{NEXT}>; rel=\"next\", <{LMS}/y>; rel=\"last\"",
        f"<{NEXT.replace('&', '&amp;')}>; rel=“next”",
        f"<{LMS}/x>; rel=“prev”, <{NEXT.replace('&', '&amp;')}>; rel=“next”",
        "<?from=2&limit=200>; rel=\"next\"",
    ],
)  # fmt: skip
def test_the_next_page_is_found(link: str):
    assert next_url(answer("", Link=link), ASKED) == NEXT


@pytest.mark.parametrize(
    "link",
    [
        "",
        f'<{LMS}/x>; rel="prev"',
        f'<{LMS}/x>; rel="nextcloud"',
        "rel=next",
        '<https://evil.example.org/>; rel="next"',
        '<http://moodle.example.org/members>; rel="next"',
        '<javascript:alert(1)>; rel="next"',
        '<//evil.example.org/>; rel="next"',
    ],
)
def test_what_is_no_next_page_of_this_site_is_none(link: str):
    assert next_url(answer("", Link=link), ASKED) is None


@settings(deadline=None)
@given(st.text())
def test_a_header_of_any_form_leads_nowhere_else(text: str):
    found = next_url(answer("", Link=text), ASKED)
    assert found is None or found.startswith(f"{LMS}/")


def person(user_id: object, **more: object) -> dict[str, object]:
    return {"user_id": user_id, "roles": [COURSE_ROLE + "Learner"], "status": "Active"} | more


def test_everybody_in_the_course_is_found_over_the_pages():
    pages = [
        answer({"members": [person("3", name="Alice"), person("4", status="Inactive")]},
               Link=f'<{NEXT}>; rel="next"'),
        answer({"members": [person("5", roles=["Instructor"]), person(None), person("\0"), 7]}),
    ]  # fmt: skip
    fetcher = FakeFetcher(pages)
    found = members(authorized(fetcher), ASKED)
    assert [member.user_id for member in found] == ["3", "4", "5"]
    assert [member.active for member in found] == [True, False, True]
    assert [member.is_learner for member in found] == [True, True, False]
    assert found[2].is_instructor
    assert [request.url for request in fetcher.requests] == [f"{ASKED}?limit=200", NEXT]


def test_names_are_not_in_what_a_log_would_show():
    [found] = members(
        authorized(FakeFetcher([answer({"members": [person("3", name="Al")]})])), ASKED
    )
    assert "Al" not in repr(found)


def test_pages_that_lead_in_a_circle_end():
    page = answer({"members": [person("3")]}, Link=f'<{ASKED}?limit=200>; rel="next"')
    assert len(members(authorized(FakeFetcher([page])), ASKED)) == 1


@pytest.mark.parametrize("content", [[], {}, {"members": {}}, "<html>"])
def test_an_answer_of_another_form_is_explained(content: object):
    with pytest.raises(FetchError):
        members(authorized(FakeFetcher([answer(content)])), ASKED)


def test_a_refusal_is_explained():
    with pytest.raises(ServiceError, match="403"):
        members(authorized(FakeFetcher([answer("", 403)])), ASKED)


def test_a_header_made_to_take_long_takes_no_time():
    """Reading these spaces took minutes of the whole process."""
    assert next_url(answer("", Link=f"<{NEXT}>; rel=" + " " * 60_000 + "x"), ASKED) is None
