"""Answer keys come back from their files as they were; every other file gets a clear sentence."""

import io
import random
import stat
import time
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from autograder.core.key import VERSION, AnswerKey, Behaviour, CaseKey, ExerciseKey
from autograder.core.outcome import Call
from autograder.core.parts import Array
from autograder.core.values import Rng
from autograder.storage.answer_key_file import (
    BUILD_AGAIN,
    DOWNLOAD_AGAIN,
    AnswerKeyFileError,
    Origin,
    decode,
    encode,
    load_answer_key,
    read_origin,
    save_answer_key,
)
from tests.storage.answer_keys import answer_keys, same

unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def a_key(*arguments: object, public: bool = True) -> AnswerKey:
    call = Call("f", arguments or (np.arange(6.0).reshape(2, 3), 0.5, Rng(7)))
    case = CaseKey("small", "a small case", 1.0, "value", (call,), Behaviour({"A": np.ones(3)}))
    exercise = ExerciseKey("f", "Do it.", 10, ("A",), Array("A"), (), {}, {"small": case})
    return AnswerKey("dropout", {"f": exercise}, public, 42, "abc")


def arguments_of(key: AnswerKey) -> tuple[object, ...]:
    return key.exercises["f"].cases["small"].calls[0].arguments


@unhurried
@given(answer_keys)
def test_a_key_comes_back_as_it_was(key: AnswerKey):
    assert same(key, decode(encode(key)))


@unhurried
@given(answer_keys)
def test_the_same_key_gives_the_same_bytes(key: AnswerKey):
    assert encode(key) == encode(decode(encode(key)))


def test_the_bytes_do_not_depend_on_the_time():
    first = encode(a_key())
    time.sleep(1.1)  # HDF5 counts seconds
    assert first == encode(a_key())


