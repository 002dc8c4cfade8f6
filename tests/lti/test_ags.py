"""Line items and results, as Moodle and Canvas give them."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from autograder.lti.ags import LineItem, Result, aware_time, number
from autograder.lti.errors import FetchError, ServiceError
from autograder.lti.scores import Score
from tests.lti.lms import LINE_ITEM, LMS, MOODLE, NOW, FakeFetcher, answer
from tests.lti.services import TOKEN, line_item

SCORE = Score(user_id="3", score_given=8.0, score_maximum=10.0, timestamp=NOW)
BELOW = f"{LMS}/mod/lti/services.php/2/lineitems/7/lineitem"


def test_a_score_is_posted_before_the_query_with_its_media_type():
    fetcher = FakeFetcher([answer("", 200)])
    assert line_item(fetcher).post_score(SCORE).status == 200
    [request] = fetcher.requests
    assert (request.method, request.url) == ("POST", f"{BELOW}/scores?type_id=1")
    assert request.headers["Content-Type"] == "application/vnd.ims.lis.v1.score+json"
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert json.loads(request.body)["userId"] == "3"


def test_only_canvas_gets_what_is_canvass():
    fetcher = FakeFetcher([answer("", 200)] * 2)
    for product in ("moodle", "canvas"):
        line_item(fetcher, replace(MOODLE, product=product)).post_score(SCORE)
    assert ["canvas" in request.body for request in fetcher.requests] == [False, True]


def test_the_result_of_one_person_is_asked_for():
    found = {"userId": "3", "resultScore": 80, "resultMaximum": 100, "comment": "Well."}
    fetcher = FakeFetcher([answer([found | {"timestamp": "2026-11-28T10:00:00+01:00"}])])
    assert line_item(fetcher).result("3") == Result(80.0, 100.0, "Well.", NOW)
    assert fetcher.requests[0].url == f"{BELOW}/results?type_id=1&user_id=3"


def test_a_result_is_asked_for_without_a_limit():
    fetcher = FakeFetcher([answer([])])
    line_item(fetcher).result("3")
    assert not any("limit" in request.url for request in fetcher.requests)


@pytest.mark.parametrize("found", [[], [{"userId": "4", "resultScore": 1}], [7, None]])
def test_the_result_of_somebody_else_is_none(found: Any):
    assert line_item(FakeFetcher([answer(found)])).result("3") is None


@pytest.mark.parametrize("found", ["null", "{}", "<html>", '[{"userId":"3","resultScore":NaN}]'])
def test_an_answer_that_is_no_list_is_explained(found: str):
    with pytest.raises(FetchError):
        line_item(FakeFetcher([answer(found)])).result("3")


def test_a_refusal_is_told_in_words():
    fetcher = FakeFetcher([answer({"errors": [{"message": "Not yours"}]}, 403)])
    with pytest.raises(ServiceError, match=r"status 403\): Not yours") as caught:
        line_item(fetcher).get_line_item()
    assert caught.value.status == 403


def test_a_line_item_is_read():
    fetcher = FakeFetcher([answer({"id": LINE_ITEM, "label": "Dropout", "scoreMaximum": 12})])
    assert line_item(fetcher).get_line_item() == LineItem("Dropout", 12.0)
    [request] = fetcher.requests
    assert (request.method, request.url) == ("GET", LINE_ITEM)
    assert request.headers["Accept"] == "application/vnd.ims.lis.v2.lineitem+json"


@pytest.mark.parametrize("found", [{}, {"label": 7, "scoreMaximum": "many"}])
def test_a_line_item_that_does_not_say_its_maximum_has_none(found: dict[str, object]):
    assert line_item(FakeFetcher([answer(found)])).get_line_item() == LineItem("", None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(7, 7.0), ("7.5", 7.5), (True, None), ("x", None), (None, None), ("nan", None), ([], None)],
)
def test_numbers_are_read(value: object, expected: float | None):
    assert number(value) == expected
    assert number(10**400) is None


@pytest.mark.parametrize(
    "value", ["2026-11-28T09:00:00Z", "2026-11-28T09:00:00", "2026-11-28T10:00:00.000+01:00"]
)
def test_times_are_read_as_utc(value: str):
    found = aware_time(value)
    assert found == NOW
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize("value", ["", "soon", None, 7, "0001-01-01T00:00:00+14:00"])
def test_what_is_no_time_is_none(value: object):
    assert aware_time(value) is None
