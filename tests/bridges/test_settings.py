"""Where the token and the numbers come from, and what is refused."""

from pathlib import Path

import pytest

from autograder.bridges.settings import BridgeError, Named, load_file, place, token
from autograder.cli.main import main
from autograder.core.errors import ExplainedError
from autograder.lms.addresses import checked_url

ROOT = Path(__file__).parents[2]
SECRET = "0123456789abcdef"
TOML = """
[moodle]
url = "https://moodle.example.org/"
course = 12
token_file = "token"

[moodle.assignments]
dropout = 34
"""


@pytest.fixture(autouse=True)
def _no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("KEEPPROB_MOODLE_TOKEN", "KEEPPROB_CANVAS_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def written(folder: Path, text: str = TOML) -> Path:
    file = folder / "bridge.toml"
    file.write_text(text, encoding="utf-8")
    return file


def secret_file(folder: Path, mode: int = 0o600, text: str = SECRET + "\n") -> Path:
    file = folder / "token"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_the_file_says_where_an_assignment_is(tmp_path: Path):
    part = load_file(written(tmp_path), "moodle")
    found = place(Named(), part, "dropout", "moodle")
    assert (found.url, found.course, found.assignment) == ("https://moodle.example.org", "12", "34")


def test_options_go_before_the_file(tmp_path: Path):
    part = load_file(written(tmp_path), "moodle")
    named = Named("https://other.example.org", "1", "2")
    found = place(named, part, "dropout", "moodle")
    assert (found.url, found.course, found.assignment) == ("https://other.example.org", "1", "2")


def test_the_other_lms_has_its_own_part(tmp_path: Path):
    assert load_file(written(tmp_path), "canvas") == {}


def test_what_is_not_known_is_named(tmp_path: Path):
    part = load_file(written(tmp_path), "moodle")
    with pytest.raises(BridgeError, match=r"where l2_regularization is in Moodle: give --id,"):
        place(Named(), part, "l2_regularization", "moodle")


@pytest.mark.parametrize("number", ["", "x", "12/../13", "1?a=b", "-1", "１２"])
def test_a_number_is_a_number(number: str):
    part = {"url": "https://moodle.example.org", "course": number, "assignments": {"dropout": 1}}
    with pytest.raises(BridgeError, match="is no number for --course"):
        place(Named(), part, "dropout", "moodle")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[moodle]\nurl = ", "is no TOML"),
        ("[blackboard]\nurl = 'x'", "blackboard, which nothing reads"),
        ("[moodle]\nsite = 'x'", "moodle.site, which nothing reads"),
        ("[moodle]\ntoken = 'x'", "A token does not belong into the file"),
        ("moodle = 1", "is no table"),
    ],
)
def test_a_wrong_file_is_explained(text: str, sentence: str, tmp_path: Path):
    with pytest.raises(BridgeError, match=sentence):
        load_file(written(tmp_path, text), "moodle")


# --- addresses


@pytest.mark.parametrize(
    "url",
    [
        "http://moodle.example.org", "moodle.example.org", "ftp://moodle.example.org",
        "https://", "https://me:pw@moodle.example.org", "https://moodle.example.org/?token=x",
        "http://localhost:8000", "http://127.0.0.1.example.org", "", "https://x:port",
        "https://x:99999", "https://[::1", "https://x/#y", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_a_site_is_called_by_https(url: str):
    with pytest.raises(ExplainedError, match="Expected https"):
        checked_url(url)


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:1/", "http://[::1]:1"])
def test_this_machine_may_be_called_without_where_asked_for(url: str):
    assert checked_url(url, allow_http=True) == url.rstrip("/")


def test_no_other_machine_may():
    with pytest.raises(ExplainedError, match="Expected https"):
        checked_url("http://moodle.example.org", allow_http=True)


def test_a_site_may_lie_in_a_folder():
    assert checked_url("https://example.org/moodle/") == "https://example.org/moodle"


# --- the token


def test_the_token_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KEEPPROB_MOODLE_TOKEN", f"{SECRET}\n")
    assert token(Named(), {}, tmp_path, "moodle") == SECRET


def test_or_from_a_file_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("KEEPPROB_MOODLE_TOKEN", "anothertoken")
    assert token(Named(token_file=secret_file(tmp_path)), {}, tmp_path, "moodle") == SECRET


def test_or_from_the_file_that_the_settings_name(tmp_path: Path):
    secret_file(tmp_path)
    assert token(Named(), {"token_file": "token"}, tmp_path, "moodle") == SECRET


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660])
def test_a_file_that_others_may_read_is_refused(mode: int, tmp_path: Path):
    file = secret_file(tmp_path, mode)
    with pytest.raises(BridgeError, match=r"Others may read .* chmod 600"):
        token(Named(token_file=file), {}, tmp_path, "moodle")


@pytest.mark.parametrize(
    "text", ["", "short", "two words here", "line\nline and more", "ümläut-token"]
)
def test_what_is_no_token_is_refused(text: str, tmp_path: Path):
    file = secret_file(tmp_path, text=text)
    with pytest.raises(BridgeError, match="is no token") as caught:
        token(Named(token_file=file), {}, tmp_path, "moodle")
    assert not text or text not in str(caught.value)


def test_without_a_token_it_is_said_where_one_goes(tmp_path: Path):
    with pytest.raises(BridgeError, match="KEEPPROB_CANVAS_TOKEN, or into a file"):
        token(Named(), {}, tmp_path, "canvas")


# --- the command line


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["economics"], "no assignment 'economics'"),
        (["dropout"], "give --url, --course, --id"),
        (["dropout", "--config", "nowhere.toml"], "nowhere.toml is no file"),
        (["dropout", "--url", "http://localhost", "--course", "1", "--id", "2"], "Expected https"),
        (["dropout", "--url", "https://x.example", "--course", "1", "--id", "2"], "is no token"),
        (["dropout", "--url", "https://x.example", "--course", "1", "--id", "2", "--token-file",
          "nowhere"], "nowhere cannot be used: No such file"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("system", ["moodle", "canvas"])
def test_a_wrong_call_is_explained(
    system: str,
    arguments: list[str],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(ROOT)
    assert main([system, "sync", *arguments]) == 2
    assert sentence.replace("is no token", "There is no token") in capsys.readouterr().err


def test_a_watch_that_asks_too_often_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="2"):
        main(["moodle", "sync", "dropout", "--watch", "1"])
    assert "would ask the LMS too often" in capsys.readouterr().err