@pytest.mark.parametrize(
    "value",
    [
        "a" * 10_000,
        "𝄞" * 10_000,
        "ends with \0",
        {"/": 1, ".": 2, "..": 3, "": 4, "%2F": 5, "a/b": 6, "\0": 7},
        {str(position): position for position in range(100)},
        np.array(3.0),
        np.float32([np.nan, np.inf, -0.0]),
        np.zeros((0, 4), dtype=np.int8),
        np.arange(12).reshape(3, 4).T,
        -(2**63),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_argument_comes_back_as_it_was(value: object):
    assert same((value,), arguments_of(decode(encode(a_key(value)))))


def test_numpy_scalars_become_those_of_python():
    found = arguments_of(decode(encode(a_key(np.float64(0.5), np.int32(3), np.bool_(True)))))
    assert same((0.5, 3, True), found)


def test_an_array_that_occurs_twice_is_stored_once():
    array = np.random.default_rng(0).normal(size=1000)
    once, twice = encode(a_key(array)), encode(a_key(array, array.copy()))
    assert len(twice) - len(once) < 1000
    assert same((array, array), arguments_of(decode(twice)))


def test_the_file_is_one_that_any_hdf5_program_reads(tmp_path: Path):
    save_answer_key(a_key(), tmp_path / "key.h5")
    with h5py.File(tmp_path / "key.h5") as file:
        assert file.attrs["assignment"] == b"dropout"
        assert file["exercises/f/cases/small/calls/0/arguments/0"].shape == (2, 3)
        assert list(file["exercises/f"])[:3] == ["parameters", "keeps", "returns"]


def test_the_first_line_says_what_the_file_is(tmp_path: Path):
    save_answer_key(a_key(), tmp_path / "key.h5")
    first = (tmp_path / "key.h5").read_bytes().split(b"\n")[0]
    assert first.startswith(b"KeepProb answer key, version 1, sha256 ")


@pytest.mark.parametrize(("public", "mode"), [(True, 0o644), (False, 0o600)])
def test_only_the_owner_reads_a_hidden_key(tmp_path: Path, public: bool, mode: int):
    save_answer_key(a_key(public=public), tmp_path / "key.h5")
    assert stat.S_IMODE((tmp_path / "key.h5").stat().st_mode) == mode


def test_nothing_else_is_left_in_the_folder(tmp_path: Path):
    save_answer_key(a_key(), tmp_path / "key.h5")
    save_answer_key(a_key(), tmp_path / "key.h5")
    assert [path.name for path in tmp_path.iterdir()] == ["key.h5"]


def test_the_origin_is_read_without_the_rest(tmp_path: Path):
    save_answer_key(a_key(), tmp_path / "key.h5")
    assert read_origin(tmp_path / "key.h5") == Origin("dropout", True, 42, "abc")


def test_one_exercise_is_read_without_the_others():
    key = a_key()
    both = replace(
        key, exercises={"f": key.exercises["f"], "g": replace(key.exercises["f"], name="g")}
    )
    assert same(decode(encode(both), only="f"), key)
    assert decode(encode(both), only="h").exercises == {}


@pytest.mark.parametrize(
    "value",
    [
        object(),
        1j,
        np.array([None]),
        np.array([1j]),
        np.ma.array([1.0]),
        np.array(["text"]),
        {1: 2},
        2**63,
        "\ud800",
        [[[[[[[[[[[[[[1]]]]]]]]]]]]]],
        "a" * 70_000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_is_not_written(tmp_path: Path, value: object):
    with pytest.raises(AnswerKeyFileError):
        save_answer_key(a_key(value), tmp_path / "key.h5")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path):
    with pytest.raises(AnswerKeyFileError, match="cannot be written"):
        save_answer_key(a_key(), tmp_path / "nowhere" / "key.h5")


def other_hdf5() -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w") as file:
        file["X_train"] = np.ones(3)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"hello\n", "is not an answer key"),
        (b"KeepProb answer key, version one", "its first line"),
        (other_hdf5(), "is an HDF5 file, but not an answer key"),
        (encode(a_key())[:-1], "does not match its checksum"),
        (encode(a_key())[:200], "does not match its checksum"),
        (encode(a_key())[512:], "is an HDF5 file, but not an answer key"),
        (encode(a_key()) + b"\0", "does not match its checksum"),
    ],
)
def test_a_file_that_is_no_answer_key_is_refused(tmp_path: Path, content: bytes, message: str):
    path = tmp_path / "key.h5"
    path.write_bytes(content)
    for read in (load_answer_key, read_origin):
        with pytest.raises(AnswerKeyFileError) as caught:
            read(path)
        assert message in str(caught.value)
        assert str(path) in str(caught.value)
        assert str(caught.value).endswith(DOWNLOAD_AGAIN)


def test_the_reader_is_told_what_the_caller_says(tmp_path: Path):
    with pytest.raises(AnswerKeyFileError, match=r"no answer key at .*autograder keys"):
        load_answer_key(tmp_path / "key.h5", repair=BUILD_AGAIN)
    with pytest.raises(AnswerKeyFileError, match="cannot be read"):
        load_answer_key(tmp_path)


def test_a_newer_version_asks_for_a_newer_autograder():
    content = encode(a_key()).replace(b"version %d" % VERSION, b"version %d" % (VERSION + 1), 1)
    with pytest.raises(AnswerKeyFileError, match=f"version {VERSION + 1}.*pip install --upgrade"):
        decode(content)


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path):
    with (tmp_path / "key.h5").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(AnswerKeyFileError, match="has 1,099,511,627,776 bytes"):
        load_answer_key(tmp_path / "key.h5")


def test_every_flipped_byte_is_noticed():
    content = encode(a_key())
    draw = random.Random(5)
    positions = [*range(600), *(draw.randrange(len(content)) for _ in range(400))]
    for position in positions:
        flipped = bytearray(content)
        flipped[position] ^= 1 << draw.randrange(8)
        with pytest.raises(AnswerKeyFileError):
            decode(bytes(flipped))


def test_a_replaced_exercise_is_not_the_same_key():
    """The comparison that these tests rest on sees a difference."""
    assert not same(a_key(), replace(a_key(), seed=43))
    assert not same(a_key(1), a_key(1.0))
    assert not same(a_key(np.ones(2)), a_key(np.ones(2, dtype=np.float32)))
