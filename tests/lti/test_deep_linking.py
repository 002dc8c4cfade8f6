"""What a teacher picked goes back in the form that LMSs take."""

from typing import Any

import jwt
from jwt import PyJWK

from autograder.lti.claims import DEEP, LTI, DeepLinkSettings
from autograder.lti.deep_linking import ContentItem, response_jwt
from tests.lti.lms import LAUNCH_URL, LMS, MOODLE, NOW, public_jwk, tool_key

ITEM = ContentItem(
    title="Dropout",
    url=LAUNCH_URL,
    score_maximum=12.0,
    resource_id="dropout",
    custom={"assignment": "dropout"},
)


def sent(item: ContentItem = ITEM, **settings: Any) -> dict[str, Any]:
    made = {"return_url": f"{LMS}/return", "data": "opaque"} | settings
    token = response_jwt(DeepLinkSettings(**made), item, MOODLE, tool_key(), "1", NOW)
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
            "lineItem": {"scoreMaximum": 12.0, "label": "Dropout", "resourceId": "dropout"},
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


def test_no_two_answers_have_the_same_nonce():
    assert sent()["nonce"] != sent()["nonce"]
