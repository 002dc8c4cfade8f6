"""Access tokens: one for each client and its scopes, renewed in time, and never told to anybody."""

from dataclasses import replace
from datetime import timedelta

import jwt
import pytest
from jwt import PyJWK

from autograder.lti.errors import ServiceError
from autograder.lti.service import Authorized, MemoryTokens, StoredToken, retry_after
from tests.lti.lms import AGS_SCOPE, MOODLE, NOW, FakeFetcher, Request, answer, public_jwk
from tests.lti.services import TOKEN, access_tokens, authorized, token_answer

SCORE = AGS_SCOPE + "score"
RESULT = AGS_SCOPE + "result.readonly"
SECOND = timedelta(seconds=1)

MISLEADING = (
    "<html><body>Exception - mod_lti\\local\\ltiopenid\\jwks_helper::fix_jwks_alg(): Argument #1 "
    "($jwks) must be of type array, null given</body></html>"
)


def assertion(fetcher: FakeFetcher) -> str:
    return fetcher.requests[-1].body["client_assertion"]


def test_a_token_is_asked_for_as_the_specification_says():
    fetcher = FakeFetcher([token_answer()])
    assert access_tokens(fetcher).get([SCORE, RESULT, SCORE]) == TOKEN
    [request] = fetcher.requests
    assert (request.method, request.url) == ("POST", MOODLE.token_url)
    assert request.body["scope"] == f"{RESULT} {SCORE}"
    assert request.body["grant_type"] == "client_credentials"


