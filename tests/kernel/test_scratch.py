"""A grader that was killed leaves folders, and the next one removes them."""

import os
from pathlib import Path

from autograder.kernel.scratch import make_scratch, remove_forgotten


def test_folders_of_an_ended_process_are_removed_and_others_stay(tmp_path: Path):
    mine = make_scratch("kernel", tmp_path)
    forgotten = tmp_path / mine.name.replace(str(os.getpid()), str(2**22 + 1))
    others = tmp_path / "keepprob-notes"
    for folder in (forgotten, others):
        folder.mkdir()
        (folder / "kernel.json").write_text("{}")
    remove_forgotten(tmp_path)
    assert sorted(tmp_path.iterdir()) == sorted([mine, others])


def test_only_the_owner_can_enter(tmp_path: Path):
    assert make_scratch("data", tmp_path).stat().st_mode & 0o077 == 0
