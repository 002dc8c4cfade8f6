from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from autograder.database import Database, invitations, links, people, platforms, tokens
from autograder.database.links import Placement, Told
from autograder.database.tables import Link, Platform, User
from tests.database.rows import MINUTE, NOW, platform

ISSUER = "https://moodle.example"


def test_a_platform_is_found_by_issuer_and_client(database: Database):
    with database.transaction() as session:
        first, second = platform(session, "one"), platform(session, "two")
        assert platforms.find(session, ISSUER, "two") is second
        assert platforms.find(session, ISSUER, "three") is None
        assert platforms.find(session, "https://other.example", "one") is None
        assert platforms.find(session, ISSUER, None) is None, "it could be either"
        second.active = False
        assert platforms.find(session, ISSUER, None) is first
        assert platforms.find(session, ISSUER, "two") is None
        assert list(platforms.listed(session)) == [first, second]


def test_a_platform_is_added_once(database: Database):
    def add() -> None:
        row = Platform(
            issuer=ISSUER, client_id="c", name="", auth_url="", token_url="", keyset_url="",
            created_at=NOW,
        )  # fmt: skip
        with database.transaction() as session:
            platforms.add(session, row, ["1", "2"])

    add()
    with pytest.raises(ValueError, match="registered already with the client id c"):
        add()
    with database.reading() as session:
        one = platforms.find(session, ISSUER, "c")
        assert platforms.deployments(session, one.id) == ["1", "2"]


def test_a_token_belongs_to_a_client_and_its_scopes(database: Database):
    with database.transaction() as session:
        one, two = platform(session, "one").id, platform(session, "two").id
        tokens.put(session, one, ["b", "a"], "of one", NOW)
        tokens.put(session, two, ["a", "b"], "of two", NOW)
        tokens.put(session, one, ["a"], "of a", NOW)
        found = [
            tokens.get(session, platform_id, scopes).token
            for platform_id, scopes in [(one, "ab"), (one, "ba"), (two, "ab"), (one, "a")]
        ]
        assert found == ["of one", "of one", "of two", "of a"]
        assert tokens.get(session, two, "a") is None


def test_a_new_token_replaces_the_old_one_and_a_refused_one_goes(database: Database):
    with database.transaction() as session:
        one = platform(session).id
        tokens.put(session, one, "a", "old", NOW)
        tokens.put(session, one, "a", "new", NOW + MINUTE)
    with database.transaction() as session:
        assert tokens.get(session, one, "a").token == "new"
        tokens.drop(session, one, "a")
        tokens.drop(session, one, "a")
        assert tokens.get(session, one, "a") is None


def test_an_invitation_is_used_once(database: Database):
    with database.transaction() as session:
        token = invitations.invite(session, "for Ada", NOW)

    def use(now=NOW) -> bool:
        with database.transaction() as session:
            return invitations.use(session, token, now)

    with database.reading() as session:
        assert invitations.find(session, token, NOW).note == "for Ada"
    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(lambda _: use(), range(12))) == 1
    with database.transaction() as session:
        assert invitations.find(session, token, NOW) is None
        invitations.give_back(session, token)
    assert not use(NOW + invitations.LIFETIME)
    assert use()


def test_a_person_is_met_once_though_all_launches_come_at_once(database: Database):
    with database.transaction() as session:
        lms = platform(session).id
    together = Barrier(8)

    def launch(sub: str) -> int:
        with database.reading() as session:  # so that each has a connection already
            session.get(Platform, lms)
            together.wait()
        with database.transaction() as session:
            return people.at_launch(session, lms, sub, now=NOW).id

    for sub in "123":
        with ThreadPoolExecutor(8) as threads:
            assert len(set(threads.map(launch, [sub] * 8))) == 1


def test_what_a_platform_no_longer_says_about_a_person_is_forgotten(database: Database):
    with database.transaction() as session:
        lms = platform(session).id
        people.at_launch(session, lms, "7", now=NOW, name="Ada", email="a@b.example", sis_id="9")
    with database.transaction() as session:
        ada = people.at_launch(session, lms, "7", now=NOW, name="Ada L.")
    assert (ada.name, ada.email, ada.sis_id) == ("Ada L.", None, None)


def test_a_pseudonym_says_nothing_and_stays(database: Database):
    with database.transaction() as session:
        lms = platform(session).id
        names = [people.at_launch(session, lms, sub, now=NOW).pseudonym for sub in "778"]
    assert names[0] == names[1] != names[2]
    assert names[0].startswith("s-")
    assert len(names[0]) == 14


def test_a_link_keeps_its_policy_and_assignment_and_takes_over_the_rest(database: Database):
    with database.transaction() as session:
        placement = Placement(
            platform_id=platform(session).id,
            deployment_id="1",
            context_id="c",
            resource_link_id="3",
        )
        told = Told(title="Dropout", lineitem_url="https://moodle.example/1", scopes=("a", "b"))
        link = links.at_launch(session, placement, "dropout", told, NOW)
        link.keep, link.attempts_allowed = "last", 3
    with database.transaction() as session:
        again = links.at_launch(session, placement, "other", Told(title="New"), NOW + MINUTE)
        assert links.find(session, placement) is again
    assert (again.id, again.assignment, again.keep) == (link.id, "dropout", "last")
    assert (again.title, again.lineitem_url, again.scopes) == ("New", None, [])
    assert again.created_at == NOW


def test_links_differ_in_each_part_of_their_placement(database: Database):
    with database.transaction() as session:
        lms, other = platform(session).id, platform(session, "other").id
        placements = [
            (lms, "1", "c", "3"), (other, "1", "c", "3"), (lms, "2", "c", "3"),
            (lms, "1", "d", "3"), (lms, "1", "c", "4"), (lms, "1", "c", "3"),
        ]  # fmt: skip
        names = ("platform_id", "deployment_id", "context_id", "resource_link_id")
        for parts in placements:
            placement = Placement(**dict(zip(names, parts, strict=True)))
            links.at_launch(session, placement, "dropout", Told(), NOW)
        assert session.query(Link).count() == 5


@pytest.mark.parametrize("table", [User, Link])
def test_what_is_of_no_platform_is_refused(database: Database, table: type):
    def launch() -> None:
        placement = Placement(platform_id=9, deployment_id="", context_id="", resource_link_id="")
        with database.transaction() as session:
            if table is User:
                people.at_launch(session, 9, "7", now=NOW)
            else:
                links.at_launch(session, placement, "dropout", Told(), NOW)

    with pytest.raises(Exception, match="No row was found"):
        launch()
