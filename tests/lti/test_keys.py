"""The tool's keys: made once, private, and published until no LMS keeps the old one."""

import json
from datetime import timedelta
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from jwt import PyJWK

from autograder.lti.keys import KeysError, ToolKeys
from tests.lti.lms import NOW

DAY = timedelta(days=1)


@pytest.fixture
def keys(tmp_path: Path) -> ToolKeys:
    return ToolKeys(tmp_path / "keys")


def test_a_key_is_made_once(keys: ToolKeys):
    assert keys.current(NOW) == keys.current(NOW + DAY)


def test_nobody_else_can_read_a_key(keys: ToolKeys):
    key = keys.current(NOW)
    assert (keys.folder / f"{key.kid}.pem").stat().st_mode & 0o777 == 0o600
    assert keys.folder.stat().st_mode & 0o777 == 0o700


def test_a_key_that_others_can_read_is_refused(keys: ToolKeys):
    path = keys.folder / f"{keys.current(NOW).kid}.pem"
    path.chmod(0o640)
    with pytest.raises(KeysError, match="chmod 600") as caught:
        keys.current(NOW)
    assert "PRIVATE" not in str(caught.value)


def test_a_key_is_read_once_however_often_the_key_set_is_asked_for(
    keys: ToolKeys, monkeypatch: pytest.MonkeyPatch
):
    """Anybody may ask, and reading one keeps a processor busy."""
    first = keys.jwks(NOW)
    monkeypatch.setattr(serialization, "load_pem_private_key", None)
    assert keys.jwks(NOW) == first


def test_a_published_key_that_others_can_read_is_refused_too(keys: ToolKeys):
    old = keys.current(NOW)
    keys.rotate(NOW + DAY)
    keys.jwks(NOW + DAY)
    (keys.folder / f"{old.kid}.pem").chmod(0o644)
    with pytest.raises(KeysError, match="chmod 600"):
        keys.jwks(NOW + DAY)


def test_the_key_set_verifies_what_the_key_signs(keys: ToolKeys):
    key = keys.current(NOW)
    [public] = keys.jwks(NOW)["keys"]
    token = jwt.encode({"a": 1}, key.private_pem, algorithm="RS256", headers={"kid": key.kid})
    assert jwt.decode(token, PyJWK.from_dict(public), algorithms=["RS256"]) == {"a": 1}
    assert public["kid"] == key.kid


def test_the_key_set_holds_nothing_private(keys: ToolKeys):
    [public] = keys.jwks(NOW)["keys"]
    assert set(public) == {"kty", "n", "e", "kid", "alg", "use"}
    assert json.dumps(public)


def test_after_rotation_the_new_key_signs_and_the_old_one_is_published_for_a_week(keys: ToolKeys):
    old = keys.current(NOW - 365 * DAY)
    new = keys.rotate(NOW)
    assert keys.current(NOW) == new

    def kids(days: float) -> list[str]:
        return [key["kid"] for key in keys.jwks(NOW + days * DAY)["keys"]]

    assert kids(0) == kids(6.9) == [old.kid, new.kid]
    assert kids(7) == [new.kid]


def test_rotation_deletes_keys_that_left_the_key_set(keys: ToolKeys):
    keys.current(NOW - 30 * DAY)
    second = keys.rotate(NOW - 8 * DAY)
    third = keys.rotate(NOW)
    assert {path.stem for path in keys.folder.iterdir()} == {second.kid, third.kid}


def test_a_key_without_a_date_in_its_name_is_explained(keys: ToolKeys):
    path = keys.folder / f"{keys.current(NOW).kid}.pem"
    path.rename(keys.folder / "mine.pem")
    with pytest.raises(KeysError, match="does not begin with a time"):
        keys.current(NOW)


def test_a_private_key_is_not_in_what_a_log_would_show(keys: ToolKeys):
    assert "PRIVATE" not in repr(keys.current(NOW))
