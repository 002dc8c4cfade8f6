"""What students handed in, as files of an archive or a folder; nothing of it is trusted.

No name in it ever becomes a path on disk. What is bounded: the size of each file that is read and
of all together, the number of files, and the archive's own table of contents.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from autograder.core.errors import ExplainedError

MAX_FILES = 50_000
MAX_CONTENTS_BYTES = 20_000_000  # of the archive's table of contents
MAX_TOTAL_BYTES = 4_000_000_000  # of all that is read
LONGEST_NAME = 1000  # characters of a path: telling whose it is takes their square
MAX_DEPTH = 8  # folders within a folder
END_RECORD = b"PK\x05\x06"
IGNORED = ("__MACOSX", ".DS_Store", ".ipynb_checkpoints", "Thumbs.db")


class SourceError(ExplainedError):
    """An archive or folder cannot be read at all; the message says why, and what to do."""


class FileError(ExplainedError):
    """One file of it cannot be read; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One file. name: its path in the source, with slashes.

    modified: without a zone in a zip, for a zip names none; None where unknown. read: returns at
    most that many bytes of it, and raises FileError where there are more.
    """

    name: str
    modified: datetime | None
    read: Callable[[int], bytes]


@dataclass
class Source:
    """The files of an archive or folder, and a sentence for each that was left out."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_source(path: Path) -> Source:
    """Return the files of a zip archive or a folder. Raises SourceError."""
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise SourceError(f"{path} is neither a zip archive nor a folder.")
    return _archive(path)


def _archive(path: Path) -> Source:
    _check_contents(path)
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise SourceError(
            f"{path} is no readable zip archive ({error}). Download it again from the LMS."
        ) from error
    members = archive.infolist()
    if len(members) > MAX_FILES:
        raise SourceError(
            f"{path} holds {len(members):,} files; at most {MAX_FILES:,} are taken. Collect it in "
            "parts."
        )
    source, budget = Source(), _Budget()
    for member in members:
        name = _name(member)
        if member.filename.endswith("/") or _is_ignored(name):  # is_dir() fails on an empty name
            continue
        if (reason := _refusal(member, name)) is not None:
            source.faults.append(f"{_shown(name)}: {reason}; left out.")
            continue
        source.entries.append(Entry(name, _modified(member), _reader(archive, member, budget)))
    return source


def _check_contents(path: Path) -> None:
    """Refuse an archive whose table of contents alone would fill the memory. Raises SourceError."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(size - 65_557, 0))
        tail = file.read()
    at = tail.rfind(END_RECORD)
    if at < 0 or len(tail) < at + 22:
        raise SourceError(
            f"{path} is no zip archive, or was cut off. Download it again from the LMS; a single "
            "notebook or another kind of archive goes into a folder first."
        )
    (contents,) = struct.unpack_from("<L", tail, at + 12)
    if contents > MAX_CONTENTS_BYTES:
        raise SourceError(
            f"{path}: its table of contents has {contents / 1e6:.0f} MB; at most "
            f"{MAX_CONTENTS_BYTES / 1e6:.0f} MB are read. Collect it in parts."
        )


def _name(member: zipfile.ZipInfo) -> str:
    """Return a member's name; Python reads one that is not marked as UTF-8 as code page 437."""
    if member.flag_bits & 0x800:
        return member.orig_filename
    try:
        return member.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.orig_filename


def _is_ignored(name: str) -> bool:
    parts = name.split("/")
    return any(part in IGNORED or part.startswith("._") for part in parts)


def _refusal(member: zipfile.ZipInfo, name: str) -> str | None:
    """Say why a member is left out, or None."""
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "it is a link or a device, expected a file"
    if name.startswith("/") or "\\" in name or ".." in name.split("/") or name[1:2] == ":":
        return "its path leads out of the archive"
    if len(name) > LONGEST_NAME:
        return f"its name has {len(name):,} characters"
    if any(ord(sign) < 32 for sign in name):
        return "its name holds control characters"
    if member.flag_bits & 0x1:
        return "it is encrypted"
    return None


def _modified(member: zipfile.ZipInfo) -> datetime | None:
    try:
        return datetime(*member.date_time)  # in no zone: a zip names none
    except ValueError:
        return None


@dataclass
class _Budget:
    """How many bytes may still be read."""

    left: int = MAX_TOTAL_BYTES


def _reader(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: _Budget
) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            with archive.open(member) as file:
                content = file.read(limit + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError,
                NotImplementedError, ValueError) as error:  # fmt: skip
            raise FileError(f"the archive is damaged there ({error})") from error
        return _bounded(content, limit, budget)

    return read


def _bounded(content: bytes, limit: int, budget: _Budget) -> bytes:
    budget.left -= len(content)
    if len(content) > limit:
        raise FileError(f"it has more than {limit / 1e6:.0f} MB")
    if budget.left < 0:
        raise SourceError(
            f"The files hold more than {MAX_TOTAL_BYTES / 1e9:.0f} GB. Collect them in parts."
        )
    return content


def _folder(path: Path) -> Source:
    source, budget = Source(), _Budget()
    for name in _walk(path, source.faults):
        if len(source.entries) >= MAX_FILES:
            raise SourceError(f"{path} holds more than {MAX_FILES:,} files. Collect it in parts.")
        file = path / name
        if _is_ignored(name):
            continue
        if file.is_symlink() or not file.is_file():
            source.faults.append(f"{_shown(name)}: it is no regular file; left out.")
            continue
        modified = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        source.entries.append(Entry(name, modified, _file_reader(file, budget)))
    return source


def _walk(folder: Path, faults: list[str]) -> Iterator[str]:
    """Yield the paths of the files below a folder, in order; links to folders are not followed."""
    for place, folders, files in os.walk(folder):
        inside = Path(place).relative_to(folder)
        folders.sort()
        links = [name for name in folders if Path(place, name).is_symlink()]
        if len(inside.parts) >= MAX_DEPTH and folders:
            faults.append(f"{_shown(inside.as_posix())}: folders in it lie too deep; left out.")
            folders.clear()
        yield from ((inside / name).as_posix() for name in sorted([*files, *links]))


def _file_reader(file: Path, budget: _Budget) -> Callable[[int], bytes]:
    def read(limit: int) -> bytes:
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
            with os.fdopen(descriptor, "rb") as opened:
                return _bounded(opened.read(limit + 1), limit, budget)
        except OSError as error:
            raise FileError(f"it cannot be read ({error.strerror})") from error

    return read


def _shown(name: str) -> str:
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in name)[:200]
