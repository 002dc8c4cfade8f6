"""A submission's own user is one whom nobody is."""

import pwd
from pathlib import Path

import pytest

from autograder.kernel.sandbox.users import COUNT, FIRST, private_user

EVERYBODY = "         0          0 4294967295\n"
CONTAINER = "0 100000 65536\n"


def test_it_is_nobodys(tmp_path: Path):
    (tmp_path / "map").write_text(EVERYBODY, encoding="ascii")
    users = {private_user(tmp_path / "map") for _ in range(20)}
    assert len(users) == 20
    assert all(FIRST <= user < FIRST + COUNT for user in users)
    with pytest.raises(KeyError):
        pwd.getpwuid(users.pop())


def test_a_container_with_few_users_has_one_too(tmp_path: Path):
    (tmp_path / "map").write_text(CONTAINER, encoding="ascii")
    assert 32768 <= private_user(tmp_path / "map") < 65536


def test_a_container_with_one_user_has_none(tmp_path: Path):
    (tmp_path / "map").write_text("0 1000 1\n", encoding="ascii")
    with pytest.raises(LookupError, match="one user only"):
        private_user(tmp_path / "map")
