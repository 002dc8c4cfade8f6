from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.database import Database, logins
from autograder.database.tables import Login
from tests.database.rows import MINUTE, NOW, platform


@pytest.fixture
def begun(database: Database) -> Database:
    with database.transaction() as session:
        logins.begin(
            session, state_hash="state", browser_hash="browser", nonce_hash="nonce",
            platform_id=platform(session).id, target_link_uri="https://kit.example/a/", now=NOW,
        )  # fmt: skip
    return database


def use(database: Database, state="state", browser="browser", now=NOW) -> Login | None:
    with database.transaction() as session:
        return logins.use(session, state, browser, now)


def test_a_login_is_used_once(begun: Database):
    first = use(begun)
    assert (first.nonce_hash, first.used_at) == ("nonce", NOW)
    assert use(begun) is None


@pytest.mark.parametrize(
    "what", [{"state": "x"}, {"browser": "x"}, {"browser": ""}, {"now": NOW + 5 * MINUTE}]
)
def test_another_state_or_browser_or_a_late_one_uses_nothing(begun: Database, what: dict):
    assert use(begun, **what) is None
    assert use(begun) is not None


def test_of_many_at_once_one_uses_it(begun: Database):
    with ThreadPoolExecutor(8) as threads:
        used = list(threads.map(lambda _: use(begun), range(24)))
    assert len([login for login in used if login is not None]) == 1


def test_a_nonce_stands_for_one_login(begun: Database):
    def again() -> None:
        with begun.transaction() as session:
            logins.begin(
                session, state_hash="other", browser_hash="browser", nonce_hash="nonce",
                platform_id=1, target_link_uri="", now=NOW,
            )  # fmt: skip

    with pytest.raises(Exception, match=r"(?i)unique"):
        again()
