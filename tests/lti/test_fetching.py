"""Whoever can name a URL reaches nothing but the public web, and costs bounded time and space."""

import gzip
import ipaddress
import json
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.lti.addresses import may_connect, resolve
from autograder.lti.errors import FetchError
from autograder.lti.fetching import LARGEST, Fetcher, Response, checked_url
from tests.lti.servers import sends, serving
from tests.platform.certificates import make_certificate

LOCAL = Fetcher(allow_private=True, allow_http=True, timeout=30)
HOST = "lms.example.org"

PRIVATE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "::1",
    "fd00::1", "fec0::1", "198.18.0.1", "192.0.2.1",
]  # fmt: skip
NEVER = [
    "169.254.169.254", "fe80::1", "fe80::1%eth0", "0.0.0.0", "::", "224.0.0.1", "ff02::1",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "no address", "",
]  # fmt: skip
HIDDEN = ["::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "::127.0.0.1"]


def kind(fetcher: Fetcher, url: str) -> str:
    with pytest.raises(FetchError) as caught:
        fetcher.get(url)
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None
    return caught.value.kind


def fixed(*addresses: str) -> Fetcher:
    return Fetcher(resolver=lambda host, port: list(addresses), timeout=0.2)


# --- where it goes


def test_private_addresses_may_be_those_of_some_hosts_alone():
    inner = Fetcher(
        allow_private=True,
        private_hosts=frozenset({HOST}),
        resolver=lambda host, port: ["127.0.0.2"],
        timeout=0.2,
    )
    assert kind(inner, "https://wiki.example.org/") == "address"
    assert kind(inner, f"https://{HOST}:9/") == "connection"


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8"])
def test_public_addresses_pass(address: str):
    assert may_connect(address, allow_private=False)


@pytest.mark.parametrize("address", [*PRIVATE, *NEVER, *HIDDEN, "240.0.0.1", "255.255.255.255"])
def test_no_other_address_passes(address: str):
    assert not may_connect(address, allow_private=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "::1", "fd00::1", "8.8.8.8"])
def test_private_addresses_pass_where_the_admin_allows_it(address: str):
    assert may_connect(address, allow_private=True)


@pytest.mark.parametrize("address", NEVER)
def test_link_local_addresses_never_pass(address: str):
    assert not may_connect(address, allow_private=True)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_an_address_written_inside_ipv6_passes_as_the_address_itself(number: int):
    inner = ipaddress.IPv4Address(number)
    mapped = str(ipaddress.IPv6Address((0xFFFF << 32) + number))
    nat64 = str(ipaddress.IPv6Address((0x64FF9B << 96) + number))
    for allow_private in (False, True):
        expected = may_connect(str(inner), allow_private)
        assert may_connect(mapped, allow_private) == expected
        assert may_connect(nat64, allow_private) == expected


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_a_loopback_address_in_another_spelling_is_refused(host: str):
    assert kind(Fetcher(), f"https://{host}/s3cret") in {"address", "dns"}


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "169.254.169.254"])
def test_a_private_address_in_the_url_is_refused(host: str):
    assert kind(Fetcher(), f"https://{host}/s3cret") == "address"


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    assert kind(fixed("8.8.8.8", "10.0.0.1"), f"https://{HOST}/") == "address"


def test_a_name_that_is_rebound_after_the_check_is_not_looked_up_again(tmp_path: Path):
    """A second answer of the DNS would be refused; there is no second question."""
    asked: list[str] = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    certificate = make_certificate(tmp_path, [HOST])
    with serving(sends(b"{}"), certificate) as port:
        fetcher = Fetcher(
            allow_private=True, timeout=30, ca_file=certificate.authority, resolver=resolver
        )
        assert fetcher.get(f"https://{HOST}:{port}/").json() == {}
    assert asked == [HOST]


def test_the_certificate_must_be_the_hosts_and_not_the_addresses(tmp_path: Path):
    certificate = make_certificate(tmp_path, ["other.example.org"])
    with serving(sends(b"{}"), certificate) as port:
        fetcher = Fetcher(
            True, ca_file=certificate.authority, resolver=lambda host, port: ["127.0.0.1"],
            timeout=30,
        )  # fmt: skip
        assert kind(fetcher, f"https://{HOST}:{port}/s3cret") == "tls"


def test_a_certificate_that_nobody_vouches_for_is_explained(tmp_path: Path):
    certificate = make_certificate(tmp_path, [HOST])
    with serving(sends(b"{}"), certificate) as port:
        fetcher = Fetcher(True, timeout=30, resolver=lambda host, port: ["127.0.0.1"])
        with pytest.raises(FetchError, match="self-signed certificate"):
            fetcher.get(f"https://{HOST}:{port}/s3cret")


