"""A line item's URL may have a query, and what goes below it comes before that."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.urls import below, origin, same_site, with_query

segments = st.lists(st.text("abc123-_~%20", min_size=1, max_size=6), max_size=4)
fields = st.dictionaries(st.text(min_size=1, max_size=5), st.text(max_size=5), max_size=3)


def url_of(path: list[str], query: dict[str, str]) -> str:
    return with_query("https://lms.example.org/" + "/".join(path), query)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://m.org/7/lineitem?type_id=1", "https://m.org/7/lineitem/scores?type_id=1"),
        ("https://c.org/line_items/7", "https://c.org/line_items/7/scores"),
        ("https://c.org/7/?a=b&a=c#x", "https://c.org/7/scores?a=b&a=c"),
        ("https://c.org", "https://c.org/scores"),
    ],
)
def test_scores_go_before_the_query(url: str, expected: str):
    assert below(url, "scores") == expected


@settings(deadline=None)
@given(segments, fields)
def test_below_keeps_the_query_and_lengthens_the_path(path: list[str], query: dict[str, str]):
    url = url_of(path, query)
    joined = urlsplit(below(url, "scores"))
    assert joined.query == urlsplit(url).query
    assert joined.path == urlsplit(url).path.rstrip("/") + "/scores"
    assert joined.netloc == "lms.example.org"


@settings(deadline=None)
@given(segments, fields, fields)
def test_more_fields_go_behind_those_that_are_there(
    path: list[str], query: dict[str, str], more: dict[str, str]
):
    both = with_query(url_of(path, query), more)
    found = parse_qsl(urlsplit(both).query, keep_blank_values=True)
    assert found == [*query.items(), *more.items()]


@settings(deadline=None)
@given(segments, fields, fields)
def test_the_order_of_the_two_makes_no_difference(
    path: list[str], query: dict[str, str], more: dict[str, str]
):
    url = url_of(path, query)
    assert below(with_query(url, more), "results") == with_query(below(url, "results"), more)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Kit.example.org/a?b", "https://kit.example.org"),
        ("https://kit.example.org:443/", "https://kit.example.org"),
        ("https://kit.example.org:8443/", "https://kit.example.org:8443"),
        ("http://[::1]:8080/", "http://[::1]:8080"),
        ("https://u@kit.example.org/", None),
        ("javascript:alert(1)", None),
        ("https://[x", None),
        ("https://kit:99999/", None),
        ("", None),
    ],
)
def test_the_origin_is_what_a_browser_says(url: str, expected: str | None):
    assert origin(url) == expected


def test_what_is_no_site_is_the_same_as_nothing():
    assert not same_site("javascript:x", "javascript:x")
    assert same_site("https://a.org/x", "https://A.org:443/y")


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example; script-src *",
        "https://evil.example;base-uri",
        "https://*",
        "https://a,b",
        "https://a'b",
        "https://例子.example",
    ],
)
def test_a_host_that_no_header_can_name_is_none(url: str):
    """An origin goes into the Content-Security-Policy."""
    assert origin(url) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Moodle_1.example.org:8443/x", "https://moodle_1.example.org:8443"),
        ("https://xn--fsqu00a.example/", "https://xn--fsqu00a.example"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]"),
    ],
)
def test_an_origin_has_scheme_host_and_port(url: str, expected: str):
    assert origin(url) == expected
