"""A grader that was killed leaves folders, and the next one removes them."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.kernel.scratch import (
    HALF_WRITTEN,
    half_written,
    make_scratch,
    remove_forgotten,
    remove_half_written,
    write_by_rename,
)


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


def test_half_written_files_of_an_ended_process_are_removed_and_others_stay(tmp_path: Path):
    ended = 2**22 + 1
    kept = [f".results.jsonl.{os.getpid()}", ".notes.5", "ada.html"]
    for name in (*kept, f".results.jsonl.{ended}", f".ada.html.{ended}", f".a.ipynb.{ended}"):
        (tmp_path / name).write_text("")
    remove_half_written(tmp_path, tmp_path / "nothing")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_a_writer_that_is_killed_leaves_a_file_of_that_kind():
    left = half_written(Path("pages/ada/results.jsonl"))
    assert HALF_WRITTEN.fullmatch(left.name)
    assert left.parent == Path("pages/ada")


def test_a_file_that_cannot_be_written_whole_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    write_by_rename(tmp_path / "ada" / "page.html", "whole")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_by_rename(tmp_path / "ada" / "page.html", "half")
    assert [path.read_text() for path in (tmp_path / "ada").iterdir()] == ["whole"]


def test_a_file_is_written_piece_by_piece_and_never_half(tmp_path: Path):
    def broken() -> Iterator[str]:
        yield "half"
        raise ValueError("no more")

    write_by_rename(tmp_path / "page.html", iter(["who", "le"]))
    with pytest.raises(ValueError, match="no more"):
        write_by_rename(tmp_path / "page.html", broken())
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "whole"
