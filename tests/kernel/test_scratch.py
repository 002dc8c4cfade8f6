"""A grader that was killed leaves folders, and the next one removes them."""

import errno
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.kernel import scratch
from autograder.kernel.scratch import (
    HALF_WRITTEN,
    LONGEST_FOLDER,
    half_written,
    make_scratch,
    remove_forgotten,
    remove_half_written,
    short_folder,
    write_by_rename,
)

MAKE = """
import sys
from pathlib import Path
from autograder.kernel.scratch import half_written, make_scratch

make_scratch("data", sys.argv[1])
half_written(Path(sys.argv[1], "ada.html")).touch()
print(flush=True)
input()
"""


def test_folders_of_an_ended_process_are_removed_and_others_stay(tmp_path: Path):
    mine = make_scratch("kernel", tmp_path)
    forgotten = tmp_path / mine.name.replace(str(os.getpid()), str(2**22 + 1))
    others = tmp_path / "keepprob-notes"
    for folder in (forgotten, others):
        folder.mkdir()
        (folder / "kernel.json").write_text("{}")
    remove_forgotten(tmp_path, tmp_path / "nothing")
    assert sorted(tmp_path.iterdir()) == sorted([mine, others])


def test_a_killed_process_has_ended_before_its_parent_asks_for_its_end(tmp_path: Path):
    command = [sys.executable, "-c", MAKE, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        remove_forgotten(tmp_path)
        remove_half_written(tmp_path)
        assert len(list(tmp_path.iterdir())) == 2
        process.kill()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert Path("/proc", str(process.pid)).exists()
        remove_forgotten(tmp_path)
        remove_half_written(tmp_path)
        assert list(tmp_path.iterdir()) == []


def test_the_number_of_a_process_is_another_ones_later(tmp_path: Path):
    mine = make_scratch("kernel", tmp_path)
    _, number, started, rest = mine.name.split("-", 3)
    earlier = tmp_path / f"keepprob-{number}-{int(started) - 1}-{rest}"
    earlier.mkdir()
    remove_forgotten(tmp_path)
    assert list(tmp_path.iterdir()) == [mine]


def test_where_nobody_can_tell_who_runs_all_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(scratch, "_started", lambda process: None)  # as without Linux's /proc
        mine = make_scratch("kernel", tmp_path)
        remove_forgotten(tmp_path)
    remove_forgotten(tmp_path)
    assert list(tmp_path.iterdir()) == [mine]


@pytest.mark.parametrize("length", [LONGEST_FOLDER, LONGEST_FOLDER + 100])
def test_a_socket_has_room_for_its_name_wherever_temporary_files_lie(
    length: int, monkeypatch: pytest.MonkeyPatch
):
    with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as place:
        long = Path(place, "t" * (length - len(place) - 1))
        long.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(long))
        monkeypatch.setattr(scratch, "_me", lambda: f"{2**22}-{10**10}")
        folder = make_scratch("kernel", short_folder())
        try:
            with socket.socket(socket.AF_UNIX) as made:
                made.bind(str(folder / "k-5"))
        finally:
            shutil.rmtree(folder)


def test_only_the_owner_can_enter(tmp_path: Path):
    assert make_scratch("data", tmp_path).stat().st_mode & 0o077 == 0


def test_half_written_files_of_an_ended_process_are_removed_and_others_stay(tmp_path: Path):
    ended = f"{2**22 + 1}-1"
    kept = [half_written(Path("results.jsonl")).name, ".notes.5", "ada.html"]
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
