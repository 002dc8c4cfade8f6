"""The self-test sees a wall that is missing, and says what to do; a box that holds is chosen."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from autograder.kernel.sandbox import bubblewrap, probes, self_test, starting, system_calls
from autograder.kernel.sandbox.box import BUBBLEWRAP, CONTAINER
from autograder.kernel.sandbox.remedies import APPARMOR, NAMESPACES
from autograder.kernel.sandbox.self_test import NoSandboxError, Trial, chosen_variant, try_variant
from tests.kernel.sandbox.elsewhere import ROOT_ONLY, run_as_in_a_container, run_as_plain_user

BARE = """
import json, sys
from autograder.kernel.sandbox.probes import report
report(json.loads(sys.argv[1]), 0)
"""
TRIAL = """
from dataclasses import asdict
import json
from autograder.kernel.sandbox.self_test import candidates, try_variant
print(json.dumps({name: asdict(try_variant(name)) for name in candidates()}))
"""


@pytest.fixture(scope="module")
def without_a_wall(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bool]:
    """What gets out of an ordinary process."""
    with self_test._target(()) as target:
        command = [sys.executable, "-c", BARE, json.dumps(asdict(target))]
        folder = tmp_path_factory.mktemp("bare")
        ended = subprocess.run(command, cwd=folder, capture_output=True, check=True, timeout=60)
    return json.loads(ended.stdout)["escapes"]


@pytest.fixture(scope="module")
def boxed() -> Trial:
    return try_variant(BUBBLEWRAP)


PROBE_NAMES = [probe.__name__ for probe in probes.PROBES]


@pytest.mark.parametrize("name", PROBE_NAMES)
def test_a_probe_gets_out_where_there_is_no_wall(name: str, without_a_wall: dict[str, bool]):
    assert without_a_wall[name]


@pytest.mark.parametrize("name", PROBE_NAMES)
def test_no_probe_gets_out_of_a_box(name: str, boxed: Trial):
    assert boxed.trouble == ""
    assert name not in boxed.escaped
    assert boxed.tried == len(PROBE_NAMES)


@ROOT_ONLY
def test_a_plain_users_box_holds_too(tmp_path: Path):
    trials = json.loads(run_as_plain_user(TRIAL, tmp_path))
    assert list(trials) == [BUBBLEWRAP]
    assert trials[BUBBLEWRAP]["trouble"] == ""
    assert trials[BUBBLEWRAP]["escaped"] == []


@ROOT_ONLY
def test_a_container_without_namespaces_gets_the_variant_that_needs_none():
    trials = json.loads(run_as_in_a_container(TRIAL))
    refused = Trial(**trials[BUBBLEWRAP])
    assert "namespace" in refused.trouble
    assert refused.remedy == NAMESPACES
    assert trials[CONTAINER]["trouble"] == ""
    assert trials[CONTAINER]["escaped"] == []


@pytest.fixture
def unpatched() -> Iterator[None]:
    chosen_variant.cache_clear()
    yield
    chosen_variant.cache_clear()


def without(option: str) -> Any:
    """A namespace's option left out."""
    complete = bubblewrap._namespaces()
    assert option in complete
    return lambda: [part for part in complete if part != option]


def test_a_shared_network_is_seen(monkeypatch: pytest.MonkeyPatch):
    """The filter alone would hold; without it, the namespace has to."""
    monkeypatch.setattr(system_calls, "ALLOWED", system_calls.ALLOWED + " socket connect")
    monkeypatch.setattr(starting, "filter_program", system_calls.filter_program.__wrapped__)
    monkeypatch.setattr(bubblewrap, "_namespaces", without("--unshare-net"))
    assert "open_another_family" in try_variant(BUBBLEWRAP).escaped


def test_a_filter_that_allows_processes_is_seen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system_calls, "REFUSED", "ptrace")
    allowed = system_calls.ALLOWED + " fork vfork clone execve"
    monkeypatch.setattr(system_calls, "ALLOWED", allowed)
    monkeypatch.setattr(system_calls, "CLONE_THREAD", 0)
    monkeypatch.setattr(starting, "filter_program", system_calls.filter_program.__wrapped__)
    assert "start_a_process" in try_variant(BUBBLEWRAP).escaped


def test_a_file_that_can_be_read_is_seen(tmp_path: Path):
    assert try_variant(BUBBLEWRAP, [sys.prefix]).escaped == ("read_a_secret",)
    assert try_variant(BUBBLEWRAP, [str(tmp_path)]).holds


def test_a_package_that_is_not_hidden_is_seen(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bubblewrap, "_packages", bubblewrap._packages.__wrapped__)
    monkeypatch.setattr(bubblewrap, "hidden_folders", lambda hidden: [])
    assert try_variant(BUBBLEWRAP).escaped == ("import_a_hidden_package",)


@pytest.mark.usefixtures("unpatched")
def test_without_bubblewrap_nothing_is_graded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bubblewrap, "PROGRAM", "no-such-program")
    monkeypatch.setattr(self_test, "candidates", lambda: [BUBBLEWRAP])
    with pytest.raises(NoSandboxError, match="sudo apt-get install bubblewrap"):
        chosen_variant()


@pytest.mark.usefixtures("unpatched")
def test_without_libseccomp_nothing_is_graded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(system_calls, "LIBRARY", "no-such-library.so")
    monkeypatch.setattr(starting, "filter_program", system_calls.filter_program.__wrapped__)
    monkeypatch.setattr(self_test, "candidates", lambda: [BUBBLEWRAP])
    with pytest.raises(NoSandboxError, match="sudo apt-get install libseccomp2"):
        chosen_variant()


def test_another_system_is_told_to_use_linux():
    assert "on a Linux machine or in the container" in self_test.refusal([])


def test_a_probe_that_got_out_is_named():
    message = self_test.refusal([Trial(BUBBLEWRAP, "", ("read_a_secret", "start_a_process"))])
    assert "could read a secret, start a process" in message
    assert "autograder doctor" in message


@pytest.mark.parametrize(
    ("trouble", "remedy"),
    [
        ("bwrap: setting up uid map: Permission denied", APPARMOR),
        ("bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted", APPARMOR),
        ("bwrap: No permissions to create new namespace, likely because", NAMESPACES),
        ("bwrap: Creating new namespace failed: Operation not permitted", NAMESPACES),
    ],
)
def test_what_bubblewrap_says_has_a_remedy(trouble: str, remedy: str):
    assert Trial(BUBBLEWRAP, trouble).remedy == remedy


def test_the_first_variant_that_holds_is_chosen(monkeypatch: pytest.MonkeyPatch, unpatched: None):
    found = {BUBBLEWRAP: Trial(BUBBLEWRAP, "no namespaces"), CONTAINER: Trial(CONTAINER)}
    monkeypatch.setattr(self_test, "candidates", lambda: [BUBBLEWRAP, CONTAINER])
    monkeypatch.setattr(self_test, "try_variant", lambda variant, confidential: found[variant])
    assert chosen_variant() == CONTAINER
