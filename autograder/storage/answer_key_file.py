"""Answer keys on disk: one HDF5 file, with a line of text in front that says what it is.

The first 512 bytes are an HDF5 user block: ``KeepProb answer key, version 1, sha256 <digest>`` and
a line feed, then NUL bytes. The digest is that of everything behind them; it is compared before
HDF5 sees the file. The rest is described in `answer_key_layout`. The same key gives the same bytes:
neither dates nor names of users are stored.
"""

import hashlib
import io
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import h5py
from h5py import h5g
from h5py.h5g import GroupID

from autograder.core.errors import ExplainedError
from autograder.core.key import VERSION, AnswerKey
from autograder.storage import answer_key_layout as layout
from autograder.storage.answer_key_reader import KeyReader
from autograder.storage.answer_key_writer import KeyWriter
from autograder.storage.plain_writer import create_file

MAX_FILE_BYTES = 256 * 2**20
HEADER_BYTES = 512
DOWNLOAD_AGAIN = "Download the assignment again."
BUILD_AGAIN = "Run `autograder keys --force` to build it again."

_TITLE = b"KeepProb answer key, version "
_HEADER = re.compile(_TITLE + rb"([0-9]{1,9}), sha256 ([0-9a-f]{64})\n\0*")
_HDF5 = b"\x89HDF\r\n\x1a\n"

T = TypeVar("T")


class AnswerKeyFileError(ExplainedError):
    """An answer key cannot be read or written; the message says why, and what to do."""


@dataclass(frozen=True)
class Origin:
    """What an answer key was made from; the fields are those of `AnswerKey`."""

    assignment: str
    public: bool
    seed: int
    fingerprint: str


def save_answer_key(key: AnswerKey, path: str | Path) -> AnswerKey:
    """Write `key` to `path` in one step: whoever reads it meets the old file or the new one.

    A hidden key's file is readable by its owner only. Returns the key as it is read from there.
    Raises AnswerKeyFileError.
    """
    path = Path(path)
    content = encode(key)
    stored = decode(content, str(path))
    try:
        replace_file(path, content, mode=0o644 if key.public else 0o600)
    except OSError as error:
        raise AnswerKeyFileError(
            f"{path} cannot be written: {error.strerror}. Make its folder writable."
        ) from error
    return stored


def load_answer_key(
    path: str | Path, *, only: str | None = None, repair: str = DOWNLOAD_AGAIN
) -> AnswerKey:
    """Return the answer key in the file `path`.

    only: the one exercise to read; the key is then without the others (and without any where it
    has none of that name). repair: the sentence that tells the reader what to do about a file that
    cannot be used. Raises AnswerKeyFileError for one that is missing, damaged, something else, or
    of a version that this engine does not know.
    """
    return decode(_content(Path(path), repair), str(path), only=only, repair=repair)


def read_origin(path: str | Path, *, repair: str = DOWNLOAD_AGAIN) -> Origin:
    """Return what the key in the file `path` was made from, without reading the rest of it."""
    content = _content(Path(path), repair)
    return _open(content, str(path), repair, _origin)


def encode(key: AnswerKey) -> bytes:
    """Return the bytes of a key's file. Raises AnswerKeyFileError for a value that is not plain."""
    content = io.BytesIO()
    try:
        with create_file(content, user_block=HEADER_BYTES) as file:
            KeyWriter().key(file, key)
    except (TypeError, ValueError) as error:
        raise AnswerKeyFileError(
            f"The answer key of {key.assignment} holds what a file cannot: {error}. Expected "
            "numbers, texts, arrays of numbers, and lists, tuples and dicts of those."
        ) from error
    body = content.getvalue()[HEADER_BYTES:]
    digest = hashlib.sha256(body).hexdigest().encode()
    header = _TITLE + b"%d, sha256 %s\n" % (VERSION, digest)
    return header.ljust(HEADER_BYTES, b"\0") + body


def decode(
    content: bytes,
    source: str = "The answer key",
    *,
    only: str | None = None,
    repair: str = DOWNLOAD_AGAIN,
) -> AnswerKey:
    """Return the key in the bytes of a file. Raises AnswerKeyFileError, which names `source`."""
    return _open(content, source, repair, lambda reader, root: reader.key(root, only))


def _origin(reader: KeyReader, root: GroupID) -> Origin:
    return Origin(**reader.attributes(root, layout.KEY))


def _open(content: bytes, source: str, repair: str, read: Callable[[KeyReader, GroupID], T]) -> T:
    fault = _newer(content) or _fault(content, repair)
    if fault is not None:
        raise AnswerKeyFileError(f"{source} {fault}")
    try:
        with h5py.File.in_memory(content) as file:
            return read(KeyReader(content), h5g.open(file.id, b"/"))
    except Exception as error:  # HDF5 and h5py have many, and this file's maker chose which
        raise AnswerKeyFileError(
            f"{source} is not a valid answer key: {error}. {repair}"
        ) from error


def _newer(content: bytes) -> str | None:
    found = _HEADER.fullmatch(content[:HEADER_BYTES])
    if found is None or int(found[1]) <= VERSION:
        return None
    return (
        f"is an answer key of version {int(found[1])}, and this autograder reads version {VERSION}."
        " Install the newest one: pip install --upgrade keepprob."
    )


def _fault(content: bytes, repair: str) -> str | None:
    """Say what is wrong with a file's bytes before HDF5 sees them, or return None."""
    header, body = content[:HEADER_BYTES], content[HEADER_BYTES:]
    found = _HEADER.fullmatch(header)
    if not content:
        fault = "is empty."
    elif not header.startswith(_TITLE):
        fault = f"is {'an HDF5 file, but ' if _HDF5 in content[:2048] else ''}not an answer key."
    elif found is None:
        fault = "is damaged: its first line is not that of an answer key."
    elif int(found[1]) != VERSION:
        fault = f"is an answer key of version {int(found[1])}; expected version {VERSION}."
    elif hashlib.sha256(body).hexdigest().encode() != found[2]:
        fault = "is damaged: its content does not match its checksum."
    else:
        return None
    return f"{fault} {repair}"


def _content(path: Path, repair: str) -> bytes:
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            content = file.read() if size <= MAX_FILE_BYTES else b""
    except FileNotFoundError as error:
        raise AnswerKeyFileError(f"There is no answer key at {path}. {repair}") from error
    except OSError as error:
        raise AnswerKeyFileError(f"{path} cannot be read: {error.strerror}. {repair}") from error
    if size > MAX_FILE_BYTES:
        raise AnswerKeyFileError(
            f"{path} has {size:,} bytes; an answer key has at most {MAX_FILE_BYTES:,}. {repair}"
        )
    return content


def replace_file(path: Path, content: bytes, *, mode: int) -> None:
    """Write a file in one step, with these rights. Raises OSError, and leaves what was there."""
    descriptor, scratch = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(scratch).chmod(mode)
        Path(scratch).replace(path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise
