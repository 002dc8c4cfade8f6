"""grade.log: a line for each thing that happened."""

import errno
import json
from pathlib import Path

import pytest

from autograder.classroom.log import FILE, Log


def test_a_line_says_what_happened_and_when(tmp_path: Path) -> None:
    Log(tmp_path).write("note", text="mañana\n")
    Log(tmp_path).write("end")
    first, second = map(json.loads, (tmp_path / FILE).read_text(encoding="utf-8").splitlines())
    assert (first["what"], first["text"], second["what"]) == ("note", "mañana\n", "end")
    assert first["time"] <= second["time"]


def test_a_full_disk_is_told_of_the_file(tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left") as caught:
        Log(tmp_path).write("end")
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / FILE))
