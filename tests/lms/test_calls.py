"""Calling a site: what is repeated, what is not, and where the token goes. No network."""

from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from autograder.lms.addresses import RefusedError, UnreachableError
from autograder.lms.calls import LONGEST_BACK_OFF, TRIES, Site
from autograder.lms.moodle_rest import MoodleRest
from autograder.lms.online import Attached

HERE = "https://lms.example.org"


@dataclass
class Response:
    """What a session gives."""

    status_code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"

    def __enter__(self) -> "Response":
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def iter_content(self, size: int) -> list[bytes]:
        return [self.body[at : at + size] for at in range(0, len(self.body), size)]


@dataclass
class Session:
    """Gives what was laid ready, one after the other, the last one for ever."""

    ready: list[Response | Exception]
    asked: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def request(self, method: str, url: str, **how: Any) -> Response:
        self.asked.append((method, url, how))
        found = self.ready.pop(0) if len(self.ready) > 1 else self.ready[0]
        if isinstance(found, Exception):
            raise found
        return found


def site(*ready: Response | Exception) -> tuple[Site, Session, list[float]]:
    session, slept = Session(list(ready)), []
    made = Site(HERE, "secret-token", slept.append, lambda low, high: high, session)  # type: ignore[arg-type]  # a session's one method
    return made, session, slept


def token_sent(how: dict[str, Any]) -> str | None:
    request = requests.Request("GET", HERE).prepare()
    return how["auth"](request).headers.get("Authorization")


def test_every_call_has_time_limits_and_follows_nothing():
    made, session, _ = site(Response())
    made.call("GET", "/x")
    ((method, url, how),) = session.asked
    assert (method, url) == ("GET", f"{HERE}/x")
    assert how["timeout"] == (10.0, 120.0)
    assert how["allow_redirects"] is False


def test_pauses_grow_to_a_limit_and_then_it_is_given_up():
    made, session, slept = site(Response(503))
    with pytest.raises(UnreachableError, match=r"lms\.example\.org cannot be used now: .* 503"):
        made.call("GET", "/x")
    assert len(session.asked) == TRIES
    assert slept == sorted(slept)
    assert slept == [min(2.0 * 2**turn, LONGEST_BACK_OFF) for turn in range(TRIES - 1)]


@pytest.mark.parametrize(
    ("trouble", "calls"),
    [
        (Response(502), 1),
        (requests.ReadTimeout(), 1),
        (requests.ConnectionError(), 1),
        (requests.ConnectTimeout(), TRIES),  # nothing was sent
        (Response(429), TRIES),
        (Response(403, body=b"403 Forbidden (Rate Limit Exceeded)"), TRIES),
    ],
)
def test_what_must_not_happen_twice_is_repeated_only_where_it_did_not_happen(
    trouble: Response | Exception, calls: int
):
    made, session, _ = site(trouble)
    with pytest.raises(UnreachableError):
        made.call("PUT", "/x", harmless=False)
    assert len(session.asked) == calls


def test_a_refusal_is_not_repeated():
    made, session, _ = site(Response(403, body=b"no"))
    assert made.call("GET", "/x").status == 403
    assert len(session.asked) == 1


def test_a_wait_that_is_too_long_ends_the_run():
    made, _, slept = site(Response(429, {"Retry-After": "3600"}))
    with pytest.raises(UnreachableError, match="asks to wait for 3600 seconds"):
        made.call("GET", "/x")
    assert slept == []


@pytest.mark.parametrize(
    "asked", ["", "soon", "-5", "1e9", "²", "Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 99 Oct 2015"]
)
def test_a_wait_that_says_nothing_or_is_over_is_none(asked: str):
    made, _, slept = site(Response(429, {"Retry-After": asked}), Response())
    assert made.call("GET", "/x").status == 200
    assert slept == [2.0]


def test_a_wait_may_be_a_date():
    made, _, slept = site(Response(429, {"Retry-After": "Wed, 21 Oct 2999 07:28:00 GMT"}))
    with pytest.raises(UnreachableError, match="asks to wait for"):
        made.call("GET", "/x")
    assert slept == []


def test_a_certificate_that_is_not_accepted_is_explained_and_not_tried_again():
    made, session, _ = site(requests.exceptions.SSLError("x"))
    with pytest.raises(UnreachableError, match="certificate is not accepted"):
        made.call("GET", "/x")
    assert len(session.asked) == 1


def test_an_error_does_not_show_the_address_with_what_is_in_it():
    made, _, _ = site(requests.ConnectionError(f"{HERE}/x?token=secret"))
    with pytest.raises(UnreachableError) as caught:
        made.call("GET", "/x?token=secret")
    assert "secret" not in str(caught.value)


def test_an_answer_without_end_is_cut_off():
    made, _, _ = site(Response(body=b"x" * 200_000))
    with pytest.raises(RefusedError, match="more than 0 MB"):
        made.call("GET", "/x", limit=100_000)


def test_a_file_elsewhere_is_asked_for_without_the_token():
    made, session, _ = site(
        Response(302, {"Location": "https://files.example.com/1"}), Response(body=b"content")
    )
    assert made.download(f"{HERE}/files/1", 1000) == b"content"
    assert [token_sent(how) for _, _, how in session.asked] == ["Bearer secret-token", None]


@pytest.mark.parametrize("url", [f"{HERE}:port/x", "https://[::1", "https://", f"{HERE}:99999/x"])
def test_an_address_that_is_none_is_one_files_trouble(url: str):
    """Addresses of files come from the LMS."""
    client = MoodleRest(Site(HERE, sleep=lambda seconds: None), "t" * 32, "1", "2")
    with pytest.raises(RefusedError):
        client.download(Attached("x.ipynb", url, 1), 1000)


@pytest.mark.parametrize(
    "place", ["http://lms.example.org/1", "http://files.example.com/1", "file:///etc/passwd",
              "http://localhost/1"]
)  # fmt: skip
def test_a_file_that_is_not_behind_https_is_not_asked_for(place: str):
    made, session, _ = site(Response(302, {"Location": place}), Response(body=b"content"))
    with pytest.raises(RefusedError, match="not behind https"):
        made.download(f"{HERE}/files/1", 1000)
    assert len(session.asked) == 1


def test_a_chain_of_redirects_ends():
    made, session, _ = site(Response(302, {"Location": "/again"}))
    with pytest.raises(RefusedError, match="did not give the file"):
        made.download(f"{HERE}/files/1", 1000)
    assert len(session.asked) < 10


def test_a_netrc_does_not_take_the_tokens_place(tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / ".netrc").write_text("machine lms.example.org login me password other\n")
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    made, session, _ = site(Response())
    made.call("GET", "/x")
    prepared = requests.Session().prepare_request(
        requests.Request("GET", HERE, auth=session.asked[0][2]["auth"])
    )
    assert prepared.headers["Authorization"] == "Bearer secret-token"
