"""Archives and folders that nobody should trust."""

import os
import struct
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from autograder.lms import sources
from autograder.lms.sources import FileError, SourceError, read_source
from tests.lms.archives import archive, link, without_mark


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/x.ipynb", "leads out of the archive"),
        ("/etc/x.ipynb", "leads out of the archive"),
        ("a/../../x.ipynb", "leads out of the archive"),
        ("C:/x.ipynb", "leads out of the archive"),
        ("..\\..\\x.ipynb", "leads out of the archive"),
        ("a\nb.ipynb", "control characters"),
        ("a_1" * 400 + ".ipynb", "its name has 1,206 characters"),
    ],
)
def test_a_path_out_of_the_archive_is_left_out(tmp_path: Path, name: str, reason: str):
    source = read_source(archive(tmp_path / "x.zip", {name: b"x", "good.ipynb": b"y"}))
    assert [entry.name for entry in source.entries] == ["good.ipynb"]
    assert len(source.faults) == 1
    assert reason in source.faults[0]
    assert "\n" not in source.faults[0]


def test_a_link_is_left_out(tmp_path: Path):
    source = read_source(link(tmp_path / "x.zip", "a.ipynb", "/etc/passwd"))
    assert source.entries == []
    assert "it is a link" in source.faults[0]


def test_a_bomb_is_read_no_further_than_its_limit(tmp_path: Path):
    path = archive(tmp_path / "x.zip", {"a.ipynb": b"\0" * 30_000_000})
    assert path.stat().st_size < 100_000
    (entry,) = read_source(path).entries
    with pytest.raises(FileError, match="more than 1 MB"):
        entry.read(1_000_000)


def test_a_size_that_lies_is_found_out(tmp_path: Path):
    path = archive(tmp_path / "x.zip", {"a.ipynb": b"a" * 5000})
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<L", 5000), struct.pack("<L", 50)))
    (entry,) = read_source(path).entries
    with pytest.raises(FileError, match="damaged"):
        entry.read(1_000_000)


def test_all_that_is_read_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources._Budget.__init__, "__defaults__", (1000,))
    files = {f"{name}.ipynb": b"x" * 600 for name in "ab"}
    one, other = read_source(archive(tmp_path / "x.zip", files)).entries
    one.read(1000)
    with pytest.raises(SourceError, match="in parts"):
        other.read(1000)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sources, "MAX_FILES", 3)
    files = {f"{name}.ipynb": b"x" for name in "abcd"}
    with pytest.raises(SourceError, match="at most 3"):
        read_source(archive(tmp_path / "x.zip", files))
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in files:
        (folder / name).touch()
    with pytest.raises(SourceError, match="more than 3"):
        read_source(folder)


def test_a_huge_table_of_contents_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = archive(tmp_path / "x.zip", {f"{name}.ipynb": b"x" for name in "abcd"})
    monkeypatch.setattr(sources, "MAX_CONTENTS_BYTES", 100)
    with pytest.raises(SourceError, match="table of contents"):
        read_source(path)


@pytest.mark.parametrize(
    "content", [b"", b"x", b"PK\x03\x04" + b"x" * 100, b"PK\x05\x06" + b"\0" * 4]
)
def test_no_archive_is_explained(tmp_path: Path, content: bytes):
    path = tmp_path / "x.zip"
    path.write_bytes(content)
    with pytest.raises(SourceError, match="no zip archive"):
        read_source(path)


def test_nothing_is_explained(tmp_path: Path):
    with pytest.raises(SourceError, match="neither"):
        read_source(tmp_path / "x.zip")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_explained(tmp_path_factory, content: bytes):
    path = tmp_path_factory.mktemp("any") / "x.zip"
    path.write_bytes(content)
    with pytest.raises(SourceError):
        read_source(path)


@given(st.integers(0, 400), st.binary(min_size=1, max_size=8))
@example(178, b"\x00")  # a name that is empty
def test_a_damaged_archive_is_read_or_explained(tmp_path_factory, at: int, new: bytes):
    path = archive(tmp_path_factory.mktemp("any") / "x.zip", {"a.ipynb": b"abc" * 50, "b": b"x"})
    content = bytearray(path.read_bytes())
    content[at : at + len(new)] = new
    path.write_bytes(content)
    try:
        for entry in read_source(path).entries:
            entry.read(100)
    except (SourceError, FileError):
        pass


@pytest.mark.parametrize("name", ["Zoë_3_x.ipynb", "عَلِي.ipynb", "😀.ipynb", "plain.ipynb"])
def test_names_are_utf_8_with_the_mark_and_without(tmp_path: Path, name: str):
    for path in (
        archive(tmp_path / "with.zip", {name: b"x"}),
        without_mark(tmp_path / "without.zip", {name: b"x"}),
    ):
        assert [entry.name for entry in read_source(path).entries] == [name]


def test_a_name_of_old_windows_is_read(tmp_path: Path):
    path = archive(tmp_path / "x.zip", {"Zo?.ipynb": b"x"})
    path.write_bytes(path.read_bytes().replace(b"Zo?", "Zoë".encode("cp437")))
    assert [entry.name for entry in read_source(path).entries] == ["Zoë.ipynb"]


def test_what_systems_leave_behind_is_passed_over(tmp_path: Path):
    files = {"__MACOSX/._a.ipynb": b"", ".DS_Store": b"", "._b.ipynb": b"", "a.ipynb": b"x"}
    source = read_source(archive(tmp_path / "x.zip", files))
    assert [entry.name for entry in source.entries] == ["a.ipynb"]
    assert source.faults == []


def test_links_and_pipes_in_a_folder_are_not_followed(tmp_path: Path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.ipynb").write_bytes(b"secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.ipynb").write_bytes(b"a")
    (folder / "link.ipynb").symlink_to(tmp_path / "outside" / "secret.ipynb")
    (folder / "linked").symlink_to(tmp_path / "outside")
    os.mkfifo(folder / "pipe.ipynb")
    source = read_source(folder)
    assert [(entry.name, entry.read(10)) for entry in source.entries] == [("a.ipynb", b"a")]
    assert len(source.faults) == 3


def test_what_lies_too_deep_is_listed(tmp_path: Path):
    deep = tmp_path.joinpath(*"abcdefghi")
    deep.mkdir(parents=True)
    (deep / "x.ipynb").touch()
    source = read_source(tmp_path)
    assert source.entries == []
    assert "too deep" in source.faults[0]
