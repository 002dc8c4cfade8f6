"""A decoded key is found again by who owns the course, and nothing else is ever unpickled."""

import pickle
import stat
from dataclasses import replace
from errno import ENOSPC
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.core.key import AnswerKey
from autograder.storage import decoded_key_file
from autograder.storage.answer_key_file import Origin, decode, encode
from autograder.storage.decoded_key_file import load_decoded, save_decoded
from tests.storage.answer_keys import answer_keys, same
from tests.storage.test_answer_key_file import a_key

SECRET = b"s" * 32
ORIGIN = Origin("dropout", False, 42, "abc")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a decoded key lies."""
    save_decoded(decode(encode(a_key(public=False))), tmp_path / "00.decoded", SECRET)
    return tmp_path / "00.decoded"


def test_a_decoded_key_comes_back(path: Path) -> None:
    content = load_decoded(path, ORIGIN, SECRET)
    assert content is not None
    assert same(pickle.loads(content), a_key(public=False))


@settings(deadline=None, max_examples=60)
@given(answer_keys)
def test_a_pickled_key_is_the_one_that_was_decoded(key: AnswerKey) -> None:
    stored = decode(encode(key))
    assert same(pickle.loads(pickle.dumps(stored)), stored)


def test_only_its_owner_may_read_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "origin",
    [
        replace(ORIGIN, assignment="other"),
        replace(ORIGIN, public=True),
        replace(ORIGIN, seed=43),
        replace(ORIGIN, fingerprint="abd"),
    ],
)
def test_one_of_another_origin_counts_as_missing(path: Path, origin: Origin) -> None:
    assert load_decoded(path, origin, SECRET) is None


def test_one_of_another_secret_counts_as_missing(path: Path) -> None:
    assert load_decoded(path, ORIGIN, b"t" * 32) is None


def test_a_pickle_that_no_secret_vouches_for_counts_as_missing(path: Path) -> None:
    path.write_bytes(pickle.dumps("a program"))
    assert load_decoded(path, ORIGIN, SECRET) is None


@settings(max_examples=50)
@given(data=st.data())
def test_one_that_was_changed_anywhere_counts_as_missing(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("changed") / "00.decoded"
    save_decoded(a_key(public=False), path, SECRET)
    content = bytearray(path.read_bytes())
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    assert load_decoded(path, ORIGIN, SECRET) is None


@pytest.mark.parametrize("length", [0, 1, 31, 32, 100])
def test_one_that_was_cut_off_counts_as_missing(path: Path, length: int) -> None:
    path.write_bytes(path.read_bytes()[:length])
    assert load_decoded(path, ORIGIN, SECRET) is None


def test_none_is_none(tmp_path: Path) -> None:
    assert load_decoded(tmp_path / "00.decoded", ORIGIN, SECRET) is None


def test_where_there_is_no_room_the_key_is_given_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes, *, mode: int) -> None:
        raise OSError(ENOSPC, "No space left on device")

    monkeypatch.setattr(decoded_key_file, "replace_file", full)
    content = save_decoded(a_key(public=False), tmp_path / "00.decoded", SECRET)
    assert same(pickle.loads(content), a_key(public=False))
    assert list(tmp_path.iterdir()) == []