@pytest.mark.parametrize("audience", [None, "https://moodle.example.org/aud"])
def test_the_assertion_is_ours_and_addressed_to_the_lms(audience: str | None):
    fetcher = FakeFetcher([token_answer()])
    access_tokens(fetcher, replace(MOODLE, audience=audience)).get([SCORE])
    claims = jwt.decode(
        assertion(fetcher),
        PyJWK.from_dict(public_jwk(name="tool"), algorithm="RS256"),
        algorithms=["RS256"],
        audience=audience or MOODLE.token_url,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims["iss"] == claims["sub"] == "kit-1"
    assert claims["iat"] < NOW.timestamp() < claims["exp"]
    assert claims["exp"] - claims["iat"] <= 300


def test_no_two_assertions_have_the_same_id():
    fetcher = FakeFetcher([token_answer(), token_answer()])
    ids = set()
    for _ in range(2):
        access_tokens(fetcher).get([SCORE])
        ids.add(jwt.decode(assertion(fetcher), options={"verify_signature": False})["jti"])
    assert len(ids) == 2


def test_a_token_is_kept_until_a_minute_before_its_end():
    store = MemoryTokens()
    fetcher = FakeFetcher([token_answer("first"), token_answer("second")])
    for seconds, expected in [(0, "first"), (3539, "first"), (3540, "second")]:
        tokens = access_tokens(fetcher, store=store, now=NOW + seconds * SECOND)
        assert tokens.get([SCORE]) == expected
    assert len(fetcher.requests) == 2


def test_two_schools_with_one_issuer_have_a_token_each():
    store = MemoryTokens()
    schools = [
        replace(MOODLE, issuer="https://canvas.instructure.com", client_id=f"1000{n}")
        for n in (1, 2)
    ]
    fetcher = FakeFetcher([token_answer("of school 1"), token_answer("of school 2")])
    first, second = (access_tokens(fetcher, school, store) for school in schools)
    assert [first.get([SCORE]), second.get([SCORE])] == ["of school 1", "of school 2"]
    assert [first.get([SCORE]), second.get([SCORE])] == ["of school 1", "of school 2"]
    second.drop([SCORE])
    assert first.get([SCORE]) == "of school 1"


def test_other_scopes_are_another_token_and_their_order_is_none():
    fetcher = FakeFetcher([token_answer("one"), token_answer("two")])
    tokens = access_tokens(fetcher)
    assert tokens.get([SCORE]) == "one"
    assert tokens.get([SCORE, RESULT]) == tokens.get([RESULT, SCORE]) == "two"


@pytest.mark.parametrize("lasts", [None, "soon", "3600", 10**9, "nan", "inf", 10**400])
def test_any_word_on_how_long_a_token_lasts_is_survived(lasts: object):
    fetcher = FakeFetcher([token_answer(expires_in=lasts)])
    store = MemoryTokens()
    access_tokens(fetcher, store=store).get([SCORE])
    kept = store.load(MOODLE.client, SCORE)
    assert kept is not None
    assert timedelta(0) < kept.expires_at - NOW <= timedelta(days=1)


def test_a_token_that_ends_at_once_is_used_once():
    fetcher = FakeFetcher([token_answer("one", expires_in=-5), token_answer("two")])
    tokens = access_tokens(fetcher)
    assert [tokens.get([SCORE]), tokens.get([SCORE])] == ["one", "two"]


def test_moodles_misleading_404_is_explained():
    with pytest.raises(ServiceError, match="curlsecurityblockedhosts") as caught:
        access_tokens(FakeFetcher([answer(MISLEADING, 404)])).get([SCORE])
    assert caught.value.code == "keyset"
    assert "curlsecurityallowedport" in str(caught.value)


def test_a_refusal_is_told_in_the_lmss_words():
    refusal = answer({"error": "invalid_client", "error_description": "No such tool"}, 400)
    with pytest.raises(ServiceError, match="invalid_client: No such tool") as caught:
        access_tokens(FakeFetcher([refusal])).get([SCORE])
    assert (caught.value.code, caught.value.status) == ("token", 400)


def test_a_refusal_that_repeats_the_assertion_does_not_show_it():
    def echo(request: Request):
        return answer({"error": f"bad assertion {request.body['client_assertion']}!"}, 400)

    fetcher = FakeFetcher(echo)
    with pytest.raises(ServiceError) as caught:
        access_tokens(fetcher).get([SCORE])
    assert not any(part in str(caught.value) for part in assertion(fetcher).split("."))


@pytest.mark.parametrize("content", [[], {}, {"access_token": ""}, {"access_token": 7}])
def test_an_answer_without_a_token_is_explained(content: object):
    with pytest.raises(ServiceError, match="no access token"):
        access_tokens(FakeFetcher([answer(content)])).get([SCORE])


def test_a_token_that_is_not_taken_is_renewed_once():
    fetcher = FakeFetcher([answer("", 401), token_answer("new"), answer("ok")])
    assert authorized(fetcher).get("https://x.org/", "*/*").text == "ok"
    tokens = [request.headers.get("Authorization") for request in fetcher.requests]
    assert tokens == [f"Bearer {TOKEN}", None, "Bearer new"]


def test_a_second_401_is_the_answer():
    fetcher = FakeFetcher([answer("", 401), token_answer("new"), answer("no", 401)])
    assert authorized(fetcher).get("https://x.org/", "*/*").status == 401
    assert len(fetcher.requests) == 3


def test_an_answer_that_repeats_the_token_does_not_show_it():
    def echo(request: Request):
        return answer(request.headers["Authorization"], 400)

    client: Authorized = authorized(FakeFetcher(echo))
    assert TOKEN not in client.get("https://x.org/", "*/*").text
    assert TOKEN not in client.post("https://x.org/", "{}", "x/y").text


def test_tokens_are_not_in_what_a_log_would_show():
    assert "secret" not in repr(StoredToken("secret", NOW))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", None),
        ("7", 7),
        ("999999999999", 3600),
        ("-3", None),
        ("soon", None),
        (f"Sat, 28 Nov 2026 09:00:30 +{'9' * 30}", None),
        ("Sat, 28 Nov 2026 09:00:30 GMT", 30),
        ("Sat, 28 Nov 2026 08:00:00 GMT", 0),
        ("Sat, 28 Nov 2026 09:00:30 -0000", 30),
    ],
)
def test_a_wish_to_wait_is_read(header: str, expected: float | None):
    assert retry_after(answer("", 429, Retry_After=header), NOW) == expected
