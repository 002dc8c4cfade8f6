"""Nothing that is said, raised or logged holds a token, an assertion or a key."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.core.errors import ExplainedError
from autograder.lti.delivering import deliver
from autograder.lti.fetching import Response
from autograder.lti.nrps import members
from autograder.lti.registration import register
from tests.lti.lms import LMS, MOODLE, NOW, FakeFetcher, Request, pem
from tests.lti.services import TOKEN, access_tokens, authorized, line_item
from tests.lti.test_delivering import row
from tests.lti.test_registration import CONFIGURATION_URL, KIT
from tests.lti.test_registration import TOKEN as REGISTRATION_TOKEN

statuses = st.sampled_from([200, 400, 401, 403, 404, 409, 422, 429, 500])
forms = st.sampled_from(
    ["{}", '{{"error": "{}"}}', "<p>{}</p>", "{0}{0}", '[{{"message": "{}"}}]', "\x00{}"]
)


class Echo:
    """An LMS that repeats whatever it is told: addresses, headers, bodies."""

    def __init__(self, status: int, form: str) -> None:
        self.status, self.form, self.told = status, form, [TOKEN, REGISTRATION_TOKEN]

    def __call__(self, request: Request) -> Response:
        body = request.body if isinstance(request.body, dict) else {}
        if assertion := body.get("client_assertion"):
            self.told += [assertion, *assertion.split(".")]
        words = " ".join([request.url, *request.headers.values(), *map(str, body.values())])
        return Response(
            self.status, {"Link": f"<{request.url}>; rel=next"}, self.form.format(words)
        )


def assert_hides(echo: Echo, words: str) -> None:
    assert [secret for secret in echo.told if secret in words] == []
    assert not any(line in words for line in pem("tool").splitlines()[1:-1])


@pytest.mark.parametrize(
    "call",
    [
        lambda fetcher: access_tokens(fetcher).get(["scope"]),
        lambda fetcher: line_item(fetcher).get_line_item(),
        lambda fetcher: line_item(fetcher).result("3"),
        lambda fetcher: members(authorized(fetcher), f"{LMS}/members"),
        lambda fetcher: register(CONFIGURATION_URL, REGISTRATION_TOKEN, KIT, fetcher),
    ],
    ids=["token", "line item", "result", "members", "registration"],
)
@given(status=statuses, form=forms)
@settings(max_examples=25, deadline=None)
def test_no_exception_repeats_a_secret(call: Any, status: int, form: str):
    echo = Echo(status, form)
    try:
        call(FakeFetcher(echo))
    except ExplainedError as error:
        chain = [error, error.__cause__, None if error.__suppress_context__ else error.__context__]
        assert_hides(echo, " ".join(map(repr, chain)) + str(error))


@given(status=statuses, form=forms, product=st.sampled_from(["moodle", "canvas"]))
@settings(max_examples=40, deadline=None)
def test_no_step_of_a_delivery_repeats_a_secret(status: int, form: str, product: str):
    echo = Echo(status, form)
    item = line_item(FakeFetcher(echo), replace(MOODLE, product=product))
    assert_hides(echo, repr(deliver(row(), item, NOW, lambda: 0.5)))
