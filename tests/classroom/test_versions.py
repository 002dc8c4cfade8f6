"""A worker with other versions says what it has, what was expected, and what to do."""

from pathlib import Path

import numpy as np
import pytest

import autograder
from autograder.classroom import versions
from autograder.classroom.versions import ALWAYS, VersionsError, require_versions, versions_here


def test_the_versions_are_those_of_this_process() -> None:
    here = versions_here()
    assert here["numpy"] == np.__version__
    assert here["autograder"].startswith(f"{autograder.__version__} (")
    require_versions(here, here, "nowhere")


def test_only_what_is_used_has_to_be_the_same() -> None:
    expected = versions_here() | {"keras": "1.0"}
    require_versions(expected, ALWAYS, "worker 3")
    with pytest.raises(VersionsError, match=r"^worker 3 has keras .* in place of 1\.0\. .*Install"):
        require_versions(expected, (*ALWAYS, "keras"), "worker 3")


def test_what_is_not_installed_is_absent() -> None:
    assert versions._installed("no-such-package") == "absent"


def test_a_changed_line_is_another_engine_and_line_ends_are_not(tmp_path: Path) -> None:
    file = tmp_path / "core" / "grading.py"
    file.parent.mkdir()
    found = []
    for text in (b"a = 1\n", b"a = 1\r\n", b"a = 2\n"):
        file.write_bytes(text)
        found.append(versions._fingerprint(tmp_path))
    assert found[0] == found[1] != found[2]
