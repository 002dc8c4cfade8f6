"""Where what a launch names may lead."""

from pathlib import Path

import pytest

from autograder.database import Database
from autograder.database.tables import Platform
from autograder.lti.ags import LineItemClient
from autograder.lti.errors import FetchError
from autograder.lti.fetching import Fetcher
from autograder.lti.keys import ToolKeys
from autograder.lti.service import SCORE_SCOPE, StoredToken
from autograder.service.line_items import DatabaseTokens, Services, hosts_of
from tests.service.world import NOON


def platform() -> Platform:
    return Platform(
        issuer="https://canvas.instructure.com",
        client_id="kit",
        name="A school",
        auth_url="https://sso.school.example/auth",
        token_url="https://Canvas.school.example:8443/token",
        keyset_url="https://canvas.school.example/keys",
        created_at=NOON,
    )


def test_the_hosts_of_a_platform_are_those_of_its_registration():
    hosts = {"canvas.instructure.com", "sso.school.example", "canvas.school.example"}
    assert hosts_of(platform()) == hosts


@pytest.mark.parametrize(
    ("host", "kind"), [("canvas.school.example", "connection"), ("wiki.school.example", "address")]
)
def test_a_line_item_in_a_private_network_is_on_a_host_of_the_lms(
    tmp_path: Path, host: str, kind: str
):
    """Else whoever runs an LMS, or can make a launch, has us ask whatever else is in there."""
    database = Database(f"sqlite:///{tmp_path / 'kit.db'}")
    database.upgrade()
    row = platform()
    with database.transaction() as session:
        session.add(row)
        session.flush()
    fetcher = Fetcher(allow_private=True, resolver=lambda host, port: ["127.0.0.2"], timeout=0.2)
    services = Services(database, ToolKeys(tmp_path / "keys"), fetcher, clock=lambda: NOON)
    token = StoredToken("token", NOON.replace(year=NOON.year + 1))
    DatabaseTokens(database, row.id).save(("", ""), SCORE_SCOPE, token)
    item = LineItemClient(f"https://{host}:9/item", services.client(row, [SCORE_SCOPE]))
    with pytest.raises(FetchError) as caught:
        item.get_line_item()
    database.close()
    assert caught.value.kind == kind
