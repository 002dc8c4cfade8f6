"""`autograder doctor` shows what was tried, and ends with what holds or with what to do."""

from pathlib import Path

import pytest

from autograder.cli import doctor
from autograder.cli.doctor import of_warm, report
from autograder.cli.main import main
from autograder.kernel.sandbox.box import BUBBLEWRAP, CONTAINER
from autograder.kernel.sandbox.probes import PROBES
from autograder.kernel.sandbox.self_test import Trial

ROOT = Path(__file__).parents[2]


def test_it_names_the_variant_that_holds_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(doctor, "candidates", lambda: [BUBBLEWRAP])
    assert main(["doctor"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("  held  ") == len(PROBES)
    last = printed.rstrip().splitlines()[-2:]
    assert last[0] == "Submissions run in the variant bubblewrap."
    assert last[1] == (
        f"Kernels are started warm: the same {len(PROBES)} escapes were tried, and held."
    )


def test_an_escape_is_shown_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    found = Trial(BUBBLEWRAP, escaped=("read_a_secret",), landlock=3, tried=len(PROBES))
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(doctor, "candidates", lambda: [BUBBLEWRAP])
    monkeypatch.setattr(doctor, "try_variant", lambda variant, confidential: found)
    assert main(["doctor"]) == 1
    printed = capsys.readouterr().out
    assert "OUT   Read the grader's files" in printed
    assert "move the course's folder" in printed
    assert "none holds on this machine" in printed


def test_what_a_container_does_not_claim_is_said():
    trials = [
        Trial(BUBBLEWRAP, "bwrap: No permissions to create new namespace"),
        Trial(CONTAINER, beyond=("fill_the_disk",), landlock=6, tried=len(PROBES)),
    ]
    lines = report(trials)
    assert lines[0] == "bubblewrap: not here"
    assert "  open  Write more into the work folder than its bound" in lines
    assert lines[-1] == "Submissions run in the variant container."


def test_why_kernels_are_cold_is_said():
    refused = Trial(BUBBLEWRAP, "it has 3 threads after its imports, expected 1")
    assert of_warm(refused) == (
        "Kernels are started cold, which takes longer: it has 3 threads after its imports, "
        "expected 1."
    )
    assert of_warm(Trial(BUBBLEWRAP, escaped=("write_elsewhere",))).endswith(
        "longer: the self-test could write elsewhere."
    )