def test_the_host_is_named_to_the_server():
    def respond(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        sends(json.dumps(handler.headers.get_all("Host")).encode())(handler, body)

    with serving(respond) as port:
        fetcher = Fetcher(True, True, 30, resolver=lambda host, port: ["127.0.0.1"])
        assert fetcher.get(f"http://{HOST}:{port}/").json() == [f"{HOST}:{port}"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int):
    with serving(sends(b"", status, Location="http://169.254.169.254/s3cret")) as port:
        assert kind(LOCAL, f"http://127.0.0.1:{port}/") == "redirect"


def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving(sends(b"7")) as port:
        assert LOCAL.get(f"http://127.0.0.1:{port}/").json() == 7


# --- what a URL may be


@pytest.mark.parametrize(
    "url",
    [
        "http://lms.example.org/", "ftp://lms.example.org/", "file:///etc/passwd", "", "https://",
        "https:///x", "https://user:s3cret@lms.example.org/", "https://lms.example.org:x/",
        "https://lms.example.org/a b", "https://lms.example.org/\r\nX: y", "https://[::1",
        "https://lms.example.org\\@127.0.0.1/", "gopher://x/", "https://日本.example/",
        "https://lms.example.org/\ud800", "//lms.example.org/",
    ],
)  # fmt: skip
def test_what_is_not_a_plain_https_url_is_refused(url: str):
    assert kind(fixed("8.8.8.8"), url) == "url"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_is_a_url_of_a_second_host(text: str):
    url = f"https://lms.example.org/{text}"
    try:
        host, port = checked_url(url)
    except FetchError:
        return
    assert (host, port) == ("lms.example.org", 443)


# --- what comes back


def test_an_answer_comes_back_whatever_its_status():
    with serving(sends("ü".encode(), 404, X_Odd="1")) as port:
        found = LOCAL.get(f"http://127.0.0.1:{port}/")
    assert (found.status, found.text, found.headers["x-odd"]) == (404, "ü", "1")


def test_forms_and_texts_are_sent():
    def respond(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        kind = handler.headers["Content-Type"] or ""
        sends(json.dumps([handler.command, kind, body.decode()]).encode())(handler, body)

    with serving(respond) as port:
        url = f"http://127.0.0.1:{port}/"
        form = LOCAL.post(url, {"a": "ü&"}).json()
        text = LOCAL.post(url, "ü", {"Content-Type": "x/y"}).json()
    assert form == ["POST", "application/x-www-form-urlencoded", "a=%C3%BC%26"]
    assert text == ["POST", "x/y", "ü"]


def test_an_answer_without_end_is_cut_off():
    def respond(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        while True:
            handler.wfile.write(b"x" * 65_536)

    with serving(respond) as port:
        assert kind(LOCAL, f"http://127.0.0.1:{port}/") == "size"


def test_a_small_answer_that_unpacks_to_a_large_one_is_cut_off():
    bomb = gzip.compress(b"x" * 3 * LARGEST)
    with serving(sends(bomb, Content_Encoding="gzip")) as port:
        assert kind(LOCAL, f"http://127.0.0.1:{port}/") == "size"


def test_a_server_that_says_nothing_is_given_up():
    silence = threading.Event()
    with serving(lambda handler, body: silence.wait() and None) as port:
        fetcher = Fetcher(True, True, timeout=0.1)
        assert kind(fetcher, f"http://127.0.0.1:{port}/s3cret") == "timeout"
        silence.set()


def test_a_server_that_drips_is_given_up():
    stop = threading.Event()

    def respond(handler: BaseHTTPRequestHandler, body: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stop.wait(0.02):
            handler.wfile.write(b"x")

    with serving(respond) as port:
        fetcher = Fetcher(True, True, timeout=0.1)
        assert kind(fetcher, f"http://127.0.0.1:{port}/") == "timeout"
        stop.set()


def test_a_closed_port_is_explained():
    with serving(sends(b"")) as port:
        pass
    assert kind(LOCAL, f"http://127.0.0.1:{port}/?token=s3cret") == "connection"


def test_a_host_that_does_not_exist_is_explained():
    assert kind(Fetcher(), "https://nowhere.invalid/s3cret") == "dns"
    with pytest.raises(FetchError):
        resolve("." * 300, 443)


def test_a_host_without_addresses_is_explained():
    assert kind(fixed(), f"https://{HOST}/") == "dns"


@pytest.mark.parametrize("text", ["<html>", "NaN", '{"a": Infinity}', "", "[" * 100_000])
def test_an_answer_that_is_no_json_is_explained(text: str):
    with pytest.raises(FetchError) as caught:
        Response(200, {}, text).json()
    assert caught.value.kind == "json"


def test_texts_and_headers_are_not_in_what_a_log_would_show():
    assert "s3cret" not in repr(Response(200, {"Authorization": "s3cret"}, "s3cret"))
