"""What a teacher picked goes back in the form that LMSs take."""

from typing import Any

import jwt
import pytest
from jwt import PyJWK

from autograder.lti.claims import DEEP, LTI, DeepLinkSettings
from autograder.lti.deep_linking import ContentItem, response_jwt
from tests.lti.lms import LAUNCH_URL, LMS, MOODLE, NOW, public_jwk, tool_key

ITEM = ContentItem(
    title="Dropout",
    url=LAUNCH_URL,
    score_maximum=12.0,
    resource_id="dropout",
    tag="grade",
    custom={"assignment": "dropout"},
)


def sent(*items: ContentItem, **settings: Any) -> dict[str, Any]:
    made = {"return_url": f"{LMS}/return", "data": "opaque"} | settings
    token = response_jwt(DeepLinkSettings(**made), items or (ITEM,), MOODLE, tool_key(), "1", NOW)
    assert jwt.get_unverified_header(token)["kid"] == "tool-key"
    return jwt.decode(
        token,
        PyJWK.from_dict(public_jwk(name="tool"), algorithm="RS256"),
        algorithms=["RS256"],
        audience=LMS,
        issuer="kit-1",
        options={"verify_exp": False, "verify_iat": False},
    )


def test_an_assignment_becomes_a_link_with_a_column():
    claims = sent()
    assert claims[DEEP + "content_items"] == [
        {
            "type": "ltiResourceLink",
            "title": "Dropout",
            "url": LAUNCH_URL,
            "custom": {"assignment": "dropout"},
            "lineItem": {
                "scoreMaximum": 12.0,
                "label": "Dropout",
                "resourceId": "dropout",
                "tag": "grade",
            },
        }
    ]
    assert claims[LTI + "message_type"] == "LtiDeepLinkingResponse"
    assert claims[LTI + "version"] == "1.3.0"
    assert claims[LTI + "deployment_id"] == "1"
    assert claims["iat"] < NOW.timestamp() < claims["exp"]


def test_data_goes_back_as_it_came():
    assert sent()[DEEP + "data"] == "opaque"
    assert sent(data="")[DEEP + "data"] == ""


def test_data_is_left_out_where_none_came():
    """`data: null` is refused by some platforms."""
    assert DEEP + "data" not in sent(data=None)


def test_a_column_is_made_only_where_the_lms_takes_one():
    [item] = sent(accept_line_item=False)[DEEP + "content_items"]
    assert "lineItem" not in item


def test_an_assignment_without_points_has_no_column():
    [item] = sent(ContentItem(title="a", url=LAUNCH_URL))[DEEP + "content_items"]
    assert item == {"type": "ltiResourceLink", "title": "a", "url": LAUNCH_URL}


def test_the_due_date_is_told():
    [item] = sent(ContentItem(title="a", url=LAUNCH_URL, ends_at=NOW))[DEEP + "content_items"]
    assert item["submission"] == {"endDateTime": "2026-11-28T09:00:00.000+00:00"}


def test_one_item_is_not_made_two():
    with pytest.raises(ValueError, match="Received: 2"):
        sent(ITEM, ITEM)
    assert len(sent(ITEM, ITEM, accept_multiple=True)[DEEP + "content_items"]) == 2


def test_nothing_may_be_picked():
    settings = DeepLinkSettings(return_url=LMS)
    token = response_jwt(settings, [], MOODLE, tool_key(), "1", NOW)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims[DEEP + "content_items"] == []


def test_no_two_answers_have_the_same_nonce():
    assert sent()["nonce"] != sent()["nonce"]
