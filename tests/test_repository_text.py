"""The repository speaks of no particular machine: no home folder, no package index of one's own."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Folders that every Linux machine has: a page may speak of those.
EVERYWHERE = {"bin", "dev", "etc", "lib", "proc", "run", "sbin", "srv", "sys", "tmp", "usr", "var"}
ANY_MACHINES = {"localhost", "127.0.0.1", "/dev/null", "/tmp"}  # pip may be told of these, too
HOME = re.compile(r"(?<![\w.~:/-])/(?:home|Users)/[\w.-]+|(?<![\w.])[A-Z]:\\Users\\\w+")
ABSOLUTE = re.compile(r"(?<![\w.~:/<\\$)}\"'-])[\"'`(]?(/([\w.-]+)(?:/[\w.-]+)+)")
INDEX = re.compile(r"--(?:(?:extra-)?index-url|find-links|trusted-host)|PIP_(?:EXTRA_)?INDEX_URL")


def mentions(text: str, private: set[str]) -> list[str]:
    """What in a text belongs to one machine. private: words of that machine's pip configuration."""
    of_this_machine = [
        path
        for path, first in ABSOLUTE.findall(text)
        if first not in EVERYWHERE and Path("/", first).is_dir()
    ]
    return sorted(
        {*HOME.findall(text), *of_this_machine, *INDEX.findall(text)}
        | {word for word in private if word in text}
    )


def private_words() -> set[str]:
    """Hosts and paths that this machine's pip is configured with, apart from the public index."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    values = re.findall(r"[\w+]*:?//?[^\s'\"]+", listing.stdout)
    words = {urlsplit(value).hostname or urlsplit(value).path for value in values} - ANY_MACHINES
    return {word for word in words if len(word) > 3 and not word.endswith("pypi.org")}


def texts() -> dict[str, str]:
    """Every text file that git keeps or would keep."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if listing.returncode:
        pytest.skip("this is not a git checkout")
    found = {}
    for name in filter(None, listing.stdout.split("\0")):
        path = ROOT / name
        content = path.read_bytes() if path.is_file() else b"\0"
        if b"\0" not in content:
            found[name] = content.decode("utf-8", errors="replace")
    return found


def test_no_file_speaks_of_one_machine():
    private = private_words()
    found = {name: mentions(text, private) for name, text in texts().items()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize(
    "text",
    [
        "see " + "/".join(["", "home", "ada", "course"]),
        "pip install --" + "index-url https://example.org/simple",
        "export PIP_" + "INDEX_URL=x",
        "the mirror at packages.example.org",
    ],
)
def test_a_planted_mention_is_caught(text: str):
    assert mentions(text, {"packages.example.org"}) != []


def test_a_folder_of_this_machine_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Path, "is_dir", lambda path: path == Path("/", "scratch"))
    assert mentions("data = '" + "/".join(["", "scratch", "x"]) + "'", set()) != []
    assert mentions("the route /elsewhere/x", set()) == []


@pytest.mark.parametrize(
    "text", ["https://pypi.org/simple", "1/home/x", "/usr/bin/env", "~/course", "and/or", "a // b"]
)
def test_what_any_machine_has_passes(text: str):
    assert mentions(text, set()) == []
