"""Files made on purpose, with a right checksum: no link is followed, no memory is lost."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from autograder.storage.answer_key_file import AnswerKeyFileError, decode, encode
from tests.storage.test_answer_key_file import a_key

ARGUMENTS = "exercises/f/cases/small/calls/0/arguments"


def tampered(change: Callable[[h5py.File], None]) -> bytes:
    """Return the file of a key after a change, its checksum made right again."""
    content = io.BytesIO(encode(a_key()))
    with h5py.File(content, "r+") as file:
        change(file)
    return with_checksum(content.getvalue())


def with_checksum(content: bytes) -> bytes:
    body = content[512:]
    digest = hashlib.sha256(body).hexdigest().encode()
    header = b"KeepProb answer key, version 1, sha256 " + digest + b"\n"
    return header.ljust(512, b"\0") + body


def replaced(path: str, value: object, **kind: str) -> Callable[[h5py.File], None]:
    def change(file: h5py.File) -> None:
        del file[path]
        file[path] = value
        file[path].attrs.update(kind) if kind else None

    return change


def in_chunks(file: h5py.File) -> None:
    del file[f"{ARGUMENTS}/0"]
    file.create_dataset(f"{ARGUMENTS}/0", (2000, 2000), chunks=(1000, 1000), compression="gzip")


def references(file: h5py.File) -> None:
    del file[f"{ARGUMENTS}/0"]
    file.create_dataset(f"{ARGUMENTS}/0", (2,), dtype=h5py.ref_dtype)[0] = file.ref


def never_written(file: h5py.File) -> None:
    del file[f"{ARGUMENTS}/0"]
    file.create_dataset(f"{ARGUMENTS}/0", (2000, 2000))


def enormous(file: h5py.File) -> None:
    del file[f"{ARGUMENTS}/0"]
    file.create_dataset(f"{ARGUMENTS}/0", (2**20, 2**20, 2**20), dtype="i1")


def elsewhere(file: h5py.File) -> None:
    del file[f"{ARGUMENTS}/0"]
    file.create_dataset(
        f"{ARGUMENTS}/0", (3,), dtype="i1", external=[("/etc/hostname", 0, h5py.h5f.UNLIMITED)]
    )


def virtual(file: h5py.File) -> None:
    del file[f"{ARGUMENTS}/0"]
    layout = h5py.VirtualLayout(shape=(3,), dtype="f8")
    layout[:] = h5py.VirtualSource("other.h5", "X", shape=(3,))
    file.create_virtual_dataset(f"{ARGUMENTS}/0", layout)


def a_group_in_itself(file: h5py.File) -> None:
    del file[f"{ARGUMENTS}/0"]
    file[f"{ARGUMENTS}/0"] = file[ARGUMENTS]


def many_times_the_same(file: h5py.File) -> None:
    """Ten members a level, all the same: 10^12 in all."""
    inner = file.create_group("scratch", track_order=True)
    inner.attrs["kind"] = np.array(b"list", dtype=h5py.string_dtype("utf-8", 4))
    for level in range(11):
        outer = file.create_group(f"scratch{level}", track_order=True)
        outer.attrs["kind"] = inner.attrs["kind"]
        for position in range(10):
            outer[str(position)] = inner
        inner = outer
    del file[ARGUMENTS]
    file[ARGUMENTS] = inner
    for name in [name for name in file if name.startswith("scratch")]:
        del file[name]


def no_members_attribute(file: h5py.File) -> None:
    del file.attrs["assignment"]


def a_program_of_its_own(file: h5py.File) -> None:
    expected = file["exercises/f/cases/small/expected"]
    program = expected.create_group("program")
    line = b"__import__ 0"
    program["lines"] = np.array([line], dtype=h5py.string_dtype("utf-8", len(line)))
    constants = program.create_group("constants", track_order=True)
    constants.attrs["kind"] = np.array(b"tuple", dtype=h5py.string_dtype("utf-8", 5))


CHANGES: dict[str, Callable[[h5py.File], None]] = {
    "soft link": replaced(f"{ARGUMENTS}/0", h5py.SoftLink("/exercises")),
    "external link": replaced(f"{ARGUMENTS}/0", h5py.ExternalLink("other.h5", "/X")),
    "text of any length": replaced(f"{ARGUMENTS}/0", "text"),
    "object references": references,
    "complex numbers": replaced(f"{ARGUMENTS}/0", np.ones(2) * 1j),
    "compound": replaced(f"{ARGUMENTS}/0", np.zeros(2, dtype=[("a", "f8")])),
    "named type": replaced(f"{ARGUMENTS}/0", np.dtype("f8")),
    "kind of unlimited text": replaced(f"{ARGUMENTS}/0", 1.0, kind="float"),
    "chunks": in_chunks,
    "never written": never_written,
    "enormous": enormous,
    "another file's bytes": elsewhere,
    "virtual": virtual,
    "a group in itself": a_group_in_itself,
    "a billion laughs": many_times_the_same,
    "no assignment": no_members_attribute,
    "unknown member": lambda file: file.create_group("more"),
    "unknown operation": a_program_of_its_own,
    "no exercises": lambda file: file.pop("exercises"),
    "gap in a sequence": lambda file: file[ARGUMENTS].pop("1"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_planted_file_is_refused(name: str):
    with pytest.raises(AnswerKeyFileError, match="is not a valid answer key"):
        decode(tampered(CHANGES[name]))


def test_the_change_alone_is_what_is_refused():
    decode(tampered(lambda file: None))


@pytest.mark.parametrize("seed", range(8))
def test_flipped_bytes_behind_a_right_checksum_never_get_out_of_hand(seed: int, tmp_path: Path):
    """HDF5 itself meets these. They may be read, for a number may differ; or they are refused."""
    content = encode(a_key())
    draw = np.random.default_rng(seed)
    for _ in range(60):
        flipped = bytearray(content)
        for position in draw.integers(512, len(content), size=3):
            flipped[position] ^= 1 << draw.integers(8)
        try:
            decode(with_checksum(bytes(flipped)))
        except AnswerKeyFileError as error:
            assert "is not a valid answer key" in str(error)  # noqa: PT017
